import path from 'node:path';
import type { FileIdentity } from '../files/fileIdentity.js';
import { identityOf, sameContentStamp } from '../files/fileIdentity.js';
import { isInside } from '../files/folders.js';
import { sourceError } from '../files/fileErrors.js';
import { lookTwice } from '../files/publish.js';
import { readContent } from '../files/readContent.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { RelocateRequest, RelocateState } from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { managedPath, storedPath } from '../store/managedPaths.js';
import type { LocatedRow } from '../store/relocationRepository.js';
import type { CheckDeps } from './checkFiles.js';
import { Pace } from './pace.js';

export interface RelocatePlace {
  readonly catalog: Catalog;
  /** Real path of the managed directory; null if the catalog has none that may be looked into now. */
  readonly realRoot: string | null;
}

/** An image at or below the old place, and what is at its new one. Paths are absolute. */
export interface PlannedRelocation {
  readonly row: LocatedRow;
  readonly from: string;
  readonly to: string;
  /** As the row will say it. */
  readonly storedTo: string;
  readonly state: RelocateState;
  /** Of the file at the new place; null if there is none. */
  readonly identity: FileIdentity | null;
}

/**
 * Looks at the new places of all images at or below the old one. A file is the same if its size and time are, or if it
 * reads equal; a single file is always read.
 * @throws CatalogError CANCELLED, and what reading files throws: nothing is said of one that cannot be looked at
 */
