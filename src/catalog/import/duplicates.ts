import { hashFile } from '../files/hashFile.js';
import type { Image } from '../model/image.js';
import type { ImportDeps } from './importRun.js';

/**
 * True if the catalog's file of an image is there, readable, and has its content: a look at size, time and
 * inode tells for a file that nobody touched, else it is read.
 */
export async function isIntact(
  deps: Pick<ImportDeps, 'store' | 'files'>,
  image: Image,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { files, store } = deps;
  try {
    const stats = files.lstat(image.currentPath);
    if (!stats.isFile() || Number(stats.size) !== image.sizeBytes) return false;
    const known = store.images.fileStamp(image.id);
    const untouched =
      !image.fileDamaged &&
      known?.mtimeNs === stats.mtimeNs.toString() &&
      known.inode === stats.ino.toString();
    if (untouched) {
      // Readable, too.
      files.close(files.openRead(image.currentPath));
      return true;
    }
    const { sha256 } = await hashFile(files, image.currentPath, signal ? { signal } : {});
    return sha256 === image.checksum;
  } catch {
    return false;
  }
}
