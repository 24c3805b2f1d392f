import path from 'node:path';
import { CatalogError } from '../../catalog/model/errors.js';
import type {
  ImportItem,
  ImportItemState,
  ImportJobReport,
  ImportJobStatus,
} from '../../catalog/model/importJob.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import {
  formatBytes,
  formatCount,
  formatDateTime,
  formatDuration,
  type Translate,
} from '../format.js';
import type {
  JobAction,
  JobErrorGroup,
  JobFigure,
  JobFilter,
  JobIdentity,
  JobReady,
  JobRow,
  JobRowKind,
  JobUnavailable,
  PageRange,
  RowPage,
} from '../panelProtocol.js';
import { errorCauseText, errorText } from './fileTexts.js';
import type { Texts } from './previewRows.js';
import { openReplacementsText } from './previewTexts.js';
import { ServedPaths } from './servedPaths.js';

const filterStates: Record<Exclude<JobFilter, 'all'>, readonly ImportItemState[]> = {
  imported: ['DONE', 'RELEASED', 'SOURCE_KEPT', 'UNDOING'],
  duplicate: ['DUPLICATE'],
  failed: ['FAILED'],
  other: ['PLANNED', 'PLACED', 'CANCELLED', 'ROLLED_BACK', 'UNDONE'],
};

/** Nothing of them is at the place that was planned for them. */
const notThere: ReadonlySet<ImportItemState> = new Set(['CANCELLED', 'ROLLED_BACK', 'UNDONE']);

/** What a report needs of the editor. */
export interface JobReportHost {
  openFile(path: string): Promise<void>;
  revealFile(path: string): Promise<void>;
  openPreview(scanId: string): Promise<void>;
  /** Runs the command for it, with its questions and messages. */
  runAction(action: Exclude<JobAction, 'replace'>): Promise<void>;
}

/** One job report: answers the webview's requests from the engine. Knows no `vscode`, so that tests can run it. */
export class JobReportSession {
  readonly identity: JobIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: JobReportHost;
  readonly #now: () => Date;
  readonly #paths = new ServedPaths();
  #sourceId: string | null = null;
  #managedDirectory: string | null = null;

