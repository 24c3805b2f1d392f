/** What the repositories take and give where the model has no type of its own. */
import type { AuditEntry } from '../model/audit.js';
import type { ErrorCode, ErrorData } from '../model/errors.js';
import type { ImportItem, ImportJob } from '../model/importJob.js';
import type { MediaFacts } from '../model/media.js';
import type { ScanCounts, ScanFileState, ScanRequest, ScanStatus } from '../model/scan.js';

/** A sidecar as a scan found it. */
export interface ScanSidecar {
  /** Relative to the source, `/` separated. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
}

export interface ScanRow {
  readonly id: string;
  readonly catalogId: string;
  readonly sourceId: string;
  readonly status: ScanStatus;
  readonly request: ScanRequest;
  readonly counts: ScanCounts;
  readonly totalSize: number;
  readonly startedAt: string;
  readonly completedAt: string | null;
}

export interface NewScanFile {
  readonly scanId: string;
  readonly relativePath: string;
  readonly state: ScanFileState;
  readonly selected: boolean;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly checksum: string | null;
  readonly groupKey: string | null;
  readonly sidecars: readonly ScanSidecar[];
  readonly duplicateImageId: string | null;
  /** The id of an earlier row; see ScanFileRepository.nextId for rows of the same batch. */
  readonly duplicateScanFileId: number | null;
  readonly error: { readonly code: ErrorCode; readonly data: ErrorData } | null;
}

/** A scan's file as the import needs it; a new one with the facts that its sighting keeps. */
export interface ScanFileRow extends NewScanFile {
  readonly id: number;
  readonly facts: MediaFacts | null;
}

/**
 * `new`: seen, not imported. `imported`: its content came into the catalog from here. `duplicate`: its
 * content is in the catalog from elsewhere. `error`: unreadable. `gone`: no longer at the source.
 */
export type SourceFileState = 'new' | 'imported' | 'duplicate' | 'error' | 'gone';

/** What was last seen at a path of a source. */
export interface SourceFileRow {
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly checksum: string | null;
  readonly state: SourceFileState;
  readonly factsJson: string | null;
}

export interface SourceFileUpsert extends SourceFileRow {
  readonly sourceId: string;
  /** Becomes last_seen_at, and first_seen_at of a path that was not known. */
  readonly seenAt: string;
}

/** A place where a content was seen. */
export interface Sighting {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourcePath: string;
  readonly relativePath: string;
  readonly state: SourceFileState;
  readonly importJobId: string | null;
  readonly lastSeenAt: string;
}

/** A job with what only the import needs. */
export interface ImportJobRow extends ImportJob {
  readonly scanId: string | null;
  readonly undatedByModificationDate: boolean;
}

export interface NewImportItem extends Omit<
  ImportItem,
  | 'id'
  | 'updatedAt'
  | 'imageId'
  | 'duplicateOfImageId'
  | 'duplicateOfPath'
  | 'errorCode'
  | 'errorData'
> {
  readonly facts: MediaFacts | null;
  readonly imageId?: string | null;
  readonly duplicateOfImageId?: string | null;
  readonly duplicateOfPath?: string | null;
  readonly errorCode?: ErrorCode | null;
  readonly errorData?: ErrorData | null;
  /** Default now. */
  readonly updatedAt?: string;
}

/** An item with what only the import needs. */
export interface ImportItemRow extends ImportItem {
  readonly facts: MediaFacts | null;
  /** Inode of the file that this program placed under the final name. */
  readonly placedInode: string | null;
}

/** The values of an item that change while it is imported. */
export interface ImportItemUpdate extends Partial<
  Pick<
    ImportItemRow,
    | 'checksum'
    | 'destinationPath'
    | 'temporaryPath'
    | 'publishMethod'
    | 'placedInode'
    | 'state'
    | 'imageId'
    | 'duplicateOfImageId'
    | 'duplicateOfPath'
    | 'errorCode'
    | 'errorData'
  >
> {
  readonly id: number;
}

/** A sidecar as an import writes it. */
export interface NewSidecar {
  readonly imageId: string;
  /** Relative to the managed directory with `/` if isManaged, else absolute. */
  readonly storedPath: string;
  readonly isManaged: boolean;
  readonly originalSourcePath: string;
  readonly checksum: string;
  readonly sizeBytes: number;
}

/** What duplicate classification needs about an image of the catalog. */
export interface ImageIdentity {
  readonly imageId: string;
  readonly currentPath: string;
  readonly isManaged: boolean;
  readonly fileMissing: boolean;
  readonly sourceId: string | null;
}

/** An entry to write; who did it is added. */
export type NewAuditEntry = Pick<AuditEntry, 'at' | 'operation'> &
  Partial<Omit<AuditEntry, 'id' | 'user' | 'program'>>;
