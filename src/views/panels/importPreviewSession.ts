import { CatalogError, toCatalogError } from '../../catalog/model/errors.js';
import type { ImportJobStatus } from '../../catalog/model/importJob.js';
import type { ProgressReport } from '../../catalog/model/progress.js';
import type { ScanFile, ScanSummary } from '../../catalog/model/scan.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { formatDateTime, formatProgress, progressPercent } from '../format.js';
import type {
  FileTab,
  PageRange,
  PassedByRow,
  PreviewActivity,
  PreviewFolder,
  PreviewForecast,
  PreviewIdentity,
  PreviewReady,
  PreviewRow,
  PreviewSelection,
  PreviewSettings,
  PreviewThumbnail,
  PreviewUnavailable,
  RowPage,
} from '../panelProtocol.js';
import { errorText, shortError, skipReasonText } from './fileTexts.js';
import {
  previewFolder,
  previewForecast,
  previewRow,
  previewTiles,
  type Texts,
} from './previewRows.js';
import { PreviewLookAlikes, quietAlikeHost, type AlikeHost } from './previewLookAlikes.js';
import { jobText, readOnlyText, statusText } from './previewTexts.js';
import { ServedPaths } from './servedPaths.js';

/** What a preview needs of the editor. */
export interface PreviewHost {
  openFile(path: string): Promise<void>;
  /** The address under which the page finds a thumbnail. */
  addressOf(path: string): string;
  showJob(jobId: string): void;
  /** Scans with visible progress; null if it was cancelled. */
  scanSource(sourceId: string): Promise<string | null>;
  /** Asks for a folder; null if none was chosen. */
  chooseDirectory(): Promise<string | null>;
  /** Shows progress outside the panel until the work ends. */
  whileImporting<T>(
    title: string,
    work: (report: (text: string) => void) => Promise<T>,
  ): Promise<T>;
  /** Called when an import ended, with a text about it. */
  importEnded(text: string, jobId: string | null, failed: boolean): void;
  /** The panel now shows another scan. */
  identityChanged(identity: PreviewIdentity): void;
}

/** The engine takes at most this many rows at once. */
const enginePageSize = 10_000;
const activityIntervalMs = 100;

/** One preview: answers the webview's requests from the engine. Knows no `vscode`, so that tests can run it. */
export class ImportPreviewSession {
  #identity: PreviewIdentity;
  #activity: PreviewActivity | null = null;
  #jobId: string | null = null;
  #abort: AbortController | null = null;
  #managedDirectory: string | null = null;
  #catalogId: string | null = null;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: PreviewHost;
  readonly #sendActivity: (activity: PreviewActivity) => void;
  readonly #undatedByModificationDate: () => boolean;
  readonly #paths = new ServedPaths();
  readonly lookAlikes: PreviewLookAlikes;

  constructor(props: {
    engine: EngineClient;
    identity: PreviewIdentity;
    texts: Texts;
    host: PreviewHost;
    /** The setting's value, the default of the choice in the preview. */
    undatedByModificationDate?: () => boolean;
    sendActivity: (activity: PreviewActivity) => void;
    alikes?: AlikeHost;
  }) {
    this.#engine = props.engine;
    this.#identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
    this.#undatedByModificationDate = props.undatedByModificationDate ?? (() => false);
    this.#sendActivity = props.sendActivity;
    this.lookAlikes = new PreviewLookAlikes({
      engine: props.engine,
      texts: props.texts,
      scanId: () => this.#identity.scanId,
      addressOf: (file) => props.host.addressOf(file),
      remember: (fileId, file) => this.#paths.remember(fileId, file),
      host: props.alikes ?? quietAlikeHost,
    });
  }

  get identity(): PreviewIdentity {
    return this.#identity;
  }

  get importing(): boolean {
    return this.#abort !== null;
  }

