import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { trashFolder } from '../../../src/catalog/files/moveInside.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import type { FileOperationItemState } from '../../../src/catalog/store/fileOperationRepository.js';
import { allImages } from '../../unit/store/support.js';
import type { WatchedPort } from './faultyPort.js';
import type { SafetyWorld } from './world.js';
import { catalogId } from './world.js';

export interface FileRecord {
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
}

/** What stood where before an operation: it must not be lost or changed by it. */
export type Before = ReadonlyMap<string, FileRecord>;

export const checksumOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** All files of the card and the managed directory, by absolute path. */
export function filesNow(world: SafetyWorld): Map<string, FileRecord> {
  const files = new Map<string, FileRecord>();
  for (const root of [world.places.source, world.places.managed]) {
    if (!fs.existsSync(root)) continue;
    for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const stats = fs.lstatSync(file, { bigint: true });
      files.set(file, {
        checksum: checksumOf(fs.readFileSync(file)),
        sizeBytes: Number(stats.size),
        mtimeNs: stats.mtimeNs,
        inode: stats.ino,
      });
    }
  }
  return files;
}

interface Row {
  readonly path: string;
  readonly checksum: string;
  readonly originalPath: string;
  readonly isManaged: boolean;
  readonly isSidecar: boolean;
}

/** Images and sidecars of the catalog. */
export function rowsOf(store: CatalogStore): Row[] {
  return allImages(store, catalogId).flatMap((image): Row[] => [
    {
      path: image.currentPath,
      checksum: image.checksum,
      originalPath: image.originalSourcePath,
      isManaged: image.isManaged,
      isSidecar: false,
    },
    ...store.images.listSidecars(image.id).map((sidecar) => ({
      path: sidecar.currentPath,
      checksum: sidecar.checksum,
      originalPath: sidecar.originalSourcePath,
      isManaged: image.isManaged,
      isSidecar: true,
    })),
  ]);
}

export interface Expectation {
  /** The operation may remove sources. */
  readonly isMove: boolean;
  /** Contents that the test itself destroyed. */
  readonly lostByTest?: ReadonlySet<string>;
  /** Paths that the test itself changed, on the card or in the managed directory. */
  readonly touchedByTest?: ReadonlySet<string>;
  /** The operation takes back what an earlier import placed, and puts moved files back. */
  readonly isUndo?: boolean;
  /** The operation works on managed files only. */
  readonly isInside?: boolean;
  /** Managed files get other names, also those that others had. Every row names a whole file, also before recovery. */
  readonly isRenaming?: boolean;
  /** Managed files that had rows before, or were in the trash. */
  readonly placedBefore?: ReadonlySet<string>;
}

/** I1, I2, I3 and I7: what must hold at every instant. The rows are those that a restart would find. */
export function checkAlways(
  world: SafetyWorld,
  before: Before,
  rows: readonly Row[] | null,
  expected: Expectation,
): string[] {
  const faults: string[] = [];
  const now = filesNow(world);
  const contents = new Set([...now.values()].map((file) => file.checksum));
  for (const [file, record] of before) {
    const lost = !contents.has(record.checksum) && !expected.lostByTest?.has(record.checksum);
    if (lost) faults.push(`I1: the content of ${file} exists nowhere any more`);
    if (expected.touchedByTest?.has(file)) continue;
    const found = now.get(file);
    if (!found) {
      if (!isBelow(file, world.places.source)) {
        if (!mayLeave(file, expected)) faults.push(`I2: ${file} is gone`);
      } else if (!expected.isMove) faults.push(`I3: ${file} is gone from the source`);
      else if (rows && !hasManagedCopy(rows, now, record)) {
        faults.push(`I7: ${file} is gone from the source without a row and a sound managed file`);
      }
      continue;
    }
    const isHandedOn = expected.isRenaming && mayLeave(file, expected);
    if (found.checksum !== record.checksum && isHandedOn) continue;
    if (found.checksum !== record.checksum) faults.push(`I2: ${file} has other bytes`);
    // It was removed and put back, by a copy with the same time to the microsecond: a moved file at the source, or
    // a managed file whose family had to stay.
    else if ((expected.isUndo && isBelow(file, world.places.source)) || mayLeave(file, expected)) {
      if (found.mtimeNs / 1000n !== record.mtimeNs / 1000n) {
        faults.push(`I2: ${file} has another time`);
      }
    } else if (found.mtimeNs !== record.mtimeNs) faults.push(`I2: ${file} has another time`);
    else if (found.inode !== record.inode) faults.push(`I2: ${file} is another file`);
  }
  for (const row of expected.isRenaming ? (rows ?? []) : []) {
    if (now.get(row.path)?.checksum !== row.checksum)
      faults.push(`I5: the row of ${row.path} has no whole file`);
  }
  for (const file of now.keys()) {
    if (expected.isUndo) break;
    const isNew = !before.has(file) && !expected.touchedByTest?.has(file);
    if (isNew && isBelow(file, world.places.source))
      faults.push(`I8: ${file} is new in the source`);
  }
  return faults;
}

