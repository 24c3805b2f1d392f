import type { CatalogError } from '../model/errors.js';
import { destinationError } from './fileErrors.js';
import type { FilePort } from './filePort.js';
import { syncDirectory } from './folders.js';

/**
 * Makes the names in folders durable in which files were placed.
 * @param folders absolute
 * @returns why, by folder, for those that refuse
 */
export async function syncPlaced(
  port: FilePort,
  folders: Iterable<string>,
): Promise<ReadonlyMap<string, CatalogError>> {
  const refused = new Map<string, CatalogError>();
  await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      try {
        await syncDirectory(port, folder);
      } catch (error) {
        refused.set(folder, destinationError(port, error, folder, 0));
      }
    }),
  );
  return refused;
}
