import type { Catalog, StorageInfo } from '../model/catalog.js';
import { requireCatalog } from './catalogs.js';
import type { OperationDeps } from './operationDeps.js';

/** Managed and referenced counts and bytes. @throws CatalogError CATALOG_NOT_FOUND */
export function storageInfo(deps: OperationDeps, catalogId: string): StorageInfo {
  const catalog = requireCatalog(deps, catalogId);
  return { ...diskFigures(deps, catalog), ...deps.store.catalogs.storageFigures(catalogId) };
}

/** What only the file system knows. */
export function diskFigures(
  deps: OperationDeps,
  { id: catalogId, managedDirectory }: Catalog,
): Pick<StorageInfo, 'catalogId' | 'managedDirectory' | 'freeBytes' | 'catalogFileBytes'> {
  return {
    catalogId,
    managedDirectory,
    freeBytes: managedDirectory === null ? null : freeBytes(deps, managedDirectory),
    catalogFileBytes: Number(deps.files.stat(deps.catalogFile).size),
  };
}

function freeBytes(deps: OperationDeps, directory: string): number | null {
  try {
    return deps.files.statfs(directory).freeBytes;
  } catch {
    return null;
  }
}
