import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { removeEmptyFoldersBelow, syncDirectory } from '../files/folders.js';
import { whileRootIsThere } from '../files/rootVolume.js';
import { CatalogError, errorDetail, toCatalogError } from '../model/errors.js';
import { foldPath } from '../model/foldPath.js';
import type { MoveRun, Unit, UnitMove } from './moveUnit.js';
import { lookAt, pathOf, place, requireRows, takeBack, writeDown } from './moveUnit.js';

const batchImages = 32;

/**
 * Moves files within the managed directory, in the order given. Of every file the old name goes only after a commit by
 * which its row names the new one, and after the file was proven to stand there: at every instant a row names a whole
 * file. What was cut off is settled by recovery.
 * @returns what ended it before the last file, or null
 * @throws CatalogError of the store: files may stand at both places then
 */
export async function moveFiles(
  run: MoveRun,
  units: readonly UnitMove[],
): Promise<CatalogError | null> {
  let isFull: CatalogError | null = null;
  const isAway = await whileRootIsThere(async () => {
    for (const batch of batchesOf(units)) {
      if (run.signal?.aborted || isFull) return;
      isFull = await moveBatch(run, batch);
      await nextTurn();
    }
  });
  return isAway ?? isFull;
}

/** A name that a file of a batch leaves is free for the next batch only. */
function* batchesOf(units: readonly UnitMove[]): Generator<UnitMove[]> {
  let batch: UnitMove[] = [];
  let images = 0;
  let left = new Set<string>();
  for (const unit of units) {
    const files = unit.flatMap((image) => image.files);
    const isFull = images + unit.length > batchImages;
    if (batch.length > 0 && (isFull || files.some(({ to }) => left.has(foldPath(to))))) {
      yield batch;
      batch = [];
      images = 0;
      left = new Set();
    }
    batch.push(unit);
    images += unit.length;
    for (const { from, to } of files) if (from !== to) left.add(foldPath(from));
  }
  if (batch.length > 0) yield batch;
}

async function moveBatch(run: MoveRun, batch: readonly UnitMove[]): Promise<CatalogError | null> {
  run.volume.require();
  const units: Unit[] = [];
  for (const images of batch) {
    const unit = await lookAt(run, images);
    if (unit) units.push(unit);
  }
  run.volume.require();
  writeDown(run, units);
  let stoppedBy: CatalogError | null = null;
  for (const unit of units) {
    if (stoppedBy) unit.failure = new CatalogError('CANCELLED');
    else await place(run, unit);
    if (unit.failure?.code === 'DISK_FULL') stoppedBy = unit.failure;
  }
  run.volume.require();
  for (const unit of units) if (unit.failure) await takeBack(run, unit);
  run.volume.require();
  // A commit that failed may be durable all the same: the files stand at both places, and recovery sees which it was.
  commit(run, units);
  for (const unit of units) if (unit.failure && unit.placed.length > 0) await takeBack(run, unit);
  const moved = units.filter(({ failure }) => failure === null);
  await release(run, moved);
  for (const { images } of units) run.meter.advance(images.length, 0, pathOf(run, images));
  return stoppedBy;
}

/** One commit: the rows name the new places, and the audit log tells it. */
function commit(run: MoveRun, units: readonly Unit[]): void {
  const { deps, catalog, operationId, direction } = run;
  const { store } = deps;
  const at = deps.now().toISOString();
  store.transaction(() => {
    for (const unit of units) {
      if (unit.failure) continue;
      try {
        for (const { imageId, files } of unit.images) requireRows(run, imageId, files);
      } catch (error) {
        unit.failure = toCatalogError(error);
        continue;
      }
      for (const { file, identity } of unit.placed) {
        const { imageId, move } = file;
        const { from, to } = move;
        if (identity && move.role === 'primary') {
          store.relocations.moveManaged(imageId, to, identity, at);
        } else store.relocations.relocateSidecars([{ imageId, from, to }]);
      }
      for (const { imageId, files } of unit.images) {
        const [primary] = files;
        const sidecars = files.slice(1).filter(({ from, to }) => from !== to);
        store.auditLog.append({
          at,
          operation: direction.audit,
          catalogId: catalog.id,
          catalogName: catalog.name,
          imageId,
          path: primary?.to ?? null,
          detail: {
            operation: operationId,
            from: primary?.from ?? '',
            to: primary?.to ?? '',
            sidecars: sidecars.map(({ to }) => to),
          },
        });
      }
    }
  });
}

/** The old names go. A file that keeps its old one is whole at the new: recovery tries again. */
async function release(run: MoveRun, units: readonly Unit[]): Promise<void> {
  const { deps, direction, root, done } = run;
  const { store } = deps;
  const folders = new Set<string>();
  const left = new Set<Unit>();
  for (const unit of units) {
    for (const { at, file } of unit.placed) {
      try {
        at.release();
        folders.add(dirname(file.found.path));
      } catch (error) {
        left.add(unit);
        deps.log('warn', toCatalogError(error).message);
      }
    }
  }
  // Without that a name could come back by a power loss, and nobody would look at it.
  const unsynced = new Set<string>();
  for (const folder of folders) {
    try {
      await syncDirectory(deps.files, folder);
    } catch (error) {
      unsynced.add(folder);
      deps.log('warn', `${folder} could not be synchronized: ${errorDetail(error)}`);
    }
  }
  const finished = units.filter(
    (unit) => !left.has(unit) && !unit.files.some(({ found }) => unsynced.has(dirname(found.path))),
  );
  for (const { images, files } of units) {
    done.images += images.length;
    done.files += files.length;
    done.bytes += files.reduce((sum, { found }) => sum + found.sizeBytes, 0);
  }
  const ids = finished.flatMap(({ items }) => items.map(({ id }) => id));
  store.fileOperations.setState(ids, direction.done, deps.now().toISOString());
  removeEmptyFoldersBelow(deps.files, root, folders);
}
