import { setImmediate as nextTurn } from 'node:timers/promises';
import { deviceOf, RootVolume } from '../files/rootVolume.js';
import { toCatalogError } from '../model/errors.js';
import { CatalogError } from '../model/errors.js';
import type { Catalog } from '../model/catalog.js';
import type { ImportJobStatus } from '../model/importJob.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { OperationControl } from '../model/progress.js';
import { programEnds } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { ImportItemRow, ImportJobRow } from '../store/rows.js';
import { createJob } from './createJob.js';
import type { ImportDeps, ImportInput, ImportRun, UnitIds } from './importRun.js';
import { figuresOf } from './importRun.js';
import { namesOfRows, PlannedNames } from './plannedNames.js';
import type { ImportPlaces } from './preconditions.js';
import { checkPlaces, checkSpace, realPlaces } from './preconditions.js';
import { clearLeftovers, recoverItems, recoverJob } from './recover.js';
import { releaseMoved } from './releaseSources.js';
import { rollBackJob } from './rollBack.js';
import { runBatch } from './runBatch.js';
import { unitPages } from './unitPages.js';

/** A batch is committed at once: so much may have to be done again after a crash. */
const batchFiles = 64;
const batchBytes = 256 * 1024 * 1024;

/**
 * Imports the chosen files of a scan, to the end of the job. Single files that fail do not stop it; a full
 * volume does, and takes back what was placed. A cancel ends it between two files.
 * @returns id of the job, whose row and items tell everything else
 * @throws CatalogError before there is a job row, see checkPlaces and createJob; later only if the catalog file
 *   cannot be written
 */
export async function executeImport(
  deps: ImportDeps,
  input: ImportInput,
  control: OperationControl = {},
): Promise<string> {
  const places = checkPlaces(deps, input);
  const job = await createJob(deps, input, places);
  await runJob(newRun(deps, job, input.catalog, places, control));
  return job.id;
}

/**
 * Goes on with an interrupted job: places what is still planned and releases what a move has not released.
 * @throws CatalogError JOB_NOT_FOUND, JOB_NOT_INTERRUPTED, SOURCE_UNCHOSEN, and as executeImport
 */
export async function resumeJob(
  deps: ImportDeps,
  jobId: string,
  control: OperationControl = {},
): Promise<string> {
  const job = deps.store.importJobs.find(jobId);
  const catalog = job && deps.store.catalogs.find(job.catalogId);
  if (!job || !catalog) throw new CatalogError('JOB_NOT_FOUND', { job: jobId });
  const { status } = job;
  if (status !== 'INTERRUPTED') {
    throw new CatalogError('JOB_NOT_INTERRUPTED', { job: jobId, status });
  }
  if (deps.sources?.isChosen(job.sourcePath) === false) {
    throw new CatalogError('SOURCE_UNCHOSEN', { path: job.sourcePath });
  }
  const places = realPlaces(deps.files, catalog, job.sourcePath, job.importMode);
  // A drive may be back that was away when the program started.
  await recoverItems(deps, jobId);
  if (job.importMode === 'copy') {
    checkSpace(deps.files, places.realRoot, deps.store.importItems.plannedBytes(jobId));
  }
  deps.store.importJobs.update(jobId, { status: 'RUNNING', completedAt: null, error: null });
  const row = deps.store.importJobs.find(jobId) ?? job;
  const copies = job.importMode !== 'reference';
  const names = copies ? namesOfRows(deps.store, catalog.id) : null;
  await runJob(newRun(deps, row, catalog, places, control, names));
  return jobId;
}

function newRun(
  deps: ImportDeps,
  job: ImportJobRow,
  catalog: Catalog,
  { realSource, realRoot }: Pick<ImportPlaces, 'realSource' | 'realRoot'>,
  control: OperationControl,
  names: ReadonlySet<string> | null = null,
): ImportRun {
  const { importItems } = deps.store;
  const counts = importItems.counts(job.id);
  const releasesBytes =
    job.importMode === 'move' &&
    deviceOf(deps.files, realSource) !== deviceOf(deps.files, realRoot);
  const bytesTotal =
    importItems.plannedBytes(job.id) * (releasesBytes ? 2 : 1) +
    (releasesBytes ? importItems.bytes(job.id, ['DONE']) : 0);
  return {
    deps,
    job,
    catalog,
    naming: {
      strategy: parseOrganizationStrategy(job.organizationStrategy),
      undatedByModificationDate: job.undatedByModificationDate,
    },
    realSource,
    realRoot,
    volume: new RootVolume(deps.files, realRoot === '' ? null : realRoot, catalog.name),
    signal: control.signal,
    meter: new ProgressMeter({
      phase: 'import',
      filesTotal: job.filesDiscovered,
      bytesTotal,
      now: () => performance.now(),
      report: control.onProgress,
      extra: { jobId: job.id },
    }),
    checkedSourceFolders: new Set(),
    madeFolders: [],
    linkRefusals: 0,
    plannedNames: new PlannedNames(deps.store, job.id, catalog.id),
    namesOfRows: names,
    releasesBytes,
    earlyEnd: null,
    figures: figuresOf(counts),
    bytesImported: job.bytesImported,
  };
}

