/** The typed operations and notifications that cross the worker channel. The webviews' own are in views/. */
import type {
  CatalogSummary,
  CreateCatalogInput,
  StorageInfo,
  UpdateCatalogInput,
} from './model/catalog.js';
import type {
  ImageDetails,
  ImageGroup,
  ImageSelection,
  ImageTilePage,
  QueryCompletion,
} from './model/gallery.js';
import type {
  DeleteForecast,
  DeleteImagesRequest,
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
} from './model/fileOperation.js';
import type { Image } from './model/image.js';
import type {
  ImportItem,
  ImportItemState,
  ImportJob,
  ImportJobReport,
  ImportRequest,
} from './model/importJob.js';
import type {
  BurstGroup,
  DecidedDuplicates,
  DecideDuplicatesInput,
  DistanceSample,
  DuplicateReportPage,
  FindDuplicatesInput,
  HashMethod,
  NearDuplicatesOfScan,
  PlanResolveInput,
  ResolveEntry,
  ResolvePlan,
  ResolveReport,
} from './model/duplicates.js';
import type { InspectedFile } from './model/media.js';
import type {
  LegacyCatalogInfo,
  MigrationReport,
  MigrationReportFormat,
  MigrationRequest,
  MigrationSummary,
} from './model/migration.js';
import type {
  FailedPicture,
  PictureOptions,
  PictureProgress,
  PictureStateSummary,
  Rendering,
  ScanThumbnail,
  Thumbnail,
  ThumbnailRequest,
} from './model/pictureWork.js';
import type { OperationControl } from './model/progress.js';
import type {
  BackupInfo,
  EraseCheck,
  JobManifest,
  RecoveryReport,
  RestoredBackup,
  UndoForecast,
} from './model/safety.js';
import type {
  ImportForecast,
  ImportSettings,
  ListScanFilesRequest,
  ScanFilePage,
  ScanFolder,
  ScanRequest,
  ScanSkippedEntry,
  ScanSummary,
  SetScanSelectionRequest,
} from './model/scan.js';
import type { CreateSourceInput, SourceSummary, UpdateSourceInput } from './model/source.js';

/** How the catalog file is open here. */
export interface EngineState {
  readonly catalogFile: string;
  /** False until the first catalog is created: nothing is written before. */
  readonly exists: boolean;
  readonly readOnly: boolean;
  /** Why it is read-only: another window holds it, the workspace is not trusted, or the file system forbids it. */
  readonly readOnlyReason: 'locked' | 'untrusted' | 'file-system' | null;
  /** Who holds the lock, for people. */
  readonly lockHolder: string | null;
  /** The lock was left by another computer: only a person can tell whether that one still uses the catalog. */
  readonly lockHolderIsForeign?: boolean;
}

export interface Page {
  readonly offset?: number;
  /** At most 10,000. */
  readonly limit?: number;
}

/**
 * Every operation of the engine. `CatalogEngine` implements it, the worker serves it and the extension's
 * client calls it, so the three cannot differ. Every method takes one input and a control.
 * All reject with CatalogError.
 */
export interface CatalogOperations {
  getState(input: Record<string, never>): Promise<EngineState>;
  /** Brings files and entries together again, as every opening does, and tells what was done since. */
  recover(input: Record<string, never>): Promise<RecoveryReport>;
  /**
   * Opens the catalog for writing if its holder is gone. Never while it lives. A lock that another computer left
   * is taken only with `confirmed`. Rejects with CATALOG_FILE_LOCKED, whose data tells `foreign`.
   */
  takeOver(input: { readonly confirmed?: boolean }): Promise<EngineState>;
  /** Newest first. Works while the catalog file cannot be opened. */
  listBackups(input: Record<string, never>): Promise<BackupInfo[]>;
  /** Puts a backup in the place of the catalog file, which is kept beside it. */
  restoreBackup(input: { readonly file: string }): Promise<RestoredBackup>;

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

