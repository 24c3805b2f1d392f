import { isInside } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { isSourceThere } from '../files/volumes.js';
import type { Image } from '../model/image.js';
import type { ImportDeps } from './importRun.js';

/** offline: the drive or folder that it lies on is away, which says nothing about the file. */
export type CopyState = 'intact' | 'damaged' | 'offline';

/**
 * Tells whether the catalog's file of an image is there, readable, and has its content: a look at size, time and
 * inode tells for a file that nobody touched, else it is read.
 */
export async function copyState(
  deps: Pick<ImportDeps, 'store' | 'files'>,
  image: Image,
  signal: AbortSignal | undefined,
): Promise<CopyState> {
  const { files, store } = deps;
  try {
    const stats = files.lstat(image.currentPath);
    if (!stats.isFile() || Number(stats.size) !== image.sizeBytes) return 'damaged';
    const known = store.images.fileStamp(image.id);
    const untouched =
      !image.fileDamaged &&
      known?.mtimeNs === stats.mtimeNs.toString() &&
      known.inode === stats.ino.toString();
    if (untouched) {
      // Readable, too.
      files.close(files.openRead(image.currentPath));
      return 'intact';
    }
    const { sha256 } = await hashFile(files, image.currentPath, signal ? { signal } : {});
    return sha256 === image.checksum ? 'intact' : 'damaged';
  } catch {
    return isOutOfReach(deps, image) ? 'offline' : 'damaged';
  }
}

/** True if the folder that an image's file lies in, of the catalog or of a source, is not there now. */
function isOutOfReach(
  { files, store }: Pick<ImportDeps, 'store' | 'files'>,
  { catalogId, currentPath, isManaged }: Image,
): boolean {
  if (isManaged) {
    const directory = store.catalogs.find(catalogId)?.managedDirectory ?? null;
    return directory === null || !isSourceThere(files, directory, null);
  }
  const source = store.sources
    .list(catalogId)
    .find(({ sourcePath }) => isInside(currentPath, sourcePath));
  return (
    source !== undefined &&
    !isSourceThere(files, source.sourcePath, store.fileChecks.volumeOf(source.id))
  );
}
