import { basename, dirname, join, relative, sep } from 'node:path';
import type { FilePort, FileStats } from '../files/filePort.js';
import { isSameFile } from '../files/fileIdentity.js';
import { isInside } from '../files/folders.js';
import { isMarkedBelow, isReserved } from '../files/managedMarker.js';
import { hashFile } from '../files/hashFile.js';
import { dropName, lstatIfThere, lstatOrNull } from '../files/publish.js';
import { putBack } from '../files/putBack.js';
import { removePartial } from '../files/removePlaced.js';
import { temporaryName } from '../files/temporaryName.js';
import type { VerifiedCopy } from '../files/verifiedCopy.js';
import { verifyCopy } from '../files/verifiedCopy.js';
import { CatalogError, errorDetail, toCatalogError } from '../model/errors.js';
import type { ImportMode } from '../model/importJob.js';
import type { ImportItemRow } from '../store/rows.js';

/** Where an undo works. */
export interface UndoPlace {
  readonly files: FilePort;
  /** Real path of the managed directory. */
  readonly realRoot: string;
  /** The source's folder as the job knew it, and its real path; null if it cannot be reached. */
  readonly sourcePath: string;
  readonly realSource: string | null;
  /** The source was used on this machine: files are put back into no other. */
  readonly isChosen: boolean;
  /** Throws if a managed file is another catalog's, too. */
  readonly requireOwn: (file: string) => void;
  readonly importMode: ImportMode;
  readonly signal?: AbortSignal | undefined;
  /** Only a file with the inode that was placed is removed. */
  readonly onlyOwnInode: boolean;
}

/** A file of a job with what its row says now. */
export interface UndoFile {
  readonly item: ImportItemRow;
  /** Absolute; null if no row holds the file any more: then only the item is left. */
  readonly managed: string | null;
  /** Modification time (ns) when the row was written; null if unknown. */
  readonly mtimeNs: string | null;
  /** Where the managed copy is that a referenced image got after its import. */
  readonly convertedTo?: string;
}

/**
 * entry: only the row goes. gone: the file went before (by an undo that was cut off). remove: the original stands.
 * put-back: the original's place is free.
 */
export type UndoVerdict = 'entry' | 'gone' | 'remove' | 'put-back';

/**
 * Looks what an undo of a file would do. Reads contents only where size, time and inode do not tell.
 * @param resumed the undo was begun before a crash: its own traces are no changes
 * @throws CatalogError UNDO_*, DESTINATION_OUTSIDE, SOURCE_FILE_OUTSIDE, SOURCE_PATH_NOT_FOUND, SOURCE_UNCHOSEN: the
 *   file is to be kept
 */
export async function judgeUndo(
  place: UndoPlace,
  file: UndoFile,
  resumed: boolean,
): Promise<UndoVerdict> {
  const { files } = place;
  const { item, managed } = file;
  if (file.convertedTo !== undefined) {
    throw new CatalogError('UNDO_CONVERTED', { path: file.convertedTo });
  }
  if (managed === null) return 'entry';
  if (relativeFolder(place, item.sourcePath) === null) {
    const data = { path: item.sourcePath, source: place.sourcePath };
    throw new CatalogError('SOURCE_FILE_OUTSIDE', data);
  }
  if (isReserved(relative(place.realRoot, managed).split(sep).join('/'))) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path: managed });
  }
  const folder = realFolder(files, managed);
  if (!isInside(folder, place.realRoot) || isMarkedBelow(files, place.realRoot, folder)) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path: managed });
  }
  place.requireOwn(managed);
  const stats = statsOf(files, managed);
  if (stats === null) {
    if (resumed) return 'gone';
    throw new CatalogError('UNDO_FILE_MISSING', { path: managed, detail: 'ENOENT' });
  }
  await checkManaged(place, file, managed, stats);
  return judgeOriginal(place, item, managed, stats, resumed);
}

function statsOf(files: FilePort, managed: string): FileStats | null {
  try {
    return lstatIfThere(files, managed);
  } catch (error) {
    throw new CatalogError('UNDO_FILE_MISSING', { path: managed, detail: errorDetail(error) });
  }
}

/** The file must be what was imported. */
async function checkManaged(
  place: UndoPlace,
  { item, mtimeNs }: UndoFile,
  managed: string,
  stats: FileStats,
): Promise<void> {
  const changed = new CatalogError('UNDO_FILE_CHANGED', { path: managed });
  if (!stats.isFile() || Number(stats.size) !== item.sizeBytes) throw changed;
  const isOwn = stats.ino.toString() === item.placedInode;
  if (place.onlyOwnInode && item.placedInode !== null && !isOwn) throw changed;
  if (isOwn && stats.mtimeNs.toString() === mtimeNs) return;
  if ((await checksumOf(place, managed)) !== item.checksum) throw changed;
}

