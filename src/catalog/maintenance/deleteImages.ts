import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { removeEmptyFoldersBelow, syncDirectories, syncRemovals } from '../files/folders.js';
import type { PlacedInside } from '../files/moveInside.js';
import { placeInside, trashPath } from '../files/moveInside.js';
import { RootVolume, whileRootIsThere } from '../files/rootVolume.js';
import { errorDetail, toCatalogError } from '../model/errors.js';
import type {
  DeleteImagesRequest,
  FileOperation,
  FileOperationReport,
} from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { FileOperationItem, FileOperationTally } from '../store/fileOperationRepository.js';
import { storedPath } from '../store/managedPaths.js';
import type { FamilyFailure, MaintenanceDeps, OperationEntry } from './fileOperationRun.js';
import {
  beginOperation,
  endOperation,
  KeptFiles,
  reportOf,
  settledOnly,
  standsOnlyAt,
  temporaryNameOf,
} from './fileOperationRun.js';
import type { DeletePlace, Judged } from './judgeDeletion.js';
import { judgeDeletion } from './judgeDeletion.js';

const batchImages = 32;

/**
 * Takes images out of the catalog. Managed files go to the managed directory's trash if asked, each proven to be
 * the catalog's own and unchanged; referenced files are never touched. Everything can be undone until the trash is
 * emptied.
 * @throws CatalogError OPERATION_NOT_RESUMABLE, and of the store: what was written down is settled by recovery
 */
export async function deleteImages(
  deps: MaintenanceDeps,
  place: DeletePlace,
  request: DeleteImagesRequest,
  control: OperationControl = {},
  entry: OperationEntry = { request },
): Promise<FileOperationReport> {
  const { catalog, realRoot, kind = 'delete' } = place;
  const imagesTotal = request.imageIds.length;
  const begun = beginOperation(deps, entry, { kind, catalog, realRoot, imagesTotal });
  const { id, done } = begun;
  const run: DeleteRun = {
    deps,
    place,
    request,
    id,
    volume: new RootVolume(deps.files, realRoot, catalog.name),
    kept: new KeptFiles(),
    done,
    signal: control.signal,
    meter: new ProgressMeter({
      phase: 'delete',
      filesTotal: imagesTotal,
      bytesTotal: null,
      now: () => performance.now(),
      report: control.onProgress,
    }),
  };
  const imageIds = settledOnly(begun, run.kept, request.imageIds, (imageId) => [imageId]);
  // What was written down by then is settled by recovery.
  const stoppedBy = await whileRootIsThere(async () => {
    for (let at = 0; at < imageIds.length; at += batchImages) {
      if (control.signal?.aborted) break;
      await deleteBatch(run, imageIds.slice(at, at + batchImages));
      await nextTurn();
    }
  });
  run.meter.flush();
  endOperation(deps, id, done, run.kept, control, stoppedBy);
  return reportOf(deps, id, run.kept, stoppedBy);
}

interface DeleteRun {
  readonly deps: MaintenanceDeps;
  readonly place: DeletePlace;
  readonly request: DeleteImagesRequest;
  readonly id: string;
  readonly volume: RootVolume;
  readonly kept: KeptFiles;
  readonly done: FileOperationTally;
  readonly signal: AbortSignal | undefined;
  readonly meter: ProgressMeter;
}

interface Planned {
  readonly judged: Judged;
  readonly items: readonly FileOperationItem[];
  failure: FamilyFailure | null;
  /** Of one with a failure: no name that was taken back can come back by a power loss. */
  isDurable: boolean;
}

async function deleteBatch(run: DeleteRun, imageIds: readonly string[]): Promise<void> {
  const { deps, place, request, volume } = run;
  volume.require();
  const families: Judged[] = [];
  for (const id of imageIds) {
    const judged = await judgeDeletion(deps, place, request, id, run.signal);
    if (!judged) continue;
    if (!judged.failure) families.push(judged);
    else if (judged.failure.error.code !== 'CANCELLED') {
      run.kept.add(judged.failure.path, judged.failure.error);
    }
  }
  // A file that is not there has gone, unless the drive has.
  volume.require();
  const planned = writeDown(run, families);
  for (const family of planned) await trashFamily(run, family);
  await syncEmptied(run, planned);
  volume.require();
  settle(run, planned);
  clearEmptied(run, planned);
}

/** Before anything is done: the files with both names, and the rows that go. */
function writeDown(run: DeleteRun, families: readonly Judged[]): Planned[] {
  const { store, now } = run.deps;
  const { realRoot } = run.place;
  return store.transaction(() =>
    families.map((judged): Planned => {
      const items = judged.files.map(({ file, found }, index) => {
        const stored =
          file.isManaged && realRoot !== null ? storedPath(realRoot, file.path) : file.path;
        return {
          operationId: run.id,
          imageId: judged.imageId,
          role: index === 0 ? ('primary' as const) : ('sidecar' as const),
          fromPath: stored,
          toPath: found ? trashPath(run.id, stored) : null,
          checksum: found?.checksum ?? file.checksum,
          sizeBytes: found?.sizeBytes ?? file.sizeBytes,
          state: 'PLANNED' as const,
          removedRows: index === 0 ? store.removedImages.capture(judged.imageId) : null,
        };
      });
      const ids = store.fileOperations.insertItems(items, now().toISOString());
      const rows = items.map((item, index): FileOperationItem => ({
        ...item,
        id: ids[index] ?? 0,
        errorCode: null,
        errorData: null,
      }));
      return { judged, items: rows, failure: null, isDurable: true };
    }),
  );
}

