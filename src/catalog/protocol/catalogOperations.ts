import type {
  CatalogSummary,
  CreateCatalogInput,
  StorageInfo,
  UpdateCatalogInput,
} from '../model/catalog.js';
import type { RecoveryReport } from '../model/safety.js';
import type { CreateSourceInput, SourceSummary, UpdateSourceInput } from '../model/source.js';
import type { EngineState } from './shared.js';

/** The catalog file, its catalogs and their sources. */
export interface CatalogFileOperations {
  getState(input: Record<string, never>): Promise<EngineState>;
  /** Brings files and entries together again, as every opening does, and tells what was done since. */
  recover(input: Record<string, never>): Promise<RecoveryReport>;
  /**
   * Opens the catalog for writing if its holder is gone. Never while it lives. A lock that another computer left
   * is taken only with `confirmed`. Rejects with CATALOG_FILE_LOCKED, whose data tells `foreign`.
   */
  takeOver(input: { readonly confirmed?: boolean }): Promise<EngineState>;
  createCatalog(input: CreateCatalogInput): Promise<CatalogSummary>;
  listCatalogs(input: Record<string, never>): Promise<CatalogSummary[]>;
  getCatalog(input: { readonly catalogId: string }): Promise<CatalogSummary>;
  updateCatalog(input: UpdateCatalogInput): Promise<CatalogSummary>;
  /** Removes the rows; files stay where they are. */
  deleteCatalog(input: { readonly catalogId: string }): Promise<void>;
  getStorageInfo(input: { readonly catalogId: string }): Promise<StorageInfo>;
  createSource(input: CreateSourceInput): Promise<SourceSummary>;
  listSources(input: { readonly catalogId?: string }): Promise<SourceSummary[]>;
  getSource(input: { readonly sourceId: string }): Promise<SourceSummary>;
  updateSource(input: UpdateSourceInput): Promise<SourceSummary>;
  /** Removes the source; its images and jobs stay. */
  deleteSource(input: { readonly sourceId: string }): Promise<void>;
}
