import { dirname } from 'node:path';
import { syncDirectory } from '../files/folders.js';
import { removeSource, verifyCopy } from '../files/verifiedCopy.js';
import { CatalogError, errorDetail, toCatalogError } from '../model/errors.js';
import type { ImportItemUpdate } from '../store/rows.js';
import type { PlacedItem } from './commitItems.js';
import type { ImportRun } from './importRun.js';
import { inRoot } from './importRun.js';

/**
 * Removes the sources of moved files whose rows are durable, each with a fresh proof that its content stands in
 * the managed directory. A source that cannot be removed is kept and the item says why; nothing is lost by it.
 * @throws CatalogError of the store
 */
export async function releaseSources(
  run: ImportRun,
  placed: readonly Pick<PlacedItem, 'item' | 'destination'>[],
): Promise<void> {
  const updates: ImportItemUpdate[] = [];
  const folders = new Set<string>();
  for (const one of placed) {
    const update = await releaseSource(run, one);
    if (update.state === 'RELEASED') folders.add(dirname(one.item.sourcePath));
    updates.push(update);
  }
  for (const folder of folders) {
    try {
      await syncDirectory(run.deps.files, folder);
    } catch (error) {
      // After a power loss a name may be back; the file under it is a second copy then.
      run.deps.log('warn', `${folder} could not be synchronized: ${errorDetail(error)}`);
    }
  }
  run.deps.store.importItems.updateMany(updates, run.deps.now().toISOString());
}

async function releaseSource(
  run: ImportRun,
  { item, destination }: Pick<PlacedItem, 'item' | 'destination'>,
): Promise<ImportItemUpdate> {
  try {
    const proof = await verifyCopy(run.deps.files, {
      source: item.sourcePath,
      destination: inRoot(run, destination ?? ''),
      expected: item,
    });
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