/** All files of an image stand in the trash before the first one loses its old name. */
async function trashFamily(run: DeleteRun, family: Planned): Promise<void> {
  const { realRoot } = run.place;
  const placed: { path: string; at: PlacedInside; released: boolean }[] = [];
  let current = '';
  try {
    for (const [index, item] of family.items.entries()) {
      const found = family.judged.files[index]?.found;
      if (!found || item.toPath === null || realRoot === null) continue;
      current = found.path;
      const at = await placeInside(run.deps.files, {
        realRoot,
        file: found,
        to: item.toPath,
        temporaryName: temporaryNameOf(item),
        signal: run.signal,
      });
      placed.push({ path: found.path, at, released: false });
    }
    for (const one of placed) {
      current = one.path;
      one.at.release();
      one.released = true;
    }
  } catch (error) {
    family.failure = { path: current, error: toCatalogError(error) };
    for (const one of placed) if (!one.released) await one.at.takeBack();
    await returnReleased(run, family, new Set(placed.filter((p) => p.released).map((p) => p.path)));
    if (realRoot === null) return;
    const paths = family.items.flatMap(({ fromPath, toPath }) =>
      toPath === null
        ? []
        : [fromPath, toPath].map((stored) => join(realRoot, ...stored.split('/'))),
    );
    family.isDurable = await syncRemovals(run.deps.files, paths, run.deps.log);
  }
}

/** Files of an image that has to stay, which had left already. */
async function returnReleased(
  run: DeleteRun,
  family: Planned,
  released: ReadonlySet<string>,
): Promise<void> {
  const { realRoot } = run.place;
  if (realRoot === null) return;
  for (const [index, item] of family.items.entries()) {
    const found = family.judged.files[index]?.found;
    if (!found || item.toPath === null || !released.has(found.path)) continue;
    try {
      const back = await placeInside(run.deps.files, {
        realRoot,
        file: { ...found, path: join(realRoot, ...item.toPath.split('/')) },
        to: item.fromPath,
        temporaryName: temporaryNameOf(item),
      });
      back.release();
    } catch (error) {
      run.deps.log('error', `${found.path} is in the trash: ${errorDetail(error)}`);
    }
  }
}

const emptiedFolders = (planned: readonly Planned[]): Set<string> =>
  new Set(
    planned
      .filter((family) => !family.failure)
      .flatMap((family) => family.judged.files)
      .flatMap(({ file, found }) => (found ? dirname(file.path) : [])),
  );

/** Rows must not go before it is durable that their files went. */
async function syncEmptied(run: DeleteRun, planned: readonly Planned[]): Promise<void> {
  await syncDirectories(run.deps.files, emptiedFolders(planned), run.deps.log);
}

/** One commit: the rows go, the journal and the audit log tell it. */
function settle(run: DeleteRun, planned: readonly Planned[]): void {
  const { store, now } = run.deps;
  const { id: catalogId, name: catalogName } = run.place.catalog;
  const place = { catalogId, catalogName };
  const at = now().toISOString();
  store.transaction(() => {
    for (const family of planned) {
      if (family.failure) keepFamily(run, family, family.failure, at);
      else settleDeletion(store, place, family.items, at);
    }
    for (const family of planned) {
      if (family.failure) continue;
      run.done.images += 1;
      for (const item of family.items) {
        if (item.toPath === null) continue;
        run.done.files += 1;
        run.done.bytes += item.sizeBytes;
      }
    }
    store.fileOperations.update(run.id, {
      imagesDone: run.done.images,
      imagesFailed: run.kept.count,
      filesMoved: run.done.files,
      bytesMoved: run.done.bytes,
    });
  });
  for (const { judged } of planned) run.meter.advance(1, 0, judged.files[0]?.file.path ?? null);
}

function keepFamily(run: DeleteRun, family: Planned, failure: FamilyFailure, at: string): void {
  const { error } = failure;
  const { realRoot } = run.place;
  const cancelled = error.code === 'CANCELLED';
  // What could not be put back now is put back by recovery.
  const isBack = realRoot === null || standsOnlyAt(run.deps, realRoot, family.items, 'from');
  const clear = isBack && family.isDurable;
  const state = !clear ? 'PLANNED' : cancelled ? 'CANCELLED' : 'FAILED';
  const ids = family.items.map((item) => item.id);
  run.deps.store.fileOperations.setState(ids, state, at, error);
  if (cancelled) return;
  run.kept.add(failure.path, error);
  run.deps.log('warn', error.message);
}

/** Removes the rows of an image whose files went, inside the caller's transaction. */
export function settleDeletion(
  store: CatalogStore,
  { catalogId, catalogName }: Pick<FileOperation, 'catalogId' | 'catalogName'>,
  items: readonly FileOperationItem[],
  at: string,
): void {
  const [primary] = items;
  if (!primary) return;
  store.images.deleteMany([primary.imageId]);
  const ids = items.map((item) => item.id);
  store.fileOperations.setState(ids, 'DONE', at);
  store.auditLog.append({
    at,
    operation: 'delete-image',
    catalogId,
    catalogName,
    imageId: primary.imageId,
    path: primary.fromPath,
    detail: {
      operation: primary.operationId,
      checksum: primary.checksum,
      size: primary.sizeBytes,
      trash: primary.toPath,
      sidecars: items.slice(1).map((item) => item.fromPath),
    },
  });
}

function clearEmptied(run: DeleteRun, planned: readonly Planned[]): void {
  const { realRoot } = run.place;
  if (realRoot !== null) {
    removeEmptyFoldersBelow(run.deps.files, realRoot, emptiedFolders(planned));
  }
}
