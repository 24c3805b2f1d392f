import { dirname, join } from 'node:path';
import { copyInside, type CopiedInside } from '../files/copyInside.js';
import { sourceError } from '../files/fileErrors.js';
import { identityOf, type FileIdentity } from '../files/fileIdentity.js';
import { isInside } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { isGone, isGoneBelow } from '../files/publish.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import type { ProgressMeter } from '../model/progressMeter.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import type { MaintenanceDeps } from './fileOperationRun.js';
import { temporaryNameOf } from './fileOperationRun.js';

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

/** An image that becomes managed: its own file first, then its sidecars. */
export interface ConvertedImage {
  readonly imageId: string;
  readonly files: readonly ConvertedFile[];
  /** Throws why the file may not be opened: a row of the catalog is not believed to name a photo. */
  readonly prove: () => void;
}

/** Images of one shot (RAW+JPEG, live photo), or a single one: all of their files are copied or none. */
export type ConvertedGroup = readonly ConvertedImage[];

export interface ConvertPlace {
  readonly catalog: Catalog;
  /** Real path of the managed directory. */
  readonly realRoot: string;
}

export interface ConvertRun {
  readonly deps: MaintenanceDeps;
  readonly place: ConvertPlace;
  /** Of the operation. */
  readonly id: string;
  readonly meter: ProgressMeter;
  readonly control: OperationControl;
}

/** A file that was copied, or is about to be. */
export interface LookedAt {
  readonly image: ConvertedImage;
  readonly isPrimary: boolean;
  readonly file: ConvertedFile;
  readonly expected: FileIdentity & { readonly checksum: string };
}

type WrittenItem = Pick<FileOperationItem, 'operationId' | 'id'>;

/**
 * Converts the images of a group.
 * @returns the files that were copied, or why all stay as they are
 * @throws CatalogError of the store: what was written down is settled by recovery
 */
export async function convertGroup(
  run: ConvertRun,
  group: ConvertedGroup,
): Promise<readonly LookedAt[] | CatalogError> {
  let looked: readonly LookedAt[];
  try {
    looked = await lookAtAll(run, group);
  } catch (error) {
    return toCatalogError(error);
  }
  const items = writeDown(run, looked);
  const copied: CopiedInside[] = [];
  try {
    for (const [index, one] of looked.entries()) {
      const item = items[index];
      if (item) copied.push(await copy(run, one, temporaryNameOf(item)));
    }
  } catch (error) {
    return giveUp(run, looked, items, copied, toCatalogError(error));
  }
  // A commit that failed may be durable all the same: the copies stay, and recovery sees which it was.
  settle(run, looked, items, copied);
  return looked;
}

async function lookAtAll(run: ConvertRun, group: ConvertedGroup): Promise<LookedAt[]> {
  const looked: LookedAt[] = [];
  for (const image of group) {
    image.prove();
    for (const [index, file] of image.files.entries()) {
      const isPrimary = index === 0;
      const expected = await lookAt(run, file, isPrimary);
      if (expected) looked.push({ image, isPrimary, file, expected });
    }
  }
  return looked;
}

/** @returns null for a sidecar that is gone */
async function lookAt(
  { deps, place, control: { signal } }: ConvertRun,
  file: ConvertedFile,
  isPrimary: boolean,
): Promise<LookedAt['expected'] | null> {
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
    return { ...identity, checksum };
  } catch (error) {
    const reason = sourceError(error, file.from);
    const isVanished = CatalogError.is(reason, 'FILE_VANISHED');
    if (!isPrimary && isVanished && isGone(files, file.from)) return null;
    throw reason;
  }
}

/** Before anything is done: both names of every file. */
function writeDown({ deps, id }: ConvertRun, looked: readonly LookedAt[]): WrittenItem[] {
  const items = looked.map(({ image, isPrimary, file, expected }) => ({
    operationId: id,
    imageId: image.imageId,
    role: isPrimary ? ('primary' as const) : ('sidecar' as const),
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
  { file, expected }: LookedAt,
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

/** Takes the copies back. @returns the reason */
async function giveUp(
  run: ConvertRun,
  looked: readonly LookedAt[],
  items: readonly WrittenItem[],
  copied: readonly CopiedInside[],
  reason: CatalogError,
): Promise<CatalogError> {
  const { store, now } = run.deps;
  for (const one of copied) await one.takeBack();
  const failed = items[copied.length]?.id;
  const isOurs = ({ id }: WrittenItem): boolean =>
    id !== failed || reason.code !== 'DESTINATION_TAKEN';
  // What could not be taken back now is taken back by recovery.
  const isClear = items.every((item, index) =>
    standsNowhere(run, item, looked[index]?.file.to ?? '', isOurs(item)),
  );
  const state = !isClear ? 'PLANNED' : reason.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
  const at = now().toISOString();
  const others = items.flatMap(({ id }) => (id === failed ? [] : [id]));
  store.fileOperations.setState(others, state, at);
  if (failed !== undefined) store.fileOperations.setState([failed], state, at, reason);
  return reason;
}

/** True if it is certain that neither the copy nor its temporary file stands in the managed directory. */
function standsNowhere(
  { deps, place }: ConvertRun,
  item: WrittenItem,
  to: string,
  isOurs: boolean,
): boolean {
  const final = join(place.realRoot, ...to.split('/'));
  const temporary = join(dirname(final), temporaryNameOf(item));
  return [temporary, ...(isOurs ? [final] : [])].every((path) =>
    isGoneBelow(deps.files, place.realRoot, path),
  );
}

/** One commit: the images are managed, the journal and the audit log tell it. */
function settle(
  { deps, place, id }: ConvertRun,
  looked: readonly LookedAt[],
  items: readonly WrittenItem[],
  copied: readonly CopiedInside[],
): void {
  const { store, now } = deps;
  const at = now().toISOString();
  store.transaction(() => {
    for (const [index, { image, isPrimary, file, expected }] of looked.entries()) {
      const identity = copied[index]?.identity;
      if (!identity) continue;
      const { imageId } = image;
      if (!isPrimary) {
        const { checksum, sizeBytes } = expected;
        const to = { path: file.to, isManaged: true, checksum, sizeBytes };
        store.conversions.setSidecar(imageId, file.from, to);
        continue;
      }
      store.conversions.setManaged(imageId, file.to, identity, at);
      const own = looked.filter((one) => one.image === image);
      store.auditLog.append({
        at,
        operation: 'convert-to-managed',
        catalogId: place.catalog.id,
        catalogName: place.catalog.name,
        imageId,
        path: file.from,
        detail: { operation: id, managed: own.map((one) => one.file.to) },
      });
    }
    store.fileOperations.setState(
      items.map((item) => item.id),
      'DONE',
      at,
    );
  });
}
