import { dirname, join } from 'node:path';
import { identityOf, type FileIdentity } from '../files/fileIdentity.js';
import { removeEmptyFoldersBelow, syncRemovals } from '../files/folders.js';
import { isReserved } from '../files/managedMarker.js';
import type { ManagedFile, PlacedInside } from '../files/moveInside.js';
import { placeInside, readManagedFile } from '../files/moveInside.js';
import { lstatIfThere } from '../files/publish.js';
import type { RootVolume } from '../files/rootVolume.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { ProgressMeter } from '../model/progressMeter.js';
import { managedPath } from '../store/managedPaths.js';
import { requireUnshared } from '../store/sharedFiles.js';
import type {
  FileOperationItem,
  FileOperationItemState,
  FileOperationTally,
} from '../store/fileOperationRepository.js';
import type { KeptFiles, MaintenanceDeps } from './fileOperationRun.js';
import { standsOnlyAt, temporaryNameOf } from './fileOperationRun.js';
import { isSidecarPlace } from './sidecarPaths.js';

/** A file of the managed directory and where it goes. Paths are relative to it, `/` separated. */
export interface FileMove {
  readonly role: 'primary' | 'sidecar';
  readonly from: string;
  /** Equals `from` for an image that stays while a sidecar of it moves. */
  readonly to: string;
  /** Null for a sidecar, which people edit: its present content is taken. */
  readonly checksum: string | null;
  /** As it is known. */
  readonly sizeBytes: number;
  /** Its item in the journal; null if it is to be written down yet. */
  readonly item: FileOperationItem | null;
}

/** An image's own file first, then its sidecars. */
export interface ImageMove {
  readonly imageId: string;
  readonly files: readonly FileMove[];
}

/** Images that keep one base name (RAW+JPEG): all their files move, or none. */
export type UnitMove = readonly ImageMove[];

/** States of the journal in a move there, and in one back. */
export interface Direction {
  readonly audit: 'reorganize' | 'undo-reorganize';
  readonly begun: FileOperationItemState;
  readonly done: FileOperationItemState;
  readonly failed: FileOperationItemState;
  readonly cancelled: FileOperationItemState;
  /** Where the items say that the files stood. */
  readonly start: 'from' | 'to';
}

export const movesThere: Direction = {
  audit: 'reorganize',
  begun: 'PLANNED',
  done: 'DONE',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  start: 'from',
};

export const movesBack: Direction = {
  audit: 'undo-reorganize',
  begun: 'UNDOING',
  done: 'UNDONE',
  failed: 'DONE',
  cancelled: 'DONE',
  start: 'to',
};

export interface MoveRun {
  readonly deps: MaintenanceDeps;
  readonly direction: Direction;
  readonly operationId: string;
  readonly catalog: Pick<Catalog, 'id' | 'name'>;
  /** Real path of the managed directory. */
  readonly root: string;
  readonly volume: RootVolume;
  readonly kept: KeptFiles;
  readonly done: FileOperationTally;
  readonly signal: AbortSignal | undefined;
  readonly meter: ProgressMeter;
}

/** A file that was looked at and moves. */
export interface LookedAt {
  readonly imageId: string;
  readonly move: FileMove;
  readonly found: ManagedFile;
}

export interface Placed {
  readonly file: LookedAt;
  readonly at: PlacedInside;
  /** Of the file at its new place. */
  identity: FileIdentity | null;
}

/** A unit under way. */
export interface Unit {
  readonly images: UnitMove;
  readonly files: readonly LookedAt[];
  items: readonly FileOperationItem[];
  readonly placed: Placed[];
  failure: CatalogError | null;
}

/** Of the unit's first image, where it stands. */
export const pathOf = ({ root }: MoveRun, [image]: UnitMove): string | null => {
  const stored = image?.files[0]?.from;
  return stored === undefined ? null : join(root, ...stored.split('/'));
};

/** Reads every file: all of a unit can move, or none. Null if the unit stays, which is told. */
export async function lookAt(run: MoveRun, images: UnitMove): Promise<Unit | null> {
  const files: LookedAt[] = [];
  try {
    for (const { imageId, files: moves } of images) {
      requireRows(run, imageId, moves);
      requireSidecars(run, moves);
      for (const move of moves) {
        if (move.from === move.to) continue;
        const found = await lookAtFile(run, move);
        if (found) files.push({ imageId, move, found });
      }
    }
    return { images, files, items: [], placed: [], failure: null };
  } catch (error) {
    tell(run, images, toCatalogError(error));
    run.meter.advance(images.length, 0, pathOf(run, images));
    return null;
  }
}

function tell(run: MoveRun, images: UnitMove, error: CatalogError): void {
  if (error.code === 'CANCELLED') return;
  for (const image of images) run.kept.add(pathOf(run, [image]) ?? image.imageId, error);
  run.deps.log('warn', error.message);
}

/** @throws CatalogError FILE_CHANGED if the rows name other places than the plan */
export function requireRows(run: MoveRun, imageId: string, moves: readonly FileMove[]): void {
  const stored = run.deps.store.relocations.managedPathsOf(imageId);
  for (const { from } of moves) {
    if (!stored.has(from)) throw new CatalogError('FILE_CHANGED', { path: join(run.root, from) });
  }
}

/**
 * A journal from elsewhere could name any file as a sidecar.
 * @throws CatalogError DESTINATION_OUTSIDE
 */
