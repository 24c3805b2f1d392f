import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { syncDirectory } from '../files/folders.js';
import { removeSource, verifyCopy } from '../files/verifiedCopy.js';
import { CatalogError, errorDetail, toCatalogError } from '../model/errors.js';
import { storedPath } from '../store/managedPaths.js';
import type { ImportItemRow, ImportItemUpdate } from '../store/rows.js';
import type { ImportRun } from './importRun.js';
import { figuresOf, inRoot } from './importRun.js';
import { familiesOf, importedStates } from './undoFamilies.js';
import { checkSourceFolder } from './placeUnit.js';
import { unitPages } from './unitPages.js';
import { isWrittenTo, takeBackWritten } from './writtenSources.js';

/**
 * Removes the sources of all moved files of a job whose rows are durable: at its end, so that a job that fails half way
 * has touched none. Ends early when the signal aborts.
 * @throws CatalogError of the store
 */
export async function releaseMoved(run: ImportRun): Promise<void> {
  for (const units of unitPages(run.deps.store, run.job.id, ['DONE'])) {
    if (run.signal?.aborted) return;
    await releasePage(run, units);
    await nextTurn();
  }
}

/**
 * Each with a fresh proof that its content stands where its row says. A source that cannot be removed is kept and the
 * item says why; nothing is lost by it. A file that was written to while it had both its names leaves the catalog
 * again, with what belongs to it.
 */
async function releasePage(run: ImportRun, units: readonly ImportItemRow[][]): Promise<void> {
  const updates: ImportItemUpdate[] = [];
  const folders = new Set<string>();
  const written: (readonly ImportItemRow[])[] = [];
  for (const unit of units) {
    if (run.signal?.aborted) break;
    const left = await releaseUnit(run, held(run, unit, updates), updates, folders);
    if (left.length > 0) written.push(left);
  }
  for (const folder of folders) {
    try {
      await syncDirectory(run.deps.files, folder);
    } catch (error) {
      // After a power loss a name may be back; the file under it is a second copy then.
      run.deps.log('warn', `${folder} could not be synchronized: ${errorDetail(error)}`);
    }
  }
  const { store, now } = run.deps;
  store.importItems.updateMany(updates, now().toISOString());
  for (const unit of written) {
    const ids = unit.map((item) => item.id);
    await takeBackWritten(run.deps, run.job, run.realRoot, ids);
    run.bytesImported = store.importItems.bytes(run.job.id, importedStates);
    run.figures = figuresOf(store.importItems.counts(run.job.id));
  }
}

/**
 * The files that the rows hold, and where: since an interrupted job some may have been deleted from the catalog, or moved
 * within it. The source of a file without a row stays.
 */
function held(
  { deps: { store }, job }: ImportRun,
  unit: readonly ImportItemRow[],
  updates: ImportItemUpdate[],
): ImportItemRow[] {
  const root = store.catalogs.managedDirectory(job.catalogId) ?? '';
  return familiesOf(store, 'move', unit)
    .flat()
    .sort((a, b) => a.item.id - b.item.id)
    .flatMap(({ item, managed }) => {
      if (managed !== null) return [{ ...item, destinationPath: storedPath(root, managed) }];
      const errorData = { path: item.sourcePath };
      updates.push({
        id: item.id,
        state: 'SOURCE_KEPT',
        errorCode: 'SOURCE_ENTRY_GONE',
        errorData,
      });
      return [];
    });
}

/** @returns the files that have to leave the catalog, because one of them was written to */
async function releaseUnit(
  run: ImportRun,
  unit: readonly ImportItemRow[],
  updates: ImportItemUpdate[],
  folders: Set<string>,
): Promise<readonly ImportItemRow[]> {
  const { files } = run.deps;
  const anyWrittenTo = (items: readonly ImportItemRow[]): boolean =>
    items.some((item) => isWrittenTo(files, run.realRoot, item));
  if (anyWrittenTo(unit)) return unit;
  for (const [index, item] of unit.entries()) {
    const update = await releaseSource(run, item);
    const left = unit.slice(index);
    // In the very moment of the release.
    if (update.errorCode === 'FILE_CHANGED' && anyWrittenTo(left)) return left;
    if (update.state === 'RELEASED') folders.add(dirname(item.sourcePath));
    updates.push(update);
  }
  return [];
}

async function releaseSource(run: ImportRun, item: ImportItemRow): Promise<ImportItemUpdate> {
  try {
    const proof = await verifyCopy(run.deps.files, {
      source: item.sourcePath,
      destination: inRoot(run, item.destinationPath ?? ''),
      expected: item,
    });
    checkSourceFolder(run, item.sourcePath);
    removeSource(run.deps.files, proof);
    run.meter.advance(0, run.releasesBytes ? item.sizeBytes : 0, item.sourcePath);
    return { id: item.id, state: 'RELEASED' };
  } catch (error) {
    const { code, data } = toCatalogError(error);
    // Removed by someone else, or by us in a run that was cut off.
    const gone = CatalogError.is(error, 'FILE_VANISHED') && data['path'] === item.sourcePath;
    if (gone) return { id: item.id, state: 'RELEASED' };
    return { id: item.id, state: 'SOURCE_KEPT', errorCode: code, errorData: data };
  }
}
