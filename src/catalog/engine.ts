import { createDecoder as createDecoderPool } from './media/decode/createDecoder.js';
import { defaultMaximumPixels } from './media/decode/decodeLimits.js';
import { inspectFiles } from './media/inspect.js';
import { nodeFilePort } from './files/filePort.js';
import { CatalogError } from './model/errors.js';
import type { CatalogSummary, StorageInfo } from './model/catalog.js';
import type {
  DecidedDuplicates,
  DistanceSample,
  DuplicateReportPage,
  NearDuplicatesOfScan,
  ResolvePlan,
  ResolveReport,
} from './model/duplicates.js';
import type { ImageDetails, QueryCompletion } from './model/gallery.js';
import type {
  DeleteForecast,
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
} from './model/fileOperation.js';
import type { Image } from './model/image.js';
import type { ImportItem, ImportJob, ImportJobReport } from './model/importJob.js';
import type { InspectedFile } from './model/media.js';
import type {
  PictureProgress,
  PictureStateSummary,
  Rendering,
  ScanThumbnail,
  Thumbnail,
} from './model/pictureWork.js';
import type { LegacyCatalogInfo, MigrationReport, MigrationSummary } from './model/migration.js';
import type { OperationControl } from './model/progress.js';
import type { ImportForecast, ScanFilePage, ScanFolder, ScanSummary } from './model/scan.js';
import type {
  BackupInfo,
  EraseCheck,
  JobManifest,
  RecoveryReport,
  RestoredBackup,
  UndoForecast,
} from './model/safety.js';
import type { SourceSummary } from './model/source.js';
import type {
  CatalogOperations,
  EngineOptions,
  EngineState,
  OperationInput,
  OperationResult,
} from './protocol.js';
import type { OperationDeps } from './operations/operationDeps.js';
import * as catalogs from './operations/catalogs.js';
import * as duplicates from './operations/duplicates.js';
import * as fileOperations from './operations/fileOperations.js';
import * as resolving from './operations/resolveDuplicates.js';
import * as gallery from './operations/gallery.js';
import * as jobs from './operations/importJobs.js';
import * as legacy from './operations/legacy.js';
import * as pictures from './operations/pictures.js';
import * as safety from './operations/safety.js';
import * as scans from './operations/scans.js';
import * as sources from './operations/sources.js';
import { storageInfo } from './operations/storageInfo.js';
import type { CreateDecoder } from './pictures/pictureWork.js';
import { describeBackups } from './store/restoreBackup.js';
import { CatalogSession, type EngineEvents } from './session.js';

/**
 * The engine on one catalog file: one method per operation, each a call into a feature. Opening is lazy and
 * is tried again after a failure, so a damaged or locked file is an error of the call, not of the engine.
 * All methods reject with CatalogError.
 */
export class CatalogEngine implements CatalogOperations {
  readonly #session: CatalogSession;
  readonly #createDecoder: CreateDecoder;

  private constructor(session: CatalogSession, createDecoder: CreateDecoder) {
    this.#session = session;
    this.#createDecoder = createDecoder;
  }

  /**
   * Nothing is read or written before the first operation.
   * @param createDecoder default: this program's own, from the folder of `options.program`
   */
  static open(
    options: EngineOptions,
    events: Partial<EngineEvents> = {},
    createDecoder: CreateDecoder = (limits) =>
      createDecoderPool({ programFolder: options.program ?? import.meta.dirname, ...limits }),
  ): Promise<CatalogEngine> {
    const session = new CatalogSession(options, events, createDecoder);
    return Promise.resolve(new CatalogEngine(session, createDecoder));
  }

  /** Cancels running work, waits for it, and gives the catalog file free. */
  close(): Promise<void> {
    return this.#session.close();
  }

  getState(): Promise<EngineState> {
    return this.#session.state();
  }

  recover(): Promise<RecoveryReport> {
    return this.#session.recover();
  }

  takeOver({ confirmed }: OperationInput<'takeOver'>): Promise<EngineState> {
    return this.#session.takeOver(confirmed ?? false);
  }

  async listBackups(): Promise<BackupInfo[]> {
    return describeBackups(this.#session.catalogFile);
  }

  restoreBackup({ file }: OperationInput<'restoreBackup'>): Promise<RestoredBackup> {
    return this.#session.restore(file);
  }

  createCatalog(input: OperationInput<'createCatalog'>): Promise<CatalogSummary> {
    return this.#session.create(['catalogs'], (deps) => catalogs.createCatalog(deps, input));
  }

  listCatalogs(): Promise<CatalogSummary[]> {
    return this.#session.read([], (deps) =>
      deps.store.catalogs.list().map((catalog) => catalogs.summarizeCatalog(deps, catalog)),
    );
  }