  async load(): Promise<PreviewReady | PreviewUnavailable> {
    const { t, locale } = this.#texts;
    let scan: ScanSummary;
    try {
      scan = await this.#scan();
    } catch (error) {
      if (!CatalogError.is(error, 'SCAN_NOT_FOUND') && !CatalogError.is(error, 'SCAN_STALE'))
        throw error;
      return this.#unavailable(t('This preview is no longer there. Scan the source again.'));
    }
    this.#setIdentity({ ...this.#identity, sourceId: scan.sourceId });
    const [catalog, source] = await Promise.all([
      this.#engine.getCatalog({ catalogId: scan.catalogId }),
      this.#engine.getSource({ sourceId: scan.sourceId }),
    ]);
    this.#managedDirectory = catalog.managedDirectory;
    this.#catalogId = catalog.id;
    const unavailable = this.#importing(scan) ? null : statusText(this.#texts, scan);
    if (unavailable !== null) return this.#unavailable(unavailable, scan.status !== 'RUNNING');
    const alikes = await this.lookAlikes.overview(scan, this.importing);
    return {
      status: 'ready',
      identity: this.#identity,
      title: scan.sourceName,
      sourcePath: scan.sourcePath,
      catalogName: catalog.name,
      scannedAt: formatDateTime(scan.completedAt ?? scan.startedAt, locale),
      tiles: previewTiles(this.#texts, scan, alikes),
      defaultSettings: {
        importMode: source.defaultImportMode,
        organizationStrategy:
          source.defaultOrganizationStrategy ?? catalog.defaultOrganizationStrategy,
        undatedByModificationDate: this.#undatedByModificationDate(),
      },
      activity: this.#activity,
      alikes,
    };
  }

  #importing(scan: ScanSummary): boolean {
    return this.#abort !== null && scan.status !== 'CANCELLED' && scan.status !== 'FAILED';
  }

