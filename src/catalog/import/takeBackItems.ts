import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sourceError } from '../files/fileErrors.js';
import { removeEmptyFoldersBelow, syncDirectories } from '../files/folders.js';
import { lstatIfThere, lstatOrNull } from '../files/publish.js';
import { takePutBackAway } from '../files/putBack.js';
import { removeSource } from '../files/verifiedCopy.js';
import { CatalogError, errorMessages, fillMessage } from '../model/errors.js';
import type { ImportItemState } from '../model/importJob.js';
import type { ProgressMeter } from '../model/progressMeter.js';
import type { KeptFile } from '../model/safety.js';
import type { ImportItemUpdate, ImportJobRow } from '../store/rows.js';
import type { ImportDeps } from './importRun.js';
import { forgetRows } from './forgetRows.js';
import type { UndoFamily } from './undoFamilies.js';
import type { UndoFile, UndoPlace, UndoVerdict } from './undoFile.js';
import { isUntouched, judgeUndo, proveOriginal } from './undoFile.js';
import { clearRestore, restoreManaged } from './undoRestore.js';

/** An undo or a rollback while it runs. */
export interface UndoRun {
  readonly deps: ImportDeps;
  readonly job: ImportJobRow;
  readonly place: UndoPlace;
  readonly finalState: 'UNDONE' | 'ROLLED_BACK';
  readonly meter: ProgressMeter | null;
}

/** What has been taken back. */
export interface TakenBack {
  images: number;
  files: number;
  bytes: number;
  keptCount: number;
  readonly kept: KeptFile[];
}

const listedKept = 100;
const batchFiles = 64;

export const nothingTakenBack = (): TakenBack => ({
  images: 0,
  files: 0,
  bytes: 0,
  keptCount: 0,
  kept: [],
});

interface Member extends UndoFile {
  verdict: UndoVerdict;
  /** The managed file is gone. */
  done: boolean;
  /** Where it was put back to by this run. */
  putBackAs: string | null;
  /** It was removed, and stands again because its family stays. */
  restored: boolean;
  /** The same, but it could not be done: recovery goes on with it. */
  missing: boolean;
}

interface FamilyWork {
  readonly members: readonly Member[];
  /** Written down as UNDOING. */
  begun: boolean;
  failure: { readonly member: Member; readonly error: CatalogError } | null;
}

/**
 * Takes files of a job back, each image with its sidecars: written down as UNDOING, proven to stand where they
 * came from (or put back there), removed from the managed directory, then their rows. What cannot be proven stays
 * with its row, and its item says why. Ends early when the signal aborts.
 * @throws CatalogError of the store: recovery then finishes what was written down
 */
export async function takeBackFamilies(
  run: UndoRun,
  families: readonly UndoFamily[],
  taken: TakenBack,
): Promise<void> {
  let batch: UndoFamily[] = [];
  let files = 0;
  for (const family of families) {
    if (run.place.signal?.aborted) return;
    batch.push(family);
    files += family.length;
    if (files < batchFiles) continue;
    await takeBackBatch(run, batch, taken);
    await nextTurn();
    batch = [];
    files = 0;
  }
  if (batch.length > 0) await takeBackBatch(run, batch, taken);
}

async function takeBackBatch(
  run: UndoRun,
  families: readonly UndoFamily[],
  taken: TakenBack,
): Promise<void> {
  const works: FamilyWork[] = [];
  for (const family of families) works.push(await judgeFamily(run, family));
  writeDown(run, works);
  for (const work of works) {
    if (!work.failure) await takeFamily(run, work);
    if (work.failure) await restoreFamily(run, work);
  }
  await syncFolders(run, works);
  settle(run, works, taken);
  removeEmptied(run, works);
}

async function judgeFamily(run: UndoRun, family: UndoFamily): Promise<FamilyWork> {
  const members = family.map((file): Member => ({
    ...file,
    verdict: 'entry',
    done: false,
    putBackAs: null,
    restored: false,
    missing: false,
  }));
  for (const member of members) {
    try {
      const resumed = member.item.state === 'UNDOING';
      member.verdict = await judgeUndo(run.place, member, resumed);
    } catch (error) {
      return { members, begun: false, failure: { member, error: asKept(error, member) } };
    }
  }
  return { members, begun: false, failure: null };
}

