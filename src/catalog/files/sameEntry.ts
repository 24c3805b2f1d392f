import { basename, dirname } from 'node:path';
import { isSameFile } from './fileIdentity.js';
import type { FilePort } from './filePort.js';
import { lstatIfThere } from './publish.js';

/**
 * True if two paths are one name on the disk: on a volume that ignores case or normalisation they may differ. Two names
 * of one file (hard links) are not. True also if it cannot be told.
 */
export function isSameEntry(port: FilePort, path: string, other: string): boolean {
  if (path === other) return true;
  try {
    const stats = lstatIfThere(port, path);
    const otherStats = lstatIfThere(port, other);
    if (!stats || !otherStats || !isSameFile(stats, otherStats)) return false;
    if (stats.nlink === 1n) return true;
    const folder = dirname(path);
    if (!isSameFile(port.stat(folder), port.stat(dirname(other)))) return false;
    const [name, otherName] = [basename(path), basename(other)];
    if (name === otherName) return true;
    const names = new Set(port.readdir(folder).map((entry) => entry.name));
    return !names.has(name) || !names.has(otherName);
  } catch {
    return true;
  }
}
