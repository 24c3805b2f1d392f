import path from 'node:path';
import { CatalogError } from '../model/errors.js';
import {
  imageGroupings,
  imageSorts,
  type ImageDetails,
  type ImageSelection,
  type ImageSighting,
  type QueryCompletion,
} from '../model/gallery.js';
import type { Image } from '../model/image.js';
import type { OperationInput, OperationResult } from '../protocol.js';
import { explainCaptureDate } from '../search/captureDate.js';
import { completeInCatalog } from '../search/completions.js';
import { ImageListing, type Listed } from '../search/imageListing.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { Sighting } from '../store/rows.js';
import { requireCatalog } from './catalogs.js';
import { pageOf, type OperationDeps } from './operationDeps.js';

/** Lives as long as its open catalog file. */
const listings = new WeakMap<CatalogStore, ImageListing>();

function listingOf({ store }: OperationDeps): ImageListing {
  let listing = listings.get(store);
  if (!listing) {
    listing = new ImageListing(store);
    listings.set(store, listing);
  }
  return listing;
}

/** @throws CatalogError CATALOG_NOT_FOUND, QUERY_INVALID, INVALID_ARGUMENT */
function list(deps: OperationDeps, selection: ImageSelection): Promise<Listed> {
  requireCatalog(deps, selection.catalogId);
  const { sort, groupBy } = selection;
  if (sort !== undefined && !imageSorts.includes(sort)) {
    throw notOneOf('sort', imageSorts);
  }
  if (groupBy !== undefined && !imageGroupings.includes(groupBy)) {
    throw notOneOf('groupBy', imageGroupings);
  }
  return listingOf(deps).list(selection);
}

const notOneOf = (name: string, known: readonly string[]): CatalogError =>
  new CatalogError('INVALID_ARGUMENT', { name, detail: `use ${known.join(', ')}` });

export async function listImages(
  deps: OperationDeps,
  input: OperationInput<'listImages'>,
): Promise<{ total: number; images: Image[] }> {
  const listed = await list(deps, input);
  const { offset, limit } = pageOf(input);
  const rowIds = listingOf(deps).rowIds(listed, offset, limit);
  return { total: listed.slots.length, images: deps.store.images.byRowIds(rowIds) };
}

export async function queryImages(
  deps: OperationDeps,
  input: OperationInput<'queryImages'>,
): Promise<OperationResult<'queryImages'>> {
  const listed = await list(deps, input);
  const { offset, limit } = pageOf(input);
  const rowIds = listingOf(deps).rowIds(listed, offset, limit);
  const images = deps.store.imageTiles.byRowIds(rowIds);
  return { total: listed.slots.length, images, revision: listed.revision };
}

export async function imageGroups(
  deps: OperationDeps,
  input: OperationInput<'imageGroups'>,
): Promise<OperationResult<'imageGroups'>> {
  const listed = await list(deps, input);
  const groups = listingOf(deps).groups(listed, input.groupBy);
  return { total: listed.slots.length, groups };
}

export async function imageIds(
  deps: OperationDeps,
  input: OperationInput<'imageIds'>,
): Promise<OperationResult<'imageIds'>> {
  const listed = await list(deps, input);
  const { offset } = pageOf(input);
  const limit = input.limit === undefined ? Infinity : Math.max(0, Math.trunc(input.limit) || 0);
  const rowIds = listingOf(deps).rowIds(listed, offset, limit);
  return { total: listed.slots.length, ids: deps.store.imageTiles.idsByRowIds(rowIds) };
}

export async function imagePositions(
  deps: OperationDeps,
  input: OperationInput<'imagePositions'>,
): Promise<number[]> {
  const listed = await list(deps, input);
  const rowIds = deps.store.imageTiles.rowIdsByIds(input.imageIds);
  return listingOf(deps).positions(listed, rowIds);
}

/**
 * The rows of a selection, or of images in it, from a place on. Without a query and an order they come as they are
 * stored, and no list of all is made.
 * @throws CatalogError as list
 */
export async function selectedRows(
  deps: OperationDeps,
  {
    selection,
    imageIds: ids,
  }: { readonly selection: ImageSelection; readonly imageIds?: readonly string[] },
  from: number,
  limit: number,
): Promise<{ total: number | null; rowIds: number[]; next: number | null }> {
  const { store } = deps;
  const end = from + limit;
  if (ids) {
    const found = store.imageTiles.rowIdsByIds(ids.slice(from, end));
    const rowIds = found.filter((rowId) => rowId !== null);
    return { total: ids.length, rowIds, next: end < ids.length ? end : null };
  }
  if (!selection.query?.trim() && selection.sort === undefined) {
    const rowIds = store.images.rowsOfSelection(selection, from, limit);
    const total = from === 0 ? store.images.countSelection(selection) : null;
    return { total, rowIds, next: rowIds.length < limit ? null : (rowIds.at(-1) ?? null) };
  }
  const listed = await list(deps, selection);
  const rowIds = listingOf(deps).rowIds(listed, from, limit);
  return { total: listed.slots.length, rowIds, next: end < listed.slots.length ? end : null };
}

/** @throws CatalogError IMAGE_NOT_FOUND */
export function imageDetails({ store }: OperationDeps, imageId: string): ImageDetails {
  const image = store.images.find(imageId);
  const catalog = image && store.catalogs.find(image.catalogId);
  if (!catalog) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
  const source = image.sourceId === null ? undefined : store.sources.find(image.sourceId);
  const job = image.importJobId === null ? undefined : store.importJobs.find(image.importJobId);
  return {
    image,
    catalog: {
      id: catalog.id,
      name: catalog.name,
      managedDirectory: catalog.managedDirectory,
    },
    captureDate: explainCaptureDate(image),
    provenance: {
      importMode: image.importMode,
      originalSourcePath: image.originalSourcePath,
      source: source ? { id: source.id, name: source.name, sourcePath: source.sourcePath } : null,
      importJob: job
        ? { id: job.id, startedAt: job.startedAt, status: job.status, sourceName: job.sourceName }
        : null,
    },
    tags: store.imageTiles.tags(imageId),
    sidecars: store.images.listSidecars(imageId),
    groupMembers: store.imageTiles.groupMembers(imageId),
    sightings: store.sourceFiles.sightings(image.catalogId, image.importedChecksum).map(sightingOf),
  };
}

const sightingOf = ({ relativePath, sourcePath, ...rest }: Sighting): ImageSighting => ({
  ...rest,
  path: path.join(sourcePath, ...relativePath.split('/')),
});

export async function completeQuery(
  deps: OperationDeps,
  { catalogId, query, cursor }: OperationInput<'completeQuery'>,
): Promise<QueryCompletion> {
  requireCatalog(deps, catalogId);
  const index = await listingOf(deps).fullIndex();
  const sources = deps.store.sources.list(catalogId);
  return completeInCatalog(query, cursor, { index, catalogId, sources });
}
