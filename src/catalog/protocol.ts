/** The typed operations and notifications that cross the worker channel. The webviews' own are in views/. */
import type { CatalogFileOperations } from './protocol/catalogOperations.js';
import type { ImportOperations } from './protocol/importOperations.js';
import type { ImageOperations } from './protocol/imageOperations.js';
import type { DuplicateOperations } from './protocol/duplicateOperations.js';
import type { FileOperations } from './protocol/fileOperations.js';
import type { IntegrityOperations } from './protocol/integrityOperations.js';
import type { LegacyOperations } from './protocol/legacyOperations.js';
import type { StorageOperations } from './protocol/storageOperations.js';
import type { PictureOptions, PictureProgress } from './model/pictureWork.js';

/**
 * Every operation of the engine. `CatalogEngine` implements it, the worker serves it and the extension's
 * client calls it, so the three cannot differ. Every method takes one input and a control.
 * All reject with CatalogError.
 */
export interface CatalogOperations
  extends
    CatalogFileOperations,
    ImportOperations,
    ImageOperations,
    DuplicateOperations,
    FileOperations,
    IntegrityOperations,
    LegacyOperations,
    StorageOperations {}

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
  replaceByImport: true,
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
  compareImages: true,
  distanceSamples: true,
  nearDuplicatesOfScan: true,
  listLookAlikes: true,
  decideLookAlikes: true,
  inspectFiles: true,
  forecastDelete: true,
  deleteImages: true,
  forecastConvert: true,
  convertToManaged: true,
  forecastReorganize: true,
  reorganizeFiles: true,
  forecastDeleteCatalog: true,
  deleteCatalogWithFiles: true,
  undoFileOperation: true,
  resumeFileOperation: true,
  listFileOperations: true,
  emptyTrash: true,
  checkFiles: true,
  listMarkedFiles: true,
  relocateFiles: true,
  verifyFiles: true,
  acceptEdited: true,
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
  getStorageReport: true,
  readExport: true,
  writeExport: true,
  checkOutput: true,
  listBackups: true,
  inspectBackup: true,
  backUpCatalog: true,
  restoreBackup: true,
  listAudit: true,
  getAuditFacets: true,
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
  /** What the engine works for; the audit log names it. */
  readonly client?: 'editor' | 'command-line';
  /** Folder that holds `node-sqlite3-wasm.wasm` and the like. */
  readonly program?: string;
  /** Without it no thumbnails are made in the background. */
  readonly pictures?: PictureOptions;
}
