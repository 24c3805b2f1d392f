import path from 'node:path';
import { deleteImages } from '../maintenance/deleteImages.js';
import type { Catalog } from '../model/catalog.js';
import type { DeleteCatalogForecast, FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { backUpCatalog } from './backups.js';
import { removeCatalog, requireCatalog } from './catalogs.js';
import { lookAtManagedDirectory, requireManagedDirectory } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';

/** @throws CatalogError CATALOG_NOT_FOUND; if files are to be deleted MANAGED_DIRECTORY_* as their deletion */
export function forecastCatalogDeletion(
  deps: OperationDeps,
  { catalogId, deleteFiles }: { readonly catalogId: string; readonly deleteFiles?: boolean },
): DeleteCatalogForecast {
  const catalog = requireCatalog(deps, catalogId);
  const { imageCount, managedCount, sourceCount, jobCount } =
    deps.store.catalogs.figures(catalogId);
  const { files, bytes } = deps.store.images.managedFigures(catalogId);
  return {
    images: imageCount,
    sources: sourceCount,
    jobs: jobCount,
    managedFiles: files,
    managedBytes: bytes,
    managedDirectory: catalog.managedDirectory,
    referencedImages: imageCount - managedCount,
    ...(deleteFiles && { files: managedCount === 0 ? [] : managedFiles(deps, catalog) }),
  };
}

/** By path. A row that names a file elsewhere is shown as it is. */
function managedFiles(deps: OperationDeps, catalog: Catalog): string[] {
  const { root } = lookAtManagedDirectory(deps, catalog);
  const stored = deps.store.images.managedStoredPaths(catalog.id).sort();
  return stored.map((each) => path.join(root, ...each.split('/')));
}

/**
 * Moves the managed files of a catalog to the trash of its directory, then removes the catalog; referenced files
 * stay. A backup of the catalog file is made first. If a file cannot go, or the work is cancelled, the catalog stays
 * with what is left, and what went can be brought back.
 * @param resumes the id of such a deletion that was cut off, to go on with
 * @throws CatalogError CATALOG_NOT_FOUND, MANAGED_DIRECTORY_*, and those of a backup
 */
export async function deleteCatalogWithFiles(
  deps: OperationDeps,
  catalogId: string,
  control: OperationControl,
  resumes?: string,
): Promise<FileOperationReport> {
  const { store } = deps;
  const catalog = requireCatalog(deps, catalogId);
  const imageIds = store.images.managedIds(catalogId);
  const realRoot = imageIds.length > 0 ? await requireManagedDirectory(deps, catalog) : null;
  await backUpCatalog(deps, {});
  // That edited files go as well is what was asked for: all of them lie in the trash.
  const request = { catalogId, imageIds, deleteFiles: true, includeChanged: true };
  const place = { catalog, realRoot, kind: 'delete-catalog' } as const;
  const entry = { request: { catalogId }, resumes };
  const report = await deleteImages(deps, place, request, control, entry);
  if (report.operation.status !== 'SUCCESS') return report;
  // Bound still: its trash can be emptied.
  removeCatalog(deps, catalog);
  return report;
}
