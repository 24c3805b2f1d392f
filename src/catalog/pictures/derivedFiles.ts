import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { Turns } from '../files/turns.js';
import { checksumOfThumbnail, isRenderingName } from './thumbnailFiles.js';

/** Files removed in one go; what is left waits for the next time. */
const mostRemoved = 10_000;

/** True if the folder is there and is no link to elsewhere. */
function isOwnFolder(files: FilePort, folder: string): boolean {
  try {
    return files.lstat(folder).isDirectory();
  } catch {
    return false;
  }
}

/** False if it stays, such as one that is open on Windows: another time it will go. */
function removeDerived(files: FilePort, file: string): boolean {
  try {
    files.unlink(file);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes thumbnails of contents that are in no catalog and no open preview. Only regular files with a
 * thumbnail's name, in the folder of that name.
 * @param withoutOwner gives those of the checksums that nothing has
 * @returns how many were removed
 */
export async function removeOrphans(
  files: FilePort,
  folder: string,
  withoutOwner: (checksums: readonly string[]) => ReadonlySet<string>,
  signal: AbortSignal,
): Promise<number> {
  if (!isOwnFolder(files, folder)) return 0;
  const turns = new Turns();
  let removed = 0;
  for (const { name, kind } of files.readdir(folder)) {
    if (signal.aborted || removed >= mostRemoved) break;
    const inner = path.join(folder, name);
    if (kind !== 'directory' || !/^[0-9a-f]{2}$/.test(name)) continue;
    const found = files
      .readdir(inner)
      .filter((entry) => entry.kind === 'file')
      .flatMap((entry) => {
        const checksum = checksumOfThumbnail(name, entry.name);
        return checksum === null ? [] : [{ checksum, file: path.join(inner, entry.name) }];
      });
    const orphans = withoutOwner([...new Set(found.map(({ checksum }) => checksum))]);
    for (const { checksum, file } of found) {
      if (removed >= mostRemoved) break;
      if (!orphans.has(checksum)) continue;
      if (removeDerived(files, file)) removed += 1;
      await turns.maybe();
    }
    await turns.maybe();
  }
  return removed;
}

interface Found {
  readonly file: string;
  readonly size: number;
  readonly writtenNs: bigint;
}

/** Removes the oldest of a folder's files until the rest fits; `isOurs` tells by the name which may go. */
async function shrink(
  files: FilePort,
  found: readonly Found[],
  mostBytes: number,
  spared: string | null,
): Promise<void> {
  const turns = new Turns();
  let total = found.reduce((sum, { size }) => sum + size, 0);
  const oldestFirst = [...found].sort((a, b) => Number(a.writtenNs - b.writtenNs));
  for (const { file, size } of oldestFirst) {
    if (total <= mostBytes) return;
    if (file === spared) continue;
    if (removeDerived(files, file)) total -= size;
    await turns.maybe();
  }
}

function filesIn(files: FilePort, folder: string, isOurs: (name: string) => boolean): Found[] {
  return files.readdir(folder).flatMap(({ name, kind }) => {
    if (kind !== 'file' || !isOurs(name)) return [];
    const file = path.join(folder, name);
    const stats = files.lstat(file);
    return [{ file, size: Number(stats.size), writtenNs: stats.mtimeNs }];
  });
}

/** Keeps the renderings below a size by removing the oldest; never `spared`, which is about to be shown. */
export async function boundRenderings(
  files: FilePort,
  folder: string,
  mostBytes: number,
  spared: string | null,
): Promise<void> {
  if (!isOwnFolder(files, folder)) return;
  await shrink(files, filesIn(files, folder, isRenderingName), mostBytes, spared);
}

/** Keeps a machine's own thumbnails of a read-only catalog below a size by removing the oldest. */
export async function boundThumbnails(
  files: FilePort,
  folder: string,
  mostBytes: number,
): Promise<void> {
  if (!isOwnFolder(files, folder)) return;
  const found: Found[] = [];
  for (const { name, kind } of files.readdir(folder)) {
    if (kind !== 'directory') continue;
    const isOurs = (file: string): boolean => checksumOfThumbnail(name, file) !== null;
    found.push(...filesIn(files, path.join(folder, name), isOurs));
  }
  await shrink(files, found, mostBytes, null);
}
