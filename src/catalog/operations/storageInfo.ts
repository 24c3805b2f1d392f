import type { StorageInfo } from '../model/catalog.js';
import { requireCatalog } from './catalogs.js';
import type { OperationDeps } from './operationDeps.js';

/** Managed and referenced counts and bytes. @throws CatalogError CATALOG_NOT_FOUND */
export function storageInfo(deps: OperationDeps, catalogId: string): StorageInfo {
  const catalog = requireCatalog(deps, catalogId);
  const { managedDirectory } = catalog;
  return {
    catalogId,
    managedDirectory,
    ...deps.store.catalogs.storageFigures(catalogId),
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
