import { CatalogError } from '../model/errors.js';
import type { ImportJobStatus } from '../model/importJob.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { KeptFile, UndoForecast } from '../model/safety.js';
import type { ImportJobRow } from '../store/rows.js';
import type { ImportDeps } from './importRun.js';
import { recoverItems } from './recover.js';
import type { TakenBack, UndoRun } from './takeBackItems.js';
import { companionError, nothingTakenBack, takeBackFamilies } from './takeBackItems.js';
import type { UndoFamily } from './undoFamilies.js';
import { importedFamilies, importedStates } from './undoFamilies.js';
import type { UndoVerdict } from './undoFile.js';
import { judgeUndo } from './undoFile.js';
import { refreshFigures } from './undoFigures.js';
import { undoPlace } from './undoPlace.js';

/** How many refused files a forecast lists. */
const listedRefusals = 1000;

/**
 * What an undo of a job would do: reads the files that it would take back. Changes nothing.
 * @throws CatalogError JOB_NOT_FOUND, MANAGED_DIRECTORY_UNUSABLE, FILE_UNREADABLE, CANCELLED
 */
export async function forecastUndo(
  deps: ImportDeps,
  jobId: string,
  control: OperationControl = {},
): Promise<UndoForecast> {
  const job = requireJobRow(deps, jobId);
  const { signal } = control;
  const place = { ...undoPlace(deps, job), signal };
  const meter = undoMeter(deps, job, 'check', control);
  const figures = { images: 0, filesRemoved: 0, filesMovedBack: 0, entriesOnly: 0, bytes: 0 };
  const refused: KeptFile[] = [];
  let refusedCount = 0;
  for (const families of importedFamilies(deps.store, job)) {
    for (const family of families) {
      if (signal?.aborted) throw new CatalogError('CANCELLED');
      const verdicts = await verdictsOf(place, family);
      for (const { item } of family) meter.advance(1, item.sizeBytes, item.sourcePath);
      if (verdicts instanceof Refusal && verdicts.error.code === 'CANCELLED') throw verdicts.error;
      if (verdicts instanceof Refusal) {
        for (const file of family) {
          refusedCount += 1;
          if (refused.length >= listedRefusals) continue;
          const error = file === verdicts.file ? verdicts.error : companionOf(file, verdicts);
          const path = file.managed ?? file.item.sourcePath;
          refused.push({ path, code: error.code, data: error.data });
        }
        continue;
      }
      for (const [index, { item }] of family.entries()) {
        const verdict = verdicts[index];
        if (item.role === 'primary') figures.images += 1;
        if (verdict === 'remove') figures.filesRemoved += 1;
        else if (verdict === 'put-back') figures.filesMovedBack += 1;
        else figures.entriesOnly += 1;
        if (verdict === 'remove' || verdict === 'put-back') figures.bytes += item.sizeBytes;
      }
    }
  }
  meter.flush();
  return {
    jobId,
    ...figures,
    refusedCount,
    refused,
  };
}

class Refusal {
  readonly file: UndoFamily[number];
  readonly error: CatalogError;

  constructor(file: UndoFamily[number], error: CatalogError) {
    this.file = file;
    this.error = error;
  }
}

const companionOf = (file: UndoFamily[number], { file: member, error }: Refusal): CatalogError =>
  companionError(file, { member, error });

async function verdictsOf(
  place: UndoRun['place'],
  family: UndoFamily,
): Promise<UndoVerdict[] | Refusal> {
  const verdicts: UndoVerdict[] = [];
  for (const file of family) {
    try {
      verdicts.push(await judgeUndo(place, file, file.item.state === 'UNDOING'));
    } catch (error) {
      if (error instanceof CatalogError) return new Refusal(file, error);
      throw error;
    }
  }
  return verdicts;
}

/**
 * Takes back what a finished job brought into the catalog, as far as it is unchanged; moved files go back to
 * where they came from. What is refused stays in the catalog, and its item says why.
 * @throws CatalogError JOB_NOT_FOUND, JOB_NOT_FINISHED, NOTHING_TO_UNDO, MANAGED_DIRECTORY_UNUSABLE
 */
