/**
 * The messages between a gallery (extension host) and its webview (browser). As in panelProtocol.ts, texts come
 * translated from the host, and the webview names images by id, thumbnails by the checksum of their image.
 */
import type { GalleryStrings } from './galleryStrings.js';
import type { NoParams, PageData, PageRange, RowPage } from './panelProtocol.js';

/** What a gallery shows: all images of a catalog, or those of one of its sources or jobs. */
export interface GalleryIdentity {
  /** URI of the workspace folder whose catalog file holds the images. */
  readonly folder: string;
  readonly catalogId: string;
  readonly sourceId: string | null;
  readonly importJobId: string | null;
}

export const gallerySorts = ['captured', 'name', 'size', 'imported'] as const;
export type GallerySort = (typeof gallerySorts)[number];
export const galleryDirections = ['ascending', 'descending'] as const;
export type GalleryDirection = (typeof galleryDirections)[number];
export const galleryGroupings = ['none', 'day', 'folder'] as const;
export type GalleryGrouping = (typeof galleryGroupings)[number];

/** Which images, in which order. */
export interface GalleryCriteria {
  readonly query: string;
  readonly sort: GallerySort;
  readonly direction: GalleryDirection;
  readonly grouping: GalleryGrouping;
}

/** What a gallery shows at first. */
export const firstCriteria: GalleryCriteria = {
  query: '',
  sort: 'captured',
  direction: 'descending',
  grouping: 'day',
};

/** What the host writes into the page beside the texts. */
export interface GalleryPlace extends GalleryIdentity {
  /** Names the gallery in the context of its menus. */
  readonly key: string;
}

export type GalleryPageData = PageData<GalleryStrings, GalleryPlace>;

/** What a command wants to be shown, beside what is looked at already. */
export interface GalleryWish {
  readonly query?: string;
  /** The image that becomes the active tile. */
  readonly imageId?: string;
}

export interface GalleryHeader {
  readonly title: string;
  /** Told once. A page that is hidden meanwhile asks for it when it is loaded again. */
  readonly wish: GalleryWish | null;
  readonly savedSearches: readonly SavedSearch[];
}

export interface GalleryUnavailable {
  readonly status: 'unavailable';
  readonly message: string;
}

export interface SavedSearch {
  readonly name: string;
  readonly query: string;
}

export interface GalleryGroup {
  readonly label: string;
  readonly count: number;
}

/** A mistake in the query: the part from `start` to `end` is wrong. */
export interface QueryProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** How many images in which groups; without grouping one group. */
export interface GalleryListing {
  readonly total: number;
  readonly totalText: string;
  readonly groups: readonly GalleryGroup[];
  readonly problem: QueryProblem | null;
}

/** pending: the thumbnail is still to be made. none: a video, or nothing may be decoded here. */
export type TilePicture = 'ready' | 'pending' | 'failed' | 'none';
export type TileBadge = 'missing' | 'offline' | 'changed';

export interface GalleryTile {
  readonly id: string;
  readonly name: string;
  /** 64 hex digits. */
  readonly checksum: string;
  readonly fileType: 'image' | 'video';
  readonly picture: TilePicture;
  /** Why there is no picture, or null. */
  readonly problem: string | null;
  /** The second line: the date, or what the images are sorted by. */
  readonly detail: string;
  readonly badge: TileBadge | null;
  readonly badgeText: string | null;
  /** `RAW`, `1:23` of a video and the like, or null. */
  readonly mark: string | null;
  /** Longest edge of the picture in pixels, or null. */
  readonly pixels: number | null;
  /** For assistive technology: name, date and what is special. */
  readonly label: string;
}

/** What became of a thumbnail. */
export interface TileState {
  readonly id: string;
  readonly picture: TilePicture;
  readonly problem: string | null;
}

export interface GalleryFact {
  readonly label: string;
  readonly value: string;
  /** A warning stands out. */
  readonly warning?: boolean;
  /** A command that the value leads to. */
  readonly command?: GalleryCommand;
}

