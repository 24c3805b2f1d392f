import type { ReplacementReport } from './duplicates.js';
import type { ErrorCode, ErrorData } from './errors.js';

export const importModes = ['reference', 'copy', 'move'] as const;
export type ImportMode = (typeof importModes)[number];

export const importJobStatuses = [
  'PENDING',
  'RUNNING',
  'SUCCESS',
  'PARTIAL',
  'FAILURE',
  'CANCELLED',
  'INTERRUPTED',
] as const;
/**
 * PARTIAL: finished, some files failed. INTERRUPTED: found running at start-up, can be resumed.
 * The others are the import model's.
 */
export type ImportJobStatus = (typeof importJobStatuses)[number];

/** One import operation. Column names of the import model in camelCase; see CONTRIBUTING for the additions. */
export interface ImportJob {
  readonly id: string;
  readonly catalogId: string;
  /** Null after the source was deleted; its name and path stay. */
  readonly sourceId: string | null;
  readonly sourceName: string;
  readonly sourcePath: string;
  readonly importMode: ImportMode;
  readonly organizationStrategy: string;
  readonly skipDuplicates: boolean;
  readonly filesDiscovered: number;
  readonly filesImported: number;
  /** Already in the catalog, or left out by a cancel. */
  readonly filesSkipped: number;
  readonly filesFailed: number;
  readonly bytesImported: number;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly status: ImportJobStatus;
  readonly error: string | null;
}

export const importItemStates = [
  'PLANNED',
  'PLACED',
  'DONE',
  'RELEASED',
  'SOURCE_KEPT',
  'UNDOING',
  'DUPLICATE',
  'FAILED',
  'CANCELLED',
  'ROLLED_BACK',
  'UNDONE',
] as const;
/**
 * PLANNED: written down, nothing durable yet. PLACED: the verified file stands under its final name.
 * DONE: row durable (reference, copy, and a move whose source still stands). RELEASED: moved, source removed.
 * SOURCE_KEPT: moved, but the source could not be removed. UNDOING: being taken back by an undo or a rollback;
 * recovery finishes it. ROLLED_BACK, UNDONE: taken back. DUPLICATE: already in the catalog, skipped.
 */
export type ImportItemState = (typeof importItemStates)[number];

export const importItemRoles = ['primary', 'sidecar'] as const;
/** A primary becomes an image row; a sidecar travels with its primary. */
export type ImportItemRole = (typeof importItemRoles)[number];

/** How a file came to its final name. DIRECT: written there, because the volume has no hard links. */
export type PublishMethod = 'LINK' | 'DIRECT' | 'MOVE_LINK' | 'NONE';

/** One file of a job: journal, audit trail and undo list. */
export interface ImportItem {
  readonly id: number;
  readonly importJobId: string;
  /** For a sidecar the item of its image. */
  readonly parentItemId: number | null;
  /** Files with the same key (RAW+JPEG, live photo, sidecars) are imported all or none. */
  readonly groupKey: string | null;
  readonly role: ImportItemRole;
  readonly sourcePath: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly checksum: string;
  /** Relative to the managed directory, `/` separated; null in reference mode. */
  readonly destinationPath: string | null;
  /** Relative to the managed directory, while a copy is under way. */
  readonly temporaryPath: string | null;
  readonly publishMethod: PublishMethod;
  readonly state: ImportItemState;
  readonly imageId: string | null;
  /** The image that a DUPLICATE equals. */
  readonly duplicateOfImageId: string | null;
  readonly duplicateOfPath: string | null;
  readonly errorCode: ErrorCode | null;
  readonly errorData: ErrorData | null;
  readonly updatedAt: string;
}

export interface ImportItemCounts {
  readonly imported: number;
  readonly duplicate: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly planned: number;
  readonly sidecars: number;
  /** Moved files whose source could not be removed. */
  readonly sourceKept: number;
}

/** A job as a report: its row, the counts of its items, and its errors grouped by cause. */
export interface ImportJobReport extends ImportJob {
  readonly catalogName: string;
  readonly itemCounts: ImportItemCounts;
  /** Absent if no file was to replace an image. */
  readonly replacements?: {
    readonly replaced: number;
    /** Images that were to be replaced and are still in the catalog. */
    readonly open: number;
    /** Why some are, as far as this run of the job met them. */
    readonly kept: ReplacementReport['kept'];
  };
  readonly errorGroups: readonly {
    readonly errorCode: ErrorCode;
    readonly count: number;
    /** The first few paths, for display. */
    readonly examplePaths: readonly string[];
  }[];
}

export interface ImportRequest {
  readonly sourceId: string;
  /** The scan whose files are imported. Its selection decides unless fileIds are given. */
  readonly scanId: string;
  readonly importMode?: ImportMode;
  readonly organizationStrategy?: string;
  readonly skipDuplicates?: boolean;
  /** scan_files ids. */
  readonly fileIds?: readonly number[];
  /** Undated files go by their modification date instead of to `undated/`. */
  readonly undatedByModificationDate?: boolean;
}
