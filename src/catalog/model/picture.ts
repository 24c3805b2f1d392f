import type { ErrorCode, ErrorData } from './errors.js';

/**
 * Whether an image has a thumbnail and hashes. PENDING: not tried yet. DONE. FAILED: tried, the error says why;
 * not tried again unless asked. NONE: nothing to decode (a video).
 */
export type PictureState = 'PENDING' | 'DONE' | 'FAILED' | 'NONE';

/** Long edges of thumbnails, in pixels. 256 is always made; 512 on demand. */
export type ThumbnailSize = 256 | 512;

/** One file to decode. Everything happens in a child process: path in, small row out. */
export interface PictureRequest {
  /** Absolute path of the file. */
  readonly path: string;
  /** From the file's facts; the decoder looks at the content itself as well. */
  readonly mimeType: string;
  /** EXIF orientation 1-8 from the file's facts, or null. */
  readonly orientation: number | null;
  /**
   * Where the WebP files go, by long edge in pixels (256, 512, up to 4096 for a rendering; never enlarged).
   * Each is written whole or not at all; its folder is there.
   */
  readonly thumbnails: readonly { readonly size: number; readonly path: string }[];
  /** Perceptual hashes and contrast. */
  readonly hashes: boolean;
  /** A hash of all decoded, oriented pixels: costs a full decode. */
  readonly pixelHash: boolean;
}

/** What decoding tells. All of the picture as it is seen, after orientation. */
export interface PictureResult {
  readonly width: number;
  readonly height: number;
  readonly colorSpace: string | null;
  /** 16 lower-case hex digits each, row-major, most significant bit first; null if not asked for. */
  readonly dhash: string | null;
  readonly ahash: string | null;
  readonly whash: string | null;
  readonly phash: string | null;
  /** Version of the way hashes are computed: hashes of different versions are not compared. */
  readonly hashVersion: number | null;
  /** Standard deviation of the grey thumbnail, 0-127: flat pictures are not matched by hash alone. */
  readonly contrast: number | null;
  /** 32 hex digits of the decoded, oriented 8-bit RGBA pixels with their dimensions, or null if not asked for. */
  readonly pixelHash: string | null;
  /** The picture could be shown, but the file is damaged. */
  readonly damage: { readonly code: ErrorCode; readonly data: ErrorData } | null;
}

/** Decodes pictures outside this process. Requests run a few at a time, urgent ones first. */
export interface Decoder {
  /**
   * @throws CatalogError PICTURE_UNSUPPORTED, PICTURE_DAMAGED, PICTURE_TOO_LARGE, PICTURE_TIMED_OUT,
   *   PICTURE_OUT_OF_MEMORY, FILE_NOT_FOUND and the like; CANCELLED when aborted
   */
  process(
    request: PictureRequest,
    options?: { readonly urgent?: boolean; readonly signal?: AbortSignal },
  ): Promise<PictureResult>;
  /** Ends the child processes. */
  close(): Promise<void>;
}