export async function planRelocation(
  deps: CheckDeps,
  place: RelocatePlace,
  request: RelocateRequest,
  control: OperationControl,
): Promise<PlannedRelocation[]> {
  const rows = rowsBelow(deps, place, request.from);
  const taken = takenPlaces(deps, place, request, rows);
  const isSingle = rows.length === 1;
  const looker = new Looker(deps, place, request, control, taken, isSingle);
  const meter = new ProgressMeter({
    phase: 'relocate',
    filesTotal: rows.length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  const pace = new Pace(false);
  const planned: PlannedRelocation[] = [];
  for (const row of rows) {
    planned.push(await looker.look(row, (bytes) => meter.advance(0, bytes, row.storedPath)));
    meter.advance(1, 0, row.storedPath);
    if (pace.isDue()) await pace.rest();
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
  }
  meter.flush();
  return planned;
}

function rowsBelow(deps: CheckDeps, { catalog, realRoot }: RelocatePlace, from: string) {
  const { relocations } = deps.store;
  const rows = relocations.referencedBelow(catalog.id, from);
  const { managedDirectory } = catalog;
  if (managedDirectory === null || realRoot === null || !isInside(from, managedDirectory)) {
    return rows;
  }
  const stored = storedPath(managedDirectory, from);
  return [...rows, ...relocations.managedBelow(catalog.id, stored)];
}

const newPath = ({ from, to }: RelocateRequest, old: string): string =>
  path.join(to, path.relative(from, old));

/** New places that other images of the catalog have. */
function takenPlaces(
  { store }: CheckDeps,
  { catalog }: RelocatePlace,
  request: RelocateRequest,
  rows: readonly LocatedRow[],
): ReadonlySet<string> {
  const own = new Set(rows.map(({ imageId }) => imageId));
  const wanted = rows.map((row) => newPath(request, absolute(catalog, row)));
  const found = [...store.images.referencesAt(catalog.id, wanted)];
  const { managedDirectory } = catalog;
  if (managedDirectory !== null) {
    const inside = wanted.filter((file) => isInside(file, managedDirectory));
    const stored = new Map(
      inside.map((file) => [path.relative(managedDirectory, file).split(path.sep).join('/'), file]),
    );
    for (const [at, id] of store.relocations.managedAt(catalog.id, [...stored.keys()])) {
      found.push([stored.get(at) ?? '', id]);
    }
  }
  return new Set(found.filter(([, id]) => !own.has(id)).map(([file]) => file));
}

const absolute = ({ managedDirectory }: Catalog, row: LocatedRow): string =>
  row.isManaged ? path.join(managedDirectory ?? '', ...row.storedPath.split('/')) : row.storedPath;

class Looker {
  private readonly deps: CheckDeps;
  private readonly place: RelocatePlace;
  private readonly request: RelocateRequest;
  private readonly control: OperationControl;
  private readonly taken: ReadonlySet<string>;
  private readonly readsAll: boolean;
  /** Whether a folder really lies where files of its kind may. */
  private readonly folders = new Map<string, boolean>();

  constructor(
    deps: CheckDeps,
    place: RelocatePlace,
    request: RelocateRequest,
    control: OperationControl,
    taken: ReadonlySet<string>,
    isSingle: boolean,
  ) {
    this.deps = deps;
    this.place = place;
    this.request = request;
    this.control = control;
    this.taken = taken;
    this.readsAll = isSingle || request.readAll === true;
  }

  async look(row: LocatedRow, onBytes: (bytes: number) => void): Promise<PlannedRelocation> {
    const { catalog } = this.place;
    const from = absolute(catalog, row);
    const to = newPath(this.request, from);
    const planned = { row, from, to, storedTo: to, identity: null };
    if (!this.mayLie(row, from, to)) return { ...planned, state: 'refused' };
    const storedTo = row.isManaged ? storedPath(catalog.managedDirectory ?? '', to) : to;
    if (this.taken.has(to)) return { ...planned, storedTo, state: 'taken' };
    const stats = lookTwice(this.deps.files, to);
    if (stats === null) {
      const stays = lookTwice(this.deps.files, from)?.isFile() === true;
      return { ...planned, storedTo, state: stays ? 'kept' : 'absent' };
    }
    if (!stats.isFile()) return { ...planned, storedTo, state: 'refused' };
    const identity = identityOf(stats);
    const isSame = await this.isSame(row, to, identity, onBytes);
    return { ...planned, storedTo, identity, state: isSame ? 'found' : 'differing' };
  }

  private async isSame(
    row: LocatedRow,
    to: string,
    identity: FileIdentity,
    onBytes: (bytes: number) => void,
  ): Promise<boolean> {
    if (identity.sizeBytes !== row.sizeBytes) return false;
    if (!this.readsAll && sameContentStamp(identity, row)) return true;
    const { signal } = this.control;
    const { checksum } = await readContent(this.deps.files, to, { signal, onBytes });
    return checksum === row.checksum;
  }

  /** Managed files stay in the managed directory, referenced ones outside it; no link leads elsewhere. */
  private mayLie(row: LocatedRow, from: string, to: string): boolean {
    const { catalog, realRoot } = this.place;
    if (row.isManaged) {
      try {
        managedPath(catalog.managedDirectory ?? '', row.storedPath);
        const stored = storedPath(catalog.managedDirectory ?? '', to);
        // What this program keeps there itself: the trash, the quarantine.
        if (stored.startsWith('.imgcat-')) return false;
      } catch {
        return false;
      }
    } else if (!path.isAbsolute(from) || path.normalize(from) !== from) return false;
    const folder = path.dirname(to);
    const key = `${row.isManaged ? 'managed' : 'referenced'}:${folder}`;
    let may = this.folders.get(key);
    if (may === undefined) {
      may = this.folderMayHold(row.isManaged, folder, realRoot);
      this.folders.set(key, may);
    }
    return may;
  }

  private folderMayHold(isManaged: boolean, folder: string, realRoot: string | null): boolean {
    if (lookTwice(this.deps.files, folder) === null) return true;
    const real = this.realpath(folder);
    if (isManaged) return realRoot !== null && isInside(real, realRoot);
    if (realRoot !== null && isInside(real, realRoot)) return false;
    // Below a folder that was named, links are not followed; the named one itself may be one.
    if (!isInside(folder, this.request.to)) return true;
    return isInside(real, this.realpath(this.request.to));
  }

  private realpath(folder: string): string {
    try {
      return this.deps.files.realpath(folder);
    } catch (error) {
      throw sourceError(error, folder);
    }
  }
}
