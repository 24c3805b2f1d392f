import type { ErrorCode, ErrorData } from './errors.js';
import type { ImportMode } from './importJob.js';
import type { MediaFacts } from './media.js';

export const scanFileStates = ['new', 'duplicate', 'error'] as const;
export type ScanFileState = (typeof scanFileStates)[number];

/** Why the walk passed something by. Each is counted and listed. */
export type SkipReason =
  | 'unsupported-extension'
  | 'hidden'
  | 'system-folder'
  | 'excluded'
  | 'symlink'
  | 'not-a-file'
  | 'sidecar-without-image'
  | 'folder-unreadable'
  | 'folder-vanished';

/** What a duplicate equals. */
export interface DuplicateMatch {
  /** `catalog`: an image of the catalog. `scan`: an earlier file of this scan. */
  readonly kind: 'catalog' | 'scan';
  readonly imageId: string | null;
  readonly scanFileId: number | null;
  readonly path: string;
  readonly sourceName: string | null;
}

/** One file of a scan. Its id is what `files_to_import` lists. */
export interface ScanFile {
  readonly id: number;
  readonly scanId: string;
  /** Absolute. */
  readonly path: string;
  /** Relative to the source, `/` separated. */
  readonly relativePath: string;
  readonly state: ScanFileState;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  /** SHA-256 hex; null if the file could not be read. */
  readonly checksum: string | null;
  /** Null for errors; for duplicates only as far as known. */
  readonly facts: MediaFacts | null;
  readonly duplicateOf: DuplicateMatch | null;
  readonly error: { readonly code: ErrorCode; readonly data: ErrorData } | null;
  /** Files with the same key (RAW+JPEG, live photo) are imported all or none. */
  readonly groupKey: string | null;
  /** Paths relative to the source of the sidecars that travel with this file. */
  readonly sidecars: readonly string[];
  /** Ticked in the preview; only new files can be imported. */
  readonly selected: boolean;
  /** Absolute planned destination; null in reference mode, for duplicates and errors. */
  readonly plannedPath: string | null;
}

export interface ScanCounts {
  readonly new: number;
  readonly duplicate: number;
  readonly error: number;
  /** Passed by by the walk, by reason. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly sidecars: number;
  /** Files whose content was read; unchanged ones are not. */
  readonly filesRead: number;
}

export type ScanStatus = 'RUNNING' | 'READY' | 'CANCELLED' | 'FAILED' | 'IMPORTED';

/** A scan without its files. */
export interface ScanSummary {
  readonly scanId: string;
  readonly catalogId: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourcePath: string;
  readonly status: ScanStatus;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly counts: ScanCounts;
  /** Bytes of the new files, sidecars included. */
  readonly totalSize: number;
  readonly selectedCount: number;
  readonly selectedBytes: number;
  /** Images whose files this scan found again at another place; only in its own result, and only if there are any. */
  readonly relinked?: number;
}

export interface ScanRequest {
  readonly sourceId: string;
  /** Glob patterns relative to the source; nothing given means everything. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Only these absolute paths (files the user picked), still inside the source. */
  readonly onlyPaths?: readonly string[];
}

export interface ImportSettings {
  readonly importMode: ImportMode;
  readonly organizationStrategy: string;
  readonly undatedByModificationDate?: boolean;
}

export interface ListScanFilesRequest {
  readonly scanId: string;
  readonly state?: ScanFileState;
  /** Only files directly or deeper in this folder, relative to the source; '' is the source itself. */
  readonly folder?: string;
  readonly offset?: number;
  readonly limit?: number;
  /** With it, every row carries its plannedPath. */
  readonly plan?: ImportSettings;
}

export interface ScanFilePage {
  readonly total: number;
  readonly files: readonly ScanFile[];
}

export interface ScanSkippedEntry {
  readonly relativePath: string;
  readonly reason: SkipReason;
  readonly detail: string | null;
}

export interface ScanFolder {
  /** Relative to the source; '' is the source itself. */
  readonly folder: string;
  readonly newCount: number;
  readonly selectedCount: number;
  readonly duplicateCount: number;
  readonly errorCount: number;
  readonly newBytes: number;
}

export interface SetScanSelectionRequest {
  readonly scanId: string;
  readonly selected: boolean;
  /** Without fileIds and folder: all new files. */
  readonly fileIds?: readonly number[];
  readonly folder?: string;
}

/** What an import would need and where it would go. */
export interface ImportForecast {
  readonly importMode: ImportMode;
  readonly organizationStrategy: string;
  readonly fileCount: number;
  readonly bytes: number;
  readonly destinationDirectory: string | null;
  /** Bytes that will be written at the destination: 0 for reference and a move on one file system. */
  readonly bytesNeeded: number;
  /** What is kept free beyond that, for the catalog file and other programs. */
  readonly bytesReserved: number;
  readonly freeBytes: number | null;
  /** Mount point of the volume that is written to, or null if none is or it is not known. */
  readonly volume: string | null;
  readonly enoughSpace: boolean;
  readonly undatedCount: number;
  /** A reason why the import cannot start with these settings, or null. */
  readonly blocked: { readonly code: ErrorCode; readonly data: ErrorData } | null;
}
