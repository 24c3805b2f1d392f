import type { AuditEntry, AuditFacets, AuditFilter } from '../model/audit.js';
import type { ExportPart, ExportRequest, WrittenExport } from '../model/exports.js';
import type { OperationControl } from '../model/progress.js';
import type { BackupInfo, RestoredBackup } from '../model/safety.js';
import type { StorageReport } from '../model/storage.js';
import type { Page } from './shared.js';

/** What the catalog takes, what is taken out of it, and what was done with it. */
export interface StorageOperations {
  /** Everything that a catalog takes, and where. */
  getStorageReport(
    input: { readonly catalogId: string },
    control?: OperationControl,
  ): Promise<StorageReport>;
  /** A part of an export: the first without `from`, the others with what the part before it gave as `next`. */
  readExport(input: {
    readonly request: ExportRequest;
    readonly from?: number;
    /** Rows at once. */
    readonly limit?: number;
  }): Promise<ExportPart>;
  /** Writes an export to an absolute path, whole or not at all; never over a file unless `overwrite` says so. */
  writeExport(
    input: {
      readonly request: ExportRequest;
      readonly path: string;
      readonly overwrite?: boolean;
    },
    control?: OperationControl,
  ): Promise<WrittenExport>;
  /** Before something is written to an absolute path. @throws CatalogError OUTPUT_EXISTS as the writing would */
  checkOutput(input: { readonly path: string; readonly overwrite?: boolean }): Promise<void>;
  /** Newest first. Works while the catalog file cannot be opened. */
  listBackups(input: Record<string, never>): Promise<BackupInfo[]>;
  /** Looks through any backup as a restoration would, and tells what is in it. Changes nothing. */
  inspectBackup(input: { readonly file: string }): Promise<BackupInfo>;
  /** Copies the catalog file and checks the copy: to the backups, or to an absolute path. */
  backUpCatalog(input: {
    readonly path?: string;
    readonly overwrite?: boolean;
  }): Promise<BackupInfo>;
  /** Puts a backup in the place of the catalog file, which is kept beside it. */
  restoreBackup(input: { readonly file: string }): Promise<RestoredBackup>;
  /** Newest first. */
  listAudit(
    input: AuditFilter & Page,
  ): Promise<{ readonly total: number; readonly entries: readonly AuditEntry[] }>;
  getAuditFacets(input: Record<string, never>): Promise<AuditFacets>;
}
