import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { copyInside, type CopiedInside } from '../files/copyInside.js';
import { sourceError } from '../files/fileErrors.js';
import { identityOf, type FileIdentity } from '../files/fileIdentity.js';
import { isInside } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { lstatIfThere } from '../files/publish.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { KeptFiles, reportOf, temporaryNameOf } from './fileOperationRun.js';

/** One referenced file and where its copy goes. */
export interface ConvertedFile {
  /** Absolute. */
  readonly from: string;
  /** Relative to the managed directory, `/` separated. */
  readonly to: string;
  /** Null for a sidecar, which people edit: its present content is taken. */
  readonly checksum: string | null;
  readonly sizeBytes: number;
}

/** An image that becomes managed: its own file first, then its sidecars. All are copied or none. */
export interface ConvertedImage {
  readonly imageId: string;
  readonly files: readonly ConvertedFile[];
  /** Throws why the file may not be opened: a row of the catalog is not believed to name a photo. */
  readonly prove: () => void;
}

export interface ConvertPlace {
  readonly catalog: Catalog;
  /** Real path of the managed directory. */
  readonly realRoot: string;
}

/**
 * Copies the files of referenced images into the managed directory, verified and durable, and makes the images
 * managed. The originals stay as they are, and so does original_source_path. What was cut off is taken back by
 * recovery; converting again goes on with what is left.
 * @throws CatalogError of the store: what was written down is settled by recovery
 */
export async function convertFiles(
  deps: MaintenanceDeps,
  place: ConvertPlace,
  images: readonly ConvertedImage[],
  control: OperationControl = {},
): Promise<FileOperationReport> {
  const { store, now } = deps;
  const { catalog, realRoot } = place;
  const id = deps.newId();
  store.fileOperations.insert({
    id,
    kind: 'convert',
    catalogId: catalog.id,
    catalogName: catalog.name,
    managedDirectory: realRoot,
    status: 'RUNNING',
    imagesTotal: images.length,
    imagesDone: 0,
    imagesFailed: 0,
    filesMoved: 0,
    bytesMoved: 0,
    startedAt: now().toISOString(),
    completedAt: null,
  });
  const files = images.flatMap((image) => image.files);
  const meter = new ProgressMeter({
    phase: 'convert',
    filesTotal: images.length,
    bytesTotal: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    now: () => performance.now(),
    report: control.onProgress,
  });
  const run: ConvertRun = { deps, place, id, kept: new KeptFiles(), meter, control };
  const done = { images: 0, files: 0, bytes: 0 };
  let stoppedBy: CatalogError | null = null;
  for (const image of images) {
    if (control.signal?.aborted) break;
    const outcome = await convertImage(run, image);
    if (outcome instanceof CatalogError) {
      if (outcome.code === 'CANCELLED') break;
      run.kept.add(image.files[0]?.from ?? image.imageId, outcome);
      if (outcome.code === 'DISK_FULL') {
        stoppedBy = outcome;
        break;
      }
    } else {
      done.images += 1;
      done.files += outcome.length;
      done.bytes += outcome.reduce((sum, { expected }) => sum + expected.sizeBytes, 0);
    }
    meter.advance(1, 0, image.files[0]?.from ?? null);
    await nextTurn();
  }
  meter.flush();
  const failed = run.kept.count > 0;
  const status = control.signal?.aborted ? 'CANCELLED' : failed ? 'PARTIAL' : 'SUCCESS';
  store.fileOperations.update(id, {
    status,
    imagesDone: done.images,
    imagesFailed: run.kept.count,
    filesMoved: done.files,
    bytesMoved: done.bytes,
    completedAt: now().toISOString(),
  });
  return reportOf(deps, id, run.kept, stoppedBy);
}

interface ConvertRun {
  readonly deps: MaintenanceDeps;
  readonly place: ConvertPlace;
  readonly id: string;
  readonly kept: KeptFiles;
  readonly meter: ProgressMeter;
  readonly control: OperationControl;
}

/** A file looked at now. */
interface LookedAt {
  readonly file: ConvertedFile;
  readonly expected: FileIdentity & { readonly checksum: string };
}

async function convertImage(
  run: ConvertRun,
  image: ConvertedImage,
): Promise<readonly LookedAt[] | CatalogError> {
  const { store, now } = run.deps;
  const looked: LookedAt[] = [];
  try {
    image.prove();
    for (const [index, file] of image.files.entries()) {
      const found = await lookAt(run, file, index === 0);
      if (found) looked.push(found);
    }
  } catch (error) {
    return toCatalogError(error);
  }
  const items = writeDown(run, image, looked);
  const ids = items.map((item) => item.id);
  const copied: CopiedInside[] = [];
  try {
    for (const [index, { file, expected }] of looked.entries()) {
      const item = items[index];
      if (!item) continue;
      copied.push(await copy(run, file, expected, temporaryNameOf(item)));
    }
  } catch (error) {
    for (const one of copied) await one.takeBack();
    const reason = toCatalogError(error);
    const failed = ids[copied.length];
    const ours = items.filter(({ id }) => id !== failed || reason.code !== 'DESTINATION_TAKEN');
    // What could not be taken back now is taken back by recovery.
    const isClear = items.every((item, index) =>
      standsNowhere(run, item, looked[index]?.file.to ?? '', ours.includes(item)),
    );
    const state = !isClear ? 'PLANNED' : reason.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
    const at = now().toISOString();
    const others = ids.filter((itemId) => itemId !== failed);
    store.fileOperations.setState(others, state, at);
    if (failed !== undefined) store.fileOperations.setState([failed], state, at, reason);
    return reason;
  }
  // A commit that failed may be durable all the same: the copies stay, and recovery sees which it was.
  settle(run, image, looked, items, copied);
  return looked;
}

