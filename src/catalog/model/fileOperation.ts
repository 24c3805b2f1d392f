import type { KeptFile } from './safety.js';

/** Work on files that are already in the catalog. */
export type FileOperationKind = 'delete';

/** UNDONE: all that it did was taken back. EMPTIED: its files left the trash for good. */
export type FileOperationStatus =
  'RUNNING' | 'SUCCESS' | 'PARTIAL' | 'CANCELLED' | 'INTERRUPTED' | 'UNDONE' | 'EMPTIED';

export interface FileOperation {
  readonly id: string;
  readonly kind: FileOperationKind;
  readonly catalogId: string;
  readonly catalogName: string;
  /** The managed directory that it worked in; null if no file was touched. */
  readonly managedDirectory: string | null;
  readonly status: FileOperationStatus;
  /** Images that were taken up. */
  readonly imagesTotal: number;
  /** Images whose change is done. */
  readonly imagesDone: number;
  readonly imagesFailed: number;
  /** Files that were moved to the trash. */
  readonly filesMoved: number;
  readonly bytesMoved: number;
  readonly startedAt: string;
  readonly completedAt: string | null;
}

export interface DeleteImagesRequest {
  readonly catalogId: string;
  readonly imageIds: readonly string[];
  /** Managed files go to the trash as well; a referenced file is never touched. */
  readonly deleteFiles: boolean;
  /** The second yes: also files that were edited since they were imported. */
  readonly includeChanged?: boolean;
}

/** What a deletion would do. */
export interface DeleteForecast {
  readonly images: number;
  /** Managed files that go to the trash, sidecars included. */
  readonly filesTrashed: number;
  readonly bytes: number;
  /** Images of which only the entry goes: referenced ones, and all if files are kept. */
  readonly entriesOnly: number;
  readonly refusedCount: number;
  /** The first of them. */
  readonly refused: readonly KeptFile[];
}

/** What a file operation, or its undo, did. */
export interface FileOperationReport {
  readonly operation: FileOperation;
  readonly keptCount: number;
  /** The first of them. */
  readonly kept: readonly KeptFile[];
}

/** What emptying the trash removed for good. */
export interface EmptiedTrash {
  readonly files: number;
  readonly bytes: number;
  readonly keptCount: number;
}
