import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { isInside } from '../files/folders.js';
import { checkPictureFile } from '../files/pictureFile.js';
import { CatalogError, type ErrorCode } from '../model/errors.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { managedPath } from '../store/managedPaths.js';
import type { PictureRow } from '../store/pictureRepository.js';

export interface PictureSourceDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly bindings: { isBound(catalogId: string, directory: string): boolean };
}

/**
 * The file of an image, if it may be opened: a managed one lies in the managed directory that was chosen on this
 * machine, a referenced one in a source of its catalog.
 * @throws CatalogError MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNBOUND, PICTURE_OUTSIDE, and as checkPictureFile
 */
export function locateImage(deps: PictureSourceDeps, row: PictureRow): string {
  const root = row.isManaged ? managedRoot(deps, row) : referencedRoot(deps, row);
  const file = row.isManaged ? managedFile(root, row) : row.storedPath;
  checkPictureFile(deps.files, file, root);
  return file;
}

function managedRoot({ store, bindings }: PictureSourceDeps, { catalogId }: PictureRow): string {
  const catalog = store.catalogs.find(catalogId);
  const directory = catalog?.managedDirectory ?? null;
  const name = catalog?.name ?? '';
  if (directory === null) throw new CatalogError('MANAGED_DIRECTORY_MISSING', { catalog: name });
  if (!bindings.isBound(catalogId, directory)) {
    throw new CatalogError('MANAGED_DIRECTORY_UNBOUND', { catalog: name, path: directory });
  }
  return directory;
}

function managedFile(root: string, row: PictureRow): string {
  try {
    return managedPath(root, row.storedPath);
  } catch (error) {
    throw new CatalogError('PICTURE_OUTSIDE', { path: row.storedPath }, { cause: error });
  }
}

function referencedRoot({ store }: PictureSourceDeps, row: PictureRow): string {
  const { storedPath: file } = row;
  const outside = (): CatalogError => new CatalogError('PICTURE_OUTSIDE', { path: file });
  if (!path.isAbsolute(file) || path.normalize(file) !== file) throw outside();
  if (row.sourcePath !== null && isInside(file, row.sourcePath)) return row.sourcePath;
  const source = store.sources.list(row.catalogId).find((each) => isInside(file, each.sourcePath));
  if (source) return source.sourcePath;
  // Its source was removed from the catalog; the images stay.
  if (row.sourcePath === null && file === row.originalSourcePath) return path.dirname(file);
  throw outside();
}

/** Says nothing about the picture: another time it may be there. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'FILE_VANISHED',
  'FILE_CHANGED',
  'FILE_UNREADABLE',
  'MANAGED_DIRECTORY_MISSING',
  'MANAGED_DIRECTORY_UNBOUND',
  'DESTINATION_UNWRITABLE',
  'DISK_FULL',
  'ENGINE_STOPPED',
  'CANCELLED',
  'INTERNAL',
]);

/** True if an error is the picture's own, so that trying again would end the same way. */
export function isLasting(code: ErrorCode): boolean {
  return !passing.has(code);
}

/** No further picture can be written either. */
export function endsAll(code: ErrorCode): boolean {
  return code === 'DESTINATION_UNWRITABLE' || code === 'DISK_FULL' || code === 'ENGINE_STOPPED';
}
