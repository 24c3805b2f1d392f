import path from 'node:path';
import { CatalogError } from '../model/errors.js';
import type { CatalogStore } from './catalogStore.js';
import { storedPath } from './managedPaths.js';

/**
 * Refuses a managed file that another catalog of this catalog file holds, too. New managed directories are never
 * shared; those of a catalog file from elsewhere may be.
 * @param file absolute
 * @throws CatalogError FILE_OF_OTHER_CATALOG
 */
export function requireUnshared(
  store: Pick<CatalogStore, 'catalogs' | 'relocations'>,
  catalogId: string,
  file: string,
): void {
  for (const { id, managedDirectory } of store.catalogs.list()) {
    if (id === catalogId || managedDirectory === null) continue;
    if (!file.startsWith(managedDirectory + path.sep)) continue;
    if (store.relocations.isManagedAt(id, storedPath(managedDirectory, file))) {
      throw new CatalogError('FILE_OF_OTHER_CATALOG', { path: file });
    }
  }
}
