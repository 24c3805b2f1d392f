import { basename, join } from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { realManagedDirectory } from '../files/folders.js';
import { lstatIfThere } from '../files/publish.js';
import { toCatalogError } from '../model/errors.js';
import type { ImportItemRow, ImportItemUpdate, ImportJobRow } from '../store/rows.js';
import type { PlacedItem } from './commitItems.js';
import { commitPlaced } from './commitItems.js';
import type { ImportDeps } from './importRun.js';
import { isPrimary, unitKey } from './importRun.js';
import type { Examined, RecoveryPlace } from './recoverFile.js';
import { clearNames, examine, takeBackPlaced } from './recoverFile.js';
import { finishUndo } from './recoverUndo.js';

/** Counted while recovery works. */
export interface RecoveryTally {
  filesFinished: number;
  filesReset: number;
  filesUndone: number;
}

export interface RecoverDeps extends ImportDeps {
  readonly tally?: RecoveryTally;
  /** Managed directories that were not chosen on this machine are not touched. Without it all are. */
  readonly bindings?: { isBound(catalogId: string, directory: string): boolean };
}

/**
 * Brings files and rows together again after a crash: to be called with the lock held, before anything else.
 * Files that were finished get their rows, unfinished ones of ours go, and what cannot be judged is set aside.
 * Jobs that were running become INTERRUPTED. Doing it again changes nothing.
 * @returns ids of the jobs that were running
 * @throws CatalogError of the store
 */
export async function recoverJobs(deps: RecoverDeps): Promise<string[]> {
  const { store, now } = deps;
  for (const job of store.importJobs.listByStatus('PENDING')) {
    // Its items were still being written; no file had been touched.
    store.transaction(() => {
      store.importItems.setStates(job.id, 'PLANNED', 'CANCELLED', now().toISOString());
      const { failed } = store.importItems.counts(job.id);
      const filesSkipped = job.filesDiscovered - failed;
      const completedAt = now().toISOString();
      store.importJobs.update(job.id, {
        status: 'CANCELLED',
        completedAt,
        filesSkipped,
        filesFailed: failed,
      });
    });
  }
  const running = store.importJobs.listByStatus('RUNNING').map((job) => job.id);
  for (const jobId of running) await recoverJob(deps, jobId);
  // What earlier runs could not clear: a drive was away, or a name refused to go.
  for (const jobId of new Set(store.importItems.listUnfinished().map((item) => item.importJobId))) {
    if (!running.includes(jobId)) await recoverItems(deps, jobId);
  }
  return running;
}

/** Recovers one job that was cut off, and marks it INTERRUPTED. @throws CatalogError of the store */
export async function recoverJob(deps: RecoverDeps, jobId: string): Promise<void> {
  const { store, now } = deps;
  await recoverItems(deps, jobId);
  const job = store.importJobs.find(jobId);
  if (!job) return;
  store.transaction(() => {
    if (job.importMode === 'move') noteReleased(deps, jobId);
    const counts = store.importItems.counts(jobId);
    store.importJobs.update(jobId, {
      status: 'INTERRUPTED',
      completedAt: now().toISOString(),
      filesImported: counts.imported,
      filesSkipped: counts.duplicate + counts.cancelled + counts.planned,
      filesFailed: counts.failed,
    });
  });
  deps.log('warn', `Import ${jobId} was cut off; it can be resumed`);
}

/** Moved files whose source went before that could be written down. */
function noteReleased(deps: RecoverDeps, jobId: string): void {
  const done = deps.store.importItems.listOpen(jobId).filter((item) => item.state === 'DONE');
  const gone = done.filter((item) => isGone(deps.files, item.sourcePath));
  deps.store.importItems.updateMany(
    gone.map((item): ImportItemUpdate => ({ id: item.id, state: 'RELEASED' })),
    deps.now().toISOString(),
  );
}

/** True if the file is gone from a folder that is there: an unplugged card has not lost its files. */
function isGone(port: FilePort, path: string): boolean {
  try {
    return lstatIfThere(port, path) === null && lstatIfThere(port, join(path, '..')) !== null;
  } catch {
    return false;
  }
}

async function recoverItems(deps: RecoverDeps, jobId: string): Promise<void> {
  const job = deps.store.importJobs.find(jobId);
  const root = job && managedRoot(deps, job);
  if (!job || !root) return;
  const begun = deps.store.importItems
    .listOpen(jobId)
    .filter((item) => item.temporaryPath !== null && item.state !== 'DONE');
  const units = new Map<string, ImportItemRow[]>();
  for (const item of begun) {
    const unit = units.get(unitKey(item));
    if (unit) unit.push(item);
    else units.set(unitKey(item), [item]);
  }
  for (const unit of units.values()) await recoverUnit(deps, job, root, unit);
  const undone = await finishUndo(deps, job, root);
  if (deps.tally) deps.tally.filesUndone += undone;
  await clearLeftovers(deps, job, root);
}