  /** Walks and reads a source into a preview. Replaces the source's earlier unfinished preview. */
  scanSource(input: ScanRequest, control?: OperationControl): Promise<ScanSummary>;
  getScan(input: { readonly scanId: string }): Promise<ScanSummary>;
  listScanFiles(input: ListScanFilesRequest): Promise<ScanFilePage>;
  listScanFolders(input: { readonly scanId: string }): Promise<ScanFolder[]>;
  listScanSkipped(
    input: { readonly scanId: string } & Page,
  ): Promise<{ total: number; entries: ScanSkippedEntry[] }>;
  /** Reads a source and the managed copy of each of its files: what would be lost if it were erased? */
  checkSafeToErase(
    input: { readonly sourceId: string },
    control?: OperationControl,
  ): Promise<EraseCheck>;
  setScanSelection(input: SetScanSelectionRequest): Promise<ScanSummary>;
  forecastImport(
    input: { readonly scanId: string } & Partial<ImportSettings>,
  ): Promise<ImportForecast>;

  /** Runs a job to its end; progress reports carry its id. */
  importSource(input: ImportRequest, control?: OperationControl): Promise<ImportJobReport>;
  cancelImportJob(input: { readonly jobId: string }): Promise<void>;
  /** Goes on with an interrupted job to its end. */
  resumeImportJob(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ImportJobReport>;
  /** Takes back what an interrupted job did, and ends it. What has to stay is listed in its items. */
  rollBackImportJob(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ImportJobReport>;
  forecastUndo(input: { readonly jobId: string }): Promise<UndoForecast>;
  /** Takes back what a finished job did, as far as it is unchanged. What is refused is listed in its items. */
  undoImportJob(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ImportJobReport>;
  getJobManifest(input: { readonly jobId: string }): Promise<JobManifest>;
  /** Writes the manifest to an absolute path; a file there is replaced only if `overwrite` says so. */
  writeJobManifest(input: {
    readonly jobId: string;
    readonly path: string;
    readonly overwrite?: boolean;
  }): Promise<JobManifest>;
  /** Newest first. */
  listImportJobs(
    input: { readonly catalogId?: string } & Page,
  ): Promise<{ total: number; jobs: ImportJob[] }>;
  getImportJob(input: { readonly jobId: string }): Promise<ImportJobReport>;
  listImportItems(
    input: { readonly jobId: string; readonly states?: readonly ImportItemState[] } & Page,
  ): Promise<{ total: number; items: ImportItem[] }>;

  /** A page of the selection with all columns. Rejects as queryImages. */
  listImages(input: ImageSelection & Page): Promise<{ total: number; images: Image[] }>;
  getImage(input: { readonly imageId: string }): Promise<Image>;
  /** A page of the selection. Rejects with QUERY_INVALID, whose data tell `start` and `end` of the fault. */
  queryImages(input: ImageSelection & Page): Promise<ImageTilePage>;
  /** The groups of the selection in order; without groupBy one group. */
  imageGroups(input: ImageSelection): Promise<{ total: number; groups: ImageGroup[] }>;
  /** The ids of the selection in order, without `limit` all from the offset on. */
  imageIds(input: ImageSelection & Page): Promise<{ total: number; ids: string[] }>;
  /** Where images are in the selection's order; -1 for those that are not in it. */
  imagePositions(
    input: ImageSelection & { readonly imageIds: readonly string[] },
  ): Promise<number[]>;
  getImageDetails(input: { readonly imageId: string }): Promise<ImageDetails>;
  /** What could stand at the cursor of a query that is being typed. Never rejects for the query's text. */
  completeQuery(input: {
    readonly catalogId: string;
    readonly query: string;
    readonly cursor: number;
  }): Promise<QueryCompletion>;
  /**
   * Duplicates of a catalog, page by page. The first call computes a report, making pictures and hashes that are
   * missing; pass its `reportId` on for further pages and other filters of the same report.
   */
  findDuplicates(
    input: FindDuplicatesInput,
    control?: OperationControl,
  ): Promise<DuplicateReportPage>;
  /** Shots taken within seconds, by time. */
  listBursts(
    input: { readonly catalogId: string; readonly reportId?: string } & Page,
    control?: OperationControl,
  ): Promise<{ reportId: string; total: number; bursts: readonly BurstGroup[] }>;
  /** Remembers what a person decided about groups, by their contents. Nothing is removed. */
  decideDuplicates(input: DecideDuplicatesInput): Promise<DecidedDuplicates>;
  /** What was decided before counts again. */
  undoDuplicateDecision(input: { readonly decisionId: string }): Promise<{ pairs: number }>;
  /** Writes all groups that pass the filter to an absolute path. */
  exportDuplicates(
    input: FindDuplicatesInput & {
      readonly format: 'csv' | 'json';
      readonly path: string;
      readonly overwrite?: boolean;
    },
    control?: OperationControl,
  ): Promise<{ groups: number; bytes: number }>;
  /** A dry run of resolving duplicates: every image that would leave. Changes nothing. */
  planResolve(input: PlanResolveInput & Page, control?: OperationControl): Promise<ResolvePlan>;
  listResolveEntries(
    input: { readonly planId: string } & Page,
  ): Promise<{ total: number; entries: readonly ResolveEntry[] }>;
  /** Does what a plan lists, after reading every file that is to stay. Referenced files stay where they are. */
  applyResolve(
    input: { readonly planId: string },
    control?: OperationControl,
  ): Promise<ResolveReport>;
  /** Brings back what a resolution took out, until the trash is emptied. */
  undoResolve(
    input: { readonly resolutionId: string },
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Pairs per distance, to choose a threshold by looking. */
  distanceSamples(
    input: {
      readonly catalogId: string;
      readonly method?: HashMethod;
      readonly perDistance?: number;
    },
    control?: OperationControl,
  ): Promise<DistanceSample[]>;
  /** New files of a scan that look like images of the catalog. Decodes them, so it takes its time. */
  nearDuplicatesOfScan(
    input: { readonly scanId: string },
    control?: OperationControl,
  ): Promise<NearDuplicatesOfScan>;
  /** What the engine reads from files, catalog or not. Never rejects for a bad file: its object carries the error. */
  inspectFiles(input: { readonly paths: readonly string[] }): Promise<InspectedFile[]>;

  /** What a deletion would do; reads the managed files that would go. */
  forecastDelete(input: DeleteImagesRequest, control?: OperationControl): Promise<DeleteForecast>;
  /** Takes images out of the catalog; managed files go to the trash if asked, referenced ones are never touched. */
  deleteImages(
    input: DeleteImagesRequest,
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Brings back what a deletion took out, until the trash is emptied. */
  undoFileOperation(
    input: { readonly operationId: string },
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** Newest first. */
  listFileOperations(
    input: { readonly catalogId?: string } & Page,
  ): Promise<{ total: number; operations: FileOperation[] }>;
  /** Removes for good what deletions moved to the trash. */
  emptyTrash(
    input: { readonly catalogId: string; readonly operationId?: string },
    control?: OperationControl,
  ): Promise<EmptiedTrash>;

  /** The old catalogs in a folder, a file or a database. Reads only. */
  listLegacyCatalogs(input: { readonly from: string }): Promise<LegacyCatalogInfo[]>;
  /** What a migration would do; writes nothing. One report per old catalog, or per file of one. */
  planMigration(input: MigrationRequest, control?: OperationControl): Promise<MigrationReport[]>;
  /** Brings old catalogs along. The same again adds only what is new, or goes on after an interruption. */
  migrateLegacy(input: MigrationRequest, control?: OperationControl): Promise<MigrationReport[]>;
  /** Newest first. */
  listMigrations(input: { readonly catalogId?: string }): Promise<MigrationSummary[]>;
  /** Writes a report to an absolute path; a file there is replaced only if `overwrite` says so. */
  writeMigrationReport(input: {
    readonly migrationId: string;
    readonly path: string;
    readonly format: MigrationReportFormat;
    readonly overwrite?: boolean;
  }): Promise<void>;

  /** Thumbnails in the order of the ids, made first if need be, before all background work. Cancel what is out of sight. */
  requestThumbnails(input: ThumbnailRequest, control?: OperationControl): Promise<Thumbnail[]>;
  /** Thumbnails of at most 2,000 files of a scan. An import of the files uses them too. */
  thumbnailsOfScan(
    input: { readonly scanId: string; readonly fileIds: readonly number[] },
    control?: OperationControl,
  ): Promise<ScanThumbnail[]>;
  /** A picture for formats that a browser does not show. @param input.longEdge in pixels, at most 4096 */
  renderPicture(
    input: { readonly imageId: string; readonly longEdge: number },
    control?: OperationControl,
  ): Promise<Rendering>;
  getPictureState(input: { readonly catalogId: string }): Promise<PictureStateSummary>;
  /** The background work as it is now. */
  getPictureProgress(input: Record<string, never>): Promise<PictureProgress>;
  /** In import order. */
  listFailedPictures(
    input: { readonly catalogId: string } & Page,
  ): Promise<{ total: number; pictures: FailedPicture[] }>;
  /** Makes all pending pictures of a catalog now and waits for it. */
  makePictures(
    input: { readonly catalogId: string },
    control?: OperationControl,
  ): Promise<PictureStateSummary>;
  /** Marks pictures to be made again; the background work, or makePictures, does it. */
  rebuildThumbnails(input: {
    readonly catalogId: string;
    readonly failedOnly?: boolean;
  }): Promise<{ count: number }>;
  /** Pauses or resumes the background work; kept over restarts on this machine. */
  pausePictures(input: { readonly paused: boolean }): Promise<PictureProgress>;
  configurePictures(input: PictureOptions): Promise<PictureProgress>;
}

export type OperationName = keyof CatalogOperations;
export type OperationInput<Name extends OperationName> = Parameters<CatalogOperations[Name]>[0];
export type OperationResult<Name extends OperationName> = Awaited<
  ReturnType<CatalogOperations[Name]>
>;

/** Every operation once; the type makes a forgotten one an error. */
const operations: Record<OperationName, true> = {
  getState: true,
  recover: true,
  takeOver: true,
  listBackups: true,
  restoreBackup: true,
  createCatalog: true,
  listCatalogs: true,
  getCatalog: true,
  updateCatalog: true,
  deleteCatalog: true,
  getStorageInfo: true,
  createSource: true,
  listSources: true,
  getSource: true,
  updateSource: true,
  deleteSource: true,
  scanSource: true,
  getScan: true,
  listScanFiles: true,
  listScanFolders: true,
  listScanSkipped: true,
  checkSafeToErase: true,
  setScanSelection: true,
  forecastImport: true,
  importSource: true,
  cancelImportJob: true,
  resumeImportJob: true,
  rollBackImportJob: true,
  forecastUndo: true,
  undoImportJob: true,
  getJobManifest: true,
  writeJobManifest: true,
  listImportJobs: true,
  getImportJob: true,
  listImportItems: true,
  listImages: true,
  getImage: true,
  queryImages: true,
  imageGroups: true,
  imageIds: true,
  imagePositions: true,
  getImageDetails: true,
  completeQuery: true,
  findDuplicates: true,
  listBursts: true,
  decideDuplicates: true,
  undoDuplicateDecision: true,
  exportDuplicates: true,
  planResolve: true,
  listResolveEntries: true,
  applyResolve: true,
  undoResolve: true,
  distanceSamples: true,
  nearDuplicatesOfScan: true,
  inspectFiles: true,
  forecastDelete: true,
  deleteImages: true,
  undoFileOperation: true,
  listFileOperations: true,
  emptyTrash: true,
  listLegacyCatalogs: true,
  planMigration: true,
  migrateLegacy: true,
  listMigrations: true,
  writeMigrationReport: true,
  requestThumbnails: true,
  thumbnailsOfScan: true,
  renderPicture: true,
  getPictureState: true,
  getPictureProgress: true,
  listFailedPictures: true,
  makePictures: true,
  rebuildThumbnails: true,
  pausePictures: true,
  configurePictures: true,
};

export const operationNames = Object.keys(operations) as readonly OperationName[];

/** What changed in the catalog; views fetch again what they show. */
export type ChangedEntity =
  'state' | 'catalogs' | 'sources' | 'scans' | 'importJobs' | 'images' | 'duplicates';

/** Notifications from the engine, by name. */
export interface EngineNotifications {
  changed: { readonly entities: readonly ChangedEntity[] };
  /** Ids of images whose thumbnail was made or could not be made, collected for a moment. */
  pictures: { readonly ready: readonly string[]; readonly failed: readonly string[] };
  pictureProgress: PictureProgress;
  log: { readonly level: 'info' | 'warn' | 'error'; readonly message: string };
}

/** What the worker is started with. */
export interface EngineOptions {
  /** Absolute path of the workspace folder whose `.image-catalog/` holds the catalog file. */
  readonly workspaceDirectory: string;
  /** Untrusted workspaces are read from bytes and never written. */
  readonly trusted: boolean;
  /** Machine-local folder of this user, outside any workspace, for the managed directories' bindings. */
  readonly machineStateDirectory: string;
  /** Folder that holds `node-sqlite3-wasm.wasm` and the like. */
  readonly program?: string;
  /** Without it no thumbnails are made in the background. */
  readonly pictures?: PictureOptions;
}
