import { basename, join } from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { realManagedDirectory, syncRemovals } from '../files/folders.js';
import { lstatIfThere } from '../files/publish.js';
import { toCatalogError } from '../model/errors.js';
import type { ImportItemRow, ImportItemUpdate, ImportJobRow } from '../store/rows.js';
import type { Examined } from './recoverFile.js';
import { clearNames } from './recoverFile.js';
import type { RecoverUnitDeps } from './recoverUnit.js';
import { recoverUnit, recoveryPlace } from './recoverUnit.js';
import { finishUndo } from './recoverUndo.js';
import { unitPages, unitsOf } from './unitPages.js';
import { isWrittenTo, takeBackWritten } from './writtenSources.js';

export interface RecoverDeps extends RecoverUnitDeps {
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
  if (job.importMode === 'move') await settleMoved(deps, job);
  store.transaction(() => {
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

/** Moved files with rows whose source went before that could be written down, or was written to. */
async function settleMoved(deps: RecoverDeps, job: ImportJobRow): Promise<void> {
  const { files, store, now } = deps;
  const root = managedRoot(deps, job);
  for (const units of unitPages(store, job.id, ['DONE'])) {
    const gone = units.flat().filter((item) => isGone(files, item.sourcePath));
    store.importItems.updateMany(
      gone.map((item): ImportItemUpdate => ({ id: item.id, state: 'RELEASED' })),
      now().toISOString(),
    );
    for (const unit of units) {
      if (root === null) break;
      const left = unit.filter((item) => !gone.includes(item));
      const isWritten = left.some((item) => isWrittenTo(files, root, item));
      if (isWritten)
        await takeBackWritten(
          deps,
          job,
          root,
          left.map((item) => item.id),
        );
    }
  }
}

/** True if the file is gone from a folder that is there: an unplugged card has not lost its files. */
function isGone(port: FilePort, path: string): boolean {
  try {
    return lstatIfThere(port, path) === null && lstatIfThere(port, join(path, '..')) !== null;
  } catch {
    return false;
  }
}

const isOpen = ({ state }: ImportItemRow): boolean => state === 'PLANNED' || state === 'PLACED';

/**
 * Brings the files and items of one job together that were cut off. Does nothing while its managed directory is away.
 * @throws CatalogError of the store
 */
export async function recoverItems(deps: RecoverDeps, jobId: string): Promise<void> {
  const job = deps.store.importJobs.find(jobId);
  const root = job && managedRoot(deps, job);
  if (!job || !root) return;
  const begun = deps.store.importItems
    .listUnfinished()
    .filter((item) => item.importJobId === jobId && isOpen(item));
  for (const unit of unitsOf(begun)) await recoverUnit(deps, job, root, unit);
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
  const place = recoveryPlace(deps, job, root);
  const cleared: ImportItemUpdate[] = [];
  const removed: string[] = [];
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
    if (item.temporaryPath === null) continue;
    cleared.push({ id: item.id, temporaryPath });
    removed.push(final);
  }
  // They lay beside it.
  await syncRemovals(deps.files, removed, deps.log);
  importItems.updateMany(cleared, deps.now().toISOString());
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