const noDirectory = { isBound: () => false };

async function runJob(run: ImportRun): Promise<void> {
  const { store } = run.deps;
  try {
    const { planned } = store.importItems.counts(run.job.id);
    run.meter.advance(run.job.filesDiscovered - planned, 0, null);
    for (const batch of batchesOf(unitPages(store, run.job.id, ['PLANNED']))) {
      if (run.signal?.aborted || run.earlyEnd) break;
      await runBatch(run, batch);
      await nextTurn();
    }
    if (run.earlyEnd?.rollBack) await rollBackJob(run);
    if (run.job.importMode === 'move' && !run.earlyEnd) await releaseMoved(run);
    await clearLeftovers(run.deps, run.job, run.realRoot);
    finish(run);
  } catch (error) {
    run.deps.log('error', `Import ${run.job.id} stopped: ${toCatalogError(error).message}`);
    // Rows and files may disagree now. If the catalog can still be written they are brought together at once; the
    // files of a drive that went away are looked at when it is back.
    const isAway = CatalogError.is(error, 'MANAGED_DIRECTORY_ELSEWHERE');
    const recoverDeps = isAway ? { ...run.deps, bindings: noDirectory } : run.deps;
    await recoverJob(recoverDeps, run.job.id).catch((again: unknown) => {
      run.deps.log('error', `Import ${run.job.id}: ${toCatalogError(again).message}`);
    });
    throw error;
  } finally {
    run.meter.flush();
  }
}

function* batchesOf(pages: Iterable<readonly ImportItemRow[][]>): Generator<UnitIds[]> {
  let batch: UnitIds[] = [];
  let files = 0;
  let bytes = 0;
  let isSettled = false;
  for (const units of pages) {
    for (const unit of units) {
      // Known duplicates look up what came in before them, so they never share a batch with it.
      const settles = unit.every((item) => item.facts === null);
      const size = unit.reduce((sum, item) => sum + item.sizeBytes, 0);
      const isFull = files + unit.length > batchFiles || (!settles && bytes + size > batchBytes);
      if (batch.length > 0 && (isFull || settles !== isSettled)) {
        yield batch;
        batch = [];
        files = 0;
        bytes = 0;
      }
      batch.push(unit.map((item) => item.id));
      files += unit.length;
      bytes += size;
      isSettled = settles;
    }
  }
  if (batch.length > 0) yield batch;
}

/** Settles the items that were not reached, and the job with its counts. */
function finish(run: ImportRun): void {
  const { store, now } = run.deps;
  const { job } = run;
  const at = now().toISOString();
  const isAborted = run.signal?.aborted === true && !run.earlyEnd;
  if (isAborted && run.signal.reason === programEnds) {
    // Not the user's wish: what is left can be resumed.
    const error = new CatalogError('ENGINE_STOPPED', { detail: programEnds });
    const unreleased =
      run.job.importMode === 'move' && store.importItems.bytes(job.id, ['DONE']) > 0;
    const isLeft = unreleased || store.importItems.counts(job.id).planned > 0;
    if (isLeft) run.earlyEnd = { status: 'INTERRUPTED', error, rollBack: false };
  }
  const { earlyEnd } = run;
  store.transaction(() => {
    const isCancelled = isAborted && !earlyEnd;
    if (earlyEnd?.status !== 'INTERRUPTED') {
      store.importItems.setStates(job.id, 'PLANNED', 'CANCELLED', at);
    }
    if (isCancelled && job.importMode === 'move') {
      // They are in the catalog; what had not been removed yet stays.
      store.importItems.setStates(job.id, 'DONE', 'SOURCE_KEPT', at, 'CANCELLED');
    }
    const counts = store.importItems.counts(job.id);
    const status = isCancelled && counts.cancelled > 0 ? 'CANCELLED' : statusOf(run, counts);
    store.importJobs.update(job.id, {
      status,
      completedAt: at,
      filesImported: counts.imported,
      filesSkipped: counts.duplicate + counts.cancelled + counts.planned,
      filesFailed: counts.failed,
      bytesImported: run.bytesImported,
      error: earlyEnd ? earlyEnd.error.message : null,
    });
    if (job.scanId !== null && (status === 'SUCCESS' || status === 'PARTIAL')) {
      store.scans.setStatus(job.scanId, 'IMPORTED');
    }
  });
}

function statusOf(
  run: ImportRun,
  counts: { readonly imported: number; readonly duplicate: number; readonly failed: number },
): ImportJobStatus {
  if (run.earlyEnd) return run.earlyEnd.status;
  if (counts.failed === 0) return 'SUCCESS';
  return counts.imported + counts.duplicate === 0 ? 'FAILURE' : 'PARTIAL';
}
