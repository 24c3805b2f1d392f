import path from 'node:path';
import { isInside } from '../files/folders.js';
import { lstatOrNull } from '../files/publish.js';
import { mountedVolumes } from '../files/volumes.js';
import {
  commitRelocations,
  prepareRelocation,
  type PreparedRelocation,
} from '../maintenance/relocate.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { RelocateReport, RelocateRequest } from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { storedPath } from '../store/managedPaths.js';
import { requireCatalog } from './catalogs.js';
import { managedPlace } from './integrity.js';
import type { OperationDeps } from './operationDeps.js';
import { canBeSource, createSource } from './sources.js';

/** The catalogs that a relocation is about: the one that was named, else all that have files at the old place. */
export function catalogsAt(
  deps: OperationDeps,
  { catalogId, from }: Pick<RelocateRequest, 'catalogId' | 'from'>,
): Catalog[] {
  if (catalogId !== undefined) return [requireCatalog(deps, catalogId)];
  return deps.store.catalogs.list().filter((catalog) => hasFilesAt(deps, catalog, from));
}

function hasFilesAt(
  { store }: OperationDeps,
  { id, managedDirectory }: Catalog,
  place: string,
): boolean {
  const { relocations } = store;
  if (relocations.referencedBelow(id, place).length > 0) return true;
  if (managedDirectory === null || !isInside(place, managedDirectory)) return false;
  const stored = place === managedDirectory ? '' : storedPath(managedDirectory, place);
  return relocations.managedBelow(id, stored).length > 0;
}

/**
 * Both places absolute, without a separator at the end; a folder for a file means the file in it.
 * @throws CatalogError CATALOG_NOT_FOUND, INVALID_ARGUMENT
 */
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
 * Relocates in the catalog that was named, or in all that have files at the old place: in all of them or in none.
 * @param request as relocateRequest made it
 * @throws CatalogError RELOCATE_TARGET_MISSING, RELOCATE_MANAGED_DIRECTORY, RELOCATE_NOTHING, CANCELLED, and what
 *   reading files throws: nothing is changed then
 */
export async function relocateFiles(
  deps: OperationDeps,
  request: RelocateRequest,
  control: OperationControl,
): Promise<RelocateReport> {
  if (lstatOrNull(deps.files, request.to) === null) {
    throw new CatalogError('RELOCATE_TARGET_MISSING', { path: request.to });
  }
  const prepared: PreparedRelocation[] = [];
  for (const catalog of catalogsAt(deps, request)) {
    prepared.push(await prepareIn(deps, catalog, request, control));
  }
  const planned = joinedReports(
    request,
    prepared.map(({ report }) => report),
  );
  if (planned.images === 0) throw new CatalogError('RELOCATE_NOTHING', { path: request.from });
  if (request.dryRun) return planned;
  return joinedReports(request, commitRelocations(deps, request, prepared));
}

function prepareIn(
  deps: OperationDeps,
  catalog: Catalog,
  request: RelocateRequest,
  control: OperationControl,
): Promise<PreparedRelocation> {
  const { from } = request;
  if (from === catalog.managedDirectory) {
    throw new CatalogError('RELOCATE_MANAGED_DIRECTORY', { path: from, catalog: catalog.name });
  }
  return prepareRelocation(
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
}

/** The reports of several catalogs as one. @throws CatalogError RELOCATE_NOTHING if there is none */
function joinedReports(
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
