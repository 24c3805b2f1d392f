import { join } from 'node:path';
import { CatalogError } from '../model/errors.js';
import { copyVerified } from './copyFile.js';
import { destinationError } from './fileErrors.js';
import { identityOf } from './fileIdentity.js';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';
import { makeParents, syncDirectory } from './folders.js';
import { dropName, lstatIfThere, lstatOrNull, publishByLink } from './publish.js';
import { removePartial } from './removePlaced.js';
import { removeSource, verifyCopy } from './verifiedCopy.js';

export interface PutBackRequest {
  /** Absolute path of the file in the managed directory. It stays. */
  readonly managed: string;
  /** Real path of the source's folder. */
  readonly realSource: string;
  /** Folder of the original, relative to it, `/` separated; made again if it is gone. */
  readonly folder: string;
  readonly name: string;
  /** A name in that folder that only this file uses, for a copy under way. */
  readonly temporaryName: string;
  readonly checksum: string;
  readonly signal?: AbortSignal | undefined;
  /** Never by a second name of the same file. */
  readonly copyOnly?: boolean;
}

/**
 * Makes a file in the managed directory stand where it came from again, verified and durable, without ever
 * replacing a file: by a second name on one volume, else by a copy. Can be repeated after a crash.
 * @returns absolute path of the original, below the real path of the source
 * @throws CatalogError UNDO_PLACE_TAKEN, DESTINATION_OUTSIDE, DISK_FULL, DESTINATION_UNWRITABLE, and as copyVerified
 */
export async function putBack(port: FilePort, request: PutBackRequest): Promise<string> {
  const { managed, realSource, folder, name } = request;
  const directory = join(realSource, ...folder.split('/'));
  const original = join(directory, name);
  const taken = (): CatalogError =>
    new CatalogError('UNDO_PLACE_TAKEN', { path: managed, original });
  try {
    await makeParents(port, realSource, folder);
    clearTemporary(port, request, directory, original);
    const published = request.copyOnly ? 'no-links' : publishByLink(port, managed, original);
    if (published === 'taken') throw taken();
    if (published === 'no-links') await copyBack(port, request, directory, original, taken);
    await syncDirectory(port, directory);
    return original;
  } catch (error) {
    const temporary = join(directory, request.temporaryName);
    if (lstatOrNull(port, temporary)) removePartial(port, temporary, managed);
    throw destinationError(port, error, original, 0);
  }
}

/** A copy that a crash left unfinished: nothing is lost with the beginning of a file that stands. */
function clearTemporary(
  port: FilePort,
  request: PutBackRequest,
  directory: string,
  original: string,
): void {
  const path = join(directory, request.temporaryName);
  if (!lstatIfThere(port, path)) return;
  if (dropName(port, path, original) || removePartial(port, path, request.managed)) return;
  throw new CatalogError('DESTINATION_UNWRITABLE', { path, detail: 'it is in the way' });
}

async function copyBack(
  port: FilePort,
  request: PutBackRequest,
  directory: string,
  original: string,
  taken: () => CatalogError,
): Promise<void> {
  const { managed, checksum, signal } = request;
  const expected = { ...identityOf(port.lstat(managed)), checksum };
  const options = { source: managed, expected, ...(signal && { signal }) };
  const temporary = join(directory, request.temporaryName);
  await copyVerified(port, { ...options, target: temporary });
  const published = publishByLink(port, temporary, original);
  if (published === 'published') {
    if (dropName(port, temporary, original) || removePartial(port, temporary, original)) return;
    throw leftover(temporary);
  }
  if (!removePartial(port, temporary, managed)) throw leftover(temporary);
  if (published === 'taken') throw taken();
  try {
    await copyVerified(port, { ...options, target: original });
  } catch (error) {
    throw systemErrorCode(error) === 'EEXIST' ? taken() : error;
  }
}

const leftover = (path: string): CatalogError =>
  new CatalogError('DESTINATION_UNWRITABLE', {
    path,
    detail: 'its temporary file could not be removed',
  });

/**
 * Takes back what putBack made, while the file in the managed directory still stands.
 * @returns false if it stays: there are two of the file then
 */
export async function takePutBackAway(
  port: FilePort,
  original: string,
  managed: string,
  checksum: string,
): Promise<boolean> {
  if (dropName(port, original, managed)) return true;
  try {
    const expected = { ...identityOf(port.lstat(original)), checksum };
    removeSource(
      port,
      await verifyCopy(port, { source: original, destination: managed, expected }),
    );
    return true;
  } catch {
    return false;
  }
}
