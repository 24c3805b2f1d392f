import type { ErrorCode, ErrorData } from './errors.js';

export type FileType = 'image' | 'video';

export const captureTimeSources = [
  'exif:DateTimeOriginal',
  'exif:CreateDate',
  'exif:ModifyDate',
  'xmp',
  'quicktime:CreationDate',
  'quicktime:CreateDate',
  'matroska',
  'riff',
  'png',
  'iptc',
  'gps',
  'raw',
  'filename',
  'folder',
  'mtime',
  'user',
] as const;
/** Where a capture time was read from. */
export type CaptureTimeSource = (typeof captureTimeSources)[number];

/** A capture time as the camera's wall clock, never converted by the host's time zone. */
export interface CaptureTime {
  /**
   * ISO 8601 wall clock with sub-seconds and offset as stored, without offset if none is known:
   * `2023-06-15T14:30:45.12+02:00`. A source that knows only the day ends after the day: `2023-06-15`;
   * only the month: `2023-06`; only the year: `2023`.
   */
  readonly value: string;
  readonly source: CaptureTimeSource;
  /** 0-100. */
  readonly confidence: number;
  /** Why the date looks wrong (camera clock reset, in the future, before photography), or null. */
  readonly suspicious: 'future' | 'too-early' | 'clock-reset' | null;
}

export interface GpsPosition {
  /** Signed decimal degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres, or null. */
  readonly altitude: number | null;
}

/** Something worth telling about a file that does not stop its import. */
export interface FileWarning {
  readonly code: 'EXTENSION_MISMATCH' | 'TRUNCATED' | 'METADATA_DAMAGED' | 'DATE_SUSPICIOUS';
  readonly data: ErrorData;
}

/** What the engine knows about a file's content without decoding its pixels. */
export interface MediaFacts {
  readonly fileType: FileType;
  readonly mimeType: string;
  /** Stored pixels, before orientation. */
  readonly width: number | null;
  readonly height: number | null;
  /** EXIF orientation 1-8. */
  readonly orientation: number | null;
  readonly captureTime: CaptureTime | null;
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
  readonly lensModel: string | null;
  readonly iso: number | null;
  /** f-number. */
  readonly aperture: number | null;
  /** Seconds. */
  readonly exposureTime: number | null;
  /** Millimetres. */
  readonly focalLength: number | null;
  readonly gps: GpsPosition | null;
  /** Apple's id that pairs a live photo's still with its movie. */
  readonly contentIdentifier: string | null;
  /** Seconds, for videos. */
  readonly duration: number | null;
  // What follows is absent from facts that version 0.1 stored.
  /** 0-5 stars, -1 for rejected. */
  readonly rating?: number | null;
  readonly caption?: string | null;
  readonly keywords?: readonly string[];
  /** A well-known name (sRGB, Adobe RGB, Display P3) or the name of the embedded profile. */
  readonly colorSpace?: string | null;
  readonly warnings: readonly FileWarning[];
}

/** Random access to a file's bytes. Reads past the end return fewer bytes. */
export interface ByteReader {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

/** One object of `image-catalog inspect`. Absent values are null. */
export interface InspectedFile {
  readonly path: string;
  readonly sha256: string | null;
  readonly size: number | null;
  readonly mimeType: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly orientation: number | null;
  readonly capturedAt: string | null;
  readonly capturedAtSource: CaptureTimeSource | null;
  readonly capturedAtConfidence: number | null;
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
  readonly gps: GpsPosition | null;
  /** 0 to 5, -1 for rejected. */
  readonly rating: number | null;
  readonly keywords: readonly string[];
  readonly caption: string | null;
  /** Perceptual hashes of the upright picture, 16 hex digits each. */
  readonly dhash: string | null;
  readonly ahash: string | null;
  readonly whash: string | null;
  readonly phash: string | null;
  /** 0 to 100. */
  readonly quality: number | null;
  /** Why there is no picture, or what of it is missing. */
  readonly pictureError: { readonly code: ErrorCode; readonly message: string } | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}