  #unavailable(message: string, canScanAgain = true): PreviewUnavailable {
    return {
      status: 'unavailable',
      message,
      canScanAgain: canScanAgain && this.#identity.sourceId !== null,
      activity: this.#activity,
    };
  }

  #scan(): Promise<ScanSummary> {
    return this.#engine.getScan({ scanId: this.#identity.scanId });
  }

  #setIdentity(identity: PreviewIdentity): void {
    const before = this.#identity;
    if (identity.scanId === before.scanId && identity.sourceId === before.sourceId) return;
    this.#identity = identity;
    this.#host.identityChanged(identity);
  }

  async forecast(settings: PreviewSettings): Promise<PreviewForecast> {
    const { scanId } = this.#identity;
    const [scan, forecast, state] = await Promise.all([
      this.#scan(),
      this.#engine.forecastImport({ scanId, ...settings }),
      this.#engine.getState({}),
    ]);
    this.#managedDirectory = forecast.destinationDirectory ?? this.#managedDirectory;
    const example =
      settings.importMode === 'reference' || forecast.blocked
        ? undefined
        : (await this.#firstFile(settings)).at(0);
    const readOnly = state.readOnly ? readOnlyText(this.#texts, state) : null;
    return previewForecast(this.#texts, scan, forecast, example, readOnly);
  }

  async #firstFile(settings: PreviewSettings): Promise<readonly ScanFile[]> {
    const page = await this.#engine.listScanFiles({
      scanId: this.#identity.scanId,
      state: 'new',
      offset: 0,
      limit: 1,
      plan: settings,
    });
    return page.files;
  }

  async folders(): Promise<readonly PreviewFolder[]> {
    const folders = await this.#engine.listScanFolders({ scanId: this.#identity.scanId });
    return folders.map((folder) => previewFolder(this.#texts, folder));
  }

  async files(
    params: PageRange & { tab: FileTab; settings: PreviewSettings },
  ): Promise<RowPage<PreviewRow>> {
    const { tab, settings, offset, limit } = params;
    const planned = tab === 'new' && settings.importMode !== 'reference';
    const page = await this.#engine.listScanFiles({
      scanId: this.#identity.scanId,
      state: tab,
      offset,
      limit,
      ...(planned && { plan: settings }),
    });
    for (const file of page.files) this.#paths.remember(file.id, file.path);
    return {
      total: page.total,
      rows: page.files.map((file) =>
        previewRow(this.#texts, file, settings, this.#managedDirectory),
      ),
    };
  }

  /** Thumbnails of files that were listed, made if need be. */
  async thumbnails(fileIds: readonly number[]): Promise<readonly PreviewThumbnail[]> {
    const { scanId } = this.#identity;
    const thumbnails = await this.#engine.thumbnailsOfScan({ scanId, fileIds });
    return thumbnails.map(({ fileId, path: file, state, error }) => ({
      id: fileId,
      url: file === null ? null : this.#host.addressOf(file),
      // What is wrong with a file that is not imported stands in its row already.
      problem: state === 'failed' && error ? errorText(this.#texts.t, shortError(error)) : null,
    }));
  }

  async passedBy(range: PageRange): Promise<RowPage<PassedByRow>> {
    const { t } = this.#texts;
    const page = await this.#engine.listScanSkipped({ scanId: this.#identity.scanId, ...range });
    return {
      total: page.total,
      rows: page.entries.map((entry) => {
        const reason = skipReasonText(t, entry.reason);
        return {
          path: entry.relativePath,
          reason: entry.detail === null ? reason : t('{0}: {1}', reason, entry.detail),
        };
      }),
    };
  }

  async select(selection: PreviewSelection): Promise<null> {
    const { scanId } = this.#identity;
    const { selected } = selection;
    if (selection.kind === 'all') {
      await this.#engine.setScanSelection({ scanId, selected });
    } else if (selection.kind === 'files') {
      await this.#engine.setScanSelection({ scanId, selected, fileIds: selection.fileIds });
    } else {
      const end = selection.offset + selection.count;
      for (let offset = selection.offset; offset < end; offset += enginePageSize) {
        const limit = Math.min(enginePageSize, end - offset);
        const page = await this.#engine.listScanFiles({ scanId, state: 'new', offset, limit });
        const fileIds = page.files.map((file) => file.id);
        if (fileIds.length === 0) break;
        await this.#engine.setScanSelection({ scanId, selected, fileIds });
      }
    }
    return null;
  }

  async openFile(fileId: number): Promise<null> {
    const path = this.#paths.get(fileId);
    if (path !== undefined) await this.#host.openFile(path);
    return null;
  }

  async chooseManagedDirectory(): Promise<null> {
    const catalogId = this.#catalogId;
    if (catalogId === null) return null;
    const managedDirectory = await this.#host.chooseDirectory();
    if (managedDirectory !== null)
      await this.#engine.updateCatalog({ catalogId, managedDirectory });
    return null;
  }

  async scanAgain(): Promise<null> {
    const { sourceId } = this.#identity;
    if (sourceId === null || this.importing) return null;
    const scanId = await this.#host.scanSource(sourceId);
    if (scanId !== null) this.showScan(scanId);
    return null;
  }

  /** Shows a newer scan of the same source instead. */
  showScan(scanId: string): void {
    this.lookAlikes.cancel();
    this.#activity = null;
    this.#jobId = null;
    this.#paths.clear();
    this.#setIdentity({ ...this.#identity, scanId });
  }

  showJob(): null {
    if (this.#jobId !== null) this.#host.showJob(this.#jobId);
    return null;
  }

  cancelImport(): null {
    this.#abort?.abort();
    return null;
  }

  /** Starts the import and returns; its course is told by activity notifications. */
  async startImport(settings: PreviewSettings, skipDuplicates: boolean): Promise<null> {
    const { sourceId, scanId } = this.#identity;
    if (this.#abort !== null || sourceId === null) return null;
    const { t } = this.#texts;
    const abort = new AbortController();
    this.lookAlikes.cancel();
    this.#abort = abort;
    this.#jobId = null;
    this.#report({ state: 'running', percent: null, text: t('Starting the import…') });
    void this.#host
      .whileImporting(t('Importing'), async (report) => {
        let lastReport = 0;
        return await this.#engine.importSource(
          { sourceId, scanId, ...settings, skipDuplicates },
          {
            signal: abort.signal,
            onProgress: (progress) => {
              if (progress.jobId !== undefined) this.#jobId = progress.jobId;
              if (Date.now() - lastReport < activityIntervalMs) return;
              lastReport = Date.now();
              report(this.#onProgress(progress));
            },
          },
        );
      })
      .then(
        (job) => {
          this.#abort = null;
          this.#jobId = job.id;
          this.#end(jobText(this.#texts, job), job.status, job.status === 'FAILURE');
        },
        (error: unknown) => {
          this.#abort = null;
          const failure = toCatalogError(error);
          const cancelled = failure.code === 'CANCELLED';
          const text = cancelled ? t('The import was cancelled.') : errorText(t, failure);
          this.#end(text, cancelled ? 'CANCELLED' : 'FAILURE', !cancelled);
        },
      );
    return null;
  }

  #onProgress(progress: ProgressReport): string {
    const { t, locale } = this.#texts;
    const text = formatProgress(progress, t, locale);
    this.#report({ state: 'running', percent: progressPercent(progress), text });
    return text;
  }

  #end(text: string, jobStatus: ImportJobStatus, failed: boolean): void {
    this.#report({ state: 'finished', percent: null, text, jobStatus });
    this.#host.importEnded(text, this.#jobId, failed);
  }

  #report(
    activity: Omit<PreviewActivity, 'jobStatus' | 'hasJob'> & Partial<PreviewActivity>,
  ): void {
    this.#activity = { jobStatus: null, ...activity, hasJob: this.#jobId !== null };
    this.#sendActivity(this.#activity);
  }
}
