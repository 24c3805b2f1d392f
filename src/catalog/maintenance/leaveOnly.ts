import { dirname, join } from 'node:path';
import { lstatIfThere, lstatOrNull } from '../files/publish.js';
import { takePutBackAway } from '../files/putBack.js';
import { placeInside, readManagedFile } from '../files/moveInside.js';
import { removePartial } from '../files/removePlaced.js';
import { managedPath } from '../store/managedPaths.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { temporaryNameOf } from './fileOperationRun.js';

/**
 * Lets a file that a move left at two places, or on its way, stand at one of them only. What cannot be proven to stand
 * at the wanted place is not removed from the other.
 * @param places relative to the managed directory, `/` separated; `isOthers`: what stands at `drop` belongs to another
 *   image by now
 * @throws Error if both places have files that differ, and as placeInside
 */
export async function leaveOnly(
  deps: MaintenanceDeps,
  root: string,
  item: FileOperationItem,
  places: { readonly keep: string; readonly drop: string; readonly isOthers?: () => boolean },
): Promise<void> {
  const { files } = deps;
  const keep = managedPath(root, places.keep);
  const drop = managedPath(root, places.drop);
  const temporary = join(dirname(drop), temporaryNameOf(item));
  const kept = lstatOrNull(files, keep);
  if (kept && lstatOrNull(files, temporary)) removePartial(files, temporary, keep);
  const dropped = lstatIfThere(files, drop);
  if (dropped === null || places.isOthers?.()) return;
  if (!kept) {
    await moveBack(deps, root, item, drop, places.keep);
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
