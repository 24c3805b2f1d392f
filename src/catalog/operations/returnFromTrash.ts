import { returnTrashed } from '../maintenance/returnTrashed.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import type { ReturnedFromTrash } from '../model/safety.js';
import { requireManagedDirectory } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';

/** Runs work on the files of a catalog, which nothing else may work on meanwhile. */
export type RunOnFiles = <T>(
  catalogId: string,
  work: (control: OperationControl) => Promise<T>,
) => Promise<T>;

/**
 * After a backup was restored: brings the files back that were deleted since it was made, for all catalogs whose
 * managed directory was chosen on this machine and is there.
 * @throws CatalogError of the store
 */
export async function returnFromTrash(
  deps: OperationDeps,
  run: RunOnFiles,
): Promise<ReturnedFromTrash> {
  let imagesReturned = 0;
  const notLookedAt: string[] = [];
  for (const catalog of deps.store.catalogs.list()) {
    const { id, name, managedDirectory } = catalog;
    if (managedDirectory === null || deps.store.catalogs.figures(id).managedCount === 0) continue;
    try {
      imagesReturned += await run(id, async (control) => {
        const root = await requireManagedDirectory(deps, catalog);
        return returnTrashed(deps, catalog, root, control);
      });
    } catch (error) {
      if (CatalogError.is(error, 'CATALOG_CANNOT_WRITE')) throw error;
      deps.log('warn', toCatalogError(error).message);
      notLookedAt.push(name);
    }
  }
  return { imagesReturned, notLookedAt };
}
