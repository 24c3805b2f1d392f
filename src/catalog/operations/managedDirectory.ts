import os from 'node:os';
import path from 'node:path';
import { prepareManagedDirectory } from '../files/managedDirectory.js';
import { isInside, realManagedDirectory } from '../files/folders.js';
import {
  hasMarker,
  markedCatalogs,
  markerName,
  removeMarker,
  writeMarker,
} from '../files/managedMarker.js';
import { lstatOrNull } from '../files/publish.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { OperationDeps } from './operationDeps.js';

/**
 * Makes the folder if need be and returns its real path.
 * Home, the root and the workspace folder itself are refused: imports would mix with what is not theirs. So is what
 * another catalog uses, in this catalog file or another: one could remove files of the other.
 * @param own the catalog that it is for; null for a new one
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE, MANAGED_DIRECTORY_SHARED
 */
export async function chooseManagedDirectory(
  deps: OperationDeps,
  wanted: string,
  own: string | null,
): Promise<string> {
  const refuse = (detail: string): never => {
    throw new CatalogError('MANAGED_DIRECTORY_UNUSABLE', { path: wanted, detail });
  };
  if (!path.isAbsolute(wanted)) refuse('it is not an absolute path');
  const owner = own === null ? null : deps.bindings.otherOwner(own);
  if (
    owner !== null &&
    deps.store.catalogs.managedDirectory(own ?? '') === realPathOf(deps, wanted)
  ) {
    throw new CatalogError('CATALOG_COPIED', { path: wanted, owner });
  }
  // Before a folder is made in what is another's.
  const other = sharedWith(deps, realPathOf(deps, path.resolve(wanted)), own);
  if (other !== null) {
    const data = { path: wanted, other, marker: markerName };
    throw new CatalogError('MANAGED_DIRECTORY_SHARED', data);
  }
  const directory = await prepareManagedDirectory(deps.files, path.resolve(wanted));
  const workspace = deps.files.realpath(deps.workspaceDirectory);
  if (directory === os.homedir()) refuse('it is the home folder');
  if (isInside(workspace, directory)) refuse('it holds the workspace folder itself');
  if (isInside(directory, path.join(workspace, '.image-catalog'))) {
    refuse('it lies in the folder of the catalog file');
  }
  return directory;
}

/** The real path of a folder that may not be there yet. */
function realPathOf(deps: OperationDeps, folder: string): string {
  try {
    return deps.files.realpath(folder);
  } catch {
    const parent = path.dirname(folder);
    return parent === folder ? folder : path.join(realPathOf(deps, parent), path.basename(folder));
  }
}

/** The managed directory of another catalog that is, holds, or lies in a folder; null if there is none. */
function sharedWith(deps: OperationDeps, directory: string, own: string | null): string | null {
  const { store, bindings } = deps;
  for (const { id, managedDirectory: other } of store.catalogs.list()) {
    if (id === own || other === null) continue;
    if (isInside(other, directory) || isInside(directory, other)) return other;
  }
  // Of other catalog files: their marks tell.
  for (let folder = directory; ; folder = path.dirname(folder)) {
    if (isOfAnother(deps, folder, own)) return folder;
    if (path.dirname(folder) === folder) break;
  }
  const below = bindings.directories().filter((other) => isInside(other, directory));
  return below.find((other) => isOfAnother(deps, other, own)) ?? null;
}

function isOfAnother({ files, store }: OperationDeps, folder: string, own: string | null): boolean {
  // A catalog that was deleted here leaves its mark while something of it lies in the trash.
  const isGone = (id: string): boolean =>
    !store.catalogs.find(id) &&
    store.fileOperations.page({ catalogId: id, offset: 0, limit: 1 }).total > 0;
  try {
    return markedCatalogs(files, folder).some((id) => id !== own && !isGone(id));
  } catch {
    // A folder that must not be read, further up.
    return false;
  }
}

/** How many managed files are looked up before a folder is taken for the managed directory. */
const sampleSize = 200;

/** True if the catalog has no managed files, or the folder holds them (a spread sample is looked up). */
export function managedFilesAreThere(
  deps: OperationDeps,
  catalog: Catalog,
  directory: string | null,
): boolean {
  if (directory === catalog.managedDirectory) return true;
  const sample = samplePaths(deps, catalog.id);
  if (sample.length === 0) return true;
  return directory !== null && sample.every((stored) => isFileIn(deps, directory, stored));
}

function samplePaths(deps: Pick<OperationDeps, 'store'>, catalogId: string): string[] {
  const paths = deps.store.images.managedStoredPaths(catalogId);
  const step = Math.ceil(paths.length / sampleSize);
  return paths.filter((_, index) => index % step === 0);
}

