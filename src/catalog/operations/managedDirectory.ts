import os from 'node:os';
import path from 'node:path';
import { prepareManagedDirectory } from '../files/managedDirectory.js';
import { isInside } from '../files/folders.js';
import { lstatOrNull } from '../files/publish.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
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
  const paths = deps.store.images.managedStoredPaths(catalog.id);
  if (paths.length === 0) return true;
  if (directory === null) return false;
  const step = Math.ceil(paths.length / sampleSize);
  return paths
    .filter((_, index) => index % step === 0)
    .every((stored) => lstatOrNull(deps.files, path.join(directory, stored))?.isFile() ?? false);
}
