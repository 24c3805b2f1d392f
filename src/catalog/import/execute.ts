import { posix } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toCatalogError } from '../model/errors.js';
import { CatalogError } from '../model/errors.js';
import type { Catalog } from '../model/catalog.js';
import type { ImportJobStatus } from '../model/importJob.js';
import { parseOrganizationStrategy } from '../model/organizationStrategy.js';
import type { OperationControl } from '../model/progress.js';
import { programEnds } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { ImportItemRow, ImportJobRow } from '../store/rows.js';
import type { PlannedUnit } from './createJob.js';
import { createJob } from './createJob.js';
import type { ImportDeps, ImportInput, ImportRun, UnitIds } from './importRun.js';
import { unitKey } from './importRun.js';
import { checkPlaces, checkSpace, realPlaces } from './preconditions.js';
import { clearLeftovers, recoverJob } from './recover.js';
import { releaseSources } from './releaseSources.js';
import { rollBackJob } from './rollBack.js';
import { runBatch } from './runBatch.js';

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
  const { job, units } = await createJob(deps, input, places);
  const run = newRun(deps, job, input.catalog, places.realRoot, units, control);
  await runJob(run, units);
  return job.id;
}

/**
 * Goes on with an interrupted job: places what is still planned and releases what a move has not released.
 * @throws CatalogError JOB_NOT_FOUND, JOB_NOT_INTERRUPTED, and as executeImport
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
  const { realRoot } = realPlaces(deps.files, catalog, job.sourcePath, job.importMode);
  const open = deps.store.importItems.listOpen(jobId);
  const planned = open.filter((item) => item.state === 'PLANNED');
  const units = unitsOfItems(planned);
  if (job.importMode === 'copy') {
    checkSpace(
      deps.files,
      realRoot,
      units.reduce((sum, unit) => sum + unit.bytes, 0),
    );
  }
  deps.store.importJobs.update(jobId, { status: 'RUNNING', completedAt: null, error: null });
  const run = newRun(deps, { ...job, status: 'RUNNING' }, catalog, realRoot, units, control);
  const unreleased = open
    .filter((item) => item.state === 'DONE')
    .map((item) => ({ item, destination: item.destinationPath }));
  await releaseSources(run, unreleased);
  await runJob(run, units);
  return jobId;
}

function unitsOfItems(items: readonly ImportItemRow[]): PlannedUnit[] {
  const units = new Map<string, ImportItemRow[]>();
  for (const item of items) {
    const unit = units.get(unitKey(item));
    if (unit) unit.push(item);
    else units.set(unitKey(item), [item]);
  }
  return [...units.values()].map((unit) => ({
    ids: unit.map((item) => item.id),
    bytes: unit.reduce((sum, item) => sum + item.sizeBytes, 0),
    isSettled: unit.every((item) => item.facts === null),
  }));
}

function newRun(
  deps: ImportDeps,
  job: ImportJobRow,
  catalog: Catalog,
  realRoot: string,
  units: readonly PlannedUnit[],
  control: OperationControl,
): ImportRun {
  return {
    deps,
    job,
    catalog,
    naming: {
      strategy: parseOrganizationStrategy(job.organizationStrategy),
      undatedByModificationDate: job.undatedByModificationDate,
    },
    realRoot,
    signal: control.signal,
    meter: new ProgressMeter({
      phase: 'import',
      filesTotal: job.filesDiscovered,
      bytesTotal: units.reduce((sum, unit) => sum + unit.bytes, 0),
      now: () => performance.now(),
      report: control.onProgress,
      extra: { jobId: job.id },
    }),
    checkedSourceFolders: new Set(),
    madeFolders: [],
    linkRefusals: 0,
    isPlannedElsewhere: (foldedPath) =>
      deps.store.importItems.isDestinationPlanned(job.id, posix.normalize(foldedPath)),
    earlyEnd: null,
    bytesImported: job.bytesImported,
  };
}

async function runJob(run: ImportRun, units: readonly PlannedUnit[]): Promise<void> {
  try {
    for (const batch of batchesOf(units)) {
      if (run.signal?.aborted || run.earlyEnd) break;
      await runBatch(run, batch);
      await nextTurn();
    }
    if (run.earlyEnd?.rollBack) await rollBackJob(run);
    await clearLeftovers(run.deps, run.job, run.realRoot);
    finish(run);
  } catch (error) {
    run.deps.log('error', `Import ${run.job.id} stopped: ${toCatalogError(error).message}`);
    // Rows and files may disagree now. If the catalog can still be written they are brought together at once.
    await recoverJob(run.deps, run.job.id).catch((again: unknown) => {
      run.deps.log('error', `Import ${run.job.id}: ${toCatalogError(again).message}`);
    });
    throw error;
  } finally {
    run.meter.flush();
  }
}

function* batchesOf(units: readonly PlannedUnit[]): Generator<UnitIds[]> {
  let batch: UnitIds[] = [];
  let files = 0;
  let bytes = 0;
  let isSettled = false;
  for (const unit of units) {
    // Known duplicates look up what came in before them, so they never share a batch with it.
    const isFull = files + unit.ids.length > batchFiles || bytes + unit.bytes > batchBytes;
    if (batch.length > 0 && (isFull || unit.isSettled !== isSettled)) {
      yield batch;
      batch = [];
      files = 0;
      bytes = 0;
    }
    batch.push(unit.ids);
    files += unit.ids.length;
    bytes += unit.bytes;
    isSettled = unit.isSettled;
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
    const isLeft = store.importItems.counts(job.id).planned > 0;
    if (isLeft) run.earlyEnd = { status: 'INTERRUPTED', error, rollBack: false };
  }
  const { earlyEnd } = run;
  store.transaction(() => {
    const isCancelled = isAborted && !earlyEnd;
    if (earlyEnd?.status !== 'INTERRUPTED') {
      store.importItems.setStates(job.id, 'PLANNED', 'CANCELLED', at);
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
