import type {
  Catalog,
  CatalogSummary,
  CreateCatalogInput,
  UpdateCatalogInput,
} from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import {
  defaultOrganizationStrategy,
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../model/organizationStrategy.js';
import {
  bindManagedDirectory,
  chooseManagedDirectory,
  managedFilesAreThere,
  releaseManagedDirectory,
} from './managedDirectory.js';
import { cleanName, type OperationDeps } from './operationDeps.js';

/** @throws CatalogError CATALOG_NOT_FOUND */
export function requireCatalog(deps: Pick<OperationDeps, 'store'>, catalogId: string): Catalog {
  const catalog = deps.store.catalogs.find(catalogId);
  if (!catalog) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: catalogId });
  return catalog;
}

/** A catalog with its figures. */
export function summarizeCatalog(deps: OperationDeps, catalog: Catalog): CatalogSummary {
  return {
    ...catalog,
    ...deps.store.catalogs.figures(catalog.id),
    managedDirectoryBound:
      catalog.managedDirectory !== null &&
      deps.bindings.isBound(catalog.id, catalog.managedDirectory),
    filesCheckedAt: deps.store.fileChecks.catalogCheckedAt(catalog.id),
  };
}

/**
 * @throws CatalogError NAME_EMPTY, CATALOG_NAME_TAKEN, STRATEGY_INVALID, MANAGED_DIRECTORY_UNUSABLE,
 *   MANAGED_DIRECTORY_SHARED
 */
export async function createCatalog(
  deps: OperationDeps,
  input: CreateCatalogInput,
): Promise<CatalogSummary> {
  const name = freeCatalogName(deps, input.name);
  const strategy = input.defaultOrganizationStrategy
    ? parseOrganizationStrategy(input.defaultOrganizationStrategy)
    : defaultOrganizationStrategy;
  const managedDirectory = input.managedDirectory
    ? await chooseManagedDirectory(deps, input.managedDirectory, null)
    : null;
  const at = deps.now().toISOString();
  const catalog: Catalog = {
    id: deps.newId(),
    name,
    managedDirectory,
    defaultOrganizationStrategy: formatOrganizationStrategy(strategy),
    createdAt: at,
    updatedAt: at,
  };
  deps.store.transaction(() => {
    deps.store.catalogs.insert(catalog);
    audit(deps, 'create-catalog', catalog);
  });
  if (managedDirectory !== null) await bindManagedDirectory(deps, catalog.id, managedDirectory);
  return summarizeCatalog(deps, catalog);
}

/**
 * Changes what the input names. The managed directory of a catalog that holds managed files can change only
 * to a folder that has them: it was moved, or this is another machine.
 * @throws CatalogError as createCatalog, and CATALOG_NOT_FOUND, MANAGED_DIRECTORY_IN_USE
 */
export async function updateCatalog(
  deps: OperationDeps,
  input: UpdateCatalogInput,
): Promise<CatalogSummary> {
  const catalog = requireCatalog(deps, input.catalogId);
  const name = input.name === undefined ? catalog.name : freeCatalogName(deps, input.name, catalog);
  const strategy =
    input.defaultOrganizationStrategy === undefined
      ? catalog.defaultOrganizationStrategy
      : formatOrganizationStrategy(parseOrganizationStrategy(input.defaultOrganizationStrategy));
  let { managedDirectory } = catalog;
  if (input.managedDirectory !== undefined) {
    managedDirectory = input.managedDirectory
      ? await chooseManagedDirectory(deps, input.managedDirectory, catalog.id)
      : null;
    if (!managedFilesAreThere(deps, catalog, managedDirectory)) {
      throw new CatalogError('MANAGED_DIRECTORY_IN_USE', {
        catalog: catalog.name,
        count: deps.store.catalogs.figures(catalog.id).managedCount,
        path: catalog.managedDirectory,
      });
    }
  }
  const changed: Catalog = {
    ...catalog,
    name,
    managedDirectory,
    defaultOrganizationStrategy: strategy,
    updatedAt: deps.now().toISOString(),
  };
  deps.store.transaction(() => {
    deps.store.catalogs.update(changed);
    audit(deps, 'update-catalog', changed);
  });
  if (input.managedDirectory !== undefined) {
    if (managedDirectory !== catalog.managedDirectory) await releaseManagedDirectory(deps, catalog);
    if (managedDirectory !== null) await bindManagedDirectory(deps, catalog.id, managedDirectory);
  }
  return summarizeCatalog(deps, changed);
}

/** Removes the rows; every file stays. @throws CatalogError CATALOG_NOT_FOUND */
export async function deleteCatalog(deps: OperationDeps, catalogId: string): Promise<void> {
  const catalog = requireCatalog(deps, catalogId);
  removeCatalog(deps, catalog);
  // Bound still while something lies in the trash: that can be emptied.
  if (deps.store.storage.trash(catalogId).count > 0) return;
  await releaseManagedDirectory(deps, catalog);
}

/** Removes the rows and tells the audit log. */
export function removeCatalog(deps: OperationDeps, catalog: Catalog): void {
  deps.store.transaction(() => {
    audit(deps, 'delete-catalog', catalog);
    deps.store.catalogs.delete(catalog.id);
  });
}

function freeCatalogName(deps: OperationDeps, wanted: string, self?: Catalog): string {
  const name = cleanName(wanted);
  if (name === '') throw new CatalogError('NAME_EMPTY');
  const other = deps.store.catalogs.findByName(name);
  if (other && other.id !== self?.id) throw new CatalogError('CATALOG_NAME_TAKEN', { name });
  return name;
}

function audit(deps: OperationDeps, operation: string, catalog: Catalog): void {
  const { name, managedDirectory, defaultOrganizationStrategy: strategy } = catalog;
  deps.store.auditLog.append({
    at: deps.now().toISOString(),
    operation,
    catalogId: catalog.id,
    catalogName: name,
    path: managedDirectory,
    detail: { strategy, ...deps.store.catalogs.figures(catalog.id) },
  });
}
