import os from 'node:os';
import path from 'node:path';
import { prepareManagedDirectory } from '../files/managedDirectory.js';
import { isInside, realManagedDirectory } from '../files/folders.js';
import { hasMarker, markerName, writeMarker } from '../files/managedMarker.js';
import { lstatOrNull } from '../files/publish.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { OperationDeps } from './operationDeps.js';

/**
 * Makes the folder if need be and returns its real path.
 * Home, the root and the workspace folder itself are refused: imports would mix with what is not theirs.
 * @throws CatalogError MANAGED_DIRECTORY_UNUSABLE
 */
export async function chooseManagedDirectory(deps: OperationDeps, wanted: string): Promise<string> {
  const refuse = (detail: string): never => {
    throw new CatalogError('MANAGED_DIRECTORY_UNUSABLE', { path: wanted, detail });
  };
  if (!path.isAbsolute(wanted)) refuse('it is not an absolute path');
  const directory = await prepareManagedDirectory(deps.files, path.resolve(wanted));
  const workspace = deps.files.realpath(deps.workspaceDirectory);
  if (directory === os.homedir()) refuse('it is the home folder');
  if (isInside(workspace, directory)) refuse('it holds the workspace folder itself');
  if (isInside(directory, path.join(workspace, '.image-catalog'))) {
    refuse('it lies in the folder of the catalog file');
  }
  return directory;
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
 * The managed directory was chosen on this machine, and it is there: files may be put into it and removed from it.
 * @throws CatalogError MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNBOUND, MANAGED_DIRECTORY_UNUSABLE,
 *   MANAGED_DIRECTORY_ELSEWHERE
 */
export async function requireManagedDirectory(deps: MarkerDeps, catalog: Marked): Promise<void> {
  const { id, name, managedDirectory: path } = catalog;
  if (path !== null && !deps.bindings.isBound(id, path)) {
    throw new CatalogError('MANAGED_DIRECTORY_UNBOUND', { catalog: name, path });
  }
  const { root, isUnmarked } = requireManagedFilesThere(deps, catalog);
  if (isUnmarked) await bindManagedDirectory(deps, id, root);
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
