import { dirname, posix } from 'node:path';
import { checkUnchanged, copyVerified } from '../files/copyFile.js';
import { destinationError, sourceError } from '../files/fileErrors.js';
import type { FileIdentity } from '../files/fileIdentity.js';
import { identityOf } from '../files/fileIdentity.js';
import { systemErrorCode } from '../files/filePort.js';
import { isInside, makeParents } from '../files/folders.js';
import { isReserved } from '../files/managedMarker.js';
import { hashFile } from '../files/hashFile.js';
import { dropName, isGone, lstatIfThere, moveByLink, publishByLink } from '../files/publish.js';
import { removePlaced } from '../files/removePlaced.js';
import { temporaryName } from '../files/temporaryName.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import { foldPath } from '../model/foldPath.js';
import type { PublishMethod } from '../model/importJob.js';
import type { ImportItemRow } from '../store/rows.js';
import type { ImportRun } from './importRun.js';
import { inRoot } from './importRun.js';
import { planDestinations } from './plan.js';
import { plannableItems, posixPath } from './planScan.js';
import { takenNames } from './takenNames.js';

/** One file on its way to its place. Paths are relative to the managed directory. */
export interface Placement {
  item: ImportItemRow;
  destination: string | null;
  temporary: string | null;
  method: PublishMethod;
  /** Of the verified temporary file. */
  copied: FileIdentity | null;
  /** Of the file under its final name; set means it stands there. */
  placed: FileIdentity | null;
}

/** Files that are placed all or none. */
export interface UnitWork {
  readonly placements: readonly Placement[];
  /** Set if the unit failed: nothing of it stands then, except what `standing` finds. */
  failure: { readonly placement: Placement; readonly error: CatalogError } | null;
  isPlaced: boolean;
  /** Folded names that were taken when they were needed. */
  readonly triedNames: Set<string>;
}

/** The stored path of a temporary file in the folder of its destination. */
export function temporaryPath(destination: string, id: string): string {
  return posix.join(posix.dirname(destination), temporaryName(id));
}

/**
 * Brings the files of a unit to their places, verified, or leaves nothing of them there. Never throws for a
 * file: the unit then carries its failure (code CANCELLED if it was interrupted).
 */
export async function placeUnit(run: ImportRun, unit: UnitWork): Promise<void> {
  if (unit.failure) return;
  for (const placement of unit.placements) {
    const { item } = placement;
    if (item.state === 'FAILED') {
      const error = new CatalogError(item.errorCode ?? 'INTERNAL', item.errorData ?? {});
      unit.failure = { placement, error };
      return;
    }
  }
  let current = unit.placements[0];
  const onMember = (placement: Placement): void => {
    current = placement;
  };
  try {
    if (run.realRoot === '') await proveReferences(run, unit, onMember);
    else await copyOrMove(run, unit, onMember);
    unit.isPlaced = true;
  } catch (error) {
    if (current) unit.failure = { placement: current, error: toCatalogError(error) };
    await takeBack(run, unit);
  }
}

/** Reads the sidecars of a unit, whose checksums the scan does not know. A failure is the unit's. */
export async function readSidecars(run: ImportRun, unit: UnitWork): Promise<void> {
  const { files } = run.deps;
  for (const placement of unit.placements) {
    const { item } = placement;
    if (item.checksum !== '' || item.state !== 'PLANNED') continue;
    try {
      checkSourceFolder(run, item.sourcePath);
      checkUnchanged(files, item.sourcePath, item);
      const { sha256 } = await hashFile(files, item.sourcePath);
      placement.item = { ...item, checksum: sha256 };
    } catch (error) {
      unit.failure = { placement, error: sourceError(error, item.sourcePath) };
      return;
    }
  }
}

/** Reference mode: the file must be the one that was scanned; it is not touched. */
async function proveReferences(
  run: ImportRun,
  unit: UnitWork,
  onMember: (placement: Placement) => void,
): Promise<void> {
  const { files } = run.deps;
  for (const placement of unit.placements) {
    onMember(placement);
    const { item } = placement;
    checkSourceFolder(run, item.sourcePath);
    const stats = checkUnchanged(files, item.sourcePath, item);
    // Cards and shares number their files anew, and may round their times: the content decides then.
    const found = identityOf(stats);
    if (found.inode !== item.inode || found.mtimeNs !== item.mtimeNs) {
      const { sha256 } = await hashFile(files, item.sourcePath).catch((error: unknown) => {
        throw sourceError(error, item.sourcePath);
      });
      if (sha256 !== item.checksum) {
        throw new CatalogError('FILE_CHANGED', { path: item.sourcePath });
      }
    }
    placement.placed = found;
    run.meter.advance(0, item.sizeBytes, item.sourcePath);
  }
}

