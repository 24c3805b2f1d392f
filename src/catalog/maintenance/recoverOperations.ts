import { syncRemovals } from '../files/folders.js';
import { readManagedFile } from '../files/moveInside.js';
import { lstatIfThere } from '../files/publish.js';
import { errorDetail } from '../model/errors.js';
import type { FileOperation } from '../model/fileOperation.js';
import { managedPath } from '../store/managedPaths.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { settleDeletion } from './deleteImages.js';
import { deletedPlaces } from './deletedPlaces.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { byImage } from './fileOperationRun.js';
import { HeldNames } from './heldNames.js';
import { leaveOnly } from './leaveOnly.js';
import { settleReorganize, settlingOrder } from './settleReorganize.js';
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
  for (const operation of deps.store.fileOperations.unsettled()) {
    const { managedDirectory: root, catalogId } = operation;
    if (root === null || isThere(catalogId, root)) await settleOpen(deps, operation);
    endCutOff(deps, operation);
  }
}

/**
 * Settles the files of an operation of which it is not certain where they stand. One that cannot be told apart stays
 * open, for a person to look at; it keeps no other from anything.
 */
export async function settleOpen(deps: MaintenanceDeps, operation: FileOperation): Promise<void> {
  const items = deps.store.fileOperations.openItems(operation.id);
  const families = byImage(items);
  const { managedDirectory: root } = operation;
  const held = root === null ? null : new HeldNames(deps, operation, root, items);
  const isMove = operation.kind === 'reorganize';
  for (const family of isMove ? settlingOrder(families) : families) {
    try {
      await settleFamily(deps, operation, family, held);
    } catch (error) {
      deps.log('warn', `${family[0]?.fromPath ?? operation.id}: ${errorDetail(error)}`);
    }
  }
}

function endCutOff({ store, now }: MaintenanceDeps, { id, status }: FileOperation): void {
  const done = store.fileOperations.tally(id);
  store.fileOperations.update(id, {
    imagesDone: done.images,
    ...(status === 'RUNNING' && {
      status: 'INTERRUPTED' as const,
      filesMoved: done.files,
      bytesMoved: done.bytes,
      completedAt: now().toISOString(),
    }),
  });
}

async function settleFamily(
  deps: MaintenanceDeps,
  operation: FileOperation,
  family: readonly FileOperationItem[],
  held: HeldNames | null,
): Promise<void> {
  const { store, now } = deps;
  const [primary] = family;
  if (!primary) return;
  const ids = family.map((item) => item.id);
  const undoing = primary.state === 'UNDOING';
  const root = operation.managedDirectory;
  const at = now().toISOString();
  if (root !== null && held && operation.kind === 'reorganize') {
    await settleReorganize(deps, root, family, held);
    return;
  }
  if (root !== null && held && operation.kind === 'convert') {
    await settleConversion(deps, root, family, held);
    return;
  }
  const left = undoing ? [] : leftPlaces(deps, family);
  const mayHaveGone = !undoing && left.length === 0;
  if (mayHaveGone && root !== null && (await allWent(deps, root, family))) {
    await requireDurable(deps, root, family);
    store.transaction(() => settleDeletion(store, operation, family, at));
    return;
  }
  if (root !== null) {
    for (const item of family) {
      if (left.includes(item) || !deletedPlaces(deps.files, root, item)) continue;
      const { fromPath, toPath } = item;
      const isOthers = (): boolean => held?.isHeld(fromPath) ?? true;
      const places = undoing
        ? { keep: toPath ?? '', drop: fromPath, isOthers }
        : { keep: fromPath, drop: toPath ?? '' };
      await leaveOnly(deps, root, item, places);
    }
    await requireDurable(
      deps,
      root,
      family.filter((item) => !left.includes(item)),
    );
  }
  store.fileOperations.setState(ids, undoing ? 'DONE' : 'CANCELLED', at);
}

/** That the names which a family left are gone. @throws Error if a power loss could bring one back */
async function requireDurable(
  deps: MaintenanceDeps,
  root: string,
  family: readonly FileOperationItem[],
): Promise<void> {
  const paths = family.flatMap(({ fromPath, toPath }) =>
    toPath === null ? [] : [fromPath, toPath].map((stored) => managedPath(root, stored)),
  );
  if (await syncRemovals(deps.files, paths, deps.log)) return;
  throw new Error('what was removed may come back');
}

/**
 * The files of which the image's rows tell another place by now, or none: it was worked on and moved since. What it had
 * then may lie in the trash; the rows are not about that any more. Empty if the image is gone.
 */
function leftPlaces(
  { store }: MaintenanceDeps,
  family: readonly FileOperationItem[],
): readonly FileOperationItem[] {
  const imageId = family[0]?.imageId ?? '';
  if (!store.fileChecks.checksums([imageId]).has(imageId)) return [];
  const stored = store.relocations.managedPathsOf(imageId);
  return family.filter((item) => item.toPath !== null && !stored.has(item.fromPath));
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
