import type { ErrorCode, ErrorData } from './errors.js';
import type { ImportMode } from './importJob.js';
import type { CaptureTimeSource, FileType, MediaFacts } from './media.js';
import type { PictureState } from './picture.js';

/** An image or video of a catalog. Column names of the import model in camelCase. */
export interface Image {
  readonly id: string;
  readonly catalogId: string;
  /** Absolute path on this machine. */
  readonly currentPath: string;
  readonly isManaged: boolean;
  readonly fileMissing: boolean;
  readonly sourceId: string | null;
  readonly importJobId: string | null;
  readonly importMode: ImportMode;
  /** Path when first imported; never changes. */
  readonly originalSourcePath: string;
  /** SHA-256, 64 lower-case hex digits. */
  readonly checksum: string;
  readonly fileType: FileType;
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** See CaptureTime.value. */
  readonly capturedAt: string | null;
  readonly capturedAtSource: CaptureTimeSource | null;
  readonly capturedAtConfidence: number | null;
  readonly capturedAtSuspicious: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly orientation: number | null;
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
  readonly gpsLatitude: number | null;
  readonly gpsLongitude: number | null;
  /** Metres. */
  readonly gpsAltitude: number | null;
  /** Seconds, for videos. */
  readonly duration: number | null;
  readonly colorSpace: string | null;
  /** 0-5, -1 for rejected. */
  readonly rating: number | null;
  readonly caption: string | null;
  readonly keywords: readonly string[];
  readonly dhash: string | null;
  readonly ahash: string | null;
  readonly whash: string | null;
  readonly phash: string | null;
  /** 0-100. */
  readonly qualityScore: number | null;
  readonly pictureState: PictureState;
  /** Why there is no picture, when pictureState is FAILED. */
  readonly pictureErrorCode: ErrorCode | null;
  readonly pictureErrorData: ErrorData | null;
  readonly reviewStatus: string;
  /** Of a burst that a migrated catalog knew; a search for bursts writes nothing. */
  readonly burstId: string | null;
  /** Files with the same key (RAW+JPEG, live photo) belong together. */
  readonly groupKey: string | null;
  /** What the import wrote; differs from `checksum` once an edit was accepted. */
  readonly importedChecksum: string;
  /** The file's content is no longer what was imported. */
  readonly fileChanged: boolean;
  /** Changed, although its time and size say that nobody wrote to it. */
  readonly fileDamaged: boolean;
  /** When the last check that found a difference looked at it. */
  readonly fileCheckedAt: string | null;
  readonly verifiedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an import writes for a new image. */
export interface NewImage {
  readonly id: string;
  readonly catalogId: string;
  /** Relative to the managed directory with `/` if isManaged, else absolute. */
  readonly storedPath: string;
  readonly isManaged: boolean;
  readonly sourceId: string | null;
  readonly importJobId: string | null;
  readonly importMode: ImportMode;
  readonly originalSourcePath: string;
  readonly checksum: string;
  readonly sizeBytes: number;
  /** Of the file at its current path: change detection for the integrity check. */
  readonly fileMtimeNs: string;
  readonly fileInode: string;
  readonly facts: MediaFacts;
  /** Files with the same key (RAW+JPEG, live photo) belong together. */
  readonly groupKey?: string | null;
  /** Of an image that an old catalog knew. */
  readonly legacy?: LegacyColumns;
}

/** What an old catalog knew about an image beyond an import's facts. */
export interface LegacyColumns {
  readonly fileMissing: boolean;
  readonly reviewStatus: string;
  readonly qualityScore: number | null;
  /** JSON text. */
  readonly data: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A file that travels with an image: XMP, AAE, THM, WAV, Takeout JSON. */
export interface Sidecar {
  readonly imageId: string;
  readonly currentPath: string;
  readonly isManaged: boolean;
  readonly originalSourcePath: string;
  readonly checksum: string;
  readonly sizeBytes: number;
}