export interface GallerySection {
  readonly title: string;
  readonly facts: readonly GalleryFact[];
}

export interface GalleryDetails {
  readonly id: string;
  readonly name: string;
  readonly sections: readonly GallerySection[];
}

/** A picture to be shown large. */
export type GalleryPicture =
  | {
      /** The file itself: a format that browsers show. */
      readonly kind: 'file';
      readonly mimeType: string;
      readonly bytes: Uint8Array;
    }
  | {
      /** A rendering made by the engine. */
      readonly kind: 'rendering';
      readonly url: string;
      /** The picture is shown, but the file is damaged. */
      readonly warning: string | null;
    }
  | { readonly kind: 'none'; readonly message: string };

export interface Completion {
  readonly label: string;
  readonly detail: string | null;
  /** The query with it. */
  readonly query: string;
  /** Where the caret then stands. */
  readonly caret: number;
}

export const galleryCommands = [
  'open',
  'reveal',
  'copyPath',
  'delete',
  'showJob',
  'showSource',
] as const;
/** Commands of the editor that the gallery's own buttons and keys run. */
export type GalleryCommand = (typeof galleryCommands)[number];

/** The most ids in one message to the host. */
export const maximumImageIds = 1_000_000;
/** The most tiles whose thumbnails are asked for at once. */
export const maximumThumbnails = 500;

export interface GalleryRequests {
  load: { params: NoParams; result: GalleryHeader | GalleryUnavailable };
  listing: { params: GalleryCriteria; result: GalleryListing };
  tiles: { params: PageRange & GalleryCriteria; result: RowPage<GalleryTile> };
  /** Ids in order, for ranges of the selection. */
  ids: {
    params: GalleryCriteria & { readonly offset: number; readonly count: number };
    result: readonly string[];
  };
  /** Where an image stands, or null if it is not among them. */
  position: { params: GalleryCriteria & { readonly imageId: string }; result: number | null };
  /** Makes thumbnails now. A later request takes the place of an earlier one that is not done. */
  thumbnails: {
    params: { readonly imageIds: readonly string[]; readonly size: 256 | 512 };
    result: readonly TileState[];
  };
  /** The files of thumbnails in base64; null for one that is not there. */
  thumbnailFiles: {
    params: { readonly checksums: readonly string[]; readonly size: 256 | 512 };
    result: readonly (string | null)[];
  };
  details: { params: { readonly imageId: string }; result: GalleryDetails };
  picture: {
    params: { readonly imageId: string; readonly longEdge: number };
    result: GalleryPicture;
  };
  complete: {
    params: { readonly query: string; readonly caret: number };
    result: readonly Completion[];
  };
  saveSearch: { params: { readonly query: string }; result: readonly SavedSearch[] };
  deleteSearch: { params: { readonly name: string }; result: readonly SavedSearch[] };
  /** What the context menu's commands are about, and other commands while the gallery is active. */
  target: { params: { readonly imageIds: readonly string[] }; result: null };
  run: {
    params: { readonly command: GalleryCommand; readonly imageIds: readonly string[] };
    result: null;
  };
}

/** What a new page asks for first. */
export interface PreparedGallery {
  readonly criteria: GalleryCriteria;
  readonly listing: GalleryListing;
  readonly firstPage: RowPage<GalleryTile>;
  /** Thumbnails of the first tiles: a checksum and the file in base64 each. */
  readonly thumbnails: readonly (readonly [checksum: string, file: string])[];
}

export interface GalleryNotifications {
  /** Sent unasked to a new page: its own requests are under way for a quarter of a second. */
  prepared: PreparedGallery;
  /** Images or their catalog changed: fetch again. */
  changed: NoParams;
  /** Thumbnails were made, or could not be. */
  pictures: { readonly states: readonly TileState[] };
  /** Background work on thumbnails, as a text, or null. */
  work: { readonly text: string | null };
}
