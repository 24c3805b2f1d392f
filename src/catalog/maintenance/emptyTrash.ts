import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { removeEmptyFoldersBelow } from '../files/folders.js';
import type { TrashedRemoval } from '../files/moveInside.js';
import { removeTrashed, trashFolder } from '../files/moveInside.js';
import { lstatOrNull } from '../files/publish.js';
import { CatalogError } from '../model/errors.js';
import type { EmptiedTrash, FileOperation } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { deletedPlaces } from './deletedPlaces.js';
import type { MaintenanceDeps } from './fileOperationRun.js';

const pageItems = 256;

/**
 * Removes the files of deletions from the trash for good. A file that is not the one that was put there stays.
 * @param realRoot real path of the managed directory that the operations worked in
 * @throws CatalogError CANCELLED
 */
export async function emptyTrash(
  deps: MaintenanceDeps,
  realRoot: string,
  operations: readonly FileOperation[],
  control: OperationControl = {},
): Promise<EmptiedTrash> {
  const sum = { files: 0, bytes: 0, keptCount: 0 };
  for (const operation of operations) {
    if (operation.managedDirectory !== realRoot || operation.status === 'RUNNING') continue;
    await emptyOne(deps, realRoot, operation, control, sum);
  }
  return sum;
}

async function emptyOne(
  deps: MaintenanceDeps,
  realRoot: string,
  operation: FileOperation,
  control: OperationControl,
  sum: { files: number; bytes: number; keptCount: number },
): Promise<void> {
  const { store, now } = deps;
  const before = { ...sum };
  const folders = new Set<string>();
  // Also those that were to go before, if that was cut off or failed.
  const request = { operationId: operation.id, states: ['DONE', 'UNDONE', 'EMPTIED'] as const };
  let failed = false;
  for (let afterId = 0; ;) {
    const page = store.fileOperations.items({ ...request, afterId, limit: pageItems });
    if (page.length === 0) break;
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    const items = page.filter((item) => !isMissed(deps, realRoot, item));
    sum.keptCount += page.length - items.length;
    if (items.length < page.length) failed = true;
    // Told before they go: an undo must never promise what is gone.
    const done = items.filter((item) => item.state === 'DONE').map((item) => item.id);
    store.fileOperations.setState(done, 'EMPTIED', now().toISOString());
    for (const item of items) {
      if ((await removeItem(deps, realRoot, item, folders, sum)) === 'failed') failed = true;
    }
    afterId = page.at(-1)?.id ?? afterId;
    await nextTurn();
  }
  const trash = join(realRoot, trashFolder);
  removeEmptyFoldersBelow(deps.files, trash, [...folders, join(trash, operation.id)]);
  store.transaction(() => {
    // What could not be removed now is tried again by the next emptying; what is not settled may come back yet.
    const isAll = !failed && store.fileOperations.openItems(operation.id).length === 0;
    if (operation.status !== 'UNDONE' && isAll) {
      store.fileOperations.update(operation.id, { status: 'EMPTIED' });
    }
    store.auditLog.append({
      at: now().toISOString(),
      operation: 'empty-trash',
      catalogId: operation.catalogId,
      catalogName: operation.catalogName,
      detail: {
        operation: operation.id,
        files: sum.files - before.files,
        bytes: sum.bytes - before.bytes,
        kept: sum.keptCount - before.keptCount,
      },
    });
  });
}

async function removeItem(
  deps: MaintenanceDeps,
  realRoot: string,
  item: FileOperationItem,
  folders: Set<string>,
  sum: { files: number; bytes: number; keptCount: number },
): Promise<TrashedRemoval> {
  if (item.toPath === null) return 'gone';
  folders.add(dirname(join(realRoot, ...item.toPath.split('/'))));
  const file = { stored: item.toPath, checksum: item.checksum };
  const removal = await removeTrashed(deps.files, realRoot, item.operationId, file);
  // The name that an image which was brought back has left is not a file of its own.
  if (item.state === 'UNDONE') return removal;
  if (removal === 'foreign' || removal === 'failed') sum.keptCount += 1;
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
