import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { removeEmptyFoldersBelow } from '../files/folders.js';
import { removeTrashed, trashFolder } from '../files/moveInside.js';
import { CatalogError } from '../model/errors.js';
import type { EmptiedTrash, FileOperation } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
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
  const request = { operationId: operation.id, states: ['DONE', 'UNDONE'] as const };
  for (let afterId = 0; ;) {
    const items = store.fileOperations.items({ ...request, afterId, limit: pageItems });
    if (items.length === 0) break;
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    // Told before they go: an undo must never promise what is gone.
    const done = items.filter((item) => item.state === 'DONE').map((item) => item.id);
    store.fileOperations.setState(done, 'EMPTIED', now().toISOString());
    for (const item of items) await removeItem(deps, realRoot, item, folders, sum);
    afterId = items.at(-1)?.id ?? afterId;
    await nextTurn();
  }
  const trash = join(realRoot, trashFolder);
  removeEmptyFoldersBelow(deps.files, trash, [...folders, join(trash, operation.id)]);
  store.transaction(() => {
    if (operation.status !== 'UNDONE') {
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
): Promise<void> {
  if (item.toPath === null) return;
  folders.add(dirname(join(realRoot, ...item.toPath.split('/'))));
  const file = { stored: item.toPath, checksum: item.checksum };
  const removed = await removeTrashed(deps.files, realRoot, item.operationId, file);
  // What was brought back is not in the trash any more.
  if (!removed && item.state === 'DONE') sum.keptCount += 1;
  if (!removed || item.state !== 'DONE') return;
  sum.files += 1;
  sum.bytes += item.sizeBytes;
}
