import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FilePort } from '../files/filePort.js';
import { lstatOrNull } from '../files/publish.js';
import type { StorageReport } from '../model/storage.js';
import { checksumOfThumbnail } from './thumbnailFiles.js';

/**
 * Count and bytes of the thumbnails below the folder of a catalog file.
 * @param measuredFiles how many sizes are looked up; of more, those of the first ones of every folder, over which
 *   checksums spread evenly
 */
export async function thumbnailFigures(
  files: FilePort,
  catalogFolder: string,
  measuredFiles = 8192,
): Promise<StorageReport['thumbnails']> {
  const root = path.join(catalogFolder, 'thumbnails');
  const folders = entriesOf(files, root).filter(({ kind }) => kind === 'directory');
  const perFolder = Math.ceil(measuredFiles / Math.max(1, folders.length));
  let [count, bytes, estimated] = [0, 0, false];
  for (const { name: folder } of folders) {
    const names = entriesOf(files, path.join(root, folder)).filter(
      ({ kind, name }) => kind === 'file' && checksumOfThumbnail(folder, name) !== null,
    );
    const measured = names.slice(0, perFolder);
    let sum = 0;
    for (const { name } of measured) {
      sum += Number(lstatOrNull(files, path.join(root, folder, name))?.size ?? 0);
    }
    count += names.length;
    bytes += measured.length === 0 ? 0 : (sum / measured.length) * names.length;
    estimated ||= measured.length < names.length;
    await nextTurn();
  }
  return { count, bytes: Math.round(bytes), estimated };
}

function entriesOf(files: FilePort, folder: string): ReturnType<FilePort['readdir']> {
  try {
    return files.readdir(folder);
  } catch {
    return [];
  }
}
