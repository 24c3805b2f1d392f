import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { isSameFile } from './fileIdentity.js';
import type { FilePort } from './filePort.js';
import { hashFile } from './hashFile.js';
import { lstatOrNull } from './publish.js';
import { syncDirectory } from './folders.js';

export interface PlacedCopy {
  /** Absolute path of the file that this program placed. */
  readonly placed: string;
  /** The inode it was placed with. */
  readonly inode: string;
  /** Absolute path of the original it was made from. */
  readonly source: string;
  /** SHA-256 that both must have. */
  readonly checksum: string;
}

/**
 * Takes back a file that this program placed, if its content is proven to stand at the source still: the
 * inode must be the one that was placed and both must read back with the checksum, or both names must belong
 * to one file. Anything else (edited, replaced, source gone) is kept.
 * @returns true if the file is gone
 */
export async function removePlaced(port: FilePort, copy: PlacedCopy): Promise<boolean> {
  const placed = lstatOrNull(port, copy.placed);
  const source = lstatOrNull(port, copy.source);
  if (!placed?.isFile() || !source?.isFile()) return false;
  if (placed.ino.toString() !== copy.inode) return false;
  try {
    if (isSameFile(placed, source)) {
      if (placed.nlink < 2n) return false;
    } else if (!(await bothHold(port, copy))) {
      return false;
    }
    const now = lstatOrNull(port, copy.placed);
    if (!now || !isSameFile(now, placed) || now.mtimeNs !== placed.mtimeNs) return false;
    port.unlink(copy.placed);
    return true;
  } catch {
    return false;
  }
}

async function bothHold(port: FilePort, copy: PlacedCopy): Promise<boolean> {
  const source = await hashFile(port, copy.source);
  if (source.sha256 !== copy.checksum) return false;
  return (await hashFile(port, copy.placed)).sha256 === copy.checksum;
}

const chunkSize = 1024 * 1024;

/**
 * True if the file's bytes are the beginning of the other's: nothing would be lost without it.
 * @throws Node's errors of open and read
 */
export function isBytePrefix(port: FilePort, path: string, of: string): boolean {
  const part = port.openRead(path);
  try {
    const whole = port.openRead(of);
    try {
      const a = Buffer.allocUnsafeSlow(chunkSize);
      const b = Buffer.allocUnsafeSlow(chunkSize);
      for (let position = 0; ;) {
        const count = port.read(part, a, 0, chunkSize, position);
        if (count === 0) return true;
        if (!readExactly(port, whole, b, count, position)) return false;
        if (a.compare(b, 0, count, 0, count) !== 0) return false;
        position += count;
      }
    } finally {
      port.close(whole);
    }
  } finally {
    port.close(part);
  }
}

function readExactly(
  port: FilePort,
  descriptor: number,
  buffer: Buffer,
  length: number,
  position: number,
): boolean {
  for (let filled = 0; filled < length;) {
    const count = port.read(descriptor, buffer, filled, length - filled, position + filled);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

/**
 * Removes an unfinished file of ours whose bytes are the beginning of its original. Its original need only be
 * readable; if that cannot be proven the file stays.
 * @returns true if the file is gone
 */
export function removePartial(port: FilePort, partial: string, source: string): boolean {
  try {
    const stats = port.lstat(partial);
    if (!stats.isFile()) return false;
    const original = port.lstat(source);
    if (isSameFile(stats, original)) {
      if (stats.nlink < 2n) return false;
    } else if (!original.isFile() || !isBytePrefix(port, partial, source)) {
      return false;
    }
    port.unlink(partial);
    return true;
  } catch {
    return false;
  }
}

/** Where recovery puts temporary files whose content it cannot prove to stand elsewhere. */
export const quarantineFolder = '.imgcat-quarantine';

/**
 * Sets a temporary file of ours aside in the managed directory's quarantine, under a name not used there.
 * @param name what to call it there
 * @returns its new absolute path
 * @throws Node's errors of mkdir and rename: the file is then still where it was
 */
export async function setAside(
  port: FilePort,
  realRoot: string,
  path: string,
  name: string,
): Promise<string> {
  const folder = join(realRoot, quarantineFolder);
  if (!lstatOrNull(port, folder)) {
    port.mkdir(folder);
    await syncDirectory(port, realRoot);
  }
  if (!port.lstat(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
  let target = join(folder, name);
  for (let count = 1; lstatOrNull(port, target); count += 1)
    target = join(folder, `${count}-${name}`);
  port.rename(path, target);
  await syncDirectory(port, folder);
  return target;
}
