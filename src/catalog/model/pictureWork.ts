import type { ErrorCode, ErrorData } from './errors.js';
import type { PictureState, ThumbnailSize } from './picture.js';

/** Why there is no picture of a file. */
export interface PictureProblem {
  readonly code: ErrorCode;
  readonly data: ErrorData;
}

/**
 * ready: the file at `path` is there. failed: there will be none unless something changes. none: nothing to
 * decode (a video), or nothing may be decoded here.
 */
export type ThumbnailState = 'ready' | 'failed' | 'none';

/** Answer for one image of the catalog. */
export interface Thumbnail {
  readonly imageId: string;
  readonly state: ThumbnailState;
  /** Absolute path of a WebP file in one of `pictureFolders`; null unless ready. */
  readonly path: string | null;
  readonly error: PictureProblem | null;
}

export interface ThumbnailRequest {
  /** At most 2,000. Unknown ids are answered as failed. */
  readonly imageIds: readonly string[];
  readonly size: ThumbnailSize;
}

/** Answer for one file of a scan, in the catalog or not. */
export interface ScanThumbnail {
  readonly fileId: number;
  readonly state: ThumbnailState;
  readonly path: string | null;
  readonly error: PictureProblem | null;
}

/** A picture made for showing it large: at least as large as asked for, unless the original is smaller. */
export interface Rendering {
  /** Absolute path of a WebP file in one of `pictureFolders`. */
  readonly path: string;
  /** The picture could be shown, but the file is damaged. */
  readonly damage: PictureProblem | null;
}

/** Long edges of renderings in pixels: what is asked for is rounded up, so that few files are made. */
export const renderingEdges = [1024, 2048, 4096] as const;

/** The most ids one request for thumbnails may have. */
export const maximumThumbnails = 2000;

/**
 * running: thumbnails are being made. waiting: until a scan or import has ended. paused: by the user, over
 * restarts. off: by the setting, or nothing may be made here (read-only, not trusted). idle: nothing to do.
 */
export type PictureWorkStatus = 'running' | 'waiting' | 'paused' | 'off' | 'idle';

/** The background work on one catalog file, all its catalogs together. Complete in itself, never a delta. */
export interface PictureProgress {
  readonly status: PictureWorkStatus;
  /** Of the present run. */
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly filesFailed: number;
  readonly secondsLeft: number | null;
}

/** How many pictures of a catalog failed for one reason. */
export interface PictureFailureGroup {
  readonly code: ErrorCode;
  readonly count: number;
}

/** What there is of a catalog's pictures. */
export interface PictureStateSummary {
  readonly catalogId: string;
  readonly counts: Readonly<Record<PictureState, number>>;
  /** Most frequent first. */
  readonly failures: readonly PictureFailureGroup[];
  readonly progress: PictureProgress;
}

/** An image without a picture, and why. */
export interface FailedPicture {
  readonly imageId: string;
  readonly currentPath: string;
  /** Path when first imported: people know its name. */
  readonly originalSourcePath: string;
  readonly error: PictureProblem;
}

/** How pictures are made; what is not given stays as it is. */
export interface PictureOptions {
  /** Make thumbnails in the background without being asked. */
  readonly background?: boolean;
  /** Larger pictures are not decoded. */
  readonly maxMegapixels?: number;
}
