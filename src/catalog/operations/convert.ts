import { join } from 'node:path';
import { freeSpace, volumeOf } from '../files/fileErrors.js';
import { realManagedDirectory } from '../files/folders.js';
import { DestinationPlanner, type PlannableFile } from '../import/plan.js';
import { posixPath } from '../import/planScan.js';
import { reserveBytes } from '../import/preconditions.js';
import { takenNames } from '../import/takenNames.js';
import { convertFiles } from '../maintenance/convertFiles.js';
import type { ConvertedFile, ConvertedGroup } from '../maintenance/convertGroup.js';
import { isSidecarPlace } from '../maintenance/sidecarPaths.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { ConvertRequest, FileOperationReport, MoveForecast } from '../model/fileOperation.js';
import type { Image, Sidecar } from '../model/image.js';
import {
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../model/organizationStrategy.js';
import type { OperationControl } from '../model/progress.js';
import { locateImage } from '../pictures/pictureSource.js';
import type { ReferencedRow } from '../store/conversionRepository.js';
import { requireCatalog } from './catalogs.js';
import { requireManagedDirectory } from './managedDirectory.js';
import { pageOf, type OperationDeps } from './operationDeps.js';

interface ConvertPlan {
  readonly catalog: Catalog;
  readonly realRoot: string;
  readonly organizationStrategy: string;
  readonly groups: readonly ConvertedGroup[];
  readonly bytes: number;
}

/** What a conversion would do, by names and sizes. @throws as convertToManaged */
export async function forecastConvert(
  deps: OperationDeps,
  request: ConvertRequest & { readonly offset?: number; readonly limit?: number },
): Promise<MoveForecast> {
  const plan = await planConvert(deps, request);
  const { realRoot, bytes } = plan;
  const images = plan.groups.flat();
  const files = images.flatMap(({ imageId, files: own }) =>
    own.map((file, index) => ({
      imageId,
      role: index === 0 ? ('primary' as const) : ('sidecar' as const),
      from: file.from,
      to: join(realRoot, ...file.to.split('/')),
      sizeBytes: file.sizeBytes,
    })),
  );
  const { offset, limit } = pageOf(request);
  const free = freeSpace(deps.files, realRoot);
  const bytesNeeded = bytes === 0 ? 0 : bytes + reserveBytes;
  return {
    images: images.length,
    files: files.length,
    bytes,
    unchanged: 0,
    managedDirectory: realRoot,
    organizationStrategy: plan.organizationStrategy,
    bytesNeeded,
    freeBytes: free,
    volume: volumeOf(deps.files, realRoot),
    enoughSpace: free === null || free >= bytesNeeded,
    moves: files.slice(offset, offset + limit),
    refusedCount: 0,
    refused: [],
  };
}

/**
 * Copies referenced images into the managed directory; the originals stay.
 * @param resumes the id of an operation that was cut off, to go on with
 * @throws CatalogError CATALOG_NOT_FOUND, STRATEGY_INVALID, MANAGED_DIRECTORY_* and DISK_FULL before anything is done
 */
export async function convertToManaged(
  deps: OperationDeps,
  request: ConvertRequest,
  control: OperationControl,
  resumes?: string,
): Promise<FileOperationReport> {
  const plan = await planConvert(deps, request);
  const { realRoot, organizationStrategy, groups, bytes } = plan;
  const free = freeSpace(deps.files, realRoot);
  if (bytes > 0 && free !== null && free < bytes + reserveBytes) {
    const data = { volume: volumeOf(deps.files, realRoot), needed: bytes + reserveBytes, free };
    throw new CatalogError('DISK_FULL', data);
  }
  // With the strategy as it is now: a resumed conversion names its files as it began.
  const entry = { request: { ...request, organizationStrategy }, resumes };
  return convertFiles(deps, plan, groups, entry, control);
}

async function planConvert(deps: OperationDeps, request: ConvertRequest): Promise<ConvertPlan> {
  const { store } = deps;
  const catalog = requireCatalog(deps, request.catalogId);
  await requireManagedDirectory(deps, catalog);
  const realRoot = realManagedDirectory(deps.files, catalog.managedDirectory ?? '');
  const wanted = request.organizationStrategy ?? catalog.defaultOrganizationStrategy;
  const strategy = parseOrganizationStrategy(wanted);
  const { undatedByModificationDate = false } = request;
  const rows = store.conversions.referenced(request);
  const isTaken = takenNames(deps.files, realRoot, store.images.managedStoredPaths(catalog.id));
  const planner = new DestinationPlanner({ strategy, undatedByModificationDate }, isTaken);
  const groups = groupsOf(rows).map((group) => planGroup(deps, group, planner));
  const files = groups.flat().flatMap((image) => image.files);
  return {
    catalog,
    realRoot,
    organizationStrategy: formatOrganizationStrategy(strategy),
    groups: groups.filter((group) => group.length > 0),
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** Images of one shot (RAW+JPEG, live photo) together, in the order of their first members. */
function groupsOf(rows: readonly ReferencedRow[]): ReferencedRow[][] {
  const groups = new Map<string, ReferencedRow[]>();
  for (const row of rows) {
    const key = row.groupKey === null ? row.imageId : `${row.sourceId ?? ''}/${row.groupKey}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

interface Member {
  readonly image: Image;
  readonly sidecars: readonly Sidecar[];
}

function planGroup(
  deps: OperationDeps,
  rows: readonly ReferencedRow[],
  planner: DestinationPlanner,
): ConvertedGroup {
  const { store } = deps;
  const ids = rows.map(({ imageId }) => imageId);
  const sidecars = store.images.sidecarsOf(ids);
  const members = ids.flatMap((id): Member[] => {
    const image = store.images.find(id);
    if (!image) return [];
    const own = (sidecars.get(id) ?? []).filter(
      ({ isManaged, currentPath }) => !isManaged && isSidecarPlace(currentPath, image.currentPath),
    );
    return [{ image, sidecars: own }];
  });
  const pictures = store.pictures.byIds(ids);
  const plan = planner.plan(members.map((member, index) => plannable(member, index, rows)));
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

function plannable(
  { image, sidecars }: Member,
  index: number,
  rows: readonly ReferencedRow[],
): PlannableFile {
  const { capturedAt, capturedAtSource, capturedAtConfidence } = image;
  return {
    id: index,
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
    groupKey: rows[index]?.groupKey ?? null,
    sidecars: sidecars.map(({ currentPath }) => posixPath(currentPath)),
  };
}
