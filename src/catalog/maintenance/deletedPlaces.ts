import type { FilePort } from '../files/filePort.js';
import { leadsOutside } from '../files/folders.js';
import { isReserved } from '../files/managedMarker.js';
import { isTrashPath } from '../files/moveInside.js';
import { CatalogError } from '../model/errors.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { managedPath } from '../store/managedPaths.js';

/**
 * Both places of a deleted file in the managed directory; null if it was not touched.
 * @throws CatalogError DESTINATION_OUTSIDE: a catalog file from elsewhere could name any files as deleted ones
 */
export function deletedPlaces(
  files: FilePort,
  root: string,
  { operationId, fromPath, toPath }: Pick<FileOperationItem, 'operationId' | 'fromPath' | 'toPath'>,
): { readonly from: string; readonly to: string } | null {
  if (toPath === null) return null;
  if (isReserved(fromPath) || !isTrashPath(toPath, operationId)) {
    throw new CatalogError('DESTINATION_OUTSIDE', { path: fromPath });
  }
  const places = { from: managedPath(root, fromPath), to: managedPath(root, toPath) };
  for (const path of [places.from, places.to]) {
    if (leadsOutside(files, root, path)) throw new CatalogError('DESTINATION_OUTSIDE', { path });
  }
  return places;
}
