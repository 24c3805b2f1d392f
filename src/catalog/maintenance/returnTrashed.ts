import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { identityOf } from '../files/fileIdentity.js';
import { removeEmptyFoldersBelow } from '../files/folders.js';
import type { PlacedInside } from '../files/moveInside.js';
import {
  operationsInTrash,
  placeInside,
  readManagedFile,
  trashedFiles,
  trashFolder,
  trashPath,
} from '../files/moveInside.js';
import { isGoneBelow } from '../files/publish.js';
import { takePutBackAway } from '../files/putBack.js';
import { removePartial } from '../files/removePlaced.js';
import { temporaryName } from '../files/temporaryName.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { FileOperation } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { storedPath } from '../store/managedPaths.js';
import { deletedPlaces } from './deletedPlaces.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import type { ImageFile } from './imageFiles.js';
import { imageFilesOf } from './imageFiles.js';

/** Stored paths that are looked up at once. */
const pagePaths = 4096;

interface Run {
  readonly deps: MaintenanceDeps;
  readonly catalog: Pick<Catalog, 'id' | 'name'>;
  readonly realRoot: string;
  readonly operationId: string;
  /** Undefined if the catalog file does not know the operation. */
  readonly operation: FileOperation | undefined;
  /** What the operation notes of its files, by where they lie in the trash. */
  readonly items: ReadonlyMap<string, FileOperationItem>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Puts files back that lie in the trash while the catalog has their images: those of deletions that a restored backup
 * does not know of. A file goes back only if nothing stands in its place and it has the content that its row names.
 * Another run goes on where one was cut off.
 * @param realRoot real path of the managed directory, which was chosen on this machine
 * @param only the trash of this operation
 * @returns how many images are back
 * @throws CatalogError CANCELLED, FILE_UNREADABLE, and of the store
 */
export async function returnTrashed(
  deps: MaintenanceDeps,
  catalog: Pick<Catalog, 'id' | 'name'>,
  realRoot: string,
  { signal }: OperationControl = {},
  only?: string,
): Promise<number> {
  const { store, files } = deps;
  let images = 0;
  for (const operationId of operationsInTrash(files, realRoot)) {
    if (only !== undefined && operationId !== only) continue;
    const operation = store.fileOperations.find(operationId);
    if (operation && (operation.catalogId !== catalog.id || operation.status === 'RUNNING')) {
      continue;
    }
    const folders = new Set([join(realRoot, trashFolder, operationId)]);
    let items: Run['items'] | null = null;
    for (const page of pagesOf(trashedFiles(files, realRoot, operationId))) {
      const there = store.relocations.managedAt(catalog.id, page);
      if (there.size === 0) continue;
      items ??= itemsOf(deps, operationId);
      const run = { deps, catalog, realRoot, operationId, operation, items, signal };
      for (const [stored, imageId] of there) {
        if (signal?.aborted) throw new CatalogError('CANCELLED');
        folders.add(dirname(join(realRoot, ...trashPath(operationId, stored).split('/'))));
        if (await returnImage(run, imageId)) images += 1;
        await nextTurn();
      }
    }
    removeEmptyFoldersBelow(files, join(realRoot, trashFolder), folders);
  }
  return images;
}

function* pagesOf(folders: Iterable<readonly string[]>): Generator<string[]> {
  let page: string[] = [];
  for (const paths of folders) {
    page.push(...paths);
    if (page.length < pagePaths) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function itemsOf({ store }: MaintenanceDeps, operationId: string): Map<string, FileOperationItem> {
  const items = store.fileOperations.items({
    operationId,
    states: ['PLANNED', 'UNDOING', 'DONE', 'FAILED', 'CANCELLED', 'UNDONE', 'EMPTIED'],
    afterId: 0,
    limit: 1_000_000,
  });
  return new Map(items.flatMap((item) => (item.toPath === null ? [] : [[item.toPath, item]])));
}

/** A file of the image at both its places: it stands in the trash, and where it belongs. */
interface Returned {
  readonly stored: string;
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly item: FileOperationItem | undefined;
  /** Leaves only the one where it belongs. */
  readonly release: () => Promise<unknown>;
  /** Null if it stood there before. */
  readonly placed: PlacedInside | null;
}

/** All files of the image that lie in the trash, or none. Whatever fails is left for another run. */
async function returnImage(run: Run, imageId: string): Promise<boolean> {
  const { deps, catalog } = run;
  const returned: Returned[] = [];
  try {
    const image = imageFilesOf(deps.store, imageId, catalog.id);
    if (!image) return false;
    for (const [index, file] of image.files.entries()) {
      const back = file.isManaged ? await returnFile(run, imageId, index, file) : null;
      if (back) returned.push(back);
      else if (index === 0) return false;
    }
    commit(run, imageId, returned);
  } catch (error) {
    if (CatalogError.is(error, 'CATALOG_CANNOT_WRITE')) throw error;
    for (const { placed } of returned) await placed?.takeBack();
    deps.log('warn', toCatalogError(error).message);
    return false;
  }
  // The image's own file last: while it lies in the trash, another run looks at its sidecars too.
  for (const { release } of [...returned].reverse()) {
    try {
      await release();
    } catch (error) {
      deps.log('warn', toCatalogError(error).message);
    }
  }
  return returned.some(({ item }) => item?.state !== 'UNDONE');
}

async function returnFile(
  run: Run,
  imageId: string,
  index: number,
  { path, checksum }: ImageFile,
): Promise<Returned | null> {
  const { deps, realRoot, operationId, operation, signal } = run;
  const { files } = deps;
  const stored = storedPath(realRoot, path);
  const toPath = trashPath(operationId, stored);
  const item = run.items.get(toPath);
  // Recovery has not settled it.
  if (item?.state === 'PLANNED' || item?.state === 'UNDOING') return null;
  const places = deletedPlaces(files, realRoot, { operationId, fromPath: stored, toPath });
  if (!places) return null;
  const file = await readManagedFile(files, realRoot, places.to, signal);
  if (file?.checksum !== checksum) return null;
  const found = { stored, checksum, sizeBytes: file.sizeBytes, item };
  if (!isGoneBelow(files, realRoot, path)) {
    // Another image of this name, that was imported after the deletion, leaves what was deleted in the trash.
    if (operation && item?.imageId !== imageId) return null;
    const here = await readManagedFile(files, realRoot, path, signal);
    if (here?.checksum === checksum) {
      const release = (): Promise<unknown> => takePutBackAway(files, places.to, path, checksum);
      return { ...found, release, placed: null };
    }
    // The beginning of a copy of it, where a volume has no hard links.
    if (!here || !removePartial(files, path, places.to)) return null;
  }
  const placed = await placeInside(files, {
    realRoot,
    file,
    to: stored,
    temporaryName: temporaryName(`${operationId}-${imageId}-${index}`),
    signal,
  });
  const release = async (): Promise<unknown> => placed.release();
  return { ...found, release, placed };
}

function commit(run: Run, imageId: string, returned: readonly Returned[]): void {
  const { deps, catalog, realRoot, operationId, operation } = run;
  const { store, files } = deps;
  const [own, ...sidecars] = returned;
  if (!own || own.item?.state === 'UNDONE') return;
  const identity = identityOf(files.lstat(join(realRoot, ...own.stored.split('/'))));
  const at = deps.now().toISOString();
  store.transaction(() => {
    store.relocations.moveManaged(imageId, own.stored, identity, at);
    const ids = returned.flatMap(({ item }) => item?.id ?? []);
    store.fileOperations.setState(ids, 'UNDONE', at);
    if (operation) {
      const states = ['DONE', 'UNDOING', 'EMPTIED'] as const;
      const left = store.fileOperations.countImages(operationId, states);
      const isAll = left === 0 && store.fileOperations.openItems(operationId).length === 0;
      store.fileOperations.update(operationId, {
        imagesDone: left,
        ...(isAll && { status: 'UNDONE' as const }),
      });
    }
    store.auditLog.append({
      at,
      operation: 'return-from-trash',
      catalogId: catalog.id,
      catalogName: catalog.name,
      imageId,
      path: own.stored,
      detail: {
        operation: operationId,
        checksum: own.checksum,
        size: own.sizeBytes,
        trash: trashPath(operationId, own.stored),
        sidecars: sidecars.map(({ stored }) => stored),
      },
    });
  });
}
