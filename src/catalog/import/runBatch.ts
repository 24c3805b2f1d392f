import { posix } from 'node:path';
import { syncRemovals } from '../files/folders.js';
import { syncPlaced } from '../files/syncPlaced.js';
import { errorMessages, fillMessage, toCatalogError } from '../model/errors.js';
import type { Image } from '../model/image.js';
import type { ImportItemRow, ImportItemUpdate } from '../store/rows.js';
import type { PlacedItem } from './commitItems.js';
import { commitPlaced, noteSightings } from './commitItems.js';
import { copyState } from './duplicates.js';
import type { ImportRun, UnitIds } from './importRun.js';
import { figuresOf, inRoot, isPrimary } from './importRun.js';
import type { Placement, UnitWork } from './placeUnit.js';
import { journal, placeUnit, readSidecars, takeBack, temporaryPath } from './placeUnit.js';
import { realSourceFolder } from './preconditions.js';

/** Units placed at the same time: while some wait for the disk, another is read, hashed and written. */
const concurrency = 4;

/** A catalog's image that a file of the job equals. */
interface FoundDuplicate {
  readonly item: ImportItemRow;
  readonly image: Image;
}

interface Batch {
  /** Of all its items. */
  readonly ids: readonly number[];
  readonly units: UnitWork[];
  readonly duplicates: FoundDuplicate[];
  /** Items that are settled without a file: twins of files that did not come in. */
  readonly settled: ImportItemUpdate[];
}

/**
 * Imports some units: writes down the names, places the files, makes the folders durable, then writes all rows
 * with one commit. The sources stay as they are. Sets run.earlyEnd if the job cannot go on.
 * @throws CatalogError of the store, MANAGED_DIRECTORY_ELSEWHERE: what was placed is then for recovery to judge
 */
export async function runBatch(run: ImportRun, units: readonly UnitIds[]): Promise<void> {
  run.volume.require();
  const batch = await prepare(run, units);
  for (const unit of batch.units) await readSidecars(run, unit);
  const begun = batch.units.filter((unit) => !unit.failure);
  if (run.realRoot !== '') nameTemporaries(run, begun);
  const placements = begun.flatMap((unit) => unit.placements);
  if (run.realRoot !== '' || placements.some((one) => !isPrimary(one.item))) {
    journal(run, placements);
  }
  await placeAll(run, batch.units);
  if (run.earlyEnd?.rollBack) {
    for (const unit of batch.units) if (unit.isPlaced) await takeBack(run, unit);
  }
  if (run.realRoot !== '') {
    await syncFolders(run, batch.units);
    // Nothing was made for a name that leads outside.
    const failed = begun
      .filter(({ failure }) => failure && failure.error.code !== 'DESTINATION_OUTSIDE')
      .flatMap((unit) => unit.placements);
    const paths = failed.flatMap(({ destination }) =>
      destination === null ? [] : inRoot(run, destination),
    );
    await syncRemovals(run.deps.files, paths, run.deps.log);
  }
  run.volume.require();
  commit(run, batch);
}

async function prepare(run: ImportRun, units: readonly UnitIds[]): Promise<Batch> {
  const batch: Batch = { ids: units.flat(), units: [], duplicates: [], settled: [] };
  const inBatch = new Map<string, string>();
  for (const ids of units) {
    const items = ids.flatMap((id) => run.deps.store.importItems.find(id) ?? []);
    const left: ImportItemRow[] = [];
    const gone = new Set<number>();
    for (const item of items.filter(isPrimary)) {
      if (item.state !== 'PLANNED') {
        gone.add(item.id);
        continue;
      }
      const image = run.deps.store.images.findByChecksum(run.catalog.id, item.checksum);
      if (image) {
        batch.duplicates.push({ item, image });
        batch.settled.push(await duplicateUpdate(run, item, image));
        gone.add(item.id);
      } else if (!item.facts || inBatch.has(item.checksum)) {
        batch.settled.push(twinUpdate(run, item, inBatch.get(item.checksum)));
        gone.add(item.id);
      } else {
        inBatch.set(item.checksum, item.sourcePath);
        left.push(item);
      }
    }
    for (const item of items) {
      if (item.role !== 'sidecar') continue;
      if (!gone.has(item.parentItemId ?? -1)) left.push(item);
      else if (item.state === 'PLANNED') batch.settled.push({ id: item.id, state: 'DUPLICATE' });
    }
    run.meter.advance(gone.size, 0, null);
    if (left.some(isPrimary)) batch.units.push(newUnit(left));
  }
  return batch;
}

