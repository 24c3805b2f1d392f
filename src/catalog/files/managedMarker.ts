import { Buffer } from 'node:buffer';
import { dirname, join } from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';
import { isInside, syncDirectory } from './folders.js';
import { lstatOrNull } from './publish.js';
import { isTemporaryName } from './temporaryName.js';

/**
 * A small file in every managed directory with the ids of the catalogs whose files it holds. A drive or share that
 * is not mounted leaves an empty folder in its place: without the file it cannot be told from the directory itself.
 */
export const markerName = '.image-catalog-managed';

/** True for a path (`/` separated) of what this program keeps for itself there: no image of a catalog. */
export const isReserved = (stored: string): boolean =>
  stored
    .toLowerCase()
    .split('/')
    .some((name) => isTemporaryName(name) || name.startsWith(markerName));

/**
 * True if a folder is, or lies in, a managed directory (of another catalog) below the root.
 * @param folder real path, in the root
 */
export function isMarkedBelow(port: FilePort, realRoot: string, folder: string): boolean {
  for (let at = folder; at !== realRoot && isInside(at, realRoot); at = dirname(at)) {
    if (lstatOrNull(port, join(at, markerName)) !== null) return true;
  }
  return false;
}

const heading =
  '# Image Catalog keeps photos in this folder and finds it by this file. Leave it here.';
const maximumBytes = 64 * 1024;

/**
 * True if a folder is marked as the managed directory of the catalog.
 * @param realRoot real path of the folder
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE if that cannot be told
 */
export function hasMarker(port: FilePort, realRoot: string, catalogId: string): boolean {
  return markedCatalogs(port, realRoot).includes(catalogId);
}

/**
 * Marks a folder as the managed directory of the catalog, durably.
 * @param id for the name of a temporary file
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE
 */
export async function writeMarker(
  port: FilePort,
  realRoot: string,
  catalogId: string,
  id: string,
): Promise<void> {
  const ids = markedCatalogs(port, realRoot);
  if (!ids.includes(catalogId)) await writeIds(port, realRoot, [...ids, catalogId], id);
}

/** Takes the mark of a catalog away again, with the file if it was the last one. @throws as writeMarker */
export async function removeMarker(
  port: FilePort,
  realRoot: string,
  catalogId: string,
  id: string,
): Promise<void> {
  const ids = markedCatalogs(port, realRoot);
  const left = ids.filter((each) => each !== catalogId);
  if (left.length === ids.length) return;
  if (left.length > 0) await writeIds(port, realRoot, left, id);
  else port.unlink(join(realRoot, markerName));
}

async function writeIds(
  port: FilePort,
  realRoot: string,
  ids: readonly string[],
  id: string,
): Promise<void> {
  const bytes = Buffer.from([heading, ...ids, ''].join('\n'));
  const temporary = join(realRoot, `${markerName}.${id}.part`);
  try {
    const descriptor = port.openNew(temporary);
    try {
      for (let done = 0; done < bytes.length;) {
        const count = await port.write(descriptor, bytes, done, bytes.length - done, done);
        if (count <= 0) throw new Error('the volume took no bytes');
        done += count;
      }
      await port.fsync(descriptor);
    } catch (error) {
      port.unlink(temporary);
      throw error;
    } finally {
      port.close(descriptor);
    }
    port.rename(temporary, join(realRoot, markerName));
    await syncDirectory(port, realRoot);
  } catch (error) {
    throw unusable(realRoot, error);
  }
}

/**
 * The catalogs that a folder is marked as the managed directory of: one, or none.
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE
 */
export function markedCatalogs(port: FilePort, realRoot: string): string[] {
  const path = join(realRoot, markerName);
  try {
    const descriptor = port.openRead(path);
    try {
      const buffer = Buffer.alloc(maximumBytes);
      const count = port.read(descriptor, buffer, 0, maximumBytes, 0);
      const lines = buffer.toString('utf8', 0, count).split(/\r?\n/);
      return lines.filter((line) => line !== '' && !line.startsWith('#'));
    } finally {
      port.close(descriptor);
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw unusable(realRoot, error);
  }
}

const unusable = (path: string, error: unknown): CatalogError =>
  new CatalogError('MANAGED_DIRECTORY_UNUSABLE', { path, detail: errorDetail(error) });
