import { dirname, join } from 'node:path';
import { syncPlaced } from '../files/syncPlaced.js';
import { CatalogError, type ErrorCode } from '../model/errors.js';
import type { ConvertedGroup, ConvertRun, GroupWork, LookedAt } from './convertGroup.js';
import { beginGroup, copyGroup, takeGroupBack } from './convertGroup.js';

/** Groups copied at the same time: while some wait for the disk, another is read, hashed and written. */
const concurrency = 4;

/** Why a group fails after which no other one is begun. */
export const mustStop: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DISK_FULL',
  'MANAGED_DIRECTORY_ELSEWHERE',
]);

export interface GroupOutcome {
  readonly group: ConvertedGroup;
  /** That were copied. */
  readonly files: readonly LookedAt[];
  /** Why the images stay as they are; CANCELLED too if the batch ended before them. */
  readonly reason: CatalogError | null;
}

/**
 * Converts some groups: writes down their names, copies the files, makes the folders durable, then makes the images
 * managed with one commit. A group that fails is taken back and keeps no other from it.
 * @throws CatalogError MANAGED_DIRECTORY_ELSEWHERE, and of the store: what was written down is settled by recovery
 */
export async function convertBatch(
  run: ConvertRun,
  groups: readonly ConvertedGroup[],
): Promise<GroupOutcome[]> {
  run.volume.require();
  const works: GroupWork[] = [];
  for (const group of groups) works.push(await beginGroup(run, group));
  writeDown(
    run,
    works.filter((work) => !work.reason),
  );
  await copyAll(run, works);
  await syncFolders(run, works);
  const unclear = new Set<GroupWork>();
  for (const work of works) {
    if (work.isCopied && !work.reason) continue;
    work.reason ??= new CatalogError('CANCELLED');
    if (!(await takeGroupBack(run, work))) unclear.add(work);
  }
  await requireRoot(run, works);
  // A commit that failed may be durable all the same: the copies stay, and recovery sees which it was.
  run.deps.store.transaction(() => {
    for (const work of works) {
      if (work.reason) settleKept(run, work, unclear.has(work));
      else settleConverted(run, work);
    }
  });
  return works.map(({ group, looked, reason }) => ({ group, files: looked, reason }));
}

/** Before anything is done: both names of every file. */
function writeDown({ deps, id }: ConvertRun, works: readonly GroupWork[]): void {
  const items = works.flatMap(({ looked }) =>
    looked.map(({ image, isPrimary, file, expected }) => ({
      operationId: id,
      imageId: image.imageId,
      role: isPrimary ? ('primary' as const) : ('sidecar' as const),
      fromPath: file.from,
      toPath: file.to,
      checksum: expected.checksum,
      sizeBytes: expected.sizeBytes,
      state: 'PLANNED' as const,
      removedRows: null,
    })),
  );
  if (items.length === 0) return;
  const ids = deps.store.fileOperations.insertItems(items, deps.now().toISOString());
  let next = 0;
  for (const work of works) {
    const own = ids.slice(next, next + work.looked.length);
    next += own.length;
    work.items = own.map((itemId) => ({ operationId: id, id: itemId }));
  }
}

/** Where another volume is now, none of the copies may stay: the drive's own are taken back by recovery. */
async function requireRoot(run: ConvertRun, works: readonly GroupWork[]): Promise<void> {
  try {
    run.volume.require();
  } catch (error) {
    for (const work of works) await takeGroupBack(run, work);
    throw error;
  }
}

async function copyAll(run: ConvertRun, works: readonly GroupWork[]): Promise<void> {
  const { meter, control } = run;
  let next = 0;
  let isOver = false;
  const worker = async (): Promise<void> => {
    for (;;) {
      const work = works[next];
      next += 1;
      if (!work || isOver || control.signal?.aborted) return;
      if (!work.reason) await copyGroup(run, work);
      isOver ||= work.reason !== null && mustStop.has(work.reason.code);
      const isCancelled = work.reason?.code === 'CANCELLED';
      if (!isCancelled) meter.advance(work.group.length, 0, work.group[0]?.files[0]?.from ?? null);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Makes the names in all folders durable in which something was placed. A folder that refuses fails its groups. */
async function syncFolders(run: ConvertRun, works: readonly GroupWork[]): Promise<void> {
  const { deps, place } = run;
  const folderOf = ({ file }: LookedAt): string =>
    dirname(join(place.realRoot, ...file.to.split('/')));
  const copied = works.filter((work) => work.isCopied);
  const folders = copied.flatMap(({ looked }) => looked.map(folderOf));
  const refused = await syncPlaced(deps.files, folders);
  if (refused.size === 0) return;
  for (const work of copied) {
    const failed = work.looked.findIndex((one) => refused.has(folderOf(one)));
    const one = work.looked[failed];
    if (!one) continue;
    work.failed = failed;
    work.reason = refused.get(folderOf(one)) ?? null;
  }
}

/** The images are managed; the journal and the audit log tell it. */
function settleConverted({ deps, place, id }: ConvertRun, work: GroupWork): void {
  const { store, now } = deps;
  const at = now().toISOString();
  for (const [index, { image, isPrimary, file, expected }] of work.looked.entries()) {
    const identity = work.copied[index]?.identity;
    if (!identity) continue;
    const { imageId } = image;
    if (!isPrimary) {
      const { checksum, sizeBytes } = expected;
      const to = { path: file.to, isManaged: true, checksum, sizeBytes };
      store.conversions.setSidecar(imageId, file.from, to);
      continue;
    }
    store.conversions.setManaged(imageId, file.to, identity, at);
    const own = work.looked.filter((one) => one.image === image);
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
  const ids = work.items.map((item) => item.id);
  store.fileOperations.setState(ids, 'DONE', at);
}

/** @param isUnclear what could not be taken back now is taken back by recovery */
function settleKept({ deps }: ConvertRun, work: GroupWork, isUnclear: boolean): void {
  const { store, now } = deps;
  const at = now().toISOString();
  const { items, reason } = work;
  const failed = work.failed === null ? undefined : items[work.failed]?.id;
  const state = isUnclear ? 'PLANNED' : reason?.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
  const others = items.flatMap((item) => (item.id === failed ? [] : [item.id]));
  if (others.length > 0) store.fileOperations.setState(others, state, at);
  if (failed !== undefined) store.fileOperations.setState([failed], state, at, reason);
}
