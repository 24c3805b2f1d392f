import { join } from 'node:path';
import { lstatIfThere, lstatOrNull } from '../files/publish.js';
import { takePutBackAway } from '../files/putBack.js';
import { placeInside, readManagedFile } from '../files/moveInside.js';
import { removePartial } from '../files/removePlaced.js';
import { errorDetail } from '../model/errors.js';
import type { FileOperation } from '../model/fileOperation.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { settleDeletion } from './deleteImages.js';
import { deletedPlaces } from './deletedPlaces.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { byImage, temporaryNameOf } from './fileOperationRun.js';
import { settleConversion } from './undoConvert.js';

/**
 * Brings files and rows together again after operations that were cut off. An image whose files all went is gone
 * from the catalog; any other gets its files back. Running it again changes nothing.
 * @param isThere tells whether a catalog's managed directory may be worked in and is there now
 */
export async function recoverFileOperations(
  deps: MaintenanceDeps,
  isThere: (catalogId: string, directory: string) => boolean,
): Promise<void> {
  const { store, now } = deps;
  for (const operation of store.fileOperations.unsettled()) {
    const { id, managedDirectory: root, catalogId } = operation;
    if (root !== null && !isThere(catalogId, root)) continue;
    const request = { operationId: id, states: ['PLANNED', 'UNDOING'] as const, afterId: 0 };
    const open = store.fileOperations.items({ ...request, limit: 1_000_000 });
    let unclear = false;
    for (const family of byImage(open)) {
      try {
        await settleFamily(deps, operation, family);
      } catch (error) {
        unclear = true;
        deps.log('warn', `${family[0]?.fromPath ?? id}: ${errorDetail(error)}`);
      }
    }
    if (unclear) continue;
    const done = store.fileOperations.tally(id);
    store.fileOperations.update(id, {
      imagesDone: done.images,
      ...(operation.status === 'RUNNING' && {
        status: 'INTERRUPTED' as const,
        filesMoved: done.files,
        bytesMoved: done.bytes,
        completedAt: now().toISOString(),
      }),
    });
  }
}

async function settleFamily(
  deps: MaintenanceDeps,
  operation: FileOperation,
  family: readonly FileOperationItem[],
): Promise<void> {
  const { store, now } = deps;
  const [primary] = family;
  if (!primary) return;
  const ids = family.map((item) => item.id);
  const undoing = primary.state === 'UNDOING';
  const root = operation.managedDirectory;
  const at = now().toISOString();
  const isDeletion = operation.kind !== 'convert';
  if (isDeletion && !undoing && root !== null && (await allWent(deps, root, family))) {
    store.transaction(() => settleDeletion(store, operation, family, at));
    return;
  }
  if (root !== null && operation.kind === 'convert') {
    settleConversion(deps, root, family);
    return;
  }
  if (root !== null) {
    for (const item of family) await leaveOnly(deps, root, item, undoing ? 'trash' : 'catalog');
  }
  store.fileOperations.setState(ids, undoing ? 'DONE' : 'CANCELLED', at);
}

/** Each file of the image left its place and stands whole in the trash. */
async function allWent(
  deps: MaintenanceDeps,
  root: string,
  family: readonly FileOperationItem[],
): Promise<boolean> {
  const moved = family.flatMap((item) => {
    const paths = deletedPlaces(deps.files, root, item);
    return paths ? [{ item, ...paths }] : [];
  });
  if (moved.length === 0) return false;
  for (const { item, from, to } of moved) {
    if (lstatIfThere(deps.files, from) !== null) return false;
    const file = await readManagedFile(deps.files, root, to);
    if (file?.checksum !== item.checksum) return false;
  }
  return true;
}

/** The file stands at one of its two places only, the wanted one. */
async function leaveOnly(
  deps: MaintenanceDeps,
  root: string,
  item: FileOperationItem,
  wanted: 'catalog' | 'trash',
): Promise<void> {
  const paths = deletedPlaces(deps.files, root, item);
  if (!paths) return;
  const { files } = deps;
  const [keep, drop] = wanted === 'catalog' ? [paths.from, paths.to] : [paths.to, paths.from];
  const temporary = join(drop, '..', temporaryNameOf(item));
  const kept = lstatOrNull(files, keep);
  if (kept && lstatOrNull(files, temporary)) removePartial(files, temporary, keep);
  const dropped = lstatIfThere(files, drop);
  if (dropped === null) return;
  if (!kept) {
    const stored = wanted === 'catalog' ? item.fromPath : (item.toPath ?? '');
    await moveBack(deps, root, item, drop, stored);
    return;
  }
  if (await takePutBackAway(files, drop, keep, item.checksum)) return;
  if (!removePartial(files, drop, keep)) {
    throw new Error(`${drop} stands beside ${keep}; look at both`);
  }
}

async function moveBack(
  deps: MaintenanceDeps,
  root: string,
  item: FileOperationItem,
  from: string,
  stored: string,
): Promise<void> {
  const file = await readManagedFile(deps.files, root, from);
  if (file?.checksum !== item.checksum) throw new Error(`${from} is not what was moved there`);
  const temporaryName = temporaryNameOf(item);
  const placed = await placeInside(deps.files, { realRoot: root, file, to: stored, temporaryName });
  placed.release();
}