async function judgeOriginal(
  place: UndoPlace,
  item: ImportItemRow,
  managed: string,
  stats: FileStats,
  resumed: boolean,
): Promise<UndoVerdict> {
  const { files } = place;
  const original = item.sourcePath;
  const there = lstatOrNull(files, original);
  if (!there) return judgeAbsent(place, item, managed);
  if (isInside(realFolder(files, original), place.realRoot)) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path: original });
  }
  if (isSameFile(there, stats) && stats.nlink > 1n) return 'remove';
  const sameStamp =
    there.isFile() &&
    Number(there.size) === item.sizeBytes &&
    there.mtimeNs.toString() === item.mtimeNs;
  if (sameStamp) return 'remove';
  const sameSize = there.isFile() && Number(there.size) === item.sizeBytes;
  if (sameSize && (await checksumOf(place, original)) === item.checksum) return 'remove';
  if (place.importMode !== 'move') {
    throw new CatalogError('UNDO_ORIGINAL_CHANGED', { path: managed, original });
  }
  // Where there are no hard links, a crash leaves the beginning of the file in its place.
  if (resumed && there.isFile() && removePartial(files, original, managed)) return 'put-back';
  throw new CatalogError('UNDO_PLACE_TAKEN', { path: managed, original });
}

function judgeAbsent(place: UndoPlace, item: ImportItemRow, managed: string): UndoVerdict {
  const original = item.sourcePath;
  if (place.importMode !== 'move') {
    throw new CatalogError('UNDO_ONLY_COPY', { path: managed, original });
  }
  if (place.realSource === null) {
    const code = place.isChosen ? 'SOURCE_PATH_NOT_FOUND' : 'SOURCE_UNCHOSEN';
    throw new CatalogError(code, { path: place.sourcePath });
  }
  return 'put-back';
}

/** Of a file on its way back, in the folder that it goes to. */
export const temporaryNameOf = (item: ImportItemRow): string =>
  temporaryName(`${item.importJobId}-${item.id}`);

/** True if it is certain that the managed file stands, and that nothing unfinished lies beside its original. */
export function isUntouched(place: UndoPlace, { item, managed }: UndoFile): boolean {
  const { files, realSource } = place;
  if (managed === null) return true;
  try {
    if (!lstatIfThere(files, managed)) return false;
    if (place.importMode !== 'move' || realSource === null) return true;
    const temporary = join(dirname(item.sourcePath), temporaryNameOf(item));
    return lstatIfThere(files, temporary) === null && lstatIfThere(files, realSource) !== null;
  } catch {
    return false;
  }
}

/**
 * Proves that the content of a managed file stands at its original place, after putting it back there if that is
 * the verdict. The managed file still stands when this returns.
 * @throws CatalogError why the file is to be kept
 */
export async function proveOriginal(
  place: UndoPlace,
  { item, managed }: UndoFile & { readonly managed: string },
  verdict: 'remove' | 'put-back',
): Promise<{ readonly proof: VerifiedCopy; readonly original: string }> {
  const { files, signal } = place;
  const { checksum } = item;
  let original = item.sourcePath;
  if (verdict === 'put-back') {
    const folder = relativeFolder(place, original);
    if (place.realSource === null || folder === null) {
      throw new CatalogError('DESTINATION_OUTSIDE', { path: original });
    }
    original = await putBack(files, {
      managed,
      realSource: place.realSource,
      folder,
      name: basename(original),
      temporaryName: temporaryNameOf(item),
      checksum,
      signal,
    });
  }
  // Of an earlier try that was cut off when the original stood already.
  const leftover = join(dirname(original), temporaryNameOf(item));
  if (verdict === 'remove' && place.importMode === 'move' && lstatOrNull(files, leftover)) {
    if (!dropName(files, leftover, original)) removePartial(files, leftover, managed);
  }
  try {
    const stats = files.lstat(managed);
    const expected = {
      sizeBytes: item.sizeBytes,
      mtimeNs: stats.mtimeNs.toString(),
      inode: stats.ino.toString(),
      checksum,
    };
    const request = { source: managed, destination: original, expected };
    const proof = await verifyCopy(files, signal ? { ...request, signal } : request);
    return { proof, original };
  } catch (error) {
    throw keptBecause(error, managed, original);
  }
}

function keptBecause(error: unknown, managed: string, original: string): CatalogError {
  const known = toCatalogError(error);
  switch (known.code) {
    case 'COPY_MISMATCH':
    case 'FILE_NOT_REGULAR':
      return new CatalogError('UNDO_ORIGINAL_CHANGED', { path: managed, original });
    case 'FILE_CHANGED':
      return new CatalogError('UNDO_FILE_CHANGED', { path: managed });
    case 'FILE_VANISHED':
      return known.data['path'] === original
        ? new CatalogError('UNDO_ONLY_COPY', { path: managed, original })
        : new CatalogError('UNDO_FILE_MISSING', { path: managed, detail: 'ENOENT' });
    default:
      return known;
  }
}

async function checksumOf(place: UndoPlace, path: string): Promise<string> {
  const { files, signal } = place;
  try {
    return (await hashFile(files, path, signal ? { signal } : {})).sha256;
  } catch (error) {
    if (CatalogError.is(error, 'CANCELLED')) throw error;
    throw new CatalogError('FILE_UNREADABLE', { path, detail: errorDetail(error) });
  }
}

/** Real path of the folder of a file; the plain one if it is gone. */
function realFolder(files: FilePort, path: string): string {
  try {
    return files.realpath(dirname(path));
  } catch {
    return dirname(path);
  }
}

/** Of an original, relative to the source, `/` separated; null if it lies outside of it. */
function relativeFolder(place: UndoPlace, original: string): string | null {
  if (!isInside(original, place.sourcePath) || original === place.sourcePath) return null;
  return relative(place.sourcePath, join(original, '..')).split(sep).join('/');
}
