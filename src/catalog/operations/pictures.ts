import type { OperationControl } from '../model/progress.js';
import type {
  FailedPicture,
  PictureOptions,
  PictureProgress,
  PictureStateSummary,
  Rendering,
  ScanThumbnail,
  Thumbnail,
  ThumbnailRequest,
} from '../model/pictureWork.js';
import { CatalogError } from '../model/errors.js';
import type { Page } from '../protocol.js';
import { requireCatalog } from './catalogs.js';
import type { OperationDeps } from './operationDeps.js';
import { requireScan } from './scans.js';

/** While there is no catalog file. */
export const noProgress: PictureProgress = {
  status: 'off',
  filesDone: 0,
  filesTotal: 0,
  filesFailed: 0,
  secondsLeft: null,
};

export function requestThumbnails(
  _deps: OperationDeps,
  input: ThumbnailRequest,
  _control: OperationControl,
): Promise<Thumbnail[]> {
  return Promise.resolve(
    input.imageIds.map((imageId) => ({ imageId, state: 'none', path: null, error: null })),
  );
}

export function thumbnailsOfScan(
  deps: OperationDeps,
  input: { readonly scanId: string; readonly fileIds: readonly number[] },
  _control: OperationControl,
): Promise<ScanThumbnail[]> {
  requireScan(deps, input.scanId);
  return Promise.resolve(
    input.fileIds.map((fileId) => ({ fileId, state: 'none', path: null, error: null })),
  );
}

export function renderPicture(
  _deps: OperationDeps,
  input: { readonly imageId: string; readonly longEdge: number },
  _control: OperationControl,
): Promise<Rendering> {
  throw new CatalogError('IMAGE_NOT_FOUND', { image: input.imageId });
}

export function pictureState(
  deps: OperationDeps,
  input: { readonly catalogId: string },
): PictureStateSummary {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  const counts = { PENDING: 0, DONE: 0, FAILED: 0, NONE: 0 };
  return { catalogId, counts, failures: [], progress: noProgress };
}

export function pictureProgress(_deps: OperationDeps): PictureProgress {
  return noProgress;
}

export function listFailed(
  deps: OperationDeps,
  input: { readonly catalogId: string } & Page,
): { total: number; pictures: FailedPicture[] } {
  requireCatalog(deps, input.catalogId);
  return { total: 0, pictures: [] };
}

export function makeAll(
  deps: OperationDeps,
  input: { readonly catalogId: string },
  _control: OperationControl,
): Promise<PictureStateSummary> {
  return Promise.resolve(pictureState(deps, input));
}

export function rebuild(
  deps: OperationDeps,
  input: { readonly catalogId: string; readonly failedOnly?: boolean },
): { count: number } {
  requireCatalog(deps, input.catalogId);
  return { count: 0 };
}

export function pause(_deps: OperationDeps, _input: { readonly paused: boolean }): PictureProgress {
  return noProgress;
}

export function configure(_deps: OperationDeps, _input: PictureOptions): PictureProgress {
  return noProgress;
}
