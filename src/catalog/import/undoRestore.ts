import { basename, dirname, join, relative, sep } from 'node:path';
import { isInside } from '../files/folders.js';
import { dropName, lstatIfThere, lstatOrNull } from '../files/publish.js';
import { putBack, takePutBackAway } from '../files/putBack.js';
import { removePartial } from '../files/removePlaced.js';
import { toCatalogError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { UndoFile, UndoPlace } from './undoFile.js';
import { temporaryNameOf } from './undoFile.js';

/**
 * there: the file was never gone. restored: it stands again. lost: neither it nor what it was put back as can be
 * found any more. failed: it could not be done now; recovery tries again.
 */
export type RestoreResult = 'there' | 'restored' | 'lost' | 'failed';

/** Nothing that a later try could find. */
const finalErrors: ReadonlySet<string> = new Set([
  'FILE_VANISHED',
  'FILE_CHANGED',
  'FILE_NOT_REGULAR',
  'UNDO_PLACE_TAKEN',
  'DESTINATION_OUTSIDE',
]);

/**
 * Makes a file that an undo has removed stand in the managed directory again, from its original, because what it
 * belongs to has to stay. Can be repeated after a crash.
 * @param putBackAs where this undo has put it; that name goes again
 */
export async function restoreManaged(
  place: UndoPlace,
  file: UndoFile & { readonly managed: string },
  putBackAs: string | null,
  log: Log,
): Promise<RestoreResult> {
  const { files, realRoot } = place;
  const { item, managed } = file;
  const original = putBackAs ?? item.sourcePath;
  try {
    if (lstatIfThere(files, managed)) return 'there';
    const folder = dirname(managed);
    if (!isInside(folder, realRoot)) return 'lost';
    await putBack(files, {
      managed: original,
      realSource: realRoot,
      folder: relative(realRoot, folder).split(sep).join('/'),
      name: basename(managed),
      temporaryName: temporaryNameOf(item),
      checksum: item.checksum,
      // Two names of one file are for moves only: a copy must not change with its original.
      copyOnly: putBackAs === null,
    });
    if (putBackAs !== null) await takePutBackAway(files, putBackAs, managed, item.checksum);
    return 'restored';
  } catch (error) {
    const known = toCatalogError(error);
    log('warn', `${managed} could not be restored: ${known.message}`);
    return finalErrors.has(known.code) ? 'lost' : 'failed';
  }
}

/** A restore that was cut off leaves the beginning of a file. */
export function clearRestore(place: UndoPlace, { item, managed }: UndoFile): void {
  if (managed === null) return;
  const { files } = place;
  const temporary = join(dirname(managed), temporaryNameOf(item));
  if (!lstatOrNull(files, temporary)) return;
  if (dropName(files, temporary, managed)) return;
  if (!removePartial(files, temporary, item.sourcePath)) removePartial(files, temporary, managed);
}
