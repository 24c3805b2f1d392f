import { join, relative, sep } from 'node:path';
import type { FileIdentity } from '../files/fileIdentity.js';
import { CatalogError } from '../model/errors.js';
import type { NewImage } from '../model/image.js';
import type { PublishMethod } from '../model/importJob.js';
import type { ImportItemRow, ImportItemUpdate, ImportJobRow, NewSidecar } from '../store/rows.js';
import type { ImportDeps } from './importRun.js';

/** A file that stands verified where its row will say. */
export interface PlacedItem {
  readonly item: ImportItemRow;
  /** Relative to the managed directory; null in reference mode. */
  readonly destination: string | null;
  /** Of the file at its place. */
  readonly identity: FileIdentity;
  readonly method: PublishMethod;
  /** A temporary name that could not be removed, relative to the managed directory, for recovery to remove. */
  readonly leftover: string | null;
}

/**
 * Writes the rows of placed files and marks their items DONE. To be called in a transaction.
 * The image of a sidecar must be in the same call or have its row already.
 * @throws CatalogError CHECKSUM_TAKEN
 */
export function commitPlaced(
  deps: Pick<ImportDeps, 'store' | 'now' | 'newId'>,
  job: ImportJobRow,
  placed: readonly PlacedItem[],
): void {
  const { store } = deps;
  const at = deps.now().toISOString();
  const imageIds = new Map<number, string>();
  const images: NewImage[] = [];
  for (const one of placed) {
    if (one.item.role !== 'primary') continue;
    const image = newImage(deps.newId(), job, one);
    imageIds.set(one.item.id, image.id);
    images.push(image);
  }
  const sidecars: NewSidecar[] = [];
  const updates: ImportItemUpdate[] = [];
  for (const one of placed) {
    const imageId = imageIdOf(deps, imageIds, one.item);
    if (one.item.role === 'sidecar') sidecars.push(newSidecar(imageId, one));
    updates.push({
      id: one.item.id,
      state: 'DONE',
      imageId,
      destinationPath: one.destination,
      temporaryPath: one.leftover,
      publishMethod: one.method,
      placedInode: one.identity.inode,
      errorCode: null,
      errorData: null,
    });
  }
  // A referenced file that was edited and comes in anew: its old row tells of a content that is gone.
  const paths = images.filter((image) => !image.isManaged).map((image) => image.storedPath);
  const stale =
    paths.length === 0
      ? new Map<string, string>()
      : store.images.referencesAt(job.catalogId, paths);
  store.images.insertMany(images, at);
  for (const { id, storedPath } of images) {
    const oldId = stale.get(storedPath);
    if (oldId === undefined) continue;
    store.images.replace(oldId, id);
    store.auditLog.append({
      at,
      operation: 'replace-reference',
      catalogId: job.catalogId,
      importJobId: job.id,
      imageId: id,
      path: storedPath,
    });
  }
  store.images.insertSidecars(sidecars);
  const managedRoot = store.catalogs.managedDirectory(job.catalogId) ?? '';
  store.auditLog.appendMany(
    images.map((image) => ({
      at,
      operation: 'import-image',
      catalogId: job.catalogId,
      sourceId: job.sourceId,
      importJobId: job.id,
      imageId: image.id,
      path: image.isManaged ? join(managedRoot, image.storedPath) : image.storedPath,
      detail: { from: image.originalSourcePath, mode: job.importMode, checksum: image.checksum },
    })),
  );
  store.importItems.updateMany(updates, at);
  noteSightings(
    deps,
    job,
    placed.map((one) => one.item),
    'imported',
  );
}

/** Notes at the source's files that this job handled them. */
export function noteSightings(
  deps: Pick<ImportDeps, 'store'>,
  job: ImportJobRow,
  items: readonly ImportItemRow[],
  state: 'imported' | 'duplicate',
): void {
  if (job.sourceId === null || items.length === 0) return;
  const paths = items
    .filter((item) => item.role === 'primary')
    .map((item) => relative(job.sourcePath, item.sourcePath).split(sep).join('/'));
  deps.store.sourceFiles.setImportJob(job.sourceId, paths, job.id, state);
}

function imageIdOf(
  deps: Pick<ImportDeps, 'store'>,
  imageIds: ReadonlyMap<number, string>,
  item: ImportItemRow,
): string {
  const key = item.role === 'primary' ? item.id : (item.parentItemId ?? -1);
  const imageId = imageIds.get(key) ?? deps.store.importItems.find(key)?.imageId;
  if (!imageId) throw new CatalogError('INTERNAL', { detail: `no image for ${item.sourcePath}` });
  return imageId;
}

function newImage(id: string, job: ImportJobRow, placed: PlacedItem): NewImage {
  const { item, destination, identity } = placed;
  if (!item.facts) throw new CatalogError('INTERNAL', { detail: `no facts of ${item.sourcePath}` });
  return {
    id,
    catalogId: job.catalogId,
    storedPath: destination ?? item.sourcePath,
    isManaged: destination !== null,
    sourceId: job.sourceId,
    importJobId: job.id,
    importMode: job.importMode,
    originalSourcePath: item.sourcePath,
    checksum: item.checksum,
    sizeBytes: item.sizeBytes,
    fileMtimeNs: identity.mtimeNs,
    fileInode: identity.inode,
    facts: item.facts,
    ...(item.groupKey !== null && { groupKey: item.groupKey }),
  };
}

function newSidecar(imageId: string, placed: PlacedItem): NewSidecar {
  const { item, destination } = placed;
  return {
    imageId,
    storedPath: destination ?? item.sourcePath,
    isManaged: destination !== null,
    originalSourcePath: item.sourcePath,
    checksum: item.checksum,
    sizeBytes: item.sizeBytes,
  };
}
