import { dirname, join } from 'node:path';
import { CatalogError, toCatalogError } from '../model/errors.js';
import { sourceError } from './fileErrors.js';
import { identityOf } from './fileIdentity.js';
import type { FilePort, FileStats } from './filePort.js';
import { isInside } from './folders.js';
import { hashFile } from './hashFile.js';
import { isMarkedBelow } from './managedMarker.js';
import { lstatIfThere } from './publish.js';
import { putBack, takePutBackAway } from './putBack.js';
import { isPlainId } from './temporaryName.js';
import type { VerifiedCopy } from './verifiedCopy.js';
import { removeSource, verifyCopy } from './verifiedCopy.js';

/** A file of a managed directory, looked at now. */
export interface ManagedFile {
  /** Absolute. */
  readonly path: string;
  readonly checksum: string;
  readonly sizeBytes: number;
}

/**
 * Looks at a file of the managed directory and reads it: a regular file, really below the root.
 * @returns null if nothing stands there while the root does
 * @throws CatalogError DESTINATION_OUTSIDE, FILE_NOT_REGULAR, FILE_UNREADABLE, CANCELLED
 */
export async function readManagedFile(
  port: FilePort,
  realRoot: string,
  path: string,
  signal?: AbortSignal,
): Promise<ManagedFile | null> {
  // A second look: a network share may be wrong once.
  const stats = lstatIfThere(port, path) ?? lstatIfThere(port, path);
  // With the drive away every file seems to be gone.
  if (stats === null) {
    if (lstatIfThere(port, realRoot)?.isDirectory()) return null;
    throw new CatalogError('FILE_UNREADABLE', { path, detail: `${realRoot} is not there` });
  }
  requireInside(port, realRoot, path, stats);
  try {
    const { sha256, sizeBytes } = await hashFile(port, path, signal ? { signal } : {});
    return { path, checksum: sha256, sizeBytes };
  } catch (error) {
    throw sourceError(error, path);
  }
}

function requireInside(port: FilePort, realRoot: string, path: string, stats: FileStats): void {
  if (!stats.isFile()) {
    throw new CatalogError('FILE_NOT_REGULAR', { path, detail: 'not a file' });
  }
  let folder: string;
  try {
    folder = port.realpath(dirname(path));
  } catch (error) {
    throw sourceError(error, path);
  }
  if (!isInside(folder, realRoot) || isMarkedBelow(port, realRoot, folder)) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path });
  }
}

export interface PlaceInsideRequest {
  readonly realRoot: string;
  readonly file: ManagedFile;
  /** Where it goes: relative to the root, `/` separated. */
  readonly to: string;
  /** A name that only this file uses, for a copy under way. */
  readonly temporaryName: string;
  readonly signal?: AbortSignal | undefined;
}

/** A file that stands at both places; `release` leaves only the new one, `takeBack` only the old one. */
export interface PlacedInside {
  /** @throws CatalogError as removeSource: the file then stands at both places */
  release(): void;
  /** @returns false if the file still stands at both places */
  takeBack(): Promise<boolean>;
}

/**
 * Lets a file of the managed directory stand at another place in it as well, without replacing anything: by a
 * second name, or by a verified copy where the volume has no hard links. The new name is durable then.
 * @throws CatalogError UNDO_PLACE_TAKEN if another file stands there, DESTINATION_OUTSIDE, DISK_FULL,
 *   DESTINATION_UNWRITABLE, COPY_MISMATCH, FILE_CHANGED, CANCELLED: the file then stands at its old place only
 */
