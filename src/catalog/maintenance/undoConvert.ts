import { dirname, isAbsolute, join, normalize } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sourceError } from '../files/fileErrors.js';
import { identityOf, type FileIdentity } from '../files/fileIdentity.js';
import { isInside, leadsOutside, syncRemovals } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { isReserved } from '../files/managedMarker.js';
import { readManagedFile } from '../files/moveInside.js';
import { checkPictureFile } from '../files/pictureFile.js';
import { isGoneBelow, lstatIfThere } from '../files/publish.js';
import { removePartial, removePlaced } from '../files/removePlaced.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { FileOperation, FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { managedPath } from '../store/managedPaths.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { byImage, KeptFiles, reportOf, temporaryNameOf } from './fileOperationRun.js';
import type { HeldNames } from './heldNames.js';
import { isSidecarPlace } from './sidecarPaths.js';

/**
 * Makes converted images referenced again and removes their copies. Only where the originals and the copies of a shot
 * all have the content that was copied still; anything else stays managed and is reported.
 * @param isStillAt tells whether an image is managed with this stored path
 */
export async function undoConvert(
  deps: MaintenanceDeps,
  operation: FileOperation,
  isStillAt: (imageId: string, stored: string) => boolean,
  control: OperationControl = {},
): Promise<FileOperationReport> {
  const { store } = deps;
  const { id, managedDirectory: root } = operation;
  const kept = new KeptFiles();
  const items = store.fileOperations.items({
    operationId: id,
    states: ['DONE'],
    afterId: 0,
    limit: 1_000_000,
  });
  const groups = byGroup(deps, byImage(items));
  const meter = new ProgressMeter({
    phase: 'undo',
    filesTotal: groups.flat().length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  for (const group of groups) {
    if (control.signal?.aborted) break;
    try {
      if (root !== null) {
        await undoGroup(deps, operation, root, group, isStillAt, control.signal);
      }
    } catch (error) {
      const reason = toCatalogError(error);
      // A commit that failed may be durable all the same: recovery sees which it was.
      if (reason.code === 'CATALOG_CANNOT_WRITE') throw error;
      if (reason.code === 'CANCELLED') break;
      for (const [primary] of group) kept.add(primary?.fromPath ?? '', reason);
    }
    meter.advance(group.length, 0, group[0]?.[0]?.fromPath ?? null);
    await nextTurn();
  }
  meter.flush();
  const left = store.fileOperations.countImages(id, ['DONE', 'UNDOING']);
  store.fileOperations.update(id, {
    imagesDone: left,
    ...(left === 0 && { status: 'UNDONE' as const }),
  });
  return reportOf(deps, id, kept);
}

type Family = readonly FileOperationItem[];

/** The images of one shot together: they were converted together. */
function byGroup({ store }: MaintenanceDeps, families: readonly Family[]): Family[][] {
  const keys = store.conversions.groupKeys(families.flatMap(([primary]) => primary?.imageId ?? []));
  const groups = new Map<string, Family[]>();
  for (const family of families) {
    const id = family[0]?.imageId ?? '';
    const key = keys.get(id) ?? id;
    const group = groups.get(key);
    if (group) group.push(family);
    else groups.set(key, [family]);
  }
  return [...groups.values()];
}

async function undoGroup(
  deps: MaintenanceDeps,
  operation: FileOperation,
  root: string,
  group: readonly Family[],
  isStillAt: (imageId: string, stored: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { store, now } = deps;
  for (const [primary] of group) {
    if (!primary?.toPath || isStillAt(primary.imageId, primary.toPath)) continue;
    throw new CatalogError('FILE_CHANGED', { path: managedPath(root, primary.toPath) });
  }
  const items = group.flat();
  const originals: FileIdentity[] = [];
  for (const family of group) {
    requireOriginalPlaces(deps, family);
    for (const item of family) originals.push(await proveBoth(deps, root, item, signal));
  }
  const ids = items.map((item) => item.id);
  const at = now().toISOString();
  // The rows go first: a copy without a row is found by recovery, a row without its file would be a loss.
  store.transaction(() => {
    store.fileOperations.setState(ids, 'UNDOING', at);
    for (const [index, item] of items.entries()) {
      const { imageId, role, fromPath, toPath, checksum, sizeBytes } = item;
      const original = originals[index];
      if (!original || toPath === null) continue;
      if (role === 'primary') store.conversions.setReferenced(imageId, fromPath, original, at);
      else {
        const to = { path: fromPath, isManaged: false, checksum, sizeBytes };
        store.conversions.setSidecar(imageId, toPath, to);
      }
    }
    for (const family of group) audit(store, operation, family, at);
  });
  for (const item of items) await removeCopy(deps, root, item);
  // Else recovery does it.
  if (!(await syncRemovals(deps.files, copiesOf(root, items), deps.log))) return;
  store.fileOperations.setState(ids, 'UNDONE', now().toISOString());
}

function audit(
  store: MaintenanceDeps['store'],
  { id, catalogId, catalogName }: FileOperation,
  family: Family,
  at: string,
): void {
  const [primary, ...sidecars] = family;
  if (!primary) return;
  store.auditLog.append({
    at,
    operation: 'undo-convert',
    catalogId,
    catalogName,
    imageId: primary.imageId,
    path: primary.fromPath,
    detail: {
      operation: id,
      from: primary.toPath ?? '',
      to: primary.fromPath,
      sidecars: sidecars.map(({ fromPath }) => fromPath),
    },
  });
}

/**
 * The originals must lie where referenced files may: a journal from elsewhere could name any file.
 * @throws CatalogError PICTURE_OUTSIDE, and as checkPictureFile
 */
function requireOriginalPlaces({ store, files }: MaintenanceDeps, family: Family): void {
  const [primary] = family;
  const image = primary && store.images.find(primary.imageId);
  if (!primary || !image) return;
  const { fromPath } = primary;
  const source = store.sources
    .list(image.catalogId)
    .find(({ sourcePath }) => isInside(fromPath, sourcePath));
  const folder = fromPath === image.originalSourcePath ? dirname(fromPath) : null;
  const root = source?.sourcePath ?? folder;
  for (const { fromPath: path, role, toPath } of family) {
    const isBeside = role === 'primary' || isSidecarPlace(path, fromPath);
    const isOurs = root !== null && isAbsolute(path) && normalize(path) === path && isBeside;
    if (!isOurs || isReserved(toPath ?? '')) throw new CatalogError('PICTURE_OUTSIDE', { path });
    checkPictureFile(files, path, root);
  }
}

/** @returns identity of the original */
async function proveBoth(
  { files }: MaintenanceDeps,
  root: string,
  item: FileOperationItem,
  signal: AbortSignal | undefined,
): Promise<FileIdentity> {
  const copy = managedPath(root, item.toPath ?? '');
  const found = await readManagedFile(files, root, copy, signal);
  if (!found) throw new CatalogError('FILE_VANISHED', { path: copy });
  if (found.checksum !== item.checksum) throw new CatalogError('FILE_CHANGED', { path: copy });
  try {
    const stats = files.lstat(item.fromPath);
    const { sha256 } = await hashFile(files, item.fromPath, signal ? { signal } : {});
    if (!stats.isFile() || sha256 !== item.checksum) {
      throw new CatalogError('FILE_CHANGED', { path: item.fromPath });
    }
    return identityOf(stats);
  } catch (error) {
    throw sourceError(error, item.fromPath);
  }
}

const copiesOf = (root: string, items: Family): string[] =>
  items.flatMap(({ toPath }) => (toPath === null ? [] : managedPath(root, toPath)));

async function removeCopy(
  { files }: MaintenanceDeps,
  root: string,
  item: FileOperationItem,
): Promise<void> {
  const placed = managedPath(root, item.toPath ?? '');
  const stats = lstatIfThere(files, placed);
  // It was read just before; recovery looks again whether it is gone.
  if (stats === null) throw new CatalogError('FILE_VANISHED', { path: placed });
  const { fromPath: source, checksum } = item;
  const inode = stats.ino.toString();
  if (await removePlaced(files, { placed, inode, source, checksum })) return;
  throw new CatalogError('FILE_CHANGED', { path: placed });
}

/**
 * Settles the files of one image of a conversion, or of its undo, that was cut off: copies that no row tells of are
 * removed, as far as their originals prove that nothing is lost with them.
 * @throws Error if a copy can neither be removed nor told apart, or a folder cannot be synchronized
 */
export async function settleConversion(
  deps: MaintenanceDeps,
  root: string,
  family: readonly FileOperationItem[],
  held: HeldNames,
): Promise<void> {
  const { store, now } = deps;
  const undoing = family[0]?.state === 'UNDOING';
  for (const item of family) {
    if (item.toPath === null) continue;
    const final = managedPath(root, item.toPath);
    if (isReserved(item.toPath) || leadsOutside(deps.files, root, final)) {
      throw new CatalogError('DESTINATION_OUTSIDE', { path: final });
    }
    // What took the name before the copy could, or after it was removed, is somebody else's.
    const isForeign = item.errorCode === 'DESTINATION_TAKEN' || held.isHeld(item.toPath);
    const temporary = join(dirname(final), temporaryNameOf(item));
    for (const path of isForeign ? [temporary] : [temporary, final]) {
      if (isGoneBelow(deps.files, root, path)) continue;
      if (removePartial(deps.files, path, item.fromPath)) continue;
      throw new Error(`${path} stands beside ${item.fromPath}; look at both`);
    }
  }
  if (!(await syncRemovals(deps.files, copiesOf(root, family), deps.log))) {
    throw new Error('what was removed may come back');
  }
  const ids = family.map((item) => item.id);
  store.fileOperations.setState(ids, undoing ? 'UNDONE' : 'CANCELLED', now().toISOString());
}
