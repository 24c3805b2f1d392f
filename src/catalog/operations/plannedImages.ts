import type { PlannableFile } from '../import/plan.js';
import { posixPath } from '../import/planScan.js';
import { isSidecarPlace } from '../maintenance/sidecarPaths.js';
import type { Image, Sidecar } from '../model/image.js';
import type { MoveForecast, PlannedMove } from '../model/fileOperation.js';
import { CatalogError } from '../model/errors.js';
import type { OperationDeps } from './operationDeps.js';
import { pageOf } from './operationDeps.js';

/** An image with the files that travel with it. */
export interface Member {
  readonly image: Image;
  readonly sidecars: readonly Sidecar[];
}

/** Images that share a name (RAW+JPEG) together, in the order of their first members. */
export function groupsOf<
  Row extends { readonly imageId: string; readonly groupKey: string | null },
>(rows: readonly Row[], scopeOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row.groupKey === null ? row.imageId : `${scopeOf(row)}/${row.groupKey}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/**
 * The images with their sidecars, those that can be sidecars by their place and name.
 * @throws CatalogError DESTINATION_OUTSIDE for a row that names a file outside the managed directory
 */
export function membersOf(
  { store }: Pick<OperationDeps, 'store'>,
  ids: readonly string[],
  isManaged: boolean,
): Member[] {
  const sidecars = store.images.sidecarsOf(ids);
  return ids.flatMap((id): Member[] => {
    const image = store.images.find(id);
    if (!image) return [];
    const own = (sidecars.get(id) ?? []).filter(
      (each) => each.isManaged === isManaged && isSidecarPlace(each.currentPath, image.currentPath),
    );
    return [{ image, sidecars: own }];
  });
}

/**
 * Before work on images that a person named: one that is not of the catalog is a mistake, not nothing to do.
 * @throws CatalogError IMAGE_NOT_FOUND
 */
export function requireImages(
  { store }: Pick<OperationDeps, 'store'>,
  catalogId: string,
  imageIds: readonly string[] = [],
): void {
  const image = store.images.firstUnknown(catalogId, imageIds);
  if (image !== null) throw new CatalogError('IMAGE_NOT_FOUND', { image });
}

/** What the name of an image depends on. Paths stay absolute: only their last parts matter. */
export function plannableImage({ image, sidecars }: Member, id: number): PlannableFile {
  const { capturedAt, capturedAtSource, capturedAtConfidence } = image;
  return {
    id,
    relativePath: posixPath(image.currentPath),
    checksum: image.checksum,
    captureTime:
      capturedAt === null || capturedAtSource === null
        ? null
        : {
            value: capturedAt,
            source: capturedAtSource,
            confidence: capturedAtConfidence ?? 0,
            suspicious: null,
          },
    fileType: image.fileType,
    groupKey: image.groupKey,
    sidecars: sidecars.map(({ currentPath }) => posixPath(currentPath)),
  };
}

/** The figures of planned moves, and the page of them that was asked for: limit Infinity for all of them. */
export function movesPage(
  moves: readonly PlannedMove[],
  request: { readonly offset?: number; readonly limit?: number },
): Pick<MoveForecast, 'files' | 'bytes' | 'moves'> {
  const page = pageOf(request);
  const { offset } = page;
  const limit = request.limit === Infinity ? Infinity : page.limit;
  return {
    files: moves.length,
    bytes: moves.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    moves: moves.slice(offset, offset + limit),
  };
}
