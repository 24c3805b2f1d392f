import { dirname, join } from 'node:path';
import { copyInside, type CopiedInside } from '../files/copyInside.js';
import { sourceError } from '../files/fileErrors.js';
import { identityOf, type FileIdentity } from '../files/fileIdentity.js';
import type { FilePort } from '../files/filePort.js';
import { isInside, syncRemovals } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { isGone, isGoneBelow } from '../files/publish.js';
import type { RootVolume } from '../files/rootVolume.js';
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
  readonly volume: RootVolume;
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

/** A group under way. */
export interface GroupWork {
  readonly group: ConvertedGroup;
  looked: readonly LookedAt[];
  /** Of the journal, by the index of `looked`. */
  items: readonly WrittenItem[];
  readonly copied: CopiedInside[];
  /** Why its images stay as they are; null while all is well. */
  reason: CatalogError | null;
  /** The index in `looked` of the file that the reason is about. */
  failed: number | null;
  /** True once all its files are copied. */
  isCopied: boolean;
}

export type WrittenItem = Pick<FileOperationItem, 'operationId' | 'id'>;

/** Looks at the files of a group. A file that cannot be converted is told in `reason`. */
export async function beginGroup(run: ConvertRun, group: ConvertedGroup): Promise<GroupWork> {
  const work: GroupWork = {
    group,
    looked: [],
    items: [],
    copied: [],
    reason: null,
    failed: null,
    isCopied: false,
  };
  try {
    work.looked = await lookAtAll(run, group);
  } catch (error) {
    work.reason = toCatalogError(error);
  }
  return work;
}

/** Copies the files of a group that is written down. What fails is told in `reason`; copies made until then stay. */
export async function copyGroup(run: ConvertRun, work: GroupWork): Promise<void> {
  try {
    for (const [index, one] of work.looked.entries()) {
      run.volume.require();
      const item = work.items[index];
      if (item) work.copied.push(await copy(run, one, temporaryNameOf(item)));
    }
    work.isCopied = true;
  } catch (error) {
    work.reason = toCatalogError(error);
    work.failed = work.copied.length;
  }
}

/**
 * Takes the copies of a group back.
 * @returns true if none of its files stands in the managed directory for certain; else recovery takes them back
 */
export async function takeGroupBack(run: ConvertRun, work: GroupWork): Promise<boolean> {
  for (const one of work.copied) await one.takeBack();
  const isOurs = (index: number): boolean =>
    index !== work.failed || work.reason?.code !== 'DESTINATION_TAKEN';
  const isGone = work.items.every((item, index) =>
    standsNowhere(run, item, work.looked[index]?.file.to ?? '', isOurs(index)),
  );
  if (work.items.length === 0 || (work.copied.length === 0 && work.failed === null)) return isGone;
  const copies = work.looked.map(({ file }) => join(run.place.realRoot, ...file.to.split('/')));
  return (await syncRemovals(run.deps.files, copies, run.deps.log)) && isGone;
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

/**
 * Looks at a group as its conversion does, as far as that is seen without reading files.
 * @param realRoot of the managed directory
 * @returns its images without sidecars that are gone
 * @throws CatalogError why the group stays as it is
 */
export function filesToConvert(
  port: FilePort,
  realRoot: string,
  group: ConvertedGroup,
): ConvertedImage[] {
  return group.map((image) => {
    image.prove();
    const there = image.files.filter(
      (file, index) => identityToConvert(port, realRoot, file, index === 0) !== null,
    );
    return { ...image, files: there };
  });
}

/** @returns null for a sidecar that is gone */
async function lookAt(
  { deps, place, control: { signal } }: ConvertRun,
  file: ConvertedFile,
  isPrimary: boolean,
): Promise<LookedAt['expected'] | null> {
  const { files } = deps;
  const identity = identityToConvert(files, place.realRoot, file, isPrimary);
  if (!identity) return null;
  try {
    const checksum =
      file.checksum ?? (await hashFile(files, file.from, signal ? { signal } : {})).sha256;
    return { ...identity, checksum };
  } catch (error) {
    return nullIfGone(files, file, isPrimary, error);
  }
}

/** @returns null for a sidecar that is gone */
function identityToConvert(
  port: FilePort,
  realRoot: string,
  file: ConvertedFile,
  isPrimary: boolean,
): FileIdentity | null {
  try {
    const stats = port.lstat(file.from);
    if (!stats.isFile()) {
      throw new CatalogError('FILE_NOT_REGULAR', { path: file.from, detail: 'not a file' });
    }
    if (isInside(port.realpath(file.from), realRoot)) {
      const data = { path: file.from, managedDirectory: realRoot };
      throw new CatalogError('SOURCE_INSIDE_MANAGED', data);
    }
    const identity = identityOf(stats);
    if (isPrimary && identity.sizeBytes !== file.sizeBytes) {
      throw new CatalogError('FILE_CHANGED', { path: file.from });
    }
    return identity;
  } catch (error) {
    return nullIfGone(port, file, isPrimary, error);
  }
}

/** @returns null for a sidecar that is gone @throws CatalogError what went wrong with any other file */
function nullIfGone(port: FilePort, file: ConvertedFile, isPrimary: boolean, error: unknown): null {
  const reason = sourceError(error, file.from);
  const isVanished = CatalogError.is(reason, 'FILE_VANISHED');
  if (!isPrimary && isVanished && isGone(port, file.from)) return null;
  throw reason;
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
