import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { removeEmptyFoldersBelow } from '../files/folders.js';
import type { TrashedRemoval } from '../files/moveInside.js';
import { removeTrashed, trashFolder } from '../files/moveInside.js';
import { lstatOrNull } from '../files/publish.js';
import { RootVolume } from '../files/rootVolume.js';
import { CatalogError } from '../model/errors.js';
import type { EmptiedTrash, FileOperation } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { deletedPlaces } from './deletedPlaces.js';
import type { MaintenanceDeps } from './fileOperationRun.js';

/** Files that one entry of the audit log tells of. */
const pageItems = 256;

const states = ['DONE', 'UNDONE', 'EMPTIED'] as const;

interface EmptyRun {
  readonly deps: MaintenanceDeps;
  readonly realRoot: string;
  readonly operation: FileOperation;
  /** On another volume every file seems to be gone. */
  readonly volume: RootVolume;
  readonly signal: AbortSignal | undefined;
  readonly meter: ProgressMeter;
  readonly sum: { files: number; bytes: number; keptCount: number };
  /** Folders of the trash that may be empty now. */
  readonly folders: Set<string>;
  /** What is left in the trash, by its old place. */
  readonly kept: string[];
  /** Some of it may be removed by another run. */
  isPartial: boolean;
}

/**
 * Removes the files of deletions from the trash for good. A file that is not the one that was put there stays. What is
 * about to go is told in the audit log first.
 * @param realRoot real path of the managed directory that the operations worked in
 * @throws CatalogError CANCELLED: between two images; what is left can still be undone. MANAGED_DIRECTORY_ELSEWHERE: its
 *   drive went away; emptying once more goes on
 */
