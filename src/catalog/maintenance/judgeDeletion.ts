import { setImmediate as nextTurn } from 'node:timers/promises';
import { isReserved } from '../files/managedMarker.js';
import type { ManagedFile } from '../files/moveInside.js';
import { readManagedFile } from '../files/moveInside.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { DeleteForecast, DeleteImagesRequest } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { storedPath } from '../store/managedPaths.js';
import { requireUnshared } from '../store/sharedFiles.js';
import type { FamilyFailure, MaintenanceDeps } from './fileOperationRun.js';
import { KeptFiles } from './fileOperationRun.js';
import type { ImageFile, ImageFiles } from './imageFiles.js';
import { imageFilesOf } from './imageFiles.js';

/** Where a deletion works. */
export interface DeletePlace {
  readonly catalog: Catalog;
  /** Real path of the managed directory; null if no managed file is to be touched. */
  readonly realRoot: string | null;
  /** `delete-catalog`: the catalog goes after its images. */
  readonly kind?: 'delete' | 'delete-catalog';
}

/**
 * What a deletion would do. Reads every managed file that would go. Changes nothing.
 * @throws CatalogError CANCELLED
 */
export async function forecastDelete(
  deps: MaintenanceDeps,
  place: DeletePlace,
  request: DeleteImagesRequest,
  control: OperationControl = {},
): Promise<DeleteForecast> {
  const kept = new KeptFiles();
  const figures = { images: 0, filesTrashed: 0, bytes: 0, entriesOnly: 0 };
  const meter = new ProgressMeter({
    phase: 'check',
    filesTotal: request.imageIds.length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  for (const id of request.imageIds) {
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    const judged = await judgeDeletion(deps, place, request, id, control.signal);
    const files = judged?.files.flatMap(({ found }) => found ?? []) ?? [];
    const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    meter.advance(1, bytes, judged?.files[0]?.file.path ?? null);
    if (!judged) continue;
    if (judged.failure) {
      if (judged.failure.error.code === 'CANCELLED') throw judged.failure.error;
      kept.add(judged.failure.path, judged.failure.error);
      continue;
    }
    figures.images += 1;
    figures.filesTrashed += files.length;
    figures.bytes += bytes;
    if (files.length === 0) figures.entriesOnly += 1;
    await nextTurn();
  }
  meter.flush();
  return { ...figures, refusedCount: kept.count, refused: kept.listed };
}

export interface JudgedFile {
  readonly file: ImageFile;
  /** The file that goes to the trash; null if only its row goes. */
  readonly found: ManagedFile | null;
}

export interface Judged {
  readonly imageId: string;
  readonly files: readonly JudgedFile[];
  readonly failure: FamilyFailure | null;
}

/** Reads the managed files of an image: all of them may go, or none. Null if there is no such image. */
export async function judgeDeletion(
  deps: MaintenanceDeps,
  { catalog, realRoot }: DeletePlace,
  request: DeleteImagesRequest,
  imageId: string,
  signal: AbortSignal | undefined,
): Promise<Judged | null> {
  const files: JudgedFile[] = [];
  let image: ImageFiles | null;
  try {
    image = imageFilesOf(deps.store, imageId, catalog.id);
  } catch (error) {
    // A row that names a file outside the managed directory.
    return { imageId, files, failure: { path: imageId, error: toCatalogError(error) } };
  }
  if (!image) return null;
  for (const file of image.files) {
    const touched = request.deleteFiles && file.isManaged && realRoot !== null;
    if (!touched) {
      files.push({ file, found: null });
      continue;
    }
    try {
      if (isReserved(storedPath(realRoot, file.path))) {
        throw new CatalogError('DESTINATION_OUTSIDE', { path: file.path });
      }
      requireUnshared(deps.store, catalog.id, file.path);
      const found = await readManagedFile(deps.files, realRoot, file.path, signal);
      const changed = found !== null && found.checksum !== file.checksum;
      if (changed && !request.includeChanged) {
        throw new CatalogError('DELETE_FILE_CHANGED', { path: file.path });
      }
      files.push({ file, found });
    } catch (error) {
      return { imageId, files, failure: { path: file.path, error: toCatalogError(error) } };
    }
  }
  return { imageId, files, failure: null };
}
