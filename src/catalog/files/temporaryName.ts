import { CatalogError } from '../model/errors.js';

const prefix = '.imgcat-';

/**
 * The name of a file that is not finished yet, in the folder that it is for. Scans pass by such names.
 * @throws CatalogError DESTINATION_OUTSIDE for an id (of a catalog file from elsewhere) that would be a path
 */
export function temporaryName(id: string): string {
  if (!isPlainId(id)) throw new CatalogError('DESTINATION_OUTSIDE', { path: id });
  return `${prefix}${id}.part`;
}

/** True for an id that can be the name of a file or folder. */
export const isPlainId = (id: string): boolean => /^\w[\w.-]*$/.test(id);

/** True for names that only this program gives. */
export const isTemporaryName = (name: string): boolean => name.startsWith(prefix);
