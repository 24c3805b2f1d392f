/**
 * The messages between a comparison (extension host) and its webview (browser). As in panelProtocol.ts, texts come
 * translated from the host, and the webview names images by id.
 */
import type { CompareStrings } from './compareStrings.js';
import type { NoParams, PageData, PanelIdentity } from './panelProtocol.js';

export const fewestCompared = 2;
export const mostCompared = 4;

/** Which images are compared, in the order in which they are shown. */
export interface CompareIdentity extends PanelIdentity {
  readonly catalogId: string;
  readonly imageIds: readonly string[];
}

export type ComparePageData = PageData<CompareStrings, CompareIdentity>;

export interface ComparedImage {
  readonly id: string;
  readonly name: string;
  /** Folder of the file. */
  readonly folder: string;
  /** For assistive technology: name, size, pixels. */
  readonly label: string;
}

/** One fact of all images. */
export interface CompareRow {
  readonly label: string;
  /** In the order of the images; empty where nothing is known. */
  readonly values: readonly string[];
  readonly differs: boolean;
}

export interface CompareSection {
  readonly title: string;
  readonly rows: readonly CompareRow[];
}

export interface CompareReady {
  readonly status: 'ready';
  readonly title: string;
  readonly images: readonly ComparedImage[];
  readonly sections: readonly CompareSection[];
  /** `3 of 12 facts differ`. */
  readonly summary: string;
}

export interface CompareUnavailable {
  readonly status: 'unavailable';
  readonly message: string;
}

/** The bytes of a picture: the difference of two can be computed from nothing else. */
export type ComparePicture =
  | {
      readonly kind: 'picture';
      readonly mimeType: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** The picture is shown, but the file is damaged. */
      readonly warning: string | null;
    }
  | { readonly kind: 'none'; readonly message: string };

export const compareCommands = ['open', 'showInGallery'] as const;
export type CompareCommand = (typeof compareCommands)[number];

export interface CompareRequests {
  load: { params: NoParams; result: CompareReady | CompareUnavailable };
  picture: { params: { readonly imageId: string }; result: ComparePicture };
  run: {
    params: { readonly command: CompareCommand; readonly imageId: string };
    result: null;
  };
}

export interface CompareNotifications {
  /** Images changed: fetch again. */
  changed: NoParams;
}