/** A managed file that the operation may take away from its place. */
const mayLeave = (file: string, { isUndo, isInside, placedBefore }: Expectation): boolean =>
  ((isUndo ?? false) || (isInside ?? false)) && (placedBefore?.has(file) ?? false);

const isBelow = (file: string, folder: string): boolean => file.startsWith(folder + path.sep);

function hasManagedCopy(
  rows: readonly Row[],
  now: ReadonlyMap<string, FileRecord>,
  record: FileRecord,
): boolean {
  return rows.some(
    (row) => row.checksum === record.checksum && now.get(row.path)?.checksum === record.checksum,
  );
}

/** I8: everything that was made or removed lies in the managed directory; sources go only by a move. */
export function checkChanges(
  world: SafetyWorld,
  watched: WatchedPort,
  { isMove, isUndo }: Expectation,
): string[] {
  const { managed, source } = world.places;
  return watched.changes
    .filter(({ name, path: file }) => {
      if (isBelow(file, managed)) return false;
      return !((isUndo || (isMove && name === 'unlink')) && isBelow(file, source));
    })
    .map(({ name, path: file }) => `I8: ${name} of ${file}`);
}

/** I5, I9 and I10: what must hold after recovery. */
export function checkRecovered(
  world: SafetyWorld,
  before: Before,
  expected: Expectation,
  options: { readonly quarantineAllowed?: boolean } = {},
): string[] {
  const faults: string[] = [];
  const { managed } = world.places;
  const now = filesNow(world);
  const rows = rowsOf(world.store);
  const rowPaths = new Map(rows.map((row) => [row.path, row]));
  if (rowPaths.size !== rows.length) faults.push('I5: two rows name one file');
  for (const row of rows) {
    if (expected.touchedByTest?.has(row.path)) continue;
    const isGoneReference = !row.isManaged && expected.lostByTest?.has(row.checksum);
    const found = now.get(row.path);
    if (!found && !isGoneReference) faults.push(`I5: the row of ${row.path} has no file`);
    else if (found && found.checksum !== row.checksum) {
      faults.push(`I5: ${row.path} differs from its row`);
    }
    const original = before.get(row.originalPath);
    if (!isBelow(row.originalPath, world.places.source)) {
      faults.push(`I10: ${row.path} claims to come from ${row.originalPath}`);
    } else if (original && !expected.touchedByTest?.has(row.originalPath)) {
      if (original.checksum !== row.checksum) faults.push(`I10: ${row.originalPath} was different`);
    }
  }
  const copies = new Map<string, string>();
  for (const [file, record] of now) {
    if (expected.touchedByTest?.has(file)) continue;
    if (path.basename(file).startsWith('.imgcat-')) faults.push(`I5: ${file} is left`);
    const isForeign = before.has(file) && !expected.placedBefore?.has(file);
    if (!isBelow(file, managed) || isForeign) continue;
    const name = path.relative(managed, file);
    if (name.startsWith(trashFolder)) continue;
    if (name.startsWith('.imgcat-quarantine')) {
      if (!options.quarantineAllowed)
        faults.push(`I5: ${name} was set aside although its source stands`);
      continue;
    }
    const row = rowPaths.get(file);
    if (!row) faults.push(`I5: ${name} has no row`);
    // Each image has its own sidecar, whatever that says.
    if (row?.isSidecar) continue;
    const twin = copies.get(record.checksum);
    if (twin !== undefined) faults.push(`I5: ${name} and ${twin} are the same`);
    copies.set(record.checksum, name);
  }
  faults.push(...checkTrash(world, now, expected.touchedByTest ?? new Set()));
  for (const job of world.store.importJobs.list({ offset: 0, limit: 1000 }).jobs) {
    if (job.status === 'PENDING' || job.status === 'RUNNING') {
      faults.push(`I5: job ${job.id} is still ${job.status}`);
    }
    const sum = job.filesImported + job.filesSkipped + job.filesFailed;
    if (sum !== job.filesDiscovered) {
      const { filesDiscovered, filesImported, filesSkipped, filesFailed, status } = job;
      const figures = { filesDiscovered, filesImported, filesSkipped, filesFailed, status };
      faults.push(`I9: ${JSON.stringify(figures)}`);
    }
    const { total } = world.store.importItems.page({
      jobId: job.id,
      states: ['PLACED'],
      offset: 0,
      limit: 1,
    });
    if (total > 0) faults.push(`I5: job ${job.id} has ${total} items PLACED`);
  }
  return faults;
}