export async function emptyTrash(
  deps: MaintenanceDeps,
  realRoot: string,
  operations: readonly FileOperation[],
  control: OperationControl = {},
): Promise<EmptiedTrash> {
  const total = { files: 0, bytes: 0, keptCount: 0 };
  const chosen = operations.filter(
    ({ managedDirectory, status }) => managedDirectory === realRoot && status !== 'RUNNING',
  );
  const filesOf = ({ id }: FileOperation): number =>
    deps.store.fileOperations.countFiles(id, states);
  const meter = new ProgressMeter({
    phase: 'empty-trash',
    filesTotal: chosen.reduce((sum, operation) => sum + filesOf(operation), 0),
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  const name = chosen[0]?.catalogName ?? '';
  const volume = new RootVolume(deps.files, realRoot, name);
  for (const operation of chosen) {
    const sum = { files: 0, bytes: 0, keptCount: 0 };
    const { signal } = control;
    const own = { sum, folders: new Set<string>(), kept: [], isPartial: false };
    await emptyOne({ deps, realRoot, operation, volume, signal, meter, ...own });
    total.files += sum.files;
    total.bytes += sum.bytes;
    total.keptCount += sum.keptCount;
  }
  meter.flush();
  return total;
}

async function emptyOne(run: EmptyRun): Promise<void> {
  const { deps, realRoot, operation } = run;
  // Also those that were to go before, if that was cut off or failed.
  const request = { operationId: operation.id, states, limit: pageItems };
  let isCancelled = false;
  for (let afterId = 0; !isCancelled;) {
    const page = deps.store.fileOperations.items({ ...request, afterId });
    if (page.length === 0) break;
    isCancelled = await emptyPage(run, page);
    afterId = page.at(-1)?.id ?? afterId;
    await nextTurn();
    run.volume.require();
  }
  const trash = join(realRoot, trashFolder);
  removeEmptyFoldersBelow(deps.files, trash, [...run.folders, join(trash, operation.id)]);
  if (isCancelled) throw new CatalogError('CANCELLED');
  // What could not be removed now is tried again by the next emptying; what is not settled may come back yet.
  const isOpen = run.isPartial || deps.store.fileOperations.openItems(operation.id).length > 0;
  if (operation.status === 'UNDONE' || isOpen) return;
  deps.store.fileOperations.update(operation.id, { status: 'EMPTIED' });
}

/** @returns true if it was cancelled */
async function emptyPage(run: EmptyRun, page: readonly FileOperationItem[]): Promise<boolean> {
  const { deps, realRoot, signal, meter, sum } = run;
  if (signal?.aborted && page[0]?.role === 'primary') return true;
  const missed = new Set(page.filter((item) => isMissed(deps, realRoot, item)));
  const items = page.filter((item) => !missed.has(item));
  sum.keptCount += missed.size;
  for (const { fromPath } of missed) run.kept.push(fromPath);
  if (missed.size > 0) run.isPartial = true;
  tell(run, items);
  for (const [index, item] of items.entries()) {
    // An image goes with its sidecars.
    if (signal?.aborted && item.role === 'primary') {
      const left = items.slice(index).filter(({ state }) => state === 'DONE');
      run.kept.push(...left.flatMap(({ toPath, fromPath }) => (toPath === null ? [] : fromPath)));
      tellKept(
        run,
        left.map(({ id }) => id),
      );
      return true;
    }
    if ((await removeItem(run, item)) === 'failed') run.isPartial = true;
    if (item.toPath !== null) meter.advance(1, item.sizeBytes, item.fromPath);
    await nextTurn();
  }
  tellKept(run);
  return false;
}

/** Before they go: an undo must never promise what is gone, and a crash leaves no file that went without an entry. */
function tell({ deps, operation }: EmptyRun, items: readonly FileOperationItem[]): void {
  const { store, now } = deps;
  const at = now().toISOString();
  const going = items.filter(({ state, toPath }) => state === 'DONE' && toPath !== null);
  const ids = items.filter(({ state }) => state === 'DONE').map(({ id }) => id);
  store.transaction(() => {
    store.fileOperations.setState(ids, 'EMPTIED', at);
    if (going.length === 0) return;
    store.auditLog.append({
      at,
      operation: 'empty-trash',
      catalogId: operation.catalogId,
      catalogName: operation.catalogName,
      detail: {
        operation: operation.id,
        files: going.length,
        bytes: going.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        paths: going.map(({ fromPath }) => fromPath),
      },
    });
  });
}

/** What did not go after all. What was cancelled is in the trash as before. */
function tellKept({ deps, operation, kept }: EmptyRun, untouched: readonly number[] = []): void {
  const { store, now } = deps;
  const at = now().toISOString();
  store.transaction(() => {
    store.fileOperations.setState(untouched, 'DONE', at);
    if (kept.length === 0) return;
    store.auditLog.append({
      at,
      operation: 'empty-trash-kept',
      catalogId: operation.catalogId,
      catalogName: operation.catalogName,
      detail: { operation: operation.id, files: kept.length, paths: kept.splice(0) },
    });
  });
}

async function removeItem(run: EmptyRun, item: FileOperationItem): Promise<TrashedRemoval> {
  const { deps, realRoot, folders, sum, kept } = run;
  if (item.toPath === null) return 'gone';
  folders.add(dirname(join(realRoot, ...item.toPath.split('/'))));
  const file = { stored: item.toPath, checksum: item.checksum };
  const removal = await removeTrashed(deps.files, realRoot, item.operationId, file);
  // The name that an image which was brought back has left is not a file of its own.
  if (item.state === 'UNDONE') return removal;
  if (removal === 'foreign' || removal === 'failed') {
    sum.keptCount += 1;
    kept.push(item.fromPath);
  }
  if (removal === 'removed') {
    sum.files += 1;
    sum.bytes += item.sizeBytes;
  }
  return removal;
}

/** The catalog has the image, from a backup that was restored, and its file is in the trash still. */
function isMissed(
  { store, files }: MaintenanceDeps,
  root: string,
  item: FileOperationItem,
): boolean {
  if (!store.relocations.managedPathsOf(item.imageId).has(item.fromPath)) return false;
  try {
    const places = deletedPlaces(files, root, item);
    return places !== null && !lstatOrNull(files, places.from) && !!lstatOrNull(files, places.to);
  } catch {
    return false;
  }
}