const isFileIn = (deps: Pick<OperationDeps, 'files'>, directory: string, stored: string): boolean =>
  lstatOrNull(deps.files, path.join(directory, ...stored.split('/')))?.isFile() ?? false;

type MarkerDeps = Pick<OperationDeps, 'store' | 'files' | 'bindings' | 'newId'>;
type Marked = Pick<Catalog, 'id' | 'name' | 'managedDirectory'>;

/** Binds a catalog to its managed directory on this machine, and marks the directory as the catalog's. */
export async function bindManagedDirectory(
  deps: MarkerDeps,
  catalogId: string,
  directory: string,
): Promise<void> {
  await writeMarker(deps.files, directory, catalogId, deps.newId());
  deps.bindings.bind(catalogId, directory, { marked: true });
}

/** A folder that the catalog does not use any more, if it did on this machine: another one can have it. */
export async function releaseManagedDirectory(
  deps: MarkerDeps & Pick<OperationDeps, 'log'>,
  { id, managedDirectory }: Marked,
): Promise<void> {
  if (managedDirectory === null || !deps.bindings.isBound(id, managedDirectory)) return;
  deps.bindings.unbind(id);
  try {
    await removeMarker(deps.files, managedDirectory, id, deps.newId());
  } catch (error) {
    deps.log('warn', toCatalogError(error).message);
  }
}

/**
 * Looks whether the managed directory is the one that was chosen: the folder in which an unplugged drive was mounted
 * is not. Whatever judges managed files (what is missing, what an undo would do) asks this first. Writes nothing.
 * @returns its real path, and whether its marker is missing: it was chosen before there were markers, or somebody
 *   removed the marker
 * @throws CatalogError MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNUSABLE, MANAGED_DIRECTORY_ELSEWHERE
 */
export function requireManagedFilesThere(
  deps: Omit<MarkerDeps, 'newId'>,
  catalog: Marked,
): { readonly root: string; readonly isUnmarked: boolean } {
  const { id, name, managedDirectory } = catalog;
  if (managedDirectory === null) {
    throw new CatalogError('MANAGED_DIRECTORY_MISSING', { catalog: name });
  }
  const root = realManagedDirectory(deps.files, managedDirectory);
  if (hasMarker(deps.files, root, id)) return { root, isUnmarked: false };
  const sample = samplePaths(deps, id);
  const isThere =
    sample.length === 0
      ? !deps.bindings.isMarked(id)
      : sample.some((stored) => isFileIn(deps, root, stored));
  if (isThere) return { root, isUnmarked: true };
  const data = { catalog: name, path: managedDirectory, marker: markerName };
  throw new CatalogError('MANAGED_DIRECTORY_ELSEWHERE', data);
}

/**
 * For a look ahead: what requireManagedDirectory requires, writing nothing.
 * @returns as requireManagedFilesThere
 * @throws CatalogError as requireManagedDirectory
 */
export function lookAtManagedDirectory(
  deps: Omit<MarkerDeps, 'newId'>,
  catalog: Marked,
): { readonly root: string; readonly isUnmarked: boolean } {
  const { id, name, managedDirectory: path } = catalog;
  if (path !== null && !deps.bindings.isBound(id, path)) {
    throw new CatalogError('MANAGED_DIRECTORY_UNBOUND', { catalog: name, path });
  }
  return requireManagedFilesThere(deps, catalog);
}

/**
 * The managed directory was chosen on this machine, and it is there: files may be put into it and removed from it.
 * It gets its marker back if that is missing.
 * @returns its real path
 * @throws CatalogError MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNBOUND, MANAGED_DIRECTORY_UNUSABLE,
 *   MANAGED_DIRECTORY_ELSEWHERE
 */
export async function requireManagedDirectory(deps: MarkerDeps, catalog: Marked): Promise<string> {
  const { root, isUnmarked } = lookAtManagedDirectory(deps, catalog);
  if (isUnmarked) await bindManagedDirectory(deps, catalog.id, root);
  return root;
}

/** The managed directories that recovery may work in: those chosen on this machine that are there now. */
export function recoverableDirectories(deps: OperationDeps): {
  isBound(catalogId: string, directory: string): boolean;
} {
  return {
    isBound: (catalogId, directory) => {
      const catalog = deps.store.catalogs.find(catalogId);
      if (!catalog || !deps.bindings.isBound(catalogId, directory)) return false;
      try {
        requireManagedFilesThere(deps, catalog);
        return true;
      } catch (error) {
        deps.log('warn', toCatalogError(error).message);
        return false;
      }
    },
  };
}
