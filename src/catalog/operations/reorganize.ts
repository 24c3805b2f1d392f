import { join } from 'node:path';
import { freeSpace, volumeOf } from '../files/fileErrors.js';
import { isSameFile } from '../files/fileIdentity.js';
import type { FilePort } from '../files/filePort.js';
import { isReserved } from '../files/managedMarker.js';
import { lstatIfThere, lstatOrNull } from '../files/publish.js';
import type { PlannableFile } from '../import/plan.js';
import type { MovedFile } from '../import/planMoves.js';
import { planMoves } from '../import/planMoves.js';
import { posixPath } from '../import/planScan.js';
import { takenNames } from '../import/takenNames.js';
import { KeptFiles } from '../maintenance/fileOperationRun.js';
import type { ImageMove, UnitMove } from '../maintenance/moveUnit.js';
import { Pace, takeTurn } from '../maintenance/pace.js';
import { reorganizeFiles } from '../maintenance/reorganizeFiles.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type {
  FileOperationReport,
  MoveForecast,
  PlannedMove,
  ReorganizeRequest,
} from '../model/fileOperation.js';
import {
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../model/organizationStrategy.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { managedPath, storedPath } from '../store/managedPaths.js';
import type { ManagedRow } from '../store/relocationRepository.js';
import { requireCatalog } from './catalogs.js';
import { lookAtManagedDirectory, requireManagedDirectory } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';
import type { Member } from './plannedImages.js';
import { groupsOf, membersOf, movesPage, plannableImage, requireImages } from './plannedImages.js';

interface ReorganizePlan {
  readonly catalog: Catalog;
  readonly realRoot: string;
  readonly organizationStrategy: string;
  readonly units: readonly UnitMove[];
  readonly moves: readonly PlannedMove[];
  readonly unchanged: number;
  readonly kept: KeptFiles;
}

/** What a reorganization would do, by names and sizes: no file is read. @throws as reorganizeManaged; CANCELLED */
export async function forecastReorganize(
  deps: OperationDeps,
  request: ReorganizeRequest & { readonly offset?: number; readonly limit?: number },
  control: OperationControl = {},
): Promise<MoveForecast> {
  const catalog = requireCatalog(deps, request.catalogId);
  requireImages(deps, catalog.id, request.imageIds);
  const { root } = lookAtManagedDirectory(deps, catalog);
  const plan = await planReorganize(deps, catalog, root, request, control);
  const { realRoot, organizationStrategy, units, moves, unchanged, kept } = plan;
  return {
    images: units.flat().length,
    ...movesPage(moves, request),
    unchanged,
    managedDirectory: realRoot,
    organizationStrategy,
    bytesNeeded: 0,
    freeBytes: freeSpace(deps.files, realRoot),
    volume: volumeOf(deps.files, realRoot),
    enoughSpace: true,
    refusedCount: kept.count,
    refused: kept.listed,
  };
}

/**
 * Moves managed images, with their sidecars, to where a strategy puts them in their managed directory.
 * @param resumes the id of an operation that was cut off, to go on with
 * @throws CatalogError CATALOG_NOT_FOUND, IMAGE_NOT_FOUND, STRATEGY_INVALID, MANAGED_DIRECTORY_*
 *   before anything is done
 */
export async function reorganizeManaged(
  deps: OperationDeps,
  request: ReorganizeRequest,
  control: OperationControl,
  resumes?: string,
): Promise<FileOperationReport> {
  const catalog = requireCatalog(deps, request.catalogId);
  // What is resumed goes on with the images that are still there.
  if (resumes === undefined) requireImages(deps, catalog.id, request.imageIds);
  const root = await requireManagedDirectory(deps, catalog);
  const plan = await planReorganize(deps, catalog, root, request);
  const { organizationStrategy, units, kept } = plan;
  // With the strategy as it is now: what is resumed names its files as it began.
  const entry = { request: { ...request, organizationStrategy }, resumes };
  return reorganizeFiles(deps, plan, units, kept, entry, control);
}

/** @param control of a look ahead; work that has begun tells by its report that it was cancelled */
async function planReorganize(
  deps: OperationDeps,
  catalog: Catalog,
  realRoot: string,
  request: ReorganizeRequest,
  control: OperationControl = {},
): Promise<ReorganizePlan> {
  const { store, files } = deps;
  const wanted = request.organizationStrategy ?? catalog.defaultOrganizationStrategy;
  const strategy = parseOrganizationStrategy(wanted);
  const stored = store.images.managedStoredPaths(catalog.id);
  const kept = new KeptFiles();
  const members: Member[] = [];
  const groups: PlannableFile[][] = [];
  const pace = new Pace(false);
  for (const rows of groupsOf(store.relocations.managedIn(request), scopeOf)) {
    try {
      const first = members.length;
      const found = membersOf(
        deps,
        rows.map(({ imageId }) => imageId),
        true,
      );
      const group = found.map((member, index) =>
        managedImage(member, first + index, catalog.managedDirectory ?? ''),
      );
      members.push(...found);
      groups.push(group);
    } catch (error) {
      // A row that names a file outside the managed directory.
      for (const { storedPath: path } of rows) kept.add(path, toCatalogError(error));
    }
    await takeTurn(pace, control);
  }
  const steps = planMoves(
    groups,
    { strategy, undatedByModificationDate: request.undatedByModificationDate ?? false },
    {
      isTaken: takenNames(files, realRoot, stored),
      look: (path, other) => look(files, realRoot, path, other),
    },
    checker(files, realRoot, members, repeated(stored)),
  );
  const meter = new ProgressMeter({
    phase: 'check',
    filesTotal: members.length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    meter.advance(step.value, 0, null);
    await takeTurn(pace, control);
  }
  const plan = step.value;
  for (const { file, error } of plan.refused) {
    kept.add(members[file.id]?.image.currentPath ?? file.relativePath, error);
  }
  const units = plan.moves.map((moves) => unitMove(members, moves));
  return {
    catalog,
    realRoot,
    organizationStrategy: formatOrganizationStrategy(strategy),
    units,
    moves: units.flat().flatMap((image) => plannedMoves(realRoot, image)),
    unchanged: plan.unchanged.length,
    kept,
  };
}

/** Files of one shot that came in together: a card that is filled again has the same names again. */
const scopeOf = ({ sourceId, importJobId }: ManagedRow): string =>
  `${sourceId ?? ''}/${importJobId ?? ''}`;

/** Named after its original, wherever it stands now. */
function managedImage(member: Member, id: number, managedDirectory: string): PlannableFile {
  const { image, sidecars } = member;
  const at = (path: string): string => storedPath(managedDirectory, path);
  return {
    ...plannableImage(member, id),
    relativePath: posixPath(image.originalSourcePath),
    present: at(image.currentPath),
    sidecars: sidecars.map(({ currentPath }) => at(currentPath)),
  };
}

function look(
  files: FilePort,
  realRoot: string,
  path: string,
  other: string,
): 'nothing' | 'same' | 'other' {
  const there = lstatOrNull(files, managedPath(realRoot, path));
  if (!there) return 'nothing';
  const known = lstatOrNull(files, managedPath(realRoot, other));
  return known && isSameFile(there, known) ? 'same' : 'other';
}

/** Paths that more than one row names: whichever moved the file would take it from the other. */
function repeated(stored: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const path of stored) {
    if (seen.has(path)) again.add(path);
    seen.add(path);
  }
  return again;
}

/** Why files that would move cannot, as far as that is seen without reading them. */
const checker =
  (
    files: FilePort,
    realRoot: string,
    members: readonly Member[],
    shared: ReadonlySet<string>,
  ): ((unit: readonly PlannableFile[]) => CatalogError | null) =>
  (unit) => {
    for (const { id, present = '', sidecars } of unit) {
      const path = join(realRoot, ...present.split('/'));
      for (const stored of [present, ...sidecars]) {
        if (isReserved(stored)) return new CatalogError('DESTINATION_OUTSIDE', { path: stored });
        if (shared.has(stored)) return new CatalogError('FILE_SHARED', { path: stored });
      }
      try {
        const stats = lstatIfThere(files, path);
        if (!stats) return new CatalogError('FILE_VANISHED', { path });
        if (!stats.isFile()) {
          return new CatalogError('FILE_NOT_REGULAR', { path, detail: 'not a file' });
        }
        if (Number(stats.size) !== members[id]?.image.sizeBytes) {
          return new CatalogError('FILE_CHANGED', { path });
        }
      } catch (error) {
        return toCatalogError(error);
      }
    }
    return null;
  };

/** Images with their files that move; an image that stays stands for its sidecars. */
function unitMove(members: readonly Member[], moves: readonly MovedFile[]): UnitMove {
  const images = new Map<number, ImageMove>();
  for (const { id, role, from, to } of moves) {
    const member = members[id];
    if (!member) continue;
    const { image } = member;
    const { checksum, sizeBytes } =
      role === 'primary' ? image : { checksum: null, sizeBytes: sidecarBytes(member, from) };
    const file = { role, from, to, checksum, sizeBytes, item: null };
    const files = [...(images.get(id)?.files ?? []), file];
    images.set(id, { imageId: image.id, files });
  }
  return [...images.values()].filter(({ files }) => files.some(({ from, to }) => from !== to));
}

function sidecarBytes({ sidecars }: Member, stored: string): number {
  const sidecar = sidecars.find(({ currentPath }) => posixPath(currentPath).endsWith(`/${stored}`));
  return sidecar?.sizeBytes ?? 0;
}

const plannedMoves = (realRoot: string, { imageId, files }: ImageMove): PlannedMove[] =>
  files
    .filter(({ from, to }) => from !== to)
    .map(({ role, from, to, sizeBytes }) => ({
      imageId,
      role,
      from: managedPath(realRoot, from),
      to: managedPath(realRoot, to),
      sizeBytes,
    }));
