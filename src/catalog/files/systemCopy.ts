import { basename, dirname } from 'node:path';
import { systemErrorCode, type FilePort } from './filePort.js';
import { destinationError } from './fileErrors.js';
import { lstatIfThere } from './publish.js';
import { removeOwn } from './removeOwn.js';
import { isTemporaryName } from './temporaryName.js';

/**
 * Types of Linux volumes (statfs) on which a copy inside the system is a second copy of the bytes. Others (btrfs,
 * xfs, network shares) may let both files share their blocks, so that damage to one is damage to both.
 */
const volumesWithoutSharedBlocks: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x01021994, // tmpfs
  0x4d44, // FAT
  0x2011bab0, // exFAT
  0x7366746e, // NTFS
  0x65735546, // FUSE block devices: exfat-fuse, ntfs-3g
]);

/** Larger files are copied piece by piece, so that a cancel need not wait for them. */
const sizeLimit = 64 * 1024 * 1024;

/**
 * Copies a file inside the system where that is allowed: the bytes need not pass through this program, which
 * made copying twice as fast (600 instead of 260 MB/s beside 630 of `cp -a`). The caller must read the copy back.
 * Only under a temporary name: a target that could not be finished is then certainly ours to remove.
 * @param input descriptor of the source, open for reading
 * @returns false if the file has to be copied piece by piece
 * @throws Node's EEXIST if the target's name is taken; CatalogError if a part of it may be left
 */
export async function copyInSystem(
  port: FilePort,
  input: number,
  target: string,
  sizeBytes: number,
): Promise<boolean> {
  if (sizeBytes > sizeLimit || !isTemporaryName(basename(target))) return false;
  if (!isAllowedAt(port, dirname(target))) return false;
  try {
    // The file that was opened and checked, whatever has its name by now: a pipe would block for ever.
    await port.copyNew(`/proc/self/fd/${input}`, target);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    // What cannot be told or removed now stays written down under this name, and recovery looks again.
    const left = lstatIfThere(port, target);
    if (left && !removeOwn(port, target, left)) {
      throw destinationError(port, error, target, sizeBytes);
    }
    // Piece by piece it either works or fails with an error that tells which of the two files is at fault.
    return false;
  }
  return true;
}

function isAllowedAt(port: FilePort, folder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return volumesWithoutSharedBlocks.has(port.statfs(folder).type ?? 0);
  } catch {
    return false;
  }
}