const maximumAttempts = 100;

async function copyOrMove(
  run: ImportRun,
  unit: UnitWork,
  onMember: (placement: Placement) => void,
): Promise<void> {
  for (const placement of unit.placements) {
    onMember(placement);
    checkSourceFolder(run, placement.item.sourcePath);
    const path = placement.destination ?? '';
    if (isReserved(path)) throw new CatalogError('DESTINATION_OUTSIDE', { path });
  }
  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    await makeFolders(run, unit);
    if (await placeMembers(run, unit, onMember)) return;
    replan(run, unit);
  }
  const [first] = unit.placements;
  const directory = inRoot(run, posix.dirname(first?.destination ?? ''));
  const path = first?.item.sourcePath ?? '';
  throw new CatalogError('DESTINATION_NAMES_EXHAUSTED', { path, directory });
}

/**
 * A scan or job from elsewhere could name files outside its source; a source file in the managed directory (through a
 * link on the way) would be moved onto itself.
 * @throws CatalogError SOURCE_FILE_OUTSIDE, SOURCE_INSIDE_MANAGED
 */
export function checkSourceFolder(run: ImportRun, sourcePath: string): void {
  const folder = dirname(sourcePath);
  if (run.checkedSourceFolders.has(folder)) return;
  let real: string;
  try {
    real = run.deps.files.realpath(folder);
  } catch (error) {
    throw sourceError(error, sourcePath);
  }
  if (!isInside(real, run.realSource)) {
    const data = { path: sourcePath, source: run.job.sourcePath };
    throw new CatalogError('SOURCE_FILE_OUTSIDE', data);
  }
  if (run.realRoot !== '' && isInside(real, run.realRoot)) {
    const data = { path: folder, managedDirectory: run.realRoot };
    throw new CatalogError('SOURCE_INSIDE_MANAGED', data);
  }
  run.checkedSourceFolders.add(folder);
}

async function makeFolders(run: ImportRun, unit: UnitWork): Promise<void> {
  run.volume.require();
  for (const folder of new Set(
    unit.placements.map((one) => posix.dirname(one.destination ?? '')),
  )) {
    try {
      run.madeFolders.push(...(await makeParents(run.deps.files, run.realRoot, folder)));
    } catch (error) {
      throw destinationError(run.deps.files, error, inRoot(run, folder), 0);
    }
  }
}

/** False if a name turned out to be taken: no member has its final name then. */
async function placeMembers(
  run: ImportRun,
  unit: UnitWork,
  onMember: (placement: Placement) => void,
): Promise<boolean> {
  const isOfRow = ({ destination }: Placement): boolean =>
    run.namesOfRows?.has(foldPath(destination ?? '')) === true;
  if (unit.placements.some(isOfRow)) return false;
  for (const placement of unit.placements) {
    onMember(placement);
    if (run.signal?.aborted) throw new CatalogError('CANCELLED');
    if (!(await placeMember(run, placement))) {
      for (const earlier of unit.placements) await takeBackName(run, earlier);
      return false;
    }
  }
  for (const placement of unit.placements) {
    if (placement.method !== 'LINK' || placement.temporary === null) continue;
    const temporary = inRoot(run, placement.temporary);
    const final = inRoot(run, placement.destination ?? '');
    // A name that stays is written to the item, and recovery removes it.
    if (dropName(run.deps.files, temporary, final)) placement.temporary = null;
  }
  return true;
}

/** False if the final name is taken. */
async function placeMember(run: ImportRun, placement: Placement): Promise<boolean> {
  const { files } = run.deps;
  const { item } = placement;
  const final = inRoot(run, placement.destination ?? '');
  if (placement.method === 'MOVE_LINK') {
    const moved = moveByLink(files, item.sourcePath, final, item);
    if (moved.result === 'taken') return false;
    if (moved.result === 'placed') {
      placement.placed = moved.identity;
      // It was for a copy.
      placement.temporary = null;
      run.meter.advance(0, item.sizeBytes, item.sourcePath);
      return true;
    }
    placement.method = 'LINK';
  }
  if (placement.method === 'LINK') {
    await copyToTemporary(run, placement);
    const published = publishByLink(files, inRoot(run, placement.temporary ?? ''), final);
    if (published === 'taken') return false;
    if (published === 'published') {
      placement.placed = placement.copied;
      return true;
    }
    run.linkRefusals += 1;
    if (!removeTemporary(run, placement)) {
      const data = { path: final, detail: 'its temporary file could not be removed' };
      throw new CatalogError('DESTINATION_UNWRITABLE', data);
    }
  }
  return placeDirectly(run, placement, final);
}

