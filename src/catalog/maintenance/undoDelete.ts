import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { syncRemovals } from '../files/folders.js';
import type { PlacedInside } from '../files/moveInside.js';
import { placeInside, readManagedFile } from '../files/moveInside.js';
import { isGoneBelow } from '../files/publish.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { FileOperation, FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { isHeld } from '../store/sharedFiles.js';
import { deletedPlaces } from './deletedPlaces.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { KeptFiles, byImage, reportOf, temporaryNameOf } from './fileOperationRun.js';

/** Enough for an image with all its sidecars to come whole. */
const pageItems = 256;

/**
 * Brings deleted images back: their files from the trash to where they stood, then their rows. What cannot come back
 * (another file has its place, its content is in the catalog again) stays in the trash and is reported.
 * @throws CatalogError OPERATION_NOT_FOUND, OPERATION_NOT_UNDOABLE
 */
export async function undoDelete(
  deps: MaintenanceDeps,
  operationId: string,
  control: OperationControl = {},
): Promise<FileOperationReport> {
  const { store } = deps;
  const operation = requireUndoable(deps, operationId);
  const kept = new KeptFiles();
  const meter = new ProgressMeter({
    phase: 'undo',
    filesTotal: store.fileOperations.countImages(operationId, ['DONE']),
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  for await (const family of doneFamilies(deps, operationId)) {
    if (control.signal?.aborted) break;
    const failure = await restoreFamily(deps, operation, family, control.signal);
    if (failure && failure.error.code !== 'CANCELLED') kept.add(failure.path, failure.error);
    meter.advance(1, 0, family[0]?.fromPath ?? null);
  }
  meter.flush();
  const left = store.fileOperations.countImages(operationId, ['DONE', 'UNDOING', 'EMPTIED']);
  // What is not settled yet may turn out to lie in the trash.
  const isAll = left === 0 && store.fileOperations.openItems(operationId).length === 0;
  store.fileOperations.update(operationId, {
    imagesDone: left,
    ...(isAll && { status: 'UNDONE' as const }),
  });
  return reportOf(deps, operationId, kept);
}

function requireUndoable(deps: MaintenanceDeps, operationId: string): FileOperation {
  const operation = deps.store.fileOperations.find(operationId);
  if (!operation) throw new CatalogError('OPERATION_NOT_FOUND', { operation: operationId });
  const { status } = operation;
  const count = (state: 'DONE' | 'EMPTIED'): number =>
    deps.store.fileOperations.countImages(operationId, [state]);
  const isEmptied = status === 'EMPTIED' || (count('EMPTIED') > 0 && count('DONE') === 0);
  if (status === 'UNDONE' || isEmptied || status === 'RUNNING') {
    throw new CatalogError('OPERATION_NOT_UNDOABLE', { operation: operationId, status });
  }
  return operation;
}

async function* doneFamilies(
  deps: MaintenanceDeps,
  operationId: string,
): AsyncGenerator<FileOperationItem[]> {
  const request = { operationId, states: ['DONE'] as const, limit: pageItems };
  for (let afterId = 0; ;) {
    const items = deps.store.fileOperations.items({ ...request, afterId });
    const families = byImage(items);
    // The last one may go on behind the page.
    if (items.length === pageItems && families.length > 1) families.pop();
    if (families.length === 0) return;
    for (const family of families) {
      yield family;
      await nextTurn();
    }
    afterId = families.at(-1)?.at(-1)?.id ?? afterId;
    if (items.length < pageItems) return;
  }
}

async function restoreFamily(
  deps: MaintenanceDeps,
  operation: FileOperation,
  family: readonly FileOperationItem[],
  signal: AbortSignal | undefined,
): Promise<{ readonly path: string; readonly error: CatalogError } | null> {
  const { store, now } = deps;
  const [primary] = family;
  if (!primary?.removedRows) return null;
  if (store.images.find(primary.imageId)) {
    // A backup from before the deletion was restored.
    const path = primary.fromPath;
    return { path, error: new CatalogError('UNDO_IN_CATALOG', { path }) };
  }
  const ids = family.map((item) => item.id);
  store.fileOperations.setState(ids, 'UNDOING', now().toISOString());
  const placed: PlacedInside[] = [];
  let current = primary.fromPath;
  try {
    for (const item of family) {
      current = item.fromPath;
      const back = await placeBack(deps, operation, item, signal);
      if (back) placed.push(back);
    }
    const { removedRows } = primary;
    const at = now().toISOString();
    store.transaction(() => {
      store.removedImages.restore(removedRows);
      store.fileOperations.setState(ids, 'UNDONE', at);
      store.auditLog.append({
        at,
        operation: 'undo-delete',
        catalogId: operation.catalogId,
        catalogName: operation.catalogName,
        imageId: primary.imageId,
        path: primary.fromPath,
        detail: {
          operation: operation.id,
          trash: primary.toPath,
          sidecars: family.slice(1).map((item) => item.fromPath),
        },
      });
    });
  } catch (error) {
    // A commit that failed may be there after a restart: recovery finds both places and the row, or no row.
    if (CatalogError.is(error, 'CATALOG_CANNOT_WRITE')) throw error;
    let allBack = true;
    for (const one of placed) allBack = (await one.takeBack()) && allBack;
    const reason = toCatalogError(error);
    const { managedDirectory: root } = operation;
    const isForeign = reason.code === 'UNDO_PLACE_TAKEN' && allBack;
    const isBack =
      root === null || isForeign || leftNothing(deps, operation.catalogId, root, family);
    const clear = isBack && (root === null || (await isDurablyGone(deps, root, family)));
    const state = clear ? 'DONE' : 'UNDOING';
    store.fileOperations.setState(ids, state, now().toISOString(), reason);
    return { path: current, error: reason };
  }
  for (const one of placed) releaseQuietly(deps, one);
  return null;
}

/**
 * True if it is certain that nothing of ours was left at the old places, whatever became of the files in the trash. An
 * image that was imported since may have the name.
 */
const leftNothing = (
  { files, store }: MaintenanceDeps,
  catalogId: string,
  root: string,
  family: readonly FileOperationItem[],
): boolean =>
  family.every((item) => {
    if (item.toPath === null) return true;
    const from = join(root, ...item.fromPath.split('/'));
    const temporary = join(dirname(from), temporaryNameOf(item));
    const places = isHeld(store, catalogId, root, item.fromPath) ? [temporary] : [from, temporary];
    return places.every((path) => isGoneBelow(files, root, path));
  });

/** No name that was taken back from an old place can come back by a power loss. */
const isDurablyGone = (
  { files, log }: MaintenanceDeps,
  root: string,
  family: readonly FileOperationItem[],
): Promise<boolean> => {
  const touched = family.filter((item) => item.toPath !== null);
  const paths = touched.map((item) => join(root, ...item.fromPath.split('/')));
  return syncRemovals(files, paths, log);
};

async function placeBack(
  deps: MaintenanceDeps,
  { managedDirectory }: FileOperation,
  item: FileOperationItem,
  signal: AbortSignal | undefined,
): Promise<PlacedInside | null> {
  const places =
    managedDirectory === null ? null : deletedPlaces(deps.files, managedDirectory, item);
  if (places === null || managedDirectory === null) return null;
  const { to: path } = places;
  const file = await readManagedFile(deps.files, managedDirectory, path, signal);
  if (!file) throw new CatalogError('FILE_VANISHED', { path });
  if (file.checksum !== item.checksum) throw new CatalogError('FILE_CHANGED', { path });
  return placeInside(deps.files, {
    realRoot: managedDirectory,
    file,
    to: item.fromPath,
    temporaryName: temporaryNameOf(item),
    signal,
  });
}

/** The image is back; a name left in the trash is removed when that is emptied. */
function releaseQuietly(deps: MaintenanceDeps, placed: PlacedInside): void {
  try {
    placed.release();
  } catch (error) {
    deps.log('warn', toCatalogError(error).message);
  }
}
