import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { checkPictureFile } from '../files/pictureFile.js';
import { fileTypeOfName } from '../media/fileKinds.js';
import { CatalogError } from '../model/errors.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { managedPath } from '../store/managedPaths.js';
import type { ScanFileRow } from '../store/rows.js';
import type { PictureInput } from './pictureMaker.js';
import type { ScanPicture } from './thumbnailRequests.js';

interface Deps {
  readonly store: CatalogStore;
  readonly files: FilePort;
}

/** The files of a scan in the order of the ids, each as something to decode. Ids of other scans give nothing. */
export function scanPictures(
  deps: Deps,
  scan: { readonly scanId: string; readonly sourcePath: string },
  fileIds: readonly number[],
): ScanPicture[] {
  const rows = new Map(
    deps.store.scanFiles
      .byIds(fileIds)
      .filter((row) => row.scanId === scan.scanId)
      .map((row) => [row.id, row]),
  );
  const looks = looksOf(deps, [...rows.values()]);
  return fileIds.map((fileId) => {
    const row = rows.get(fileId);
    if (!row || fileTypeOfName(row.relativePath) === 'video') return { fileId, none: null };
    if (row.error) return { fileId, none: row.error };
    const { checksum } = row;
    if (checksum === null) return { fileId, none: null };
    const look = looks.get(fileId);
    if (look?.fileType === 'video') return { fileId, none: null };
    const input: PictureInput = {
      checksum,
      mimeType: look?.mimeType ?? 'application/octet-stream',
      orientation: look?.orientation ?? null,
      locate: () => locateScanFile(deps.files, scan.sourcePath, row),
    };
    return { fileId, input };
  });
}

interface Look {
  readonly fileType: string;
  readonly mimeType: string;
  readonly orientation: number | null;
}

/** What is known of each file's content; a duplicate's is that of what it equals. */
function looksOf({ store }: Deps, rows: readonly ScanFileRow[]): Map<number, Look> {
  const ids = <T>(values: readonly (T | null)[]): T[] =>
    values.filter((id): id is T & {} => id !== null);
  const images = store.pictures.byIds(ids(rows.map((row) => row.duplicateImageId)));
  const originals = new Map(
    store.scanFiles
      .byIds(ids(rows.map((row) => row.duplicateScanFileId)))
      .map((row) => [row.id, row.facts]),
  );
  const looks = new Map<number, Look>();
  for (const row of rows) {
    const look =
      row.facts ??
      images.get(row.duplicateImageId ?? '') ??
      originals.get(row.duplicateScanFileId ?? 0);
    if (look) looks.set(row.id, look);
  }
  return looks;
}

/**
 * A thumbnail is kept under the checksum that the scan has read, so the file must be the one it has read.
 * @throws CatalogError FILE_CHANGED, PICTURE_OUTSIDE, and as checkPictureFile
 */
function locateScanFile(files: FilePort, sourcePath: string, row: ScanFileRow): string {
  let file: string;
  try {
    file = managedPath(sourcePath, row.relativePath);
  } catch (error) {
    throw new CatalogError('PICTURE_OUTSIDE', { path: row.relativePath }, { cause: error });
  }
  const stats = checkPictureFile(files, file, path.resolve(sourcePath));
  if (Number(stats.size) !== row.sizeBytes || String(stats.mtimeNs) !== row.mtimeNs) {
    throw new CatalogError('FILE_CHANGED', { path: file });
  }
  return file;
}
