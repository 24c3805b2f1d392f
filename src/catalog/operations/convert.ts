import { join } from 'node:path';
import { freeSpace, volumeOf } from '../files/fileErrors.js';
import { DestinationPlanner } from '../import/plan.js';
import { posixPath } from '../import/planScan.js';
import { reserveBytes } from '../import/preconditions.js';
import { takenNames } from '../import/takenNames.js';
import { convertFiles } from '../maintenance/convertFiles.js';
import type { ConvertedFile, ConvertedGroup } from '../maintenance/convertGroup.js';
import { lookAtConversion } from '../maintenance/lookAtConversion.js';
import { Pace, takeTurn } from '../maintenance/pace.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { ConvertRequest, FileOperationReport, MoveForecast } from '../model/fileOperation.js';
import {
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../model/organizationStrategy.js';
import type { OperationControl } from '../model/progress.js';
import { locateImage } from '../pictures/pictureSource.js';
import type { ReferencedRow } from '../store/conversionRepository.js';
import { requireCatalog } from './catalogs.js';
import { lookAtManagedDirectory, requireManagedDirectory } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';
import { groupsOf, membersOf, movesPage, plannableImage, requireImages } from './plannedImages.js';

interface ConvertPlan {
  readonly catalog: Catalog;
  readonly realRoot: string;
  readonly organizationStrategy: string;
  readonly groups: readonly ConvertedGroup[];
  readonly bytes: number;
}

/**
 * What a conversion would do. Looks at every file and reads none.
 * @throws CatalogError as convertToManaged before anything is done, but for DISK_FULL; CANCELLED
 */
export async function forecastConvert(
  deps: OperationDeps,
  request: ConvertRequest & { readonly offset?: number; readonly limit?: number },
  control: OperationControl = {},
): Promise<MoveForecast> {
  const catalog = requireCatalog(deps, request.catalogId);
  requireImages(deps, catalog.id, request.imageIds);
  const { root } = lookAtManagedDirectory(deps, catalog);
  const plan = await planConvert(deps, catalog, root, request, control);
  const { realRoot, groups, organizationStrategy } = plan;
  const { images, bytes, refused } = await lookAtConversion(deps.files, realRoot, groups, control);
  const files = images.flatMap(({ imageId, files: own }) =>
    own.map((file, index) => ({
      imageId,
      role: index === 0 ? ('primary' as const) : ('sidecar' as const),
      from: file.from,
      to: join(realRoot, ...file.to.split('/')),
      sizeBytes: file.sizeBytes,
    })),
  );
  const { free, bytesNeeded, enoughSpace } = roomFor(deps, realRoot, bytes);
  return {
    images: images.length,
    ...movesPage(files, request),
    unchanged: 0,
    managedDirectory: realRoot,
    organizationStrategy,
    bytesNeeded,
    freeBytes: free,
    volume: volumeOf(deps.files, realRoot),
    enoughSpace,
    refusedCount: refused.count,
    refused: refused.listed,
  };
}

/**
 * Copies referenced images into the managed directory; the originals stay.
 * @param resumes the id of an operation that was cut off, to go on with
 * @throws CatalogError CATALOG_NOT_FOUND, IMAGE_NOT_FOUND, STRATEGY_INVALID, MANAGED_DIRECTORY_*
 *   and DISK_FULL before anything is done
 */
export async function convertToManaged(
  deps: OperationDeps,
  request: ConvertRequest,
  control: OperationControl,
  resumes?: string,
): Promise<FileOperationReport> {
  const catalog = requireCatalog(deps, request.catalogId);
  // What is resumed goes on with the images that are still there.
  if (resumes === undefined) requireImages(deps, catalog.id, request.imageIds);
  const root = await requireManagedDirectory(deps, catalog);
  const plan = await planConvert(deps, catalog, root, request);
  const { realRoot, organizationStrategy, groups, bytes } = plan;
  if (!roomFor(deps, realRoot, bytes).enoughSpace) {
    // What cannot be copied takes no room.
    const possible = await lookAtConversion(deps.files, realRoot, groups, control);
    const { free, bytesNeeded, enoughSpace } = roomFor(deps, realRoot, possible.bytes);
    if (!enoughSpace) {
      const data = { volume: volumeOf(deps.files, realRoot), needed: bytesNeeded, free: free ?? 0 };
      throw new CatalogError('DISK_FULL', data);
    }
  }
  // With the strategy as it is now: a resumed conversion names its files as it began.
  const entry = { request: { ...request, organizationStrategy }, resumes };
  return convertFiles(deps, plan, groups, entry, control);
}

/** Whether so many bytes fit on the volume of the managed directory, and leave it what it needs itself. */
function roomFor(
  { files }: OperationDeps,
  realRoot: string,
  bytes: number,
): { readonly free: number | null; readonly bytesNeeded: number; readonly enoughSpace: boolean } {
  const free = freeSpace(files, realRoot);
  const bytesNeeded = bytes === 0 ? 0 : bytes + reserveBytes;
  return { free, bytesNeeded, enoughSpace: free === null || free >= bytesNeeded };
}

/** @param control of a look ahead; work that has begun tells by its report that it was cancelled */
async function planConvert(
  deps: OperationDeps,
  catalog: Catalog,
  realRoot: string,
  request: ConvertRequest,
  control: OperationControl = {},
): Promise<ConvertPlan> {
  const { store } = deps;
  const wanted = request.organizationStrategy ?? catalog.defaultOrganizationStrategy;
  const strategy = parseOrganizationStrategy(wanted);
  const { undatedByModificationDate = false } = request;
  const rows = store.conversions.referenced(request);
  const isTaken = takenNames(deps.files, realRoot, store.images.managedStoredPaths(catalog.id));
  const planner = new DestinationPlanner({ strategy, undatedByModificationDate }, isTaken);
  const pace = new Pace(false);
  const groups: ConvertedGroup[] = [];
  let bytes = 0;
  for (const group of groupsOf(rows, ({ sourceId }) => sourceId ?? '')) {
    const planned = planGroup(deps, group, planner);
    if (planned.length > 0) groups.push(planned);
    for (const { files } of planned) for (const { sizeBytes } of files) bytes += sizeBytes;
    await takeTurn(pace, control);
  }
  const organizationStrategy = formatOrganizationStrategy(strategy);
  return { catalog, realRoot, organizationStrategy, groups, bytes };
}

function planGroup(
  deps: OperationDeps,
  rows: readonly ReferencedRow[],
  planner: DestinationPlanner,
): ConvertedGroup {
  const { store } = deps;
  const ids = rows.map(({ imageId }) => imageId);
  const members = membersOf(deps, ids, false);
  const pictures = store.pictures.byIds(ids);
  const plan = planner.plan(members.map(plannableImage));
  return members.flatMap(({ image, sidecars: own }, index): ConvertedGroup => {
    const planned = plan.get(index);
    if (!planned) return [];
    const files: ConvertedFile[] = [
      {
        from: image.currentPath,
        to: planned.destination,
        checksum: image.checksum,
        sizeBytes: image.sizeBytes,
      },
      ...planned.sidecars.flatMap(({ source, destination }): ConvertedFile[] => {
        const sidecar = own.find(({ currentPath }) => posixPath(currentPath) === source);
        if (!sidecar) return [];
        const { currentPath: from, sizeBytes } = sidecar;
        return [{ from, to: destination, checksum: null, sizeBytes }];
      }),
    ];
    const picture = pictures.get(image.id);
    return [{ imageId: image.id, files, prove: () => picture && locateImage(deps, picture) }];
  });
}
