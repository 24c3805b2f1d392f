import { dirname } from 'node:path';
import { syncDirectory } from '../files/folders.js';
import { removeSource, verifyCopy } from '../files/verifiedCopy.js';
import { CatalogError, errorDetail, toCatalogError } from '../model/errors.js';
import type { ImportItemRow, ImportItemUpdate } from '../store/rows.js';
import type { ImportRun } from './importRun.js';
import { figuresOf, inRoot } from './importRun.js';
import { importedStates } from './undoFamilies.js';
import { checkSourceFolder } from './placeUnit.js';
import { unitsOf } from './unitPages.js';
import { isWrittenTo, takeBackWritten } from './writtenSources.js';

/**
 * Removes the sources of moved files whose rows are durable, each with a fresh proof that its content stands in
 * the managed directory. A source that cannot be removed is kept and the item says why; nothing is lost by it.
 * A file that was written to while it had both its names leaves the catalog again, with what belongs to it.
 * @param items with the destinations where their files stand, in order
 * @throws CatalogError of the store
 */
export async function releaseSources(
  run: ImportRun,
  items: readonly ImportItemRow[],
): Promise<void> {
  const updates: ImportItemUpdate[] = [];
  const folders = new Set<string>();
  const written: (readonly ImportItemRow[])[] = [];
  for (const unit of unitsOf(items)) {
    const left = await releaseUnit(run, unit, updates, folders);
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
    return { id: item.id, state: 'RELEASED' };
  } catch (error) {
    const { code, data } = toCatalogError(error);
    // Removed by someone else, or by us in a run that was cut off.
    const gone = CatalogError.is(error, 'FILE_VANISHED') && data['path'] === item.sourcePath;
    if (gone) return { id: item.id, state: 'RELEASED' };
    return { id: item.id, state: 'SOURCE_KEPT', errorCode: code, errorData: data };
  }
}