/** True if it is certain that neither the copy nor its temporary file stands in the managed directory. */
function standsNowhere(
  { deps, place }: ConvertRun,
  item: Pick<FileOperationItem, 'operationId' | 'id'>,
  to: string,
  isOurs: boolean,
): boolean {
  const final = join(place.realRoot, ...to.split('/'));
  const temporary = join(dirname(final), temporaryNameOf(item));
  try {
    return [temporary, ...(isOurs ? [final] : [])].every(
      (path) => lstatIfThere(deps.files, path) === null,
    );
  } catch {
    return false;
  }
}

/** @returns null for a sidecar that is gone */
async function lookAt(
  { deps, place, control: { signal } }: ConvertRun,
  file: ConvertedFile,
  isPrimary: boolean,
): Promise<LookedAt | null> {
  const { files } = deps;
  try {
    const stats = files.lstat(file.from);
    if (!stats.isFile()) {
      throw new CatalogError('FILE_NOT_REGULAR', { path: file.from, detail: 'not a file' });
    }
    if (isInside(files.realpath(file.from), place.realRoot)) {
      const data = { path: file.from, managedDirectory: place.realRoot };
      throw new CatalogError('SOURCE_INSIDE_MANAGED', data);
    }
    const identity = identityOf(stats);
    if (isPrimary && identity.sizeBytes !== file.sizeBytes) {
      throw new CatalogError('FILE_CHANGED', { path: file.from });
    }
    const checksum =
      file.checksum ?? (await hashFile(files, file.from, signal ? { signal } : {})).sha256;
    return { file, expected: { ...identity, checksum } };
  } catch (error) {
    const reason = sourceError(error, file.from);
    if (!isPrimary && CatalogError.is(reason, 'FILE_VANISHED')) return null;
    throw reason;
  }
}

/** Before anything is done: both names of every file. */
function writeDown(
  { deps, id }: ConvertRun,
  { imageId }: ConvertedImage,
  looked: readonly LookedAt[],
): Pick<FileOperationItem, 'operationId' | 'id'>[] {
  const items = looked.map(({ file, expected }, index) => ({
    operationId: id,
    imageId,
    role: index === 0 ? ('primary' as const) : ('sidecar' as const),
    fromPath: file.from,
    toPath: file.to,
    checksum: expected.checksum,
    sizeBytes: expected.sizeBytes,
    state: 'PLANNED' as const,
    removedRows: null,
  }));
  const ids = deps.store.fileOperations.insertItems(items, deps.now().toISOString());
  return ids.map((itemId) => ({ operationId: id, id: itemId }));
}

function copy(
  { deps, place, meter, control }: ConvertRun,
  file: ConvertedFile,
  expected: LookedAt['expected'],
  temporaryName: string,
): Promise<CopiedInside> {
  let reported = 0;
  return copyInside(deps.files, {
    realRoot: place.realRoot,
    source: file.from,
    expected,
    to: file.to,
    temporaryName,
    signal: control.signal,
    onBytes: (bytes) => {
      meter.advance(0, bytes - reported, file.from);
      reported = bytes;
    },
  });
}

/** One commit: the image is managed, the journal and the audit log tell it. */
function settle(
  { deps, place, id }: ConvertRun,
  { imageId }: ConvertedImage,
  looked: readonly LookedAt[],
  items: readonly Pick<FileOperationItem, 'id'>[],
  copied: readonly CopiedInside[],
): void {
  const { store, now } = deps;
  const at = now().toISOString();
  store.transaction(() => {
    for (const [index, { file, expected }] of looked.entries()) {
      const identity = copied[index]?.identity;
      if (!identity) continue;
      if (index === 0) store.conversions.setManaged(imageId, file.to, identity, at);
      else {
        const { checksum, sizeBytes } = expected;
        const to = { path: file.to, isManaged: true, checksum, sizeBytes };
        store.conversions.setSidecar(imageId, file.from, to);
      }
    }
    store.fileOperations.setState(
      items.map((item) => item.id),
      'DONE',
      at,
    );
    store.auditLog.append({
      at,
      operation: 'convert-to-managed',
      catalogId: place.catalog.id,
      catalogName: place.catalog.name,
      imageId,
      path: looked[0]?.file.from ?? null,
      detail: { operation: id, managed: looked.map(({ file }) => file.to) },
    });
  });
}