function newUnit(items: readonly ImportItemRow[]): UnitWork {
  const placements = items.map((item): Placement => ({
    item,
    destination: item.destinationPath,
    temporary: null,
    method: 'NONE',
    copied: null,
    placed: null,
  }));
  return { placements, failure: null, isPlaced: false, triedNames: new Set() };
}

/** The file is in the catalog. If the catalog's own file is not sound, that is noted for a repair. */
async function duplicateUpdate(
  run: ImportRun,
  item: ImportItemRow,
  image: Image,
): Promise<ImportItemUpdate> {
  const base = {
    id: item.id,
    state: 'DUPLICATE' as const,
    duplicateOfImageId: image.id,
    duplicateOfPath: image.currentPath,
  };
  const state = await copyState(run.deps, image, run.signal);
  if (state === 'intact') return base;
  const errorData = { path: item.sourcePath, existing: image.currentPath };
  const errorCode = state === 'offline' ? 'CATALOG_COPY_OFFLINE' : 'CATALOG_COPY_DAMAGED';
  return { ...base, errorCode, errorData };
}

/**
 * A file that the scan took for a duplicate, of which the catalog has no image (any more): its twin in the scan
 * was not chosen or failed, or the image was deleted meanwhile.
 */
function twinUpdate(
  run: ImportRun,
  item: ImportItemRow,
  twinPath: string | undefined,
): ImportItemUpdate {
  const { id } = item;
  if (twinPath !== undefined) return { id, state: 'DUPLICATE', duplicateOfPath: twinPath };
  if (item.duplicateOfImageId === null) return { id, state: 'CANCELLED' };
  const errorData = { scan: run.job.scanId };
  return { id, state: 'FAILED', errorCode: 'SCAN_STALE', errorData };
}

function nameTemporaries(run: ImportRun, units: readonly UnitWork[]): void {
  for (const placement of units.flatMap((unit) => unit.placements)) {
    const destination = placement.destination ?? '';
    const direct = run.linkRefusals >= 2;
    placement.method = run.job.importMode === 'move' ? 'MOVE_LINK' : direct ? 'DIRECT' : 'LINK';
    placement.temporary = direct ? destination : temporaryPath(destination, run.deps.newId());
  }
}

async function placeAll(run: ImportRun, units: readonly UnitWork[]): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const unit = units[next];
      next += 1;
      if (!unit || run.earlyEnd || run.signal?.aborted) return;
      await placeUnit(run, unit);
      noteEarlyEnd(run, unit);
      const primaries = unit.placements.filter((one) => isPrimary(one.item)).length;
      run.meter.advance(primaries, 0, unit.placements[0]?.item.sourcePath ?? null);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

function noteEarlyEnd(run: ImportRun, unit: UnitWork): void {
  const error = unit.failure?.error;
  if (!error || run.earlyEnd) return;
  if (error.code === 'DISK_FULL') run.earlyEnd = { status: 'FAILURE', error, rollBack: true };
  if (error.code !== 'FILE_VANISHED' && error.code !== 'FILE_UNREADABLE') return;
  try {
    realSourceFolder(run.deps.files, run.job.sourcePath);
  } catch (sourceGone) {
    // The card was pulled out: not the fault of its files. What is left can be resumed.
    const cause = toCatalogError(sourceGone);
    run.earlyEnd = { status: 'INTERRUPTED', error: cause, rollBack: false };
  }
}

