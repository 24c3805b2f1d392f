import path from 'node:path';
import { CatalogError } from '../model/errors.js';
import type { CatalogStore } from './catalogStore.js';
import { managedPath, storedPath } from './managedPaths.js';

type Store = Pick<CatalogStore, 'catalogs' | 'relocations'>;

/**
 * Refuses a managed file that another catalog of this catalog file holds, too. New managed directories are never
 * shared; those of a catalog file from elsewhere may be.
 * @param file absolute
 * @throws CatalogError FILE_OF_OTHER_CATALOG
 */
export function requireUnshared(store: Store, catalogId: string, file: string): void {
  if (isOfOther(store, catalogId, file)) {
    throw new CatalogError('FILE_OF_OTHER_CATALOG', { path: file });
  }
}

/**
 * True if an image or sidecar of any catalog has this place in the managed directory. A name that an operation left,
 * or has yet to take back, may have become another file's: by an import after a deletion, for one.
 * @param root the managed directory of the catalog
 */
export const isHeld = (store: Store, catalogId: string, root: string, stored: string): boolean =>
  store.relocations.isManagedAt(catalogId, stored) ||
  isOfOther(store, catalogId, managedPath(root, stored));

function isOfOther(store: Store, catalogId: string, file: string): boolean {
  return store.catalogs
    .list()
    .some(
      ({ id, managedDirectory }) =>
        id !== catalogId &&
        managedDirectory !== null &&
        file.startsWith(managedDirectory + path.sep) &&
        store.relocations.isManagedAt(id, storedPath(managedDirectory, file)),
    );
}
