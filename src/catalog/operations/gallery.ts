import path from 'node:path';
import { CatalogError } from '../model/errors.js';
import type { ImageDetails, ImageTile, QueryCompletion } from '../model/gallery.js';
import type { Image } from '../model/image.js';
import type { OperationInput, OperationResult } from '../protocol.js';
import { requireCatalog } from './catalogs.js';
import { pageOf, type OperationDeps } from './operationDeps.js';

const tileOf = (image: Image): ImageTile => ({
  ...image,
  name: path.basename(image.currentPath),
  fileChanged: false,
  pictureState: 'PENDING',
  duration: null,
  rating: null,
  importedAt: image.createdAt,
});

export function queryImages(
  deps: OperationDeps,
  input: OperationInput<'queryImages'>,
): OperationResult<'queryImages'> {
  requireCatalog(deps, input.catalogId);
  const page = deps.store.images.page({ ...input, ...pageOf(input) });
  return { total: page.total, images: page.images.map(tileOf), revision: 1 };
}

export function imageGroups(
  deps: OperationDeps,
  input: OperationInput<'imageGroups'>,
): OperationResult<'imageGroups'> {
  const { total } = queryImages(deps, { ...input, limit: 1 });
  return { total, groups: [{ key: '', count: total }] };
}

export function imageIds(
  deps: OperationDeps,
  input: OperationInput<'imageIds'>,
): OperationResult<'imageIds'> {
  const { total, images } = queryImages(deps, { limit: 10_000, ...input });
  return { total, ids: images.map(({ id }) => id) };
}

export function imagePositions(
  deps: OperationDeps,
  input: OperationInput<'imagePositions'>,
): number[] {
  const { ids } = imageIds(deps, input);
  return input.imageIds.map((id) => ids.indexOf(id));
}

/** @throws CatalogError IMAGE_NOT_FOUND */
export function imageDetails(deps: OperationDeps, imageId: string): ImageDetails {
  const image = deps.store.images.find(imageId);
  if (!image) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
  const { importMode, originalSourcePath } = image;
  return {
    image,
    catalog: requireCatalog(deps, image.catalogId),
    captureDate: null,
    provenance: { importMode, originalSourcePath, source: null, importJob: null },
    tags: [],
    sidecars: deps.store.images.listSidecars(imageId),
    groupMembers: [],
    sightings: [],
  };
}

export function completeQuery(
  _deps: OperationDeps,
  { cursor }: OperationInput<'completeQuery'>,
): QueryCompletion {
  return { from: cursor, to: cursor, suggestions: [], error: null };
}
