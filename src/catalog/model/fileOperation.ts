import type { ErrorCode, ErrorData } from './errors.js';
import type { KeptFile } from './safety.js';

/** Work on files that are already in the catalog. */
export type FileOperationKind = 'delete' | 'delete-catalog' | 'convert' | 'reorganize';

/** UNDONE: all that it did was taken back. EMPTIED: its files left the trash for good. */
export type FileOperationStatus =
  'RUNNING' | 'SUCCESS' | 'PARTIAL' | 'CANCELLED' | 'INTERRUPTED' | 'UNDONE' | 'EMPTIED';

/** Whether an operation of this status can go on with what it left. */
export const isResumable = (status: FileOperationStatus): boolean =>
  status === 'INTERRUPTED' || status === 'CANCELLED';

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
  /** Files that were moved, to the trash too, or copied. */
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

/** Which images an operation is about: those listed, else those of the source, else all of the catalog. */
export interface ImageScope {
  readonly catalogId: string;
  readonly sourceId?: string;
  readonly imageIds?: readonly string[];
}

/** How files are to be named in the managed directory. */
export interface NamingRequest {
  /** A strategy pair, see organizationStrategy.ts; without it the catalog's default. */
  readonly organizationStrategy?: string;
  readonly undatedByModificationDate?: boolean;
}

/** Copies referenced files into the managed directory. What belongs together (RAW+JPEG, sidecars) comes along. */
export interface ConvertRequest extends ImageScope, NamingRequest {}

/**
 * Moves managed files within their managed directory to where a strategy puts them. What belongs together (RAW+JPEG,
 * sidecars) comes along.
 */
export interface ReorganizeRequest extends ImageScope, NamingRequest {}

/** A file that would get another place. Paths are absolute. */
export interface PlannedMove {
  readonly imageId: string;
  readonly role: 'primary' | 'sidecar';
  readonly from: string;
  readonly to: string;
  readonly sizeBytes: number;
}

/** What a conversion or a reorganization would do, by names and sizes. */
export interface MoveForecast {
  readonly images: number;
  /** Sidecars included. */
  readonly files: number;
  readonly bytes: number;
  /** Images that are where they belong already. */
  readonly unchanged: number;
  readonly managedDirectory: string;
  readonly organizationStrategy: string;
  /** Free bytes that the work takes; 0 if nothing is copied. */
  readonly bytesNeeded: number;
  /** Null if it cannot be told. */
  readonly freeBytes: number | null;
  readonly volume: string;
  readonly enoughSpace: boolean;
  /** The page that was asked for, in the order of the work. */
  readonly moves: readonly PlannedMove[];
  readonly refusedCount: number;
  /** The first of them. */
  readonly refused: readonly KeptFile[];
}

/** What deleting a catalog would do. */
export interface DeleteCatalogForecast {
  readonly images: number;
  readonly sources: number;
  readonly jobs: number;
  /** Managed files with their sidecars: they stay unless they are to be deleted. */
  readonly managedFiles: number;
  readonly managedBytes: number;
  readonly managedDirectory: string | null;
  readonly referencedImages: number;
  /** Absolute; the managed files with their sidecars, if they were asked for. */
  readonly files?: readonly string[];
}

/** What a file operation, or its undo, did. */
export interface FileOperationReport {
  readonly operation: FileOperation;
  /** Why it ended before its last file; null if it did not. */
  readonly stoppedBy: { readonly code: ErrorCode; readonly data: ErrorData } | null;
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