/** Makes the names in all folders durable in which something was placed. A folder that refuses fails its units. */
async function syncFolders(run: ImportRun, units: readonly UnitWork[]): Promise<void> {
  const foldersOf = (unit: UnitWork): string[] =>
    destinationFolders(unit).map((folder) => inRoot(run, folder));
  const refused = await syncPlaced(run.deps.files, units.flatMap(foldersOf));
  if (refused.size === 0) return;
  for (const unit of units) {
    const folder = foldersOf(unit).find((one) => refused.has(one));
    const error = folder === undefined ? undefined : refused.get(folder);
    const [placement] = unit.placements;
    if (!unit.isPlaced || !error || !placement) continue;
    unit.failure = { placement, error };
    await takeBack(run, unit);
  }
}

const destinationFolders = (unit: UnitWork): string[] =>
  unit.placements
    .filter((one) => one.placed !== null)
    .map((one) => posix.dirname(one.destination ?? ''));

/** One commit for the whole batch. */
function commit(run: ImportRun, batch: Batch): void {
  const { store, now } = run.deps;
  const placed = batch.units.filter((unit) => unit.isPlaced).flatMap(placedItems);
  const updates = [...batch.settled, ...batch.units.flatMap((unit) => unplacedUpdates(run, unit))];
  const bytes = placed.reduce((sum, one) => sum + one.item.sizeBytes, 0);
  let { figures } = run;
  store.transaction(() => {
    commitPlaced(run.deps, run.job, placed);
    store.importItems.updateMany(updates, now().toISOString());
    if (!run.job.skipDuplicates) {
      noteSightings(
        run.deps,
        run.job,
        batch.duplicates.map((one) => one.item),
        'duplicate',
      );
    }
    // Of this batch only: counting all items each time would be the square of a large job.
    const { filesImported, filesSkipped, filesFailed } = figuresOf(
      store.importItems.countsOf(batch.ids),
    );
    figures = {
      filesImported: figures.filesImported + filesImported,
      filesSkipped: figures.filesSkipped + filesSkipped,
      filesFailed: figures.filesFailed + filesFailed,
    };
    const bytesImported = run.bytesImported + bytes;
    store.importJobs.update(run.job.id, { ...figures, bytesImported });
  });
  run.figures = figures;
  run.bytesImported += bytes;
}

const placedItems = (unit: UnitWork): PlacedItem[] =>
  unit.placements.flatMap((placement): PlacedItem[] => {
    const { item, destination, method, temporary, placed } = placement;
    return placed ? [{ item, destination, identity: placed, method, leftover: temporary }] : [];
  });

/** What becomes of the items of a unit that was not placed. */
function unplacedUpdates(run: ImportRun, unit: UnitWork): ImportItemUpdate[] {
  if (unit.isPlaced) return [];
  const { failure } = unit;
  const reference = run.realRoot === '';
  return unit.placements.map((placement): ImportItemUpdate => {
    const base: ImportItemUpdate = {
      id: placement.item.id,
      destinationPath: placement.destination,
      temporaryPath: placement.temporary,
      placedInode: placement.placed?.inode ?? null,
      publishMethod: reference || placement.temporary === null ? 'NONE' : placement.method,
    };
    const stopped = !failure || failure.error.code === 'CANCELLED';
    if (run.earlyEnd?.rollBack && stopped) return { ...base, state: 'ROLLED_BACK' };
    // Left for a later run: the job was cancelled, or its source is gone.
    if (stopped || run.earlyEnd?.status === 'INTERRUPTED') return base;
    return { ...base, state: 'FAILED', ...failureOf(placement, failure) };
  });
}

function failureOf(
  placement: Placement,
  failure: NonNullable<UnitWork['failure']>,
): Pick<ImportItemUpdate, 'errorCode' | 'errorData'> {
  const { error } = failure;
  if (placement === failure.placement) return { errorCode: error.code, errorData: error.data };
  const detail = fillMessage(errorMessages[error.code], error.data);
  const companion = failure.placement.item.sourcePath;
  const errorData = { path: placement.item.sourcePath, companion, detail };
  return { errorCode: 'COMPANION_FAILED', errorData };
}
