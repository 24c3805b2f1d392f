import type {
  LegacyCatalogInfo,
  MigrationReport,
  MigrationReportFormat,
  MigrationRequest,
  MigrationSummary,
} from '../model/migration.js';
import type { OperationControl } from '../model/progress.js';

/** Old catalogs. */
export interface LegacyOperations {
  /** The old catalogs in a folder, a file or a database. Reads only. */
  listLegacyCatalogs(input: { readonly from: string }): Promise<LegacyCatalogInfo[]>;
  /** What a migration would do; writes nothing. One report per old catalog, or per file of one. */
  planMigration(input: MigrationRequest, control?: OperationControl): Promise<MigrationReport[]>;
  /** Brings old catalogs along. The same again adds only what is new, or goes on after an interruption. */
  migrateLegacy(input: MigrationRequest, control?: OperationControl): Promise<MigrationReport[]>;
  /** Newest first. */
  listMigrations(input: { readonly catalogId?: string }): Promise<MigrationSummary[]>;
  /** Writes the reports into one file at an absolute path; a file there is replaced only if `overwrite` says so. */
  writeMigrationReport(input: {
    readonly migrationIds: readonly string[];
    readonly path: string;
    readonly format: MigrationReportFormat;
    readonly overwrite?: boolean;
  }): Promise<void>;
}