/** Files in the trash of the managed directory. */
export function trashOf(world: SafetyWorld, now: ReadonlyMap<string, FileRecord>): string[] {
  const folder = path.join(world.places.managed, trashFolder);
  return [...now.keys()].filter((file) => isBelow(file, folder));
}

const itemStates: readonly FileOperationItemState[] = [
  'PLANNED',
  'DONE',
  'FAILED',
  'CANCELLED',
  'UNDOING',
  'UNDONE',
  'EMPTIED',
];

/** I5 for work on catalogued files: none is left in between, what can be undone lies in the trash, and only that. */
function checkTrash(
  world: SafetyWorld,
  now: ReadonlyMap<string, FileRecord>,
  touched: ReadonlySet<string>,
): string[] {
  const faults: string[] = [];
  const { fileOperations } = world.store;
  const known = new Set<string>();
  for (const { id, kind, status } of fileOperations.page({ offset: 0, limit: 1000 }).operations) {
    if (status === 'RUNNING') faults.push(`I5: ${kind} ${id} is still running`);
    const isDeletion = kind === 'delete' || kind === 'delete-catalog';
    const items = fileOperations.items({
      operationId: id,
      states: itemStates,
      afterId: 0,
      limit: 10_000,
    });
    // An operation that was cut off and resumed may have moved a file at its second try.
    const went = items.filter(({ state }) => ['DONE', 'EMPTIED', 'UNDONE'].includes(state));
    const moved = new Set(went.map((item) => item.toPath));
    for (const { toPath, state, checksum } of items) {
      if (state === 'PLANNED' || state === 'UNDOING') faults.push(`I5: an item is still ${state}`);
      if (toPath === null || !isDeletion) continue;
      const file = path.join(world.places.managed, toPath);
      known.add(file);
      if (touched.has(file)) continue;
      const found = now.get(file)?.checksum;
      if (state === 'DONE' && found !== checksum) {
        faults.push(`I5: ${toPath} is not in the trash, so an undo is in vain`);
      }
      const isLeft = state === 'CANCELLED' || state === 'FAILED';
      if (found !== undefined && isLeft && !moved.has(toPath)) {
        faults.push(`I5: ${toPath} is in the trash, and in the catalog`);
      }
    }
  }
  for (const file of trashOf(world, now)) {
    if (!known.has(file)) faults.push(`I5: nothing knows of ${file}`);
  }
  return faults;
}

/** Everything that a second recovery must leave as it is. */
export function stateOf(world: SafetyWorld): string {
  const { driver } = world.store;
  const tables = driver
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .map(({ name }) => [name, driver.all(`SELECT * FROM "${name}"`)]);
  const files = [...filesNow(world)].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ tables, files }, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
