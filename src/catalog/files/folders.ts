import { dirname, join, relative, isAbsolute, sep } from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';

/** True if a path equals the folder or lies in it. Both absolute and real: no link is resolved here. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * True if the folder of a path is there and really lies elsewhere: behind a link that leads out of the root.
 * @param realRoot real path
 * @throws Node's errors if that cannot be told
 */
export function leadsOutside(port: FilePort, realRoot: string, path: string): boolean {
  try {
    return !isInside(port.realpath(dirname(path)), realRoot);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** The platform or the volume has no fsync of folders. */
const folderSyncUnsupported = new Set(['EPERM', 'EINVAL', 'EISDIR', 'EBADF', 'ENOTSUP', 'ENOSYS']);

/**
 * Makes the names in a folder durable. Does nothing where the platform knows no such thing (Windows).
 * @throws Node's errors of fsync otherwise: the names may then not survive a power loss.
 */
export async function syncDirectory(port: FilePort, folder: string): Promise<void> {
  let descriptor: number | null = null;
  try {
    descriptor = port.openDirectory(folder);
    await port.fsync(descriptor);
  } catch (error) {
    if (!folderSyncUnsupported.has(systemErrorCode(error))) throw error;
  } finally {
    if (descriptor !== null) port.close(descriptor);
  }
}

/**
 * As syncDirectory, for several: a failure is logged and does not keep the others from it.
 * @returns true if none failed
 */
export async function syncDirectories(
  port: FilePort,
  folders: Iterable<string>,
  log: Log,
): Promise<boolean> {
  let all = true;
  for (const folder of folders) {
    await syncDirectory(port, folder).catch((error: unknown) => {
      all = false;
      log('warn', `${folder} could not be synchronized: ${errorDetail(error)}`);
    });
  }
  return all;
}

/**
 * Makes durable that names are gone: one that came back by a power loss would be looked at by nobody. Of a folder that
 * is gone too, the one that it lay in.
 * @param paths of the files that were removed
 * @returns false if a folder could not be synchronized
 */
export function syncRemovals(port: FilePort, paths: Iterable<string>, log: Log): Promise<boolean> {
  return syncDirectories(port, new Set([...paths].map((path) => folderThere(port, path))), log);
}

/** The innermost folder of a path that is there, or may be. */
function folderThere(port: FilePort, path: string): string {
  const folder = dirname(path);
  try {
    if (folder === path || port.stat(folder).isDirectory()) return folder;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' && systemErrorCode(error) !== 'ENOTDIR') return folder;
  }
  return folderThere(port, folder);
}

/**
 * Makes the folders below a managed directory one by one, each new one durable in its parent. At every step
 * the real path must lie inside the root: a symbolic link that leads out of it is refused before anything
 * is made behind it.
 * @param realRoot real path of the managed directory
 * @param folder relative to it, `/` separated; '' or '.' is the root itself
 * @returns absolute paths of the folders that were made, outermost first
 * @throws CatalogError DESTINATION_OUTSIDE; Node's errors of mkdir and fsync
 */
export async function makeParents(
  port: FilePort,
  realRoot: string,
  folder: string,
): Promise<string[]> {
  const made: string[] = [];
  let current = realRoot;
  const parts = folder === '.' ? [] : folder.split('/').filter((name) => name !== '');
  for (const part of parts) {
    const next = join(current, part);
    if (part === '.' || part === '..') throw outside(next);
    if (makeFolder(port, next)) {
      made.push(next);
      await syncDirectory(port, current);
    }
    if (!isInside(port.realpath(next), realRoot)) throw outside(next);
    current = next;
  }
  return made;
}

function makeFolder(port: FilePort, path: string): boolean {
  try {
    port.mkdir(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
  if (!port.stat(path).isDirectory()) {
    throw new CatalogError('DESTINATION_UNWRITABLE', { path, detail: 'a file is in the way' });
  }
  return false;
}

const outside = (path: string): CatalogError => new CatalogError('DESTINATION_OUTSIDE', { path });

/** Removes folders that this program made, innermost first, as far as they are empty. */
export function removeEmptyFolders(port: FilePort, made: readonly string[]): void {
  for (const folder of [...made].reverse()) {
    try {
      port.rmdir(folder);
    } catch {
      // Something else is in it by now, or it is gone: either way it is not ours to remove.
    }
  }
}

/**
 * Removes folders below a root, and those that they lie in up to it, as far as they are empty.
 * @param root real path: folders behind a link that leads out of it stay
 */
export function removeEmptyFoldersBelow(
  port: FilePort,
  root: string,
  folders: Iterable<string>,
): void {
  const all = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; at !== root && isInside(at, root); at = dirname(at)) all.add(at);
  }
  // Outermost first, as they were made.
  const byDepth = [...all].sort((a, b) => a.length - b.length);
  removeEmptyFolders(
    port,
    byDepth.filter((folder) => isReallyInside(port, folder, root)),
  );
}

/** False also if the folder is not there. */
function isReallyInside(port: FilePort, folder: string, root: string): boolean {
  try {
    return isInside(port.realpath(folder), root);
  } catch {
    return false;
  }
}

/**
 * The real path of a managed directory that files can be put into.
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE
 */
export function realManagedDirectory(port: FilePort, path: string): string {
  const unusable = (detail: string, cause?: unknown): CatalogError =>
    new CatalogError('MANAGED_DIRECTORY_UNUSABLE', { path, detail }, { cause });
  let real: string;
  try {
    real = port.realpath(path);
    if (!port.stat(real).isDirectory()) throw unusable('it is not a folder');
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    const missing = systemErrorCode(error) === 'ENOENT';
    throw unusable(missing ? 'it does not exist' : errorDetail(error), error);
  }
  if (dirname(real) === real) throw unusable('it is the root of a volume');
  return real;
}
