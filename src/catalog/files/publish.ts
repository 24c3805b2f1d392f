import { dirname } from 'node:path';
import { CatalogError } from '../model/errors.js';
import { sourceError } from './fileErrors.js';
import type { FileIdentity } from './fileIdentity.js';
import { identityOf, isSameFile, sameContentStamp } from './fileIdentity.js';
import { checkUnchanged } from './copyFile.js';
import type { FilePort, FileStats } from './filePort.js';
import { systemErrorCode } from './filePort.js';
import { isInside } from './folders.js';

/**
 * published: the file has its final name. taken: another file has it. no-links: the volume has no hard links,
 * or refused this one for any other reason.
 */
export type PublishResult = 'published' | 'taken' | 'no-links';

/**
 * Gives a finished temporary file its final name without ever replacing a file. The temporary name stays as a
 * second one, so that a group can be taken back until all its members have their names; then dropName.
 */
export function publishByLink(port: FilePort, temporary: string, final: string): PublishResult {
  return linkWithoutReplacing(port, temporary, final);
}

/**
 * Removes one of two names of a file: only if both still belong to one file, so that no content is lost.
 * @returns true if the name is gone
 */
export function dropName(port: FilePort, path: string, otherName: string): boolean {
  try {
    const stats = port.lstat(path);
    if (!stats.isFile() || stats.nlink < 2n) return false;
    if (!isSameFile(stats, port.lstat(otherName))) return false;
    port.unlink(path);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' && isGone(port, path);
  }
}

/**
 * True if nothing stands at a path whose folder is there. With a drive unplugged or a share unmounted every name
 * seems to be gone; it is not. False if it cannot be told.
 */
export function isGone(port: FilePort, path: string): boolean {
  try {
    return lstatIfThere(port, path) === null && port.lstat(dirname(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * As isGone, for a path in a folder that may not have been made yet: the first of its folders that is there tells.
 * @param root the outermost folder, which must be there
 */
export function isGoneBelow(port: FilePort, root: string, path: string): boolean {
  if (isGone(port, path)) return true;
  const folder = dirname(path);
  return lstatOrNull(port, path) === null && folder !== root && isInside(folder, root)
    ? isGoneBelow(port, root, folder)
    : false;
}

/** Gives a file a second name, if nothing has it. */
export function linkWithoutReplacing(
  port: FilePort,
  existing: string,
  final: string,
): PublishResult {
  try {
    port.link(existing, final);
    return 'published';
  } catch (error) {
    // Network shares may do it and then report a failure: the inode tells.
    const there = lstatOrNull(port, final);
    const ours = there && lstatOrNull(port, existing);
    if (there && ours && isSameFile(there, ours) && there.nlink > 1n) return 'published';
    return systemErrorCode(error) === 'EEXIST' ? 'taken' : 'no-links';
  }
}

/** A move by a second name: `placed`, `taken`, or `copy` when only copying will do. */
export type MoveLinkResult =
  | { readonly result: 'placed'; readonly identity: FileIdentity }
  | { readonly result: 'taken' | 'copy' };

/**
 * On one volume, gives the source's file a second name in the managed directory: no byte is copied, nothing
 * of the file is lost. A file that already has other names, or a volume without hard links, is copied instead.
 * The source keeps its name until removeSource.
 * @throws CatalogError FILE_VANISHED, FILE_CHANGED, FILE_NOT_REGULAR, FILE_UNREADABLE
 */
export function moveByLink(
  port: FilePort,
  source: string,
  final: string,
  expected: FileIdentity,
): MoveLinkResult {
  const before = checkUnchanged(port, source, expected);
  // Another inode under the same name means the scan's checksum has to be proven anew.
  if (before.nlink !== 1n || before.ino.toString() !== expected.inode) return { result: 'copy' };
  if (!sameContentStamp(identityOf(before), expected)) return { result: 'copy' };
  if (!onSameVolume(port, before, final)) return { result: 'copy' };
  const linked = linkWithoutReplacing(port, source, final);
  if (linked !== 'published') return { result: linked === 'taken' ? 'taken' : 'copy' };
  const placed = lstatOrNull(port, final);
  if (placed && isSameFile(placed, before) && sameContentStamp(identityOf(placed), expected)) {
    return { result: 'placed', identity: identityOf(placed) };
  }
  // The source was replaced or written to between the look and the link: take back the name just made.
  dropName(port, final, source);
  throw new CatalogError('FILE_CHANGED', { path: source });
}

function onSameVolume(port: FilePort, source: FileStats, final: string): boolean {
  try {
    return port.lstat(dirname(final)).dev === source.dev;
  } catch {
    return false;
  }
}

/**
 * lstat, or null if nothing is there at a second look either: network shares may report a file as gone for a moment.
 * @throws CatalogError FILE_UNREADABLE if it cannot be told
 */
export const lookTwice = (port: FilePort, path: string): FileStats | null =>
  lstatIfThere(port, path) ?? lstatIfThere(port, path);

/** lstat, or null if nothing is there or it cannot be told. */
export function lstatOrNull(port: FilePort, path: string): FileStats | null {
  try {
    return port.lstat(path);
  } catch {
    return null;
  }
}

/**
 * lstat, or null if nothing is there.
 * @throws CatalogError FILE_UNREADABLE if it cannot be told
 */
export function lstatIfThere(port: FilePort, path: string): FileStats | null {
  try {
    return port.lstat(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return null;
    throw sourceError(error, path);
  }
}