function requireSidecars({ root }: MoveRun, [primary, ...sidecars]: readonly FileMove[]): void {
  if (!primary) return;
  const image = managedPath(root, primary.from);
  for (const { from } of sidecars) {
    const path = managedPath(root, from);
    if (!isSidecarPlace(path, image)) throw new CatalogError('DESTINATION_OUTSIDE', { path });
  }
}

/** @returns null for a sidecar that is gone */
async function lookAtFile(run: MoveRun, move: FileMove): Promise<ManagedFile | null> {
  const { deps, catalog, root, signal } = run;
  const { from, to, role, checksum } = move;
  const path = managedPath(root, from);
  const target = managedPath(root, to);
  for (const stored of [from, to]) {
    if (isReserved(stored)) throw new CatalogError('DESTINATION_OUTSIDE', { path: stored });
  }
  requireUnshared(deps.store, catalog.id, path);
  const found = await readManagedFile(deps.files, root, path, signal);
  if (!found && role === 'sidecar') return null;
  if (!found) throw new CatalogError('FILE_VANISHED', { path });
  if (checksum !== null && found.checksum !== checksum) {
    throw new CatalogError('FILE_CHANGED', { path });
  }
  if (lstatIfThere(deps.files, target) !== null) throw taken(run, path, target);
  return found;
}

const taken = ({ direction }: MoveRun, path: string, target: string): CatalogError =>
  direction === movesBack
    ? new CatalogError('UNDO_PLACE_TAKEN', { path, original: target })
    : new CatalogError('DESTINATION_TAKEN', { path: target });

/** Before anything is done: every file with both names. */
export function writeDown(run: MoveRun, units: readonly Unit[]): void {
  const { store, now } = run.deps;
  const at = now().toISOString();
  store.transaction(() => {
    for (const unit of units) {
      const known = unit.images.flatMap(({ files }) => files.flatMap(({ item }) => item ?? []));
      unit.items = known.length > 0 ? known : insertItems(run, unit, at);
      const ids = unit.items.map(({ id }) => id);
      if (known.length > 0) store.fileOperations.setState(ids, run.direction.begun, at);
    }
  });
}

function insertItems(run: MoveRun, unit: Unit, at: string): FileOperationItem[] {
  const { operationId, direction, deps } = run;
  const items = unit.images.flatMap(({ imageId, files }) =>
    files.flatMap((move) => {
      const looked = unit.files.find((file) => file.move === move);
      // The image itself stands for its sidecars, too.
      if (!looked && move.role === 'sidecar') return [];
      return {
        operationId,
        imageId,
        role: move.role,
        fromPath: move.from,
        toPath: looked ? move.to : null,
        checksum: looked?.found.checksum ?? move.checksum ?? '',
        sizeBytes: looked?.found.sizeBytes ?? 0,
        state: direction.begun,
        removedRows: null,
      };
    }),
  );
  const ids = deps.store.fileOperations.insertItems(items, at);
  return items.map((item, index) => ({
    ...item,
    id: ids[index] ?? 0,
    errorCode: null,
    errorData: null,
  }));
}

/** The item of a file. */
const itemOf = (unit: Unit, { imageId, move }: LookedAt): FileOperationItem | undefined =>
  unit.items.find(
    (item) =>
      item === move.item ||
      (item.imageId === imageId && item.fromPath === move.from && item.toPath === move.to),
  );

/** Every file of the unit stands at both places, durably. */
export async function place(run: MoveRun, unit: Unit): Promise<void> {
  const { deps, root, signal } = run;
  for (const file of unit.files) {
    const { move, found } = file;
    const item = itemOf(unit, file);
    if (!item) continue;
    try {
      if (signal?.aborted) throw new CatalogError('CANCELLED');
      const temporaryName = temporaryNameOf(item);
      const request = { realRoot: root, file: found, to: move.to, temporaryName, signal };
      const at = await placeInside(deps.files, request);
      const placed: Placed = { file, at, identity: null };
      unit.placed.push(placed);
      placed.identity = identityOf(deps.files.lstat(managedPath(root, move.to)));
    } catch (error) {
      const reason = toCatalogError(error);
      const isTaken = reason.code === 'UNDO_PLACE_TAKEN';
      unit.failure = isTaken ? taken(run, found.path, managedPath(root, move.to)) : reason;
      return;
    }
  }
}

/** A unit that has to stay: its files stand at their old places only. What fails now is done by recovery. */
export async function takeBack(run: MoveRun, unit: Unit): Promise<void> {
  const { deps, direction, root } = run;
  const { failure } = unit;
  if (!failure) return;
  let allBack = true;
  for (const { at } of unit.placed.splice(0)) allBack = (await at.takeBack()) && allBack;
  const isForeign = ['DESTINATION_TAKEN', 'UNDO_PLACE_TAKEN'].includes(failure.code);
  const targets = unit.files.map(({ move }) => managedPath(root, move.to));
  const isSynced = await syncRemovals(deps.files, targets, deps.log);
  const isBack = (isForeign && allBack) || standsOnlyAt(deps, root, unit.items, direction.start);
  const clear = isSynced && isBack;
  const ended = failure.code === 'CANCELLED' ? direction.cancelled : direction.failed;
  const ids = unit.items.map(({ id }) => id);
  const at = deps.now().toISOString();
  deps.store.fileOperations.setState(ids, clear ? ended : direction.begun, at, failure);
  tell(run, unit.images, failure);
  removeEmptyFoldersBelow(
    deps.files,
    root,
    targets.map((target) => dirname(target)),
  );
}
