import { mountedVolumes } from '../files/volumes.js';
import { acceptEdited } from '../maintenance/acceptEdited.js';
import type { ManagedPlace } from '../maintenance/checkedRoots.js';
import { checkFiles } from '../maintenance/checkFiles.js';
import { verifyFiles } from '../maintenance/verifyFiles.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type {
  AcceptEditedRequest,
  AcceptReport,
  CheckFilesRequest,
  CheckReport,
  VerifyReport,
  VerifyRequest,
} from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { locateImage } from '../pictures/pictureSource.js';
import { noteDeed } from './audit.js';
import { requireCatalog } from './catalogs.js';
import { lookAtManagedDirectory, requireManagedFilesThere } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';
import { requireImages } from './plannedImages.js';

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
  const report = await checkFiles(deps, place, request, control);
  noteCheck(deps, catalog, request, report);
  return report;
}

/** Not of a dry run, nor of one after which nothing was marked; in the background only of one that found something. */
function noteCheck(
  deps: OperationDeps,
  { id, name }: Catalog,
  { sourceId, dryRun, background }: CheckFilesRequest,
  report: CheckReport,
): void {
  const { images, present, missing, newlyMissing, changed, newlyChanged, found, offline } = report;
  const isNews = newlyMissing + newlyChanged + found > 0;
  if (dryRun || report.needsConfirmation.length > 0 || (background && !isNews)) return;
  noteDeed(deps, {
    operation: 'check-files',
    catalogId: id,
    catalogName: name,
    ...(sourceId !== undefined && { sourceId }),
    detail: { images, present, missing, changed, found, offline },
  });
}

/** The managed directory, if its files may be judged: chosen on this machine, there, and the right one. */
export function managedPlace(deps: OperationDeps, catalog: Catalog): ManagedPlace | null {
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

/** @throws CatalogError IMAGE_NOT_FOUND, MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNBOUND, MANAGED_DIRECTORY_ELSEWHERE */
export async function verifyCatalogFiles(
  deps: OperationDeps,
  request: VerifyRequest,
  control: OperationControl,
): Promise<VerifyReport> {
  const catalog = requireCatalog(deps, request.catalogId);
  requireImages(deps, catalog.id, request.imageIds);
  const { root: realRoot } = lookAtManagedDirectory(deps, catalog);
  const report = await verifyFiles(deps, { catalog, realRoot }, request, control);
  if (report.dryRun || report.cancelled) return report;
  const { images, filesRead, intact, damaged, changed, missing, unreadable } = report;
  noteDeed(deps, {
    operation: 'verify-files',
    catalogId: catalog.id,
    catalogName: catalog.name,
    detail: { images, filesRead, intact, damaged, changed, missing, unreadable },
  });
  return report;
}

/** The one catalog that the images are of. @throws CatalogError IMAGE_NOT_FOUND, INVALID_ARGUMENT */
export function catalogOfImages(deps: OperationDeps, imageIds: readonly string[]): string {
  const rows = [...deps.store.pictures.byIds(imageIds).values()];
  const [catalogId, other] = new Set(rows.map((row) => row.catalogId));
  if (catalogId === undefined) {
    throw new CatalogError('IMAGE_NOT_FOUND', { image: imageIds[0] ?? '' });
  }
  if (other !== undefined) {
    const detail = 'the images are of several catalogs';
    throw new CatalogError('INVALID_ARGUMENT', { name: 'imageIds', detail });
  }
  return catalogId;
}

export function acceptEditedFiles(
  deps: OperationDeps,
  request: AcceptEditedRequest,
  control: OperationControl,
): Promise<AcceptReport> {
  const locate = (imageId: string): string => {
    const row = deps.store.pictures.byIds([imageId]).get(imageId);
    if (!row) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
    return locateImage(deps, row);
  };
  return acceptEdited({ ...deps, locate }, request, control);
}
