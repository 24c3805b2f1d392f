import { dirname } from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { FilePort } from './filePort.js';
import { systemErrorCode } from './filePort.js';

/** Turns an error of reading a source file into the engine's. */
export function sourceError(error: unknown, path: string): CatalogError {
  if (error instanceof CatalogError) return error;
  const options = { cause: error };
  switch (systemErrorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new CatalogError('FILE_VANISHED', { path }, options);
    case 'ELOOP':
      return new CatalogError('PATH_LOOP', { path }, options);
    default:
      return new CatalogError('FILE_UNREADABLE', { path, detail: errorDetail(error) }, options);
  }
}

/** Turns an error of writing a destination into the engine's; a full volume becomes DISK_FULL. */
export function destinationError(
  port: FilePort,
  error: unknown,
  path: string,
  neededBytes: number,
): CatalogError {
  if (error instanceof CatalogError) return error;
  const options = { cause: error };
  const code = systemErrorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') {
    return new CatalogError(
      'DESTINATION_UNWRITABLE',
      { path, detail: errorDetail(error) },
      options,
    );
  }
  const volume = volumeOf(port, dirname(path));
  return new CatalogError(
    'DISK_FULL',
    { volume, needed: neededBytes, free: freeSpace(port, volume) ?? 0 },
    options,
  );
}

/** The topmost folder on the same volume as an existing folder: its mount point, for people. */
export function volumeOf(port: FilePort, folder: string): string {
  try {
    let top = port.realpath(folder);
    const device = port.lstat(top).dev;
    for (let parent = dirname(top); parent !== top; parent = dirname(parent)) {
      if (port.lstat(parent).dev !== device) break;
      top = parent;
      if (dirname(parent) === parent) break;
    }
    return top;
  } catch {
    return folder;
  }
}

/** Bytes an ordinary user may still write on the volume of a folder, or null if it cannot be told. */
export function freeSpace(port: FilePort, folder: string): number | null {
  try {
    return port.statfs(folder).freeBytes;
  } catch {
    return null;
  }
}
