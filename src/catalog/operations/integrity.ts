import path from 'node:path';
import { isInside } from '../files/folders.js';
import { lstatOrNull } from '../files/publish.js';
import { mountedVolumes } from '../files/volumes.js';
import { acceptEdited } from '../maintenance/acceptEdited.js';
import type { ManagedPlace } from '../maintenance/checkedRoots.js';
import { checkFiles } from '../maintenance/checkFiles.js';
import { relocate } from '../maintenance/relocate.js';
import { verifyFiles } from '../maintenance/verifyFiles.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type {
  AcceptEditedRequest,
  AcceptReport,
  CheckFilesRequest,
  CheckReport,
  RelocateReport,
  RelocateRequest,
  VerifyReport,
  VerifyRequest,
} from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { locateImage } from '../pictures/pictureSource.js';
import { requireCatalog } from './catalogs.js';
import { lookAtManagedDirectory, requireManagedFilesThere } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';
import { requireImages } from './plannedImages.js';
import { canBeSource, createSource } from './sources.js';

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

/** The catalogs that a relocation is about: the one that was named, else all that have files at the old place. */
export function catalogsAt(
  deps: OperationDeps,
  { catalogId, from }: Pick<RelocateRequest, 'catalogId' | 'from'>,
): Catalog[] {
  if (catalogId !== undefined) return [requireCatalog(deps, catalogId)];
  return deps.store.catalogs
    .list()
    .filter(
      ({ id, managedDirectory }) =>
        deps.store.relocations.referencedBelow(id, from).length > 0 ||
        (managedDirectory !== null && isInside(from, managedDirectory)),
    );
}

/** Both places absolute, without a separator at the end; a folder for a file means the file in it. */
export function relocateRequest(deps: OperationDeps, request: RelocateRequest): RelocateRequest {
  for (const name of ['from', 'to'] as const) {
    if (path.isAbsolute(request[name])) continue;
    const detail = `${request[name]} is not an absolute path`;
    throw new CatalogError('INVALID_ARGUMENT', { name, detail });
  }
  const from = path.resolve(request.from);
  let to = path.resolve(request.to);
  const isOneFile = catalogsAt(deps, { ...request, from }).some(({ id }) =>
    deps.store.relocations.referencedBelow(id, from).some((row) => row.storedPath === from),
  );
  if (isOneFile && lstatOrNull(deps.files, to)?.isDirectory() === true) {
    to = path.join(to, path.basename(from));
  }
  if (from === to) {
    throw new CatalogError('INVALID_ARGUMENT', { name: 'to', detail: 'it is the old place' });
  }
  return { ...request, from, to };
}

/**
 * Relocates within one catalog.
 * @param request as relocateRequest made it
 * @throws CatalogError RELOCATE_TARGET_MISSING, RELOCATE_MANAGED_DIRECTORY, RELOCATE_NOTHING, CANCELLED
 */
export async function relocateInCatalog(
  deps: OperationDeps,
  catalog: Catalog,
  request: RelocateRequest,
  control: OperationControl,
): Promise<RelocateReport> {
  const { from, to } = request;
  if (lstatOrNull(deps.files, to) === null) {
    throw new CatalogError('RELOCATE_TARGET_MISSING', { path: to });
  }
  if (from === catalog.managedDirectory) {
    throw new CatalogError('RELOCATE_MANAGED_DIRECTORY', { path: from, catalog: catalog.name });
  }
  const report = await relocate(
    {
      ...deps,
      volumes: mountedVolumes(deps.files),
      addSource: (sourcePath) => createSource(deps, { catalogId: catalog.id, sourcePath }),
      refusesSource: (folder, source) => !canBeSource(deps, source, folder),
    },
    { catalog, realRoot: managedPlace(deps, catalog)?.realRoot ?? null },
    request,
    control,
  );
  if (report.images === 0) throw new CatalogError('RELOCATE_NOTHING', { path: from });
  return report;
}

/** The reports of several catalogs as one. @throws CatalogError RELOCATE_NOTHING if there is none */
export function joinedReports(
  request: RelocateRequest,
  reports: readonly RelocateReport[],
): RelocateReport {
  const [first, ...others] = reports;
  if (!first) throw new CatalogError('RELOCATE_NOTHING', { path: request.from });
  return others.reduce<RelocateReport>(
    (sum, each) => ({
      ...sum,
      images: sum.images + each.images,
      counts: addCounts(sum.counts, each.counts),
      relocated: sum.relocated + each.relocated,
      sources: [...sum.sources, ...each.sources],
      addedSource: sum.addedSource ?? each.addedSource,
      findings: [...sum.findings, ...each.findings],
    }),
    first,
  );
}

function addCounts(
  a: RelocateReport['counts'],
  b: RelocateReport['counts'],
): RelocateReport['counts'] {
  const sum = { ...a };
  for (const state of Object.keys(a) as (keyof typeof a)[]) sum[state] += b[state];
  return sum;
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
  return verifyFiles(deps, { catalog, realRoot }, request, control);
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