const asKept = (error: unknown, member: Member): CatalogError =>
  sourceError(error, member.managed ?? member.item.sourcePath);

const touchesFile = (member: Member): boolean =>
  member.verdict === 'remove' || member.verdict === 'put-back';

/** Before anything is done. The temporary path puts an item into the small index of unfinished ones. */
function writeDown(run: UndoRun, works: readonly FamilyWork[]): void {
  const begun: Member[] = [];
  for (const work of works) {
    if (work.failure || !work.members.some(touchesFile)) continue;
    work.begun = true;
    begun.push(...work.members);
  }
  if (begun.length === 0) return;
  run.deps.store.importItems.updateMany(
    begun.map(({ item }): ImportItemUpdate => ({
      id: item.id,
      state: 'UNDOING',
      temporaryPath: item.temporaryPath ?? item.destinationPath,
    })),
    run.deps.now().toISOString(),
  );
}

async function takeFamily(run: UndoRun, work: FamilyWork): Promise<void> {
  const { files } = run.deps;
  const proven: { member: Member; remove: () => void }[] = [];
  let current = work.members[0];
  try {
    for (const member of work.members) {
      current = member;
      const { verdict, managed, item } = member;
      if (managed === null || verdict === 'entry' || verdict === 'gone') {
        member.done = true;
        continue;
      }
      const known = { ...member, managed };
      if (item.state === 'UNDOING') clearRestore(run.place, member);
      const { proof, original } = await proveOriginal(run.place, known, verdict);
      if (verdict === 'put-back') member.putBackAs = original;
      proven.push({ member, remove: () => removeSource(files, proof) });
    }
    for (const { member, remove } of proven) {
      current = member;
      remove();
      member.done = true;
      run.meter?.advance(isPrimary(member) ? 1 : 0, member.item.sizeBytes, member.managed);
    }
  } catch (error) {
    if (current) work.failure = { member: current, error: asKept(error, current) };
    await undoPutBacks(run, work);
  }
}

const isPrimary = ({ item }: UndoFile): boolean => item.role === 'primary';

/** A family that stays keeps its files in the managed directory only. */
async function undoPutBacks(run: UndoRun, work: FamilyWork): Promise<void> {
  for (const member of work.members) {
    const { putBackAs, managed, item, done } = member;
    if (putBackAs === null || managed === null || done) continue;
    if (await takePutBackAway(run.deps.files, putBackAs, managed, item.checksum)) {
      member.putBackAs = null;
    }
  }
}

/** Of a family that stays no file may be missing: one that went, now or before a crash, comes back. */
async function restoreFamily(run: UndoRun, work: FamilyWork): Promise<void> {
  for (const member of work.members) {
    const { managed, item, done, putBackAs } = member;
    if (managed === null || (!done && item.state !== 'UNDOING')) continue;
    clearRestore(run.place, member);
    const known = { ...member, managed };
    const result = await restoreManaged(run.place, known, done ? putBackAs : null, run.deps.log);
    member.done = result === 'lost';
    member.restored = result === 'restored';
    member.missing = result === 'failed';
  }
}

/** Rows must not go before it is durable that their files went. */
async function syncFolders(run: UndoRun, works: readonly FamilyWork[]): Promise<void> {
  await syncDirectories(run.deps.files, emptiedFolders(works), run.deps.log);
}

function emptiedFolders(works: readonly FamilyWork[]): Set<string> {
  const removed = works
    .flatMap((work) => work.members)
    .filter((one) => one.done && touchesFile(one));
  return new Set(removed.flatMap((one) => (one.managed === null ? [] : dirname(one.managed))));
}

function removeEmptied(run: UndoRun, works: readonly FamilyWork[]): void {
  removeEmptyFoldersBelow(run.deps.files, run.place.realRoot, emptiedFolders(works));
}