  constructor(props: {
    engine: EngineClient;
    identity: JobIdentity;
    texts: Texts;
    host: JobReportHost;
    now?: () => Date;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
    this.#now = props.now ?? (() => new Date());
  }

  async load(): Promise<JobReady | JobUnavailable> {
    const { t } = this.#texts;
    let job: ImportJobReport;
    try {
      job = await this.#engine.getImportJob({ jobId: this.identity.jobId });
    } catch (error) {
      if (!CatalogError.is(error, 'JOB_NOT_FOUND')) throw error;
      return { status: 'unavailable', message: t('This import job is no longer in the catalog.') };
    }
    this.#sourceId = job.sourceId;
    const catalog = await this.#engine.getCatalog({ catalogId: job.catalogId });
    this.#managedDirectory = catalog.managedDirectory;
    return this.#report(job, await this.#openScanId());
  }

  async #openScanId(): Promise<string | null> {
    if (this.#sourceId === null) return null;
    try {
      return (await this.#engine.getSource({ sourceId: this.#sourceId })).openScanId;
    } catch (error) {
      if (CatalogError.is(error, 'SOURCE_NOT_FOUND')) return null;
      throw error;
    }
  }

  #report(job: ImportJobReport, openScanId: string | null): JobReady {
    const { t, locale } = this.#texts;
    const counts = itemCounts(job);
    const running = job.status === 'RUNNING' || job.status === 'PENDING';
    const done = job.filesImported + job.filesSkipped + job.filesFailed;
    return {
      status: 'ready',
      title: t('{0}, {1}', job.sourceName, formatDateTime(job.startedAt, locale)),
      jobStatus: job.status,
      statusText: statusText(t, job.status),
      facts: this.#facts(job),
      counts,
      figures: this.#figures(job),
      note: noteOf(this.#texts, job),
      errorGroups: this.#errorGroups(job),
      running,
      progressText: running
        ? t('{0} of {1} files', formatCount(done, locale), formatCount(job.filesDiscovered, locale))
        : null,
      percent:
        running && job.filesDiscovered > 0 ? Math.floor((done / job.filesDiscovered) * 100) : null,
      canOpenPreview: openScanId !== null,
      actions: actionsOf(job),
    };
  }

  #facts(job: ImportJobReport): JobFigure[] {
    const { t, locale } = this.#texts;
    const end = job.completedAt === null ? this.#now() : new Date(job.completedAt);
    const seconds = (end.getTime() - new Date(job.startedAt).getTime()) / 1000;
    return [
      { label: t('Source'), value: t('{0} ({1})', job.sourceName, job.sourcePath) },
      { label: t('Catalog'), value: job.catalogName },
      { label: t('Mode'), value: modeText(t, job) },
      ...(job.importMode === 'reference'
        ? []
        : [{ label: t('Strategy'), value: job.organizationStrategy }]),
      { label: t('Started'), value: formatDateTime(job.startedAt, locale) },
      { label: t('Duration'), value: formatDuration(seconds) },
    ];
  }

  #figures(job: ImportJobReport): JobFigure[] {
    const { t, locale } = this.#texts;
    const count = (value: number): string => formatCount(value, locale);
    // The job counts as skipped whatever it did not import, and that without an error.
    const notImported = job.itemCounts.cancelled + job.itemCounts.planned;
    const figures = [
      { label: t('Discovered'), value: count(job.filesDiscovered) },
      { label: t('Imported'), value: count(job.filesImported) },
      { label: t('Skipped'), value: count(Math.max(0, job.filesSkipped - notImported)) },
      ...(notImported === 0 ? [] : [{ label: t('Not imported'), value: count(notImported) }]),
      { label: t('Failed'), value: count(job.filesFailed) },
      { label: t('Bytes imported'), value: formatBytes(job.bytesImported, locale) },
    ];
    if (job.replacements)
      figures.push({ label: t('Images replaced'), value: count(job.replacements.replaced) });
    if (job.itemCounts.sidecars > 0)
      figures.push({ label: t('Sidecars'), value: count(job.itemCounts.sidecars) });
    if (job.itemCounts.sourceKept > 0)
      figures.push({ label: t('Originals kept'), value: count(job.itemCounts.sourceKept) });
    return figures;
  }

  #errorGroups(job: ImportJobReport): JobErrorGroup[] {
    const { t, locale } = this.#texts;
    return job.errorGroups.map((group) => ({
      cause: errorCauseText(t, group.errorCode),
      count: formatCount(group.count, locale),
      examples: group.examplePaths,
    }));
  }

  async items(params: PageRange & { filter: JobFilter }): Promise<RowPage<JobRow>> {
    const { filter, offset, limit } = params;
    const page = await this.#engine.listImportItems({
      jobId: this.identity.jobId,
      offset,
      limit,
      ...(filter !== 'all' && { states: filterStates[filter] }),
    });
    return { total: page.total, rows: page.items.map((item) => this.#row(item)) };
  }

  #row(item: ImportItem): JobRow {
    const { t, locale } = this.#texts;
    const kind = rowKind(item.state);
    const present = this.#presentPath(item, kind);
    this.#paths.remember(item.id, present);
    return {
      id: item.id,
      name: path.basename(item.sourcePath),
      folder: path.dirname(item.sourcePath),
      kind,
      result: resultText(t, item),
      size: formatBytes(item.sizeBytes, locale),
      detail: detailText(t, item),
      canOpen: true,
    };
  }

  /** Where the file of an item is now, as far as the job knows. */
  #presentPath(item: ImportItem, kind: JobRowKind): string {
    const placed = kind === 'imported' && item.destinationPath !== null;
    return placed && this.#managedDirectory !== null
      ? path.join(this.#managedDirectory, item.destinationPath)
      : item.sourcePath;
  }

  async openItem(itemId: number): Promise<null> {
    const file = this.#paths.get(itemId);
    if (file !== undefined) await this.#host.openFile(file);
    return null;
  }

  async revealItem(itemId: number): Promise<null> {
    const file = this.#paths.get(itemId);
    if (file !== undefined) await this.#host.revealFile(file);
    return null;
  }

  async cancelJob(): Promise<null> {
    await this.#engine.cancelImportJob({ jobId: this.identity.jobId });
    return null;
  }

  async openPreview(): Promise<null> {
    const scanId = await this.#openScanId();
    if (scanId !== null) await this.#host.openPreview(scanId);
    return null;
  }

  /** @throws CatalogError if an image that is to be replaced has to stay */
  async runAction(action: JobAction): Promise<null> {
    if (action !== 'replace') {
      await this.#host.runAction(action);
      return null;
    }
    const { jobId } = this.identity;
    const { kept } = await this.#engine.replaceByImport({ jobId });
    const [first] = kept;
    if (first) throw new CatalogError(first.error.code, first.error.data);
    return null;
  }
}

