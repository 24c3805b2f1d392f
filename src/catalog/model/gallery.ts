import type { Catalog } from './catalog.js';
import type { ErrorCode, ErrorData } from './errors.js';
import type { Image, Sidecar } from './image.js';
import type { ImportJobStatus, ImportMode } from './importJob.js';
import type { CaptureTimeSource, FileType } from './media.js';
import type { PictureState } from './picture.js';

export const imageSorts = ['captured', 'name', 'size', 'imported'] as const;
/** captured: undated images are last in both directions. name: natural order, IMG_2 before IMG_10. */
export type ImageSort = (typeof imageSorts)[number];

export const imageGroupings = ['day', 'folder'] as const;
export type ImageGrouping = (typeof imageGroupings)[number];

/** Which images of a catalog, and in which order. The same selection gives the same order in every operation. */
export interface ImageSelection {
  readonly catalogId: string;
  /** In the query language of docs/search.md; absent or blank: all. */
  readonly query?: string;
  readonly sourceId?: string;
  readonly importJobId?: string;
  /** Default captured. */
  readonly sort?: ImageSort;
  readonly descending?: boolean;
  /**
   * Groups come first in the order, and inside a group the sort. Days run as `descending` says with undated images
   * last; folders run A to Z whatever the sort.
   */
  readonly groupBy?: ImageGrouping;
}

/** What a grid shows of an image. */
export interface ImageTile {
  readonly id: string;
  /** File name without folders. */
  readonly name: string;
  /** See CaptureTime.value. */
  readonly capturedAt: string | null;
  readonly fileType: FileType;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly isManaged: boolean;
  /** Null if the source was deleted. */
  readonly sourceId: string | null;
  readonly fileMissing: boolean;
  /** Its content is no longer what was imported. */
  readonly fileChanged: boolean;
  readonly pictureState: PictureState;
  readonly checksum: string;
  /** Stored pixels, before orientation. */
  readonly width: number | null;
  readonly height: number | null;
  /** EXIF orientation 1-8. */
  readonly orientation: number | null;
  /** Seconds, for videos. */
  readonly duration: number | null;
  /** 0-5, -1 for rejected. */
  readonly rating: number | null;
  /** ISO 8601 UTC. */
  readonly importedAt: string;
}

export interface ImageTilePage {
  readonly total: number;
  readonly images: readonly ImageTile[];
  /** Changes when the selection's images or their order changed: rows fetched earlier may then lie elsewhere. */
  readonly revision: number;
}

/** Images that follow each other in the selection's order. */
export interface ImageGroup {
  /**
   * Of a day: `2023-06-15`; `2023-06` or `2023` where no more is known; empty for undated. Of a folder: relative to
   * the managed directory with `/` for managed images, else absolute.
   */
  readonly key: string;
  readonly count: number;
}

/** How the capture date of an image was found, for an explanation in words. */
export interface CaptureDateExplanation {
  /** See CaptureTime.value. */
  readonly value: string;
  /** Null for dates that came with a migrated catalog. */
  readonly source: CaptureTimeSource | null;
  /** 0-100. */
  readonly confidence: number | null;
  readonly precision: 'time' | 'day' | 'month' | 'year';
  /** `+02:00` or `Z`; null: the camera's clock without a known time zone. */
  readonly offset: string | null;
  readonly suspicious: 'future' | 'too-early' | 'clock-reset' | null;
}

/** Another image that belongs to this one. */
export interface GroupMember {
  readonly imageId: string;
  readonly currentPath: string;
  readonly mimeType: string;
  readonly fileType: FileType;
  /** burst: taken right after each other; else one exposure in several files (RAW+JPEG, live photo). */
  readonly relation: 'companion' | 'burst';
}

/** A place of a source where the image's content was seen. */
export interface ImageSighting {
  readonly sourceId: string;
  readonly sourceName: string;
  /** Absolute. */
  readonly path: string;
  /** Whether this sighting is the one that brought the image in, a duplicate, or no longer there. */
  readonly state: 'new' | 'imported' | 'duplicate' | 'error' | 'gone';
  readonly importJobId: string | null;
  readonly lastSeenAt: string;
}

/** Everything the catalog knows of an image. */
export interface ImageDetails {
  readonly image: Image;
  readonly catalog: Pick<Catalog, 'id' | 'name' | 'managedDirectory'>;
  readonly captureDate: CaptureDateExplanation | null;
  readonly provenance: {
    readonly importMode: ImportMode;
    readonly originalSourcePath: string;
    /** Null if it was deleted. */
    readonly source: {
      readonly id: string;
      readonly name: string;
      readonly sourcePath: string;
    } | null;
    readonly importJob: {
      readonly id: string;
      readonly startedAt: string;
      readonly status: ImportJobStatus;
      /** As it was called when the job ran. */
      readonly sourceName: string;
    } | null;
  };
  readonly tags: readonly string[];
  readonly sidecars: readonly Sidecar[];
  readonly groupMembers: readonly GroupMember[];
  readonly sightings: readonly ImageSighting[];
}

export type QuerySuggestionKind = 'filter' | 'value' | 'word';

/** Something to put in the place of the part of a query that is being typed. */
export interface QuerySuggestion {
  /** What stands there afterwards, quoted where needed. */
  readonly insert: string;
  /** For people: a camera's name, `camera:`. */
  readonly label: string;
  readonly kind: QuerySuggestionKind;
  /** A filter's meaning, as a key of the interface's texts; absent for values. */
  readonly filter?: string;
  /** How many images have the value. */
  readonly count?: number;
}

export interface QueryCompletion {
  /** The part of the text that a suggestion replaces. */
  readonly from: number;
  readonly to: number;
  /** At most 50, best first. */
  readonly suggestions: readonly QuerySuggestion[];
  /** The first fault of the query as it stands, if it has one. */
  readonly error: {
    readonly start: number;
    readonly end: number;
    readonly code: ErrorCode;
    readonly data: ErrorData;
  } | null;
}
