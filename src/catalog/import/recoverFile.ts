import { basename } from 'node:path';
import type { FileIdentity } from '../files/fileIdentity.js';
import { identityOf, isSameFile } from '../files/fileIdentity.js';
import type { FilePort, FileStats } from '../files/filePort.js';
import { leadsOutside } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { dropName, isGone, lstatIfThere } from '../files/publish.js';
import { isReserved } from '../files/managedMarker.js';
import { takePutBackAway } from '../files/putBack.js';
import { isSameEntry } from '../files/sameEntry.js';
import { removePartial, removePlaced, setAside } from '../files/removePlaced.js';
import { isTemporaryName } from '../files/temporaryName.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { Log } from '../model/log.js';
import { managedPath } from '../store/managedPaths.js';
import type { ImportItemRow } from '../store/rows.js';

/** Where recovery looks. */
export interface RecoveryPlace {
  readonly files: FilePort;
  /** Real path of the managed directory. */
  readonly root: string;
  readonly log: Log;
  /** True if a row has this stored path: while a drive was away, another job may have given the name to its file. */
  readonly isHeld: (stored: string) => boolean;
}

export interface Examined {
  readonly item: ImportItemRow;
  /** Of the file under the final name if it is ours and has the right content, else null. */
  readonly standing: FileIdentity | null;
}

/** Looks whether an item's file stands finished under its final name. Changes nothing. */
export async function examine(place: RecoveryPlace, item: ImportItemRow): Promise<Examined> {
  const { files } = place;
  try {
    const { final, temporary } = pathsOf(place, item);
    if (place.isHeld(item.destinationPath ?? '')) return { item, standing: null };
    const stats = look(place, final);
    if (!stats?.isFile() || Number(stats.size) !== item.sizeBytes) return { item, standing: null };
    const part = temporary === null ? null : look(place, temporary);
    // Our file was not published yet: the name belongs to somebody else.
    if (part && !isSameFile(part, stats)) return { item, standing: null };
    const { sha256 } = await hashFile(files, final);
    return { item, standing: sha256 === item.checksum ? identityOf(stats) : null };
  } catch (error) {
    place.log('warn', `${item.destinationPath ?? ''} could not be examined: ${errorDetail(error)}`);
    return { item, standing: null };
  }
}

/**
 * Takes a finished file back whose companions are not finished, or whose content came in by another job.
 * @param twin a managed file of the catalog with the same content
 * @returns false if it has to stay
 */
export async function takeBackPlaced(
  place: RecoveryPlace,
  item: ImportItemRow,
  standing: FileIdentity,
  twin: string | null,
): Promise<boolean> {
  const { final, temporary } = pathsOf(place, item);
  // On a volume that ignores case the twin's own name may look like the item's.
  if (twin !== null && isSameEntry(place.files, final, twin)) return false;
  if (twin !== null && (await takePutBackAway(place.files, final, twin, item.checksum)))
    return true;
  if (temporary !== null && dropName(place.files, final, temporary)) {
    return isGone(place.files, final);
  }
  return removePlaced(place.files, {
    placed: final,
    inode: standing.inode,
    source: item.sourcePath,
    checksum: item.checksum,
  });
}

/**
 * Removes the temporary name of an item: a second name of a finished file goes, an unfinished file goes if its
 * bytes are proven to stand at the source (or in the finished file), and is set aside otherwise. An unfinished
 * file under its final name is never moved: if it cannot be proven it may be somebody else's by now.
 * @param standing identity of the finished file, or null if there is none
 * @returns the temporary path if it is still there, for the next recovery, else null
 */
export async function clearNames(
  place: RecoveryPlace,
  item: ImportItemRow,
  standing: FileIdentity | null,
): Promise<string | null> {
  const { files } = place;
  try {
    const { final, temporary } = pathsOf(place, item);
    const isFinalOurs = standing === null && !place.isHeld(item.destinationPath ?? '');
    // Published but not finished: the final name goes first, so that the file stays findable.
    if (isFinalOurs && temporary !== null) dropName(files, final, temporary);
    // A second name of the source that could not be looked at after it was made.
    if (isFinalOurs && item.publishMethod === 'MOVE_LINK') {
      dropName(files, final, item.sourcePath);
    }
    const isLeft = isFinalOurs && (temporary === null || item.placedInode !== null);
    if (isLeft && item.temporaryPath !== null && !clearFinal(place, item, final)) {
      place.log('warn', `${final} was left: its content is not proven to stand elsewhere`);
      if (!isReachable(files, item.sourcePath)) return item.temporaryPath;
    }
    if (temporary === null) return null;
    if (!look(place, temporary)) return null;
    if (standing !== null && dropName(files, temporary, final)) return null;
    if (standing !== null && removePartial(files, temporary, final)) return null;
    if (removePartial(files, temporary, item.sourcePath)) return null;
    const name = `${item.id}-${basename(item.sourcePath)}`;
    const aside = await setAside(files, place.root, temporary, name);
    place.log('warn', `An unfinished copy of ${item.sourcePath} was set aside as ${aside}`);
    return null;
  } catch (error) {
    place.log('warn', `${item.temporaryPath ?? ''} could not be cleared: ${errorDetail(error)}`);
    return item.temporaryPath;
  }
}

/**
 * Removes what stands unfinished (or finished, but not taken back) under the final name. A file that this program
 * placed has the inode that was written down; one it was still writing has none yet. Somebody else's stays.
 * @returns false if a file stays that may be ours
 */
function clearFinal(place: RecoveryPlace, item: ImportItemRow, final: string): boolean {
  const stats = look(place, final);
  if (!stats) return true;
  if (item.placedInode !== null && stats.ino.toString() !== item.placedInode) return true;
  return removePartial(place.files, final, item.sourcePath);
}

/** What stands at a path, or null. @throws if the managed directory is gone: then nothing seems to stand there */
function look(place: RecoveryPlace, path: string): FileStats | null {
  const stats = lstatIfThere(place.files, path);
  if (!stats) place.files.lstat(place.root);
  return stats;
}

function isReachable(port: FilePort, path: string): boolean {
  try {
    return lstatIfThere(port, path) !== null;
  } catch {
    return false;
  }
}

/**
 * A file that is written directly has its final name as its temporary one.
 * @throws CatalogError DESTINATION_OUTSIDE: a catalog from elsewhere could name any file
 */
function pathsOf(
  place: RecoveryPlace,
  item: ImportItemRow,
): { final: string; temporary: string | null } {
  const final = managedPath(place.root, item.destinationPath ?? '');
  const { temporaryPath } = item;
  const isDirect = temporaryPath === null || temporaryPath === item.destinationPath;
  const temporary = isDirect ? null : managedPath(place.root, temporaryPath);
  const isForeign = temporary !== null && !isTemporaryName(basename(temporary));
  if (isForeign || isReserved(item.destinationPath ?? '')) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path: temporaryPath ?? final });
  }
  for (const path of temporary === null ? [final] : [final, temporary]) {
    if (leadsOutside(place.files, place.root, path)) {
      throw new CatalogError('DESTINATION_OUTSIDE', { path });
    }
  }
  return { final, temporary };
}
