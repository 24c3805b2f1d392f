import { dirname } from 'node:path';
import { leadsOutside, removeEmptyFoldersBelow, syncRemovals } from '../files/folders.js';
import { isReserved } from '../files/managedMarker.js';
import { lstatIfThere } from '../files/publish.js';
import { CatalogError } from '../model/errors.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { managedPath } from '../store/managedPaths.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import type { HeldNames } from './heldNames.js';
import { leaveOnly } from './leaveOnly.js';

/**
 * Settles the files of one image of a reorganization, or of its undo, that was cut off: each stands where its row says
 * and nowhere else. Running it again changes nothing.
 * @throws Error if a file can neither be removed nor told apart
 */
export async function settleReorganize(
  deps: MaintenanceDeps,
  root: string,
  family: readonly FileOperationItem[],
  held: HeldNames,
): Promise<void> {
  const { store, files, now } = deps;
  const [primary] = family;
  if (!primary) return;
  const undoing = primary.state === 'UNDOING';
  const stored = store.relocations.managedPathsOf(primary.imageId);
  let isMoved = false;
  const left = new Set<string>();
  for (const { item, from, to } of family.flatMap((each) => placesOf(deps, root, each))) {
    const rowMoved = stored.has(item.toPath ?? '');
    isMoved ||= rowMoved;
    const places = rowMoved
      ? { keep: to, drop: from }
      : stored.has(item.fromPath)
        ? { keep: from, drop: to }
        : bothThere(deps, root, { from, to });
    if (!places) continue;
    // A name that was left may have been given to another file since.
    const isOthers = (): boolean => held.isHeld(places.drop);
    await leaveOnly(deps, root, item, { ...places, isOthers });
    left.add(managedPath(root, places.drop));
  }
  if (!(await syncRemovals(files, left, deps.log))) {
    throw new Error('what was removed may come back');
  }
  removeEmptyFoldersBelow(
    files,
    root,
    [...left].map((path) => dirname(path)),
  );
  const state = isMoved ? 'DONE' : undoing ? 'UNDONE' : 'CANCELLED';
  const ids = family.map((item) => item.id);
  store.fileOperations.setState(ids, state, now().toISOString());
}

interface Places {
  readonly item: FileOperationItem;
  readonly from: string;
  readonly to: string;
}

/** @throws CatalogError DESTINATION_OUTSIDE: a catalog file from elsewhere could name any files as moved ones */
function placesOf({ files }: MaintenanceDeps, root: string, item: FileOperationItem): Places[] {
  const { fromPath: from, toPath: to } = item;
  if (to === null) return [];
  for (const stored of [from, to]) {
    const path = managedPath(root, stored);
    if (isReserved(stored) || leadsOutside(files, root, path)) {
      throw new CatalogError('DESTINATION_OUTSIDE', { path });
    }
  }
  return [{ item, from, to }];
}

/** The image was deleted meanwhile: nothing goes that does not stand twice. */
function bothThere(
  { files }: MaintenanceDeps,
  root: string,
  { from, to }: { readonly from: string; readonly to: string },
): { readonly keep: string; readonly drop: string } | null {
  const isThere = (stored: string): boolean =>
    lstatIfThere(files, managedPath(root, stored)) !== null;
  return isThere(from) && isThere(to) ? { keep: to, drop: from } : null;
}

/**
 * The order in which families are settled: who moved last first, since a name that one left may be another's next.
 * An undo comes after what it takes back, and goes the other way.
 */
export function settlingOrder(
  families: readonly (readonly FileOperationItem[])[],
): (readonly FileOperationItem[])[] {
  const isUndone = ([primary]: readonly FileOperationItem[]): boolean =>
    primary?.state === 'UNDOING';
  return [
    ...families.filter(isUndone),
    ...families.filter((family) => !isUndone(family)).reverse(),
  ];
}