export async function undoJob(
  deps: ImportDeps,
  jobId: string,
  control: OperationControl = {},
): Promise<TakenBack> {
  const job = requireJobRow(deps, jobId);
  const { status } = job;
  if (status === 'INTERRUPTED' || status === 'RUNNING' || status === 'PENDING') {
    throw new CatalogError('JOB_NOT_FINISHED', { job: jobId, status });
  }
  if (deps.store.importItems.counts(jobId).imported === 0) {
    throw new CatalogError('NOTHING_TO_UNDO', { job: jobId });
  }
  const taken = await takeBackAll(deps, job, 'UNDONE', control);
  settleJob(deps, job, 'undo-import', `Undone: ${summary(taken)}`, taken);
  return taken;
}

/**
 * Takes back what an interrupted job brought into the catalog, and ends it: CANCELLED.
 * @throws CatalogError JOB_NOT_FOUND, JOB_NOT_INTERRUPTED, MANAGED_DIRECTORY_UNUSABLE
 */
export async function rollBackInterruptedJob(
  deps: ImportDeps,
  jobId: string,
  control: OperationControl = {},
): Promise<TakenBack> {
  const job = requireJobRow(deps, jobId);
  const { status } = job;
  if (status !== 'INTERRUPTED') {
    throw new CatalogError('JOB_NOT_INTERRUPTED', { job: jobId, status });
  }
  const taken = await takeBackAll(deps, job, 'ROLLED_BACK', control);
  const { store, now } = deps;
  if (control.signal?.aborted) {
    settleJob(deps, job, 'roll-back-import', `Being rolled back: ${summary(taken)}`, taken);
    return taken;
  }
  store.importItems.setStates(jobId, 'PLANNED', 'CANCELLED', now().toISOString());
  const text = `Rolled back: ${summary(taken)}`;
  settleJob(deps, job, 'roll-back-import', text, taken, 'CANCELLED');
  return taken;
}

function requireJobRow(deps: ImportDeps, jobId: string): ImportJobRow {
  const job = deps.store.importJobs.find(jobId);
  if (!job) throw new CatalogError('JOB_NOT_FOUND', { job: jobId });
  return job;
}

async function takeBackAll(
  deps: ImportDeps,
  job: ImportJobRow,
  finalState: UndoRun['finalState'],
  control: OperationControl,
): Promise<TakenBack> {
  const { signal } = control;
  const place = { ...undoPlace(deps, job), signal };
  // A drive may be back that was away when the program started.
  if (place.realRoot !== '') await recoverItems(deps, job.id);
  const meter = undoMeter(deps, job, 'undo', control);
  const run: UndoRun = { deps, job, place, finalState, meter };
  const taken = nothingTakenBack();
  for (const families of importedFamilies(deps.store, job)) {
    if (signal?.aborted) break;
    await takeBackFamilies(run, families, taken);
  }
  meter.flush();
  return taken;
}

const undoMeter = (
  { store }: ImportDeps,
  { id: jobId }: ImportJobRow,
  phase: 'check' | 'undo',
  { onProgress }: OperationControl,
): ProgressMeter =>
  new ProgressMeter({
    phase,
    filesTotal: store.importItems.counts(jobId).imported,
    bytesTotal: store.importItems.bytes(jobId, importedStates),
    now: () => performance.now(),
    report: onProgress,
    extra: { jobId },
  });

function summary({ images, files, keptCount }: TakenBack): string {
  const left = images === 1 ? '1 image left' : `${images} images left`;
  const taken = files === 1 ? '1 file was taken back' : `${files} files were taken back`;
  const kept = keptCount === 1 ? '1 file was kept' : `${keptCount} files were kept`;
  return `${left} the catalog, ${taken}, ${keptCount === 0 ? 'nothing was kept' : kept}.`;
}

/** The job's figures and text, and a line of the audit log. */
function settleJob(
  deps: ImportDeps,
  job: ImportJobRow,
  operation: string,
  text: string,
  taken: TakenBack,
  status?: ImportJobStatus,
): void {
  const { store, now } = deps;
  const at = now().toISOString();
  store.transaction(() => {
    const isEmptied = refreshFigures(deps, job.id) === 0;
    const ended = status ?? (isEmptied && job.status !== 'INTERRUPTED' ? 'CANCELLED' : job.status);
    store.importJobs.update(job.id, {
      status: ended,
      error: text,
      completedAt: job.completedAt ?? at,
    });
    store.auditLog.append({
      at,
      operation,
      catalogId: job.catalogId,
      sourceId: job.sourceId,
      importJobId: job.id,
      path: job.sourcePath,
      detail: {
        images: taken.images,
        files: taken.files,
        bytes: taken.bytes,
        kept: taken.keptCount,
        keptFiles: taken.kept.map(({ path, code }) => ({ path, code })),
      },
    });
  });
}