/** Why a job failed is an error; that it was taken back as asked is none, unless something was kept. */
function noteOf(texts: Texts, job: ImportJobReport): JobReady['note'] {
  const { error, status, filesImported } = job;
  if (error === null) {
    const open = openReplacementsText(texts, job);
    return open === null ? null : { kind: 'warning', text: open };
  }
  if (status === 'FAILURE') return { kind: 'error', text: error };
  const isDone = status === 'CANCELLED' && filesImported === 0;
  return { kind: isDone ? 'info' : 'warning', text: error };
}

/** An interrupted job is finished or taken back; a finished one can be undone. */
function actionsOf({ status, filesImported, replacements }: ImportJobReport): readonly JobAction[] {
  if (status === 'INTERRUPTED') return ['resume', 'rollBack'];
  if (status === 'RUNNING' || status === 'PENDING' || filesImported === 0) return [];
  return [...((replacements?.open ?? 0) > 0 ? (['replace'] as const) : []), 'undo', 'manifest'];
}

function itemCounts(job: ImportJobReport): Record<JobFilter, number> {
  const { imported, duplicate, failed, cancelled, planned } = job.itemCounts;
  const other = cancelled + planned;
  return { all: imported + duplicate + failed + other, imported, duplicate, failed, other };
}

function rowKind(state: ImportItemState): JobRowKind {
  switch (state) {
    case 'DONE':
    case 'RELEASED':
    case 'SOURCE_KEPT':
    case 'UNDOING':
      return 'imported';
    case 'DUPLICATE':
      return 'duplicate';
    case 'FAILED':
      return 'failed';
    default:
      return 'other';
  }
}

function modeText(t: Translate, job: ImportJobReport): string {
  switch (job.importMode) {
    case 'reference':
      return t('Reference');
    case 'copy':
      return t('Copy');
    case 'move':
      return t('Move');
  }
}

export function statusText(t: Translate, status: ImportJobStatus): string {
  const texts: Record<ImportJobStatus, string> = {
    PENDING: t('Waiting'),
    RUNNING: t('Running'),
    SUCCESS: t('Succeeded'),
    PARTIAL: t('Finished with errors'),
    FAILURE: t('Failed'),
    CANCELLED: t('Cancelled'),
    INTERRUPTED: t('Interrupted'),
  };
  return texts[status];
}

function resultText(t: Translate, item: ImportItem): string {
  const texts: Record<ImportItemState, string> = {
    PLANNED: t('Not yet'),
    PLACED: t('In progress'),
    DONE: item.destinationPath === null ? t('Referenced') : t('Copied'),
    RELEASED: t('Moved'),
    SOURCE_KEPT: t('Copied, original kept'),
    UNDOING: t('Being undone'),
    DUPLICATE: t('Already in the catalog'),
    FAILED: t('Failed'),
    CANCELLED: t('Not imported'),
    ROLLED_BACK: t('Rolled back'),
    UNDONE: t('Undone'),
  };
  return texts[item.state];
}

function detailText(t: Translate, item: ImportItem): string {
  if (item.errorCode !== null) {
    // The row names the file already; its whole path would push the reason out of sight.
    const data = item.errorData ?? {};
    const name = path.basename(item.sourcePath);
    const short = data['path'] === item.sourcePath ? { ...data, path: name } : data;
    return errorText(t, { code: item.errorCode, data: short });
  }
  if (item.state === 'DUPLICATE')
    return item.duplicateOfPath === null ? '' : t('as {0}', item.duplicateOfPath);
  if (notThere.has(item.state)) return '';
  return item.destinationPath ?? (item.state === 'DONE' ? t('stays in place') : '');
}