async function copyToTemporary(run: ImportRun, placement: Placement): Promise<void> {
  for (let attempt = 1; !placement.copied; attempt += 1) {
    try {
      placement.copied = await copy(run, placement, inRoot(run, placement.temporary ?? ''));
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST' || attempt === maximumAttempts) throw error;
      // Somebody else's, or left from another life: written down before it is tried.
      const id = run.deps.newId();
      placement.temporary = temporaryPath(placement.destination ?? '', id);
      journal(run, [placement]);
    }
  }
}

/** Where there are no hard links, the final name itself is created, exclusively, and written to. */
async function placeDirectly(
  run: ImportRun,
  placement: Placement,
  final: string,
): Promise<boolean> {
  placement.method = 'DIRECT';
  placement.temporary = placement.destination;
  journal(run, [placement]);
  try {
    placement.placed = await copy(run, placement, final);
    placement.temporary = null;
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    placement.temporary = null;
    return false;
  }
}

async function copy(run: ImportRun, placement: Placement, target: string): Promise<FileIdentity> {
  const { item } = placement;
  let reported = 0;
  return copyVerified(run.deps.files, {
    source: item.sourcePath,
    target,
    expected: item,
    ...(run.signal && { signal: run.signal }),
    onBytes: (bytes) => {
      run.meter.advance(0, bytes - reported, item.sourcePath);
      reported = bytes;
    },
  });
}

/** Writes down what is about to be done, before it is done. */
export function journal(run: ImportRun, placements: readonly Placement[]): void {
  run.deps.store.importItems.updateMany(
    placements.map((placement) => ({
      id: placement.item.id,
      checksum: placement.item.checksum,
      destinationPath: placement.destination,
      temporaryPath: placement.temporary,
      publishMethod: placement.method,
    })),
    run.deps.now().toISOString(),
  );
}

/** New names for a unit one of whose names has been taken since the plan was made. */
function replan(run: ImportRun, unit: UnitWork): void {
  const items = unit.placements.map((one) => one.item);
  for (const one of unit.placements) unit.triedNames.add(foldPath(one.destination ?? ''));
  const isThere = takenNames(run.deps.files, run.realRoot, []);
  const plan = planDestinations(
    plannableItems(items),
    run.naming,
    (folded) => unit.triedNames.has(folded) || isThere(folded) || run.plannedNames.has(folded),
  );
  for (const placement of unit.placements) {
    const { item } = placement;
    const file = plan.get(item.role === 'primary' ? item.id : (item.parentItemId ?? -1));
    const source = posixPath(item.sourcePath);
    placement.destination =
      (item.role === 'primary'
        ? file?.destination
        : file?.sidecars.find((sidecar) => sidecar.source === source)?.destination) ?? null;
    run.plannedNames.add(placement.destination ?? '');
  }
  journal(run, unit.placements);
}

/** Takes a member's final name back; a verified temporary file stays for the next try. */
async function takeBackName(run: ImportRun, placement: Placement): Promise<void> {
  const { files } = run.deps;
  const { item, placed } = placement;
  if (!placed || run.realRoot === '') return;
  const final = inRoot(run, placement.destination ?? '');
  const temporary = placement.method === 'LINK' ? placement.temporary : null;
  const otherName = temporary === null ? item.sourcePath : inRoot(run, temporary);
  const gone =
    dropName(files, final, otherName) ||
    (await removePlaced(files, {
      placed: final,
      inode: placed.inode,
      source: item.sourcePath,
      checksum: item.checksum,
    }));
  if (gone) placement.placed = null;
  else if (placement.method === 'DIRECT') placement.temporary = placement.destination;
}

/**
 * Takes back everything of a unit: its sources have not been touched. What cannot be taken back stays noted
 * in the placement (`placed`, `temporary`), for recovery.
 */
export async function takeBack(run: ImportRun, unit: UnitWork): Promise<void> {
  unit.isPlaced = false;
  for (const placement of unit.placements) {
    await takeBackName(run, placement);
    removeTemporary(run, placement);
    if (placement.placed && run.realRoot !== '') placement.temporary ??= placement.destination;
  }
}

/** True if the temporary file is gone, or there was none. */
function removeTemporary(run: ImportRun, placement: Placement): boolean {
  const { temporary, copied } = placement;
  if (temporary === null || run.realRoot === '') return true;
  const { files } = run.deps;
  const path = inRoot(run, temporary);
  try {
    const stats = lstatIfThere(files, path);
    if (stats) {
      if (stats.ino.toString() !== copied?.inode) return false;
      files.unlink(path);
    } else {
      if (!isGone(files, path)) return false;
      // On a drive that went away it is still there.
      run.volume.require();
    }
  } catch {
    return false;
  }
  placement.temporary = null;
  placement.copied = null;
  return true;
}