  getCatalog({ catalogId }: OperationInput<'getCatalog'>): Promise<CatalogSummary> {
    return this.#session.readExisting((deps) =>
      catalogs.summarizeCatalog(deps, catalogs.requireCatalog(deps, catalogId)),
    );
  }

  updateCatalog(input: OperationInput<'updateCatalog'>): Promise<CatalogSummary> {
    return this.#session.write(['catalogs'], (deps) => catalogs.updateCatalog(deps, input));
  }

  deleteCatalog({ catalogId }: OperationInput<'deleteCatalog'>): Promise<void> {
    return this.#session.write(['catalogs', 'sources', 'scans', 'importJobs', 'images'], (deps) => {
      this.#session.work.requireIdle(catalogId);
      catalogs.deleteCatalog(deps, catalogId);
    });
  }

  getStorageInfo({ catalogId }: OperationInput<'getStorageInfo'>): Promise<StorageInfo> {
    return this.#session.readExisting((deps) => storageInfo(deps, catalogId));
  }

  createSource(input: OperationInput<'createSource'>): Promise<SourceSummary> {
    return this.#session.write(['sources', 'catalogs'], (deps) =>
      sources.createSource(deps, input),
    );
  }

  listSources(input: OperationInput<'listSources'>): Promise<SourceSummary[]> {
    return this.#session.read([], (deps) => sources.listSources(deps, input));
  }

  getSource({ sourceId }: OperationInput<'getSource'>): Promise<SourceSummary> {
    return this.#session.readExisting((deps) => sources.getSource(deps, sourceId));
  }

  updateSource(input: OperationInput<'updateSource'>): Promise<SourceSummary> {
    return this.#session.write(['sources'], (deps) => sources.updateSource(deps, input));
  }

  deleteSource({ sourceId }: OperationInput<'deleteSource'>): Promise<void> {
    return this.#session.write(['sources', 'catalogs', 'scans', 'importJobs'], (deps) => {
      this.#session.work.requireIdle(sources.requireSource(deps, sourceId).catalogId);
      sources.deleteSource(deps, sourceId);
    });
  }

  scanSource(
    input: OperationInput<'scanSource'>,
    control: OperationControl = {},
  ): Promise<ScanSummary> {
    return this.#session.write(['scans', 'sources'], (deps) => {
      const { catalogId } = sources.requireSource(deps, input.sourceId);
      return this.#session.work.run(
        { kind: 'scan', id: input.sourceId, catalogId },
        control,
        (own) => scans.scan(deps, input, own),
      );
    });
  }

  getScan({ scanId }: OperationInput<'getScan'>): Promise<ScanSummary> {
    return this.#session.readExisting((deps) => scans.requireScan(deps, scanId));
  }

  listScanFiles(input: OperationInput<'listScanFiles'>): Promise<ScanFilePage> {
    return this.#session.readExisting((deps) => scans.listFiles(deps, input));
  }

  listScanFolders({ scanId }: OperationInput<'listScanFolders'>): Promise<ScanFolder[]> {
    return this.#session.readExisting((deps) => {
      scans.requireScan(deps, scanId);
      return deps.store.scanFiles.folders(scanId);
    });
  }

  listScanSkipped(
    input: OperationInput<'listScanSkipped'>,
  ): Promise<OperationResult<'listScanSkipped'>> {
    return this.#session.readExisting((deps) => scans.listSkipped(deps, input));
  }

  setScanSelection(input: OperationInput<'setScanSelection'>): Promise<ScanSummary> {
    return this.#session.write(['scans'], (deps) => scans.setSelection(deps, input));
  }

  forecastImport(input: OperationInput<'forecastImport'>): Promise<ImportForecast> {
    return this.#session.readExisting((deps) => scans.forecast(deps, input));
  }

  importSource(
    input: OperationInput<'importSource'>,
    control: OperationControl = {},
  ): Promise<ImportJobReport> {
    return this.#session.write(['importJobs', 'images', 'scans', 'sources', 'catalogs'], (deps) => {
      const { catalogId } = sources.requireSource(deps, input.sourceId);
      return this.#session.work.run(
        { kind: 'import', id: input.scanId, catalogId },
        control,
        (own) => jobs.runImport(deps, input, own),
      );
    });
  }

  async cancelImportJob({ jobId }: OperationInput<'cancelImportJob'>): Promise<void> {
    if (!this.#session.work.cancelJob(jobId)) {
      await this.#session.readExisting((deps) => jobs.requireJob(deps, jobId));
      throw new CatalogError('JOB_NOT_RUNNING', { job: jobId });
    }
  }

  resumeImportJob(
    { jobId }: OperationInput<'resumeImportJob'>,
    control: OperationControl = {},
  ): Promise<ImportJobReport> {
    return this.#runJob(jobId, control, safety.resumeImport);
  }

  rollBackImportJob(
    { jobId }: OperationInput<'rollBackImportJob'>,
    control: OperationControl = {},
  ): Promise<ImportJobReport> {
    return this.#runJob(jobId, control, safety.rollBackImport);
  }

  undoImportJob(
    { jobId }: OperationInput<'undoImportJob'>,
    control: OperationControl = {},
  ): Promise<ImportJobReport> {
    return this.#runJob(jobId, control, safety.undoImport);
  }

  #runJob(
    jobId: string,
    control: OperationControl,
    work: (deps: OperationDeps, jobId: string, own: OperationControl) => Promise<ImportJobReport>,
  ): Promise<ImportJobReport> {
    return this.#session.write(['importJobs', 'images', 'scans', 'sources', 'catalogs'], (deps) => {
      const { catalogId } = jobs.requireJob(deps, jobId);
      const description = { kind: 'import', id: jobId, catalogId, jobId } as const;
      return this.#session.work.run(description, control, (own) => work(deps, jobId, own));
    });
  }

  forecastUndo({ jobId }: OperationInput<'forecastUndo'>): Promise<UndoForecast> {
    return this.#session.readExisting((deps) => safety.forecastUndoOf(deps, jobId));
  }

  getJobManifest({ jobId }: OperationInput<'getJobManifest'>): Promise<JobManifest> {
    return this.#session.readExisting((deps) => safety.manifestOf(deps, jobId));
  }

  writeJobManifest(input: OperationInput<'writeJobManifest'>): Promise<JobManifest> {
    return this.#session.readExisting((deps) => safety.writeManifest(deps, input));
  }

  checkSafeToErase(
    { sourceId }: OperationInput<'checkSafeToErase'>,
    control: OperationControl = {},
  ): Promise<EraseCheck> {
    return this.#session.readExisting((deps) => safety.checkErase(deps, sourceId, control));
  }

  listImportJobs(
    input: OperationInput<'listImportJobs'>,
  ): Promise<{ total: number; jobs: ImportJob[] }> {
    return this.#session.read({ total: 0, jobs: [] }, (deps) => jobs.listJobs(deps, input));
  }

  getImportJob({ jobId }: OperationInput<'getImportJob'>): Promise<ImportJobReport> {
    return this.#session.readExisting((deps) => jobs.jobReport(deps, jobId));
  }

  listImportItems(
    input: OperationInput<'listImportItems'>,
  ): Promise<{ total: number; items: ImportItem[] }> {
    return this.#session.readExisting((deps) => jobs.listItems(deps, input));
  }

  listImages(input: OperationInput<'listImages'>): Promise<{ total: number; images: Image[] }> {
    return this.#session.readExisting((deps) => gallery.listImages(deps, input));
  }

  getImage({ imageId }: OperationInput<'getImage'>): Promise<Image> {
    return this.#session.readExisting((deps) => {
      const image = deps.store.images.find(imageId);
      if (!image) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
      return image;
    });
  }

  queryImages(input: OperationInput<'queryImages'>): Promise<OperationResult<'queryImages'>> {
    return this.#session.readExisting((deps) => gallery.queryImages(deps, input));
  }

  imageGroups(input: OperationInput<'imageGroups'>): Promise<OperationResult<'imageGroups'>> {
    return this.#session.readExisting((deps) => gallery.imageGroups(deps, input));
  }

  imageIds(input: OperationInput<'imageIds'>): Promise<OperationResult<'imageIds'>> {
    return this.#session.readExisting((deps) => gallery.imageIds(deps, input));
  }

  imagePositions(input: OperationInput<'imagePositions'>): Promise<number[]> {
    return this.#session.readExisting((deps) => gallery.imagePositions(deps, input));
  }

  getImageDetails({ imageId }: OperationInput<'getImageDetails'>): Promise<ImageDetails> {
    return this.#session.readExisting((deps) => gallery.imageDetails(deps, imageId));
  }

  completeQuery(input: OperationInput<'completeQuery'>): Promise<QueryCompletion> {
    return this.#session.readExisting((deps) => gallery.completeQuery(deps, input));
  }

  listLegacyCatalogs({ from }: OperationInput<'listLegacyCatalogs'>): Promise<LegacyCatalogInfo[]> {
    return this.#session.readIfAny((deps) =>
      legacy.listLegacyCatalogs(deps ?? legacy.withoutStore, from),
    );
  }

  planMigration(
    input: OperationInput<'planMigration'>,
    control: OperationControl = {},
  ): Promise<MigrationReport[]> {
    return this.#session.readIfAny((deps) =>
      this.#session.work.run({ kind: 'scan', id: input.from, catalogId: '' }, control, (own) =>
        legacy.planMigration(deps ?? legacy.withoutStore, input, own),
      ),
    );
  }

  migrateLegacy(
    input: OperationInput<'migrateLegacy'>,
    control: OperationControl = {},
  ): Promise<MigrationReport[]> {
    const changes = ['catalogs', 'sources', 'importJobs', 'images', 'scans'] as const;
    return legacy.migrateLegacy(
      input,
      control,
      (work) => this.#session.readIfAny((deps) => work(deps ?? legacy.withoutStore)),
      (work) =>
        this.#session.create(changes, (deps) => {
          this.#session.work.requireNothing();
          const description = { kind: 'import', id: input.from, catalogId: '' } as const;
          return this.#session.work.run(description, control, (own) => work(deps, own));
        }),
    );
  }

  listMigrations({ catalogId }: OperationInput<'listMigrations'>): Promise<MigrationSummary[]> {
    return this.#session.read([], (deps) => legacy.listMigrations(deps, catalogId));
  }

  writeMigrationReport(input: OperationInput<'writeMigrationReport'>): Promise<void> {
    return this.#session.readExisting((deps) => legacy.writeMigrationReport(deps, input));
  }

  findDuplicates(
    input: OperationInput<'findDuplicates'>,
    control: OperationControl = {},
  ): Promise<DuplicateReportPage> {
    return this.#session.readExisting((deps) => duplicates.findDuplicates(deps, input, control));
  }

  listBursts(
    input: OperationInput<'listBursts'>,
    control: OperationControl = {},
  ): Promise<OperationResult<'listBursts'>> {
    return this.#session.readExisting((deps) => duplicates.listBursts(deps, input, control));
  }

  decideDuplicates(input: OperationInput<'decideDuplicates'>): Promise<DecidedDuplicates> {
    return this.#session.write(['duplicates'], (deps) => duplicates.decideDuplicates(deps, input));
  }

  undoDuplicateDecision(
    input: OperationInput<'undoDuplicateDecision'>,
  ): Promise<{ pairs: number }> {
    return this.#session.write(['duplicates'], (deps) => duplicates.undoDecision(deps, input));
  }

  exportDuplicates(
    input: OperationInput<'exportDuplicates'>,
    control: OperationControl = {},
  ): Promise<OperationResult<'exportDuplicates'>> {
    return this.#session.readExisting((deps) => duplicates.exportDuplicates(deps, input, control));
  }

  planResolve(
    input: OperationInput<'planResolve'>,
    control: OperationControl = {},
  ): Promise<ResolvePlan> {
    return this.#session.readExisting((deps) => resolving.planResolve(deps, input, control));
  }

  listResolveEntries(
    input: OperationInput<'listResolveEntries'>,
  ): Promise<OperationResult<'listResolveEntries'>> {
    return this.#session.readExisting((deps) => resolving.listResolveEntries(deps, input));
  }

  applyResolve(
    input: OperationInput<'applyResolve'>,
    control: OperationControl = {},
  ): Promise<ResolveReport> {
    return this.#session.write(['images', 'catalogs', 'duplicates'], (deps) =>
      resolving.applyResolve(deps, input, control),
    );
  }

  undoResolve(
    input: OperationInput<'undoResolve'>,
    control: OperationControl = {},
  ): Promise<FileOperationReport> {
    return this.#session.write(['images', 'catalogs', 'duplicates'], (deps) =>
      resolving.undoResolve(deps, input, control),
    );
  }

  distanceSamples(
    input: OperationInput<'distanceSamples'>,
    control: OperationControl = {},
  ): Promise<DistanceSample[]> {
    return this.#session.readExisting((deps) => duplicates.distanceSamples(deps, input, control));
  }

  nearDuplicatesOfScan(
    input: OperationInput<'nearDuplicatesOfScan'>,
    control: OperationControl = {},
  ): Promise<NearDuplicatesOfScan> {
    return this.#session.readExisting((deps) =>
      duplicates.nearDuplicatesOfScan(deps, input, control),
    );
  }

  async inspectFiles({ paths }: OperationInput<'inspectFiles'>): Promise<InspectedFile[]> {
    const decoder = this.#createDecoder({ maximumPixels: defaultMaximumPixels });
    try {
      return await inspectFiles(paths, { files: nodeFilePort, now: () => new Date(), decoder });
    } finally {
      await decoder.close();
    }
  }

  requestThumbnails(
    input: OperationInput<'requestThumbnails'>,
    control: OperationControl = {},
  ): Promise<Thumbnail[]> {
    return this.#session.readExisting((deps) => pictures.requestThumbnails(deps, input, control));
  }

  thumbnailsOfScan(
    input: OperationInput<'thumbnailsOfScan'>,
    control: OperationControl = {},
  ): Promise<ScanThumbnail[]> {
    return this.#session.readExisting((deps) => pictures.thumbnailsOfScan(deps, input, control));
  }

  renderPicture(
    input: OperationInput<'renderPicture'>,
    control: OperationControl = {},
  ): Promise<Rendering> {
    return this.#session.readExisting((deps) => pictures.renderPicture(deps, input, control));
  }

  getPictureState(input: OperationInput<'getPictureState'>): Promise<PictureStateSummary> {
    return this.#session.readExisting((deps) => pictures.pictureState(deps, input));
  }

  getPictureProgress(): Promise<PictureProgress> {
    return this.#session.read(pictures.noProgress, (deps) => deps.pictures.progress());
  }

  listFailedPictures(
    input: OperationInput<'listFailedPictures'>,
  ): Promise<OperationResult<'listFailedPictures'>> {
    return this.#session.readExisting((deps) => pictures.listFailed(deps, input));
  }

  makePictures(
    input: OperationInput<'makePictures'>,
    control: OperationControl = {},
  ): Promise<PictureStateSummary> {
    return this.#session.write(['images'], (deps) => pictures.makeAll(deps, input, control));
  }

  rebuildThumbnails(input: OperationInput<'rebuildThumbnails'>): Promise<{ count: number }> {
    return this.#session.write(['images'], (deps) => pictures.rebuild(deps, input));
  }

  pausePictures(input: OperationInput<'pausePictures'>): Promise<PictureProgress> {
    return this.#session.read(pictures.noProgress, (deps) => deps.pictures.setPaused(input.paused));
  }

  configurePictures(input: OperationInput<'configurePictures'>): Promise<PictureProgress> {
    return this.#session.read(pictures.noProgress, (deps) => pictures.configure(deps, input));
  }

  forecastDelete(
    input: OperationInput<'forecastDelete'>,
    control: OperationControl = {},
  ): Promise<DeleteForecast> {
    return this.#session.readExisting((deps) =>
      fileOperations.forecastDeletion(deps, input, control),
    );
  }

  deleteImages(
    input: OperationInput<'deleteImages'>,
    control: OperationControl = {},
  ): Promise<FileOperationReport> {
    return this.#changeFiles(input.catalogId, 'delete', control, (deps, own) =>
      fileOperations.runDeletion(deps, input, own),
    );
  }

  undoFileOperation(
    { operationId }: OperationInput<'undoFileOperation'>,
    control: OperationControl = {},
  ): Promise<FileOperationReport> {
    return this.#session.write(['images', 'catalogs', 'sources'], (deps) => {
      const { catalogId } = fileOperations.requireOperation(deps, operationId);
      return this.#session.work.run({ kind: 'files', id: operationId, catalogId }, control, (own) =>
        fileOperations.undoOperation(deps, operationId, own),
      );
    });
  }

  listFileOperations(
    input: OperationInput<'listFileOperations'>,
  ): Promise<{ total: number; operations: FileOperation[] }> {
    return this.#session.read({ total: 0, operations: [] }, (deps) =>
      fileOperations.listOperations(deps, input),
    );
  }

  emptyTrash(
    input: OperationInput<'emptyTrash'>,
    control: OperationControl = {},
  ): Promise<EmptiedTrash> {
    return this.#changeFiles(input.catalogId, 'trash', control, (deps, own) =>
      fileOperations.emptyCatalogTrash(deps, input, own),
    );
  }

  #changeFiles<T>(
    catalogId: string,
    id: string,
    control: OperationControl,
    work: (deps: OperationDeps, own: OperationControl) => Promise<T>,
  ): Promise<T> {
    return this.#session.write(['images', 'catalogs', 'sources'], (deps) =>
      this.#session.work.run({ kind: 'files', id, catalogId }, control, (own) => work(deps, own)),
    );
  }
}
