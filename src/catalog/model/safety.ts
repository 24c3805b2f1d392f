import type { ErrorCode, ErrorData } from './errors.js';

/** A file that an undo or a rollback leaves where it is, and why. */
export interface KeptFile {
  /** Absolute. */
  readonly path: string;
  readonly code: ErrorCode;
  readonly data: ErrorData;
}

/** What an undo of a job would do, judged by a look at size, time and inode where that is enough. */
export interface UndoForecast {
  readonly jobId: string;
  /** Images that leave the catalog. */
  readonly images: number;
  /** Files that are removed from the managed directory because their original still stands. */
  readonly filesRemoved: number;
  /** Moved files that go back to where they came from. */
  readonly filesMovedBack: number;
  /** Entries of files that are not touched: referenced ones. */
  readonly entriesOnly: number;
  /** Of the files that are removed or moved back. */
  readonly bytes: number;
  readonly refusedCount: number;
  /** The first of them. */
  readonly refused: readonly KeptFile[];
}

/** The checksums of what a job brought into the catalog. */
export interface JobManifest {
  readonly jobId: string;
  /** Lines that `sha256sum -c` reads, in the folder below. */
  readonly text: string;
  readonly fileCount: number;
  /** The folder that the paths are relative to; null if all are absolute. */
  readonly directory: string | null;
  readonly suggestedName: string;
}

/**
 * Why a file of a source would be lost with it. NOT_IN_CATALOG: its content was never imported. CHANGED: an
 * earlier content was. ONLY_REFERENCED: the catalog's file is the source's own, or stays elsewhere unmanaged.
 * COPY_DAMAGED: the managed copy is missing or differs. COPY_IN_SOURCE: it would be erased with the source.
 */
export type EraseProblemReason =
  | 'NOT_IN_CATALOG'
  | 'CHANGED'
  | 'ONLY_REFERENCED'
  | 'COPY_DAMAGED'
  | 'COPY_IN_SOURCE'
  | 'UNREADABLE';

export interface EraseProblem {
  /** Relative to the source, `/` separated. */
  readonly relativePath: string;
  readonly reason: EraseProblemReason;
  /** The managed copy, or what the system says; null if there is nothing to add. */
  readonly detail: string | null;
}

/** The answer to: is it safe to erase this source? */
export interface EraseCheck {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourcePath: string;
  /** True if every photo, video and sidecar was read and has a managed copy that reads back equal. */
  readonly safe: boolean;
  readonly checkedAt: string;
  /** Photos, videos and their sidecars. */
  readonly filesChecked: number;
  readonly bytesChecked: number;
  readonly problems: readonly EraseProblem[];
  /** What is neither photo, video nor sidecar and would be lost with the source. */
  readonly others: readonly string[];
}

/** What recovery did since the catalog was opened. */
export interface RecoveryReport extends ReturnedFromTrash {
  /** Jobs that were cut off and can be resumed or rolled back now. */
  readonly interruptedJobs: readonly string[];
  /** Files that stood finished and got their entries. */
  readonly filesFinished: number;
  /** Unfinished files that were taken back or set aside; a resume imports them. */
  readonly filesReset: number;
  /** Files of an undo or rollback that was cut off and is finished now. */
  readonly filesUndone: number;
  /** What a person should know, in English. */
  readonly notes: readonly string[];
}

export interface BackupInfo {
  /** Absolute. */
  readonly file: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly sizeBytes: number;
  /** Images of all its catalogs; null if it could not be opened. */
  readonly imageCount: number | null;
  readonly catalogNames: readonly string[];
}

/** What a restored file got from the one that it replaced. */
export interface CarriedOver {
  /** Entries of the audit log that the backup lacked. */
  readonly auditEntries: number;
  /** Deletions that the backup did not know: their files lie in the trash. */
  readonly operations: number;
  /** Why nothing could be carried over; null if it could. */
  readonly failure: string | null;
}

/** Files of the catalog that were deleted since the backup was made, and lay in the trash. */
export interface ReturnedFromTrash {
  /** Images whose files stand in their places again. */
  readonly imagesReturned: number;
  /** Names of the catalogs whose managed directory could not be worked in: recovery does it later. */
  readonly notLookedAt: readonly string[];
}

export interface RestoredBackup extends RestoredFile, ReturnedFromTrash {}

export interface RestoredFile {
  readonly catalogFile: string;
  readonly backup: string;
  /** Where the file that stood there is kept; null if there was none. */
  readonly keptAs: string | null;
  readonly carriedOver: CarriedOver;
}