/** One commit: rows and items of what went, the reasons of what stays, and the job's figures. */
function settle(run: UndoRun, works: readonly FamilyWork[], taken: TakenBack): void {
  const { store, now } = run.deps;
  const gone: Member[] = [];
  const updates: ImportItemUpdate[] = [];
  for (const work of works) {
    const complete = !work.failure;
    // Something may have been done that cannot be seen now: recovery goes on with it.
    const unclear =
      work.members.some((one) => one.missing) ||
      (work.begun &&
        work.members.some((one) => !one.done && touchesFile(one) && isUnclear(run, work, one)));
    for (const member of work.members) {
      if (complete || member.done) gone.push(member);
      else if (work.failure) updates.push(keptUpdate(run, member, work.failure, taken, unclear));
    }
  }
  const at = now().toISOString();
  for (const { item } of gone) {
    const cleared = item.temporaryPath === null || item.temporaryPath === item.destinationPath;
    updates.push({
      id: item.id,
      state: run.finalState,
      imageId: null,
      placedInode: null,
      errorCode: null,
      errorData: null,
      ...(cleared && { temporaryPath: null }),
    });
  }
  store.transaction(() => {
    forgetRows(
      store,
      run.job,
      gone.map((one) => one.item),
    );
    store.importItems.updateMany(updates, at);
  });
  taken.images += gone.filter(isPrimary).length;
  const removed = gone.filter((one) => one.managed !== null);
  taken.files += removed.length;
  taken.bytes += removed.reduce((sum, one) => sum + one.item.sizeBytes, 0);
}

function keptUpdate(
  run: UndoRun,
  member: Member,
  failure: NonNullable<FamilyWork['failure']>,
  taken: TakenBack,
  unclear: boolean,
): ImportItemUpdate {
  const { item } = member;
  const temporaryPath = item.temporaryPath === item.destinationPath ? null : item.temporaryPath;
  const state = unclear ? 'UNDOING' : stateOfKept(run, member, failure.error);
  const placed = member.restored ? lstatOrNull(run.deps.files, member.managed ?? '') : null;
  const base: ImportItemUpdate = {
    id: item.id,
    ...(state === 'UNDOING' ? {} : { state, temporaryPath }),
    ...(placed && { placedInode: placed.ino.toString() }),
  };
  // Stopped by the user: nothing is wrong with it.
  if (failure.error.code === 'CANCELLED') return base;
  const error = member === failure.member ? failure.error : companionError(member, failure);
  taken.keptCount += 1;
  const path = member.managed ?? item.sourcePath;
  if (taken.kept.length < listedKept) taken.kept.push({ path, code: error.code, data: error.data });
  run.deps.log('warn', error.message);
  return { ...base, errorCode: error.code, errorData: error.data };
}

export function companionError(
  member: UndoFile,
  failure: { readonly member: UndoFile; readonly error: CatalogError },
): CatalogError {
  const { error } = failure;
  return new CatalogError('UNDO_COMPANION', {
    path: member.managed ?? member.item.sourcePath,
    companion: failure.member.managed ?? failure.member.item.sourcePath,
    detail: fillMessage(errorMessages[error.code], error.data),
  });
}

/** An item that stays in the catalog is what it was, as far as its original tells. */
function stateOfKept(run: UndoRun, member: Member, error: CatalogError): ImportItemState {
  const { item } = member;
  if (run.job.importMode !== 'move') return 'DONE';
  if (item.state === 'DONE' || item.state === 'SOURCE_KEPT') return item.state;
  // Begun before a crash, and its card is away: what lies there is looked at when it is back.
  const isAway = error.code === 'SOURCE_PATH_NOT_FOUND' || error.code === 'SOURCE_UNCHOSEN';
  if (item.state === 'UNDOING' && isAway) return 'UNDOING';
  const isForeign = error.code === 'UNDO_PLACE_TAKEN' || error.code === 'UNDO_ORIGINAL_CHANGED';
  const stands = lstatOrNull(run.deps.files, item.sourcePath) !== null;
  return stands && !isForeign ? 'SOURCE_KEPT' : 'RELEASED';
}

const isUnclear = (run: UndoRun, { failure }: FamilyWork, member: Member): boolean =>
  !isUntouched(run.place, member) || (!!failure && mayBePartial(run, member, failure.error));

/** True if a file may lie unfinished in the place of an original that was being put back. */
function mayBePartial(run: UndoRun, { verdict, item }: Member, error: CatalogError): boolean {
  if (verdict !== 'put-back' || error.code === 'UNDO_PLACE_TAKEN') return false;
  try {
    return lstatIfThere(run.deps.files, item.sourcePath) !== null;
  } catch {
    return true;
  }
}
