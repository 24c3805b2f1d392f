/**
 * The messages between the sheet of sample pairs (extension host) and its webview (browser). As in panelProtocol.ts,
 * texts come translated from the host, and the webview names images by id.
 */
import type { HashMethod } from '../catalog/model/duplicates.js';
import type { NoParams, PageData, PanelIdentity } from './panelProtocol.js';
import type { SamplesStrings } from './samplesStrings.js';

export interface SamplesIdentity extends PanelIdentity {
  readonly catalogId: string;
}

export type SamplesPageData = PageData<SamplesStrings, SamplesIdentity>;

export interface SamplePicture {
  readonly imageId: string;
  readonly name: string;
}

/** Pairs of pictures with so many differing bits. */
export interface SampleRow {
  readonly distance: number;
  /** `12 pairs`. */
  readonly countText: string;
  /** `34 pairs up to here`. */
  readonly upToText: string;
  readonly pairs: readonly { readonly a: SamplePicture; readonly b: SamplePicture }[];
}

/** By which hash pictures look alike, and up to how many differing bits. */
export interface AlikeChoice {
  readonly method: HashMethod;
  readonly threshold: number;
}

export interface SamplesReady {
  readonly status: 'ready';
  readonly title: string;
  readonly method: HashMethod;
  readonly rows: readonly SampleRow[];
  /** What searches use now. */
  readonly current: AlikeChoice;
  /** `Searches now use dHash up to a distance of 8.` */
  readonly currentText: string;
  /** What else is to be known of the method, or null. */
  readonly note: string | null;
}

export interface SamplesUnavailable {
  readonly status: 'unavailable';
  readonly message: string;
}

export interface SampleThumbnail {
  readonly id: string;
  readonly url: string | null;
}

/** The most thumbnails that one request may ask for. */
export const maximumSampleThumbnails = 50;

export interface SamplesRequests {
  /** Null: the method that searches use now. */
  load: {
    params: { readonly method: HashMethod | null };
    result: SamplesReady | SamplesUnavailable;
  };
  thumbnails: {
    params: { readonly imageIds: readonly string[] };
    result: readonly SampleThumbnail[];
  };
  /** Searches use it from now on. */
  use: { params: AlikeChoice; result: null };
  compare: { params: { readonly imageIds: readonly string[] }; result: null };
}

export interface SamplesNotifications {
  /** Images or the settings changed: fetch again. */
  changed: NoParams;
}
