import { join, posix } from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { foldPath } from '../model/foldPath.js';
import type { IsTaken } from './plan.js';

/**
 * Which names in a managed directory are taken: by files there, read once per folder, or by rows whose files
 * may be missing just now. A look only: what appears later is met by exclusive creation.
 * @param root absolute path of the managed directory
 * @param storedPaths paths of the catalog's managed files, relative to it
 */
export function takenNames(port: FilePort, root: string, storedPaths: readonly string[]): IsTaken {
  const rows = new Set(storedPaths.map(foldPath));
  const folders = new Map<string, ReadonlySet<string>>();
  return (foldedPath) => {
    if (rows.has(foldedPath)) return true;
    const folder = posix.dirname(foldedPath);
    let names = folders.get(folder);
    if (!names) {
      names = namesIn(port, join(root, ...folder.split('/')));
      folders.set(folder, names);
    }
    return names.has(posix.basename(foldedPath));
  };
}

function namesIn(port: FilePort, folder: string): ReadonlySet<string> {
  try {
    return new Set(port.readdir(folder).map((entry) => foldPath(entry.name)));
  } catch {
    // Not there yet, or not readable: then nothing can be placed in it either.
    return new Set();
  }
}
