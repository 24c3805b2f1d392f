import { dirname } from 'node:path';
import { CatalogError } from '../model/errors.js';
import { sourceError } from './fileErrors.js';
import type { FilePort, FileStats } from './filePort.js';
import { isInside } from './folders.js';

/**
 * Looks at a file before it is decoded: a row may come from a stranger, so it must be a regular file, and what
 * its folders really are must lie inside the root.
 * @param root absolute path of the managed directory or source
 * @throws CatalogError FILE_VANISHED, FILE_NOT_REGULAR, PATH_LOOP, FILE_UNREADABLE, PICTURE_OUTSIDE
 */
export function checkPictureFile(port: FilePort, path: string, root: string): FileStats {
  let stats: FileStats;
  let outside: boolean;
  try {
    stats = port.lstat(path);
    outside = !isInside(port.realpath(dirname(path)), port.realpath(root));
  } catch (error) {
    throw sourceError(error, path);
  }
  if (outside) throw new CatalogError('PICTURE_OUTSIDE', { path });
  if (stats.isSymbolicLink()) throw new CatalogError('PATH_LOOP', { path });
  if (!stats.isFile()) {
    throw new CatalogError('FILE_NOT_REGULAR', { path, detail: 'a folder or a device' });
  }
  return stats;
}

/** True if a derived file of ours is there: regular, and not empty. */
export function isDerivedFile(port: FilePort, path: string): boolean {
  try {
    const stats = port.lstat(path);
    return stats.isFile() && stats.size > 0n;
  } catch {
    return false;
  }
}