/** Real path of the job's managed directory, or null if it must not or cannot be looked at now. */
function managedRoot(deps: RecoverDeps, job: ImportJobRow): string | null {
  const directory = deps.store.catalogs.find(job.catalogId)?.managedDirectory;
  if (job.importMode === 'reference' || !directory) return null;
  if (deps.bindings && !deps.bindings.isBound(job.catalogId, directory)) return null;
  try {
    return realManagedDirectory(deps.files, directory);
  } catch (error) {
    deps.log('warn', `Import ${job.id} is not recovered now: ${toCatalogError(error).message}`);
    return null;
  }
}

/** All files of the unit stand verified: their rows are written. Otherwise those that do are taken back. */
async function recoverUnit(
  deps: RecoverDeps,
  job: ImportJobRow,
  root: string,
  unit: readonly ImportItemRow[],
): Promise<void> {
  const place: RecoveryPlace = { files: deps.files, root, log: deps.log };
  const examined: Examined[] = [];
  for (const item of unit) examined.push(await examine(place, item));
  const isComplete = examined.every((one) => one.standing !== null);
  const finished: PlacedItem[] = [];
  const reset: ImportItemUpdate[] = [];
  for (const { item, standing } of examined) {
    const taken = standing !== null && !isComplete && (await takeBackPlaced(place, item, standing));
    if (standing !== null && !taken) {
      const leftover = await clearNames(place, item, standing);
      const method = item.publishMethod;
      finished.push({
        item,
        destination: item.destinationPath,
        identity: standing,
        method,
        leftover,
      });
      continue;
    }
    const temporaryPath = await clearNames(place, item, null);
    const publishMethod = temporaryPath === null ? 'NONE' : item.publishMethod;
    reset.push({ id: item.id, state: 'PLANNED', temporaryPath, publishMethod, placedInode: null });
  }
  writeRecovered(deps, job, finished, reset);
}

function writeRecovered(
  deps: RecoverDeps,
  job: ImportJobRow,
  finished: readonly PlacedItem[],
  reset: readonly ImportItemUpdate[],
): void {
  const { store, now } = deps;
  const ids = new Set(finished.filter((one) => isPrimary(one.item)).map((one) => one.item.id));
  const belongs = (one: PlacedItem): boolean => {
    const { item } = one;
    if (isPrimary(item)) return !store.images.findByChecksum(job.catalogId, item.checksum);
    const parent = item.parentItemId ?? -1;
    return ids.has(parent) || !!store.importItems.find(parent)?.imageId;
  };
  const withRows = finished.filter(belongs);
  if (deps.tally) {
    deps.tally.filesFinished += withRows.length;
    deps.tally.filesReset += reset.length;
  }
  for (const one of finished) {
    if (!withRows.includes(one)) {
      deps.log('warn', `${one.destination ?? ''} was kept although no row can hold it`);
    }
  }
  store.transaction(() => {
    commitPlaced(deps, job, withRows);
    store.importItems.updateMany(reset, now().toISOString());
    const bytes = withRows.reduce((sum, one) => sum + one.item.sizeBytes, 0);
    const before = store.importJobs.find(job.id)?.bytesImported ?? 0;
    store.importJobs.update(job.id, { bytesImported: before + bytes });
  });
}

/**
 * Removes temporary names that stayed behind by items that are otherwise settled.
 * @throws CatalogError of the store
 */
export async function clearLeftovers(
  deps: RecoverDeps,
  job: ImportJobRow,
  root: string,
): Promise<void> {
  if (root === '') return;
  const place: RecoveryPlace = { files: deps.files, root, log: deps.log };
  const { importItems } = deps.store;
  for (const item of importItems.listUnfinished()) {
    if (item.importJobId !== job.id) continue;
    if (item.state === 'PLACED' || item.state === 'UNDOING') continue;
    const hasRow = item.imageId !== null;
    const final = join(root, ...(item.destinationPath ?? '').split('/'));
    const there = hasRow ? statsOrNull(deps.files, final) : null;
    const temporaryPath = await clearNames(place, item, there);
    if (temporaryPath !== null) {
      deps.log('warn', `${basename(temporaryPath)} of ${item.sourcePath} could not be removed yet`);
      continue;
    }
    importItems.updateMany([{ id: item.id, temporaryPath }], deps.now().toISOString());
  }
}

function statsOrNull(port: FilePort, path: string): Examined['standing'] {
  try {
    const stats = port.lstat(path);
    return {
      sizeBytes: Number(stats.size),
      mtimeNs: stats.mtimeNs.toString(),
      inode: stats.ino.toString(),
    };
  } catch {
    return null;
  }
}