export async function placeInside(
  port: FilePort,
  request: PlaceInsideRequest,
): Promise<PlacedInside> {
  const { realRoot, file, to, temporaryName, signal } = request;
  const parts = to.split('/');
  const placed = await putBack(port, {
    managed: file.path,
    realSource: realRoot,
    folder: parts.slice(0, -1).join('/'),
    name: parts.at(-1) ?? '',
    temporaryName,
    checksum: file.checksum,
    signal,
  });
  const takeBack = (): Promise<boolean> => takePutBackAway(port, placed, file.path, file.checksum);
  let proof: VerifiedCopy;
  try {
    const expected = { ...identityOf(port.lstat(file.path)), checksum: file.checksum };
    proof = await verifyCopy(port, {
      source: file.path,
      destination: placed,
      expected,
      ...(signal && { signal }),
    });
  } catch (error) {
    await takeBack();
    throw toCatalogError(error);
  }
  return { release: () => removeSource(port, proof), takeBack };
}

/** Where the trash of a managed directory lies. */
export const trashFolder = '.imgcat-trash';

/** The place of a file in the trash of an operation: relative to the managed directory, `/` separated. */
export const trashPath = (operationId: string, stored: string): string =>
  `${trashFolder}/${operationId}/${stored}`;

/**
 * True if a stored path plainly lies in the trash folder of the operation. A catalog file from elsewhere could name any
 * file of the managed directory as one that was deleted.
 */
export function isTrashPath(stored: string, operationId: string): boolean {
  const [trash, operation, ...rest] = stored.split('/');
  return (
    trash === trashFolder && operation === operationId && isPlainId(operationId) && rest.length > 0
  );
}

/** `gone`: nothing stands there. `foreign`: another file does. `failed`: it could not be removed now. */
export type TrashedRemoval = 'removed' | 'gone' | 'foreign' | 'failed';

/**
 * Removes a file from the trash for good. Only a regular file that really lies in the operation's folder of the
 * trash and still has the content that was put there.
 */
export async function removeTrashed(
  port: FilePort,
  realRoot: string,
  operationId: string,
  file: { readonly stored: string; readonly checksum: string },
): Promise<TrashedRemoval> {
  const folder = join(realRoot, trashFolder, operationId);
  const path = join(realRoot, ...file.stored.split('/'));
  try {
    if (!isTrashPath(file.stored, operationId) || !isInside(path, folder)) return 'foreign';
    const before = lstatIfThere(port, path);
    if (before === null) return port.lstat(realRoot).isDirectory() ? 'gone' : 'failed';
    if (!isInside(port.realpath(dirname(path)), folder) || !before.isFile()) return 'foreign';
    if ((await hashFile(port, path)).sha256 !== file.checksum) return 'foreign';
    const now = port.lstat(path);
    if (now.ino !== before.ino || now.mtimeNs !== before.mtimeNs) return 'foreign';
    port.unlink(path);
    return 'removed';
  } catch {
    return 'failed';
  }
}

/**
 * Ids of the operations of which something lies in the trash.
 * @throws CatalogError FILE_UNREADABLE
 */
export function operationsInTrash(port: FilePort, realRoot: string): string[] {
  const folder = join(realRoot, trashFolder);
  if (lstatIfThere(port, folder) === null) return [];
  try {
    return port.readdir(folder).flatMap(({ name, kind }) => (kind === 'directory' ? [name] : []));
  } catch (error) {
    throw sourceError(error, folder);
  }
}

/**
 * The files in the trash of an operation, folder by folder: as the places that they left, `/` separated.
 * @throws CatalogError FILE_UNREADABLE
 */
export function* trashedFiles(
  port: FilePort,
  realRoot: string,
  operationId: string,
): Generator<string[]> {
  if (!isPlainId(operationId)) return;
  const folders = [''];
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    const folder = join(realRoot, trashFolder, operationId, ...below.split('/'));
    const files: string[] = [];
    try {
      for (const { name, kind } of port.readdir(folder)) {
        const stored = below === '' ? name : `${below}/${name}`;
        if (kind === 'directory') folders.push(stored);
        if (kind === 'file') files.push(stored);
      }
    } catch (error) {
      throw sourceError(error, folder);
    }
    yield files;
  }
}
