import path from 'node:path';
import { CatalogError } from '../model/errors.js';

/** Gives the managed directory of a catalog, or null if it has none. */
export type ManagedRoot = (catalogId: string) => string | null;

/**
 * The absolute path of a managed file.
 * @param stored relative to the root, `/` separated
 * @throws CatalogError DESTINATION_OUTSIDE if the stored path is not plainly below the root
 */
export function managedPath(root: string, stored: string): string {
  const parts = stored.split('/');
  if (!parts.every(isPlainName)) throw new CatalogError('DESTINATION_OUTSIDE', { path: stored });
  return path.join(root, ...parts);
}

/**
 * The form in which a managed file's path is stored.
 * @throws CatalogError DESTINATION_OUTSIDE
 */
export function storedPath(root: string, absolute: string): string {
  const stored = path.relative(root, absolute).split(path.sep).join('/');
  if (!stored.split('/').every(isPlainName) || path.isAbsolute(stored)) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path: absolute });
  }
  return stored;
}

/** The absolute path of an image or sidecar row. Without a managed directory a managed path stays relative. */
export function currentPath(
  managedRoot: ManagedRoot,
  row: { readonly catalogId: string; readonly currentPath: string; readonly isManaged: number },
): string {
  if (row.isManaged === 0) return row.currentPath;
  const root = managedRoot(row.catalogId);
  return root === null ? row.currentPath : managedPath(root, row.currentPath);
}

function isPlainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.includes('\0')) return false;
  return process.platform !== 'win32' || !/[\\:]/.test(name);
}
