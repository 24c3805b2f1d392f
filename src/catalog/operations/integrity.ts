import { mountedVolumes } from '../files/volumes.js';
import type { ManagedPlace } from '../maintenance/checkedRoots.js';
import { checkFiles } from '../maintenance/checkFiles.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { CheckFilesRequest, CheckReport } from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { requireCatalog } from './catalogs.js';
import { requireManagedFilesThere } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';

/** @throws CatalogError CATALOG_NOT_FOUND, CANCELLED */
export async function checkCatalogFiles(
  deps: OperationDeps,
  request: CheckFilesRequest,
  control: OperationControl,
): Promise<CheckReport> {
  const catalog = requireCatalog(deps, request.catalogId);
  const place = {
    catalog,
    managed: managedPlace(deps, catalog),
    volumes: mountedVolumes(deps.files),
  };
  return checkFiles(deps, place, request, control);
}

/** The managed directory, if its files may be judged: chosen on this machine, there, and the right one. */
function managedPlace(deps: OperationDeps, catalog: Catalog): ManagedPlace | null {
  const { id, managedDirectory: path } = catalog;
  if (path === null) return null;
  if (!deps.bindings.isBound(id, path)) return { path, realRoot: null, offline: 'unbound' };
  try {
    return { path, realRoot: requireManagedFilesThere(deps, catalog).root, offline: null };
  } catch (error) {
    const isElsewhere = CatalogError.is(error, 'MANAGED_DIRECTORY_ELSEWHERE');
    return { path, realRoot: null, offline: isElsewhere ? 'elsewhere' : 'absent' };
  }
}
