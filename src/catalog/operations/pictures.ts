import { CatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import {
  maximumThumbnails,
  renderingEdges,
  type FailedPicture,
  type PictureOptions,
  type PictureProgress,
  type PictureStateSummary,
  type Rendering,
  type ScanThumbnail,
  type Thumbnail,
  type ThumbnailRequest,
} from '../model/pictureWork.js';
import type { PictureWork } from '../pictures/pictureWork.js';
import type { Page } from '../protocol/shared.js';
import { requireCatalog } from './catalogs.js';
import { pageOf, type OperationDeps } from './operationDeps.js';
import { requireScan } from './scans.js';

/** What operations on pictures work with. */
export interface PictureDeps extends OperationDeps {
  readonly pictures: PictureWork;
}

/** While there is no catalog file. */
export const noProgress: PictureProgress = {
  status: 'off',
  filesDone: 0,
  filesTotal: 0,
  filesFailed: 0,
  secondsLeft: null,
};

function requireFew(name: string, ids: readonly unknown[]): void {
  if (ids.length <= maximumThumbnails) return;
  throw new CatalogError('INVALID_ARGUMENT', {
    name,
    detail: `more than ${maximumThumbnails} ids`,
  });
}

/** @throws CatalogError INVALID_ARGUMENT, CANCELLED, ENGINE_STOPPED */
export async function requestThumbnails(
  { pictures }: PictureDeps,
  input: ThumbnailRequest,
  control: OperationControl,
): Promise<Thumbnail[]> {
  requireFew('imageIds', input.imageIds);
  return pictures.pictures.thumbnails(input, control);
}

/** @throws CatalogError SCAN_NOT_FOUND, and as requestThumbnails */
export async function thumbnailsOfScan(
  deps: PictureDeps,
  input: { readonly scanId: string; readonly fileIds: readonly number[] },
  control: OperationControl,
): Promise<ScanThumbnail[]> {
  requireFew('fileIds', input.fileIds);
  const scan = requireScan(deps, input.scanId);
  return deps.pictures.pictures.thumbnailsOfScan(scan, input.fileIds, control);
}

/** @throws CatalogError IMAGE_NOT_FOUND, PICTURE_UNSUPPORTED, PICTURE_DAMAGED and the like */
export async function renderPicture(
  { store, pictures }: PictureDeps,
  input: { readonly imageId: string; readonly longEdge: number },
  control: OperationControl,
): Promise<Rendering> {
  const row = store.pictures.byIds([input.imageId]).get(input.imageId);
  if (!row) throw new CatalogError('IMAGE_NOT_FOUND', { image: input.imageId });
  if (row.fileType === 'video') {
    const data = { path: row.storedPath, detail: 'it is a video' };
    throw new CatalogError('PICTURE_UNSUPPORTED', data);
  }
  const edge = renderingEdges.find((each) => input.longEdge <= each);
  if (edge === undefined || !(input.longEdge >= 1)) {
    const detail = `${input.longEdge} is not between 1 and 4096`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'longEdge', detail });
  }
  return pictures.pictures.rendering(row, edge, control);
}

/** @throws CatalogError CATALOG_NOT_FOUND */
export function pictureState(
  deps: PictureDeps,
  input: { readonly catalogId: string },
): PictureStateSummary {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  return {
    catalogId,
    counts: deps.store.pictures.counts(catalogId),
    failures: deps.store.pictures.failureGroups(catalogId),
    progress: deps.pictures.progress(),
  };
}

/** @throws CatalogError CATALOG_NOT_FOUND */
export function listFailed(
  deps: PictureDeps,
  input: { readonly catalogId: string } & Page,
): { total: number; pictures: FailedPicture[] } {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  return deps.store.pictures.pageFailed({ catalogId, ...pageOf(input) });
}

/** @throws CatalogError CATALOG_NOT_FOUND, CANCELLED, DISK_FULL, DESTINATION_UNWRITABLE */
export async function makeAll(
  deps: PictureDeps,
  input: { readonly catalogId: string },
  control: OperationControl,
): Promise<PictureStateSummary> {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  await deps.pictures.makeAll(catalogId, control);
  return pictureState(deps, input);
}

/** @throws CatalogError CATALOG_NOT_FOUND */
export function rebuild(
  deps: PictureDeps,
  input: { readonly catalogId: string; readonly failedOnly?: boolean },
): { count: number } {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  deps.pictures.pictures.flush();
  const count = deps.store.pictures.reset(catalogId, input.failedOnly ?? false);
  deps.pictures.pictures.retry();
  return { count };
}

/** @throws CatalogError INVALID_ARGUMENT */
export async function configure(
  { pictures }: PictureDeps,
  input: PictureOptions,
): Promise<PictureProgress> {
  const { maxMegapixels } = input;
  if (maxMegapixels !== undefined && !(maxMegapixels >= 1 && maxMegapixels <= 10_000)) {
    const detail = `${maxMegapixels} is not between 1 and 10000`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'maxMegapixels', detail });
  }
  return pictures.configure(input);
}
