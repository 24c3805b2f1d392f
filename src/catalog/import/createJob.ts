import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CatalogError } from '../model/errors.js';
import { formatOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportJobRow, NewImportItem, ScanFileRow } from '../store/rows.js';
import { selectedFiles } from './forecast.js';
import type { ImportDeps, ImportInput, UnitIds } from './importRun.js';
import type { PlannedFile } from './plan.js';
import { planDestinations } from './plan.js';
import { plannableScanFile } from './planScan.js';
import type { ImportPlaces } from './preconditions.js';
import { bytesOf, bytesToWrite, checkSpace } from './preconditions.js';
import { takenNames } from './takenNames.js';

/** Files of one unit in the order of their items. */
export interface PlannedUnit {
  readonly ids: UnitIds;
  readonly bytes: number;
  /** Not to be imported: a known duplicate, or unreadable. */
  readonly isSettled: boolean;
}

export interface CreatedJob {
  readonly job: ImportJobRow;
  readonly units: readonly PlannedUnit[];
}

/** What an import is about. */
interface Chosen {
  /** In path order. */
  readonly fresh: readonly ScanFileRow[];
  /** Known duplicates: nothing is done with them but to say so. */
  readonly duplicates: readonly ScanFileRow[];
  /** Found at the source but not readable: they fail, so that the report tells of them. */
  readonly unreadable: readonly ScanFileRow[];
}

/** Files whose items are written with one commit. */
const chunkFiles = 500;

/**
 * Writes down a job and everything it is going to do: one item per file, planned, in the order of the plan.
 * Nothing is done with a file before all of it is durable. The job is RUNNING then.
 * @throws CatalogError NOTHING_TO_IMPORT, DISK_FULL, DESTINATION_NAMES_EXHAUSTED before there is a job row
 */
export async function createJob(
  deps: ImportDeps,
  input: ImportInput,
  places: ImportPlaces,
): Promise<CreatedJob> {
  const { store, files } = deps;
  const chosen = chooseFiles(deps, input);
  const copies = input.importMode !== 'reference';
  if (copies) {
    checkSpace(files, places.realRoot, bytesToWrite(files, input, places, chosen.fresh));
  }
  const plan = copies ? planCopies(deps, input, places, chosen.fresh) : null;
  const job = newJob(deps, input, places, chosen);
  store.importJobs.insert(job);
  const writer = new ItemWriter(deps, input, job, plan);
  const units: PlannedUnit[] = [];
  const all = [...unitsOf(chosen.fresh), ...[...chosen.duplicates, ...chosen.unreadable].map(only)];
  for (let from = 0; from < all.length;) {
    let to = from;
    for (let count = 0; to < all.length && count < chunkFiles; to += 1) {
      count += all[to]?.length ?? 0;
    }
    units.push(...writer.write(all.slice(from, to)));
    from = to;
    await nextTurn();
  }
  store.importJobs.update(job.id, { status: 'RUNNING' });
  return { job: { ...job, status: 'RUNNING' }, units };
}

const only = (file: ScanFileRow): ScanFileRow[] => [file];

function chooseFiles(deps: ImportDeps, input: ImportInput): Chosen {
  const { scanFiles } = deps.store;
  const fresh = selectedFiles(deps, input);
  const others = input.fileIds
    ? scanFiles.byIds(input.fileIds).filter((file) => file.scanId === input.scanId)
    : [
        ...scanFiles.listByState(input.scanId, 'duplicate'),
        ...scanFiles.listByState(input.scanId, 'error'),
      ];
  const freshIds = new Set(fresh.map((file) => file.id));
  // A duplicate of a file that was left out is left out with it.
  const duplicates = others.filter(
    ({ state, duplicateScanFileId: original }) =>
      state === 'duplicate' && (original === null || freshIds.has(original)),
  );
  const unreadable = others.filter((file) => file.state === 'error');
  // A source that holds only known files can be imported (all are skipped); an emptied selection cannot.
  const emptied =
    !input.fileIds && scanFiles.count({ scanId: input.scanId, state: 'new' }) > fresh.length;
  if (fresh.length === 0 && (emptied || duplicates.length + unreadable.length === 0)) {
    throw new CatalogError('NOTHING_TO_IMPORT');
  }
  return { fresh, duplicates, unreadable };
}

function planCopies(
  deps: ImportDeps,
  input: ImportInput,
  places: ImportPlaces,
  fresh: readonly ScanFileRow[],
): ReadonlyMap<number, PlannedFile> {
  const stored = deps.store.images.managedStoredPaths(input.catalog.id);
  const isTaken = takenNames(deps.files, places.realRoot, stored);
  return planDestinations(fresh.map(plannableScanFile), places.naming, isTaken);
}

function newJob(
  deps: ImportDeps,
  input: ImportInput,
  places: ImportPlaces,
  chosen: Chosen,
): ImportJobRow {
  return {
    id: deps.newId(),
    catalogId: input.catalog.id,
    sourceId: input.source.id,
    sourceName: input.source.name,
    sourcePath: input.source.sourcePath,
    scanId: input.scanId,
    importMode: input.importMode,
    organizationStrategy: formatOrganizationStrategy(places.naming.strategy),
    skipDuplicates: input.skipDuplicates ?? true,
    undatedByModificationDate: places.naming.undatedByModificationDate,
    filesDiscovered: chosen.fresh.length + chosen.duplicates.length + chosen.unreadable.length,
    filesImported: 0,
    filesSkipped: 0,
    filesFailed: 0,
    bytesImported: 0,
    startedAt: deps.now().toISOString(),
    completedAt: null,
    status: 'PENDING',
    error: null,
  };
}

/** Groups follow their first member; everything else stays in path order. */
function unitsOf(files: readonly ScanFileRow[]): ScanFileRow[][] {
  const groups = new Map<string, ScanFileRow[]>();
  const units: ScanFileRow[][] = [];
  for (const file of files) {
    const group = file.groupKey === null ? undefined : groups.get(file.groupKey);
    if (group) {
      group.push(file);
      continue;
    }
    const unit = [file];
    units.push(unit);
    if (file.groupKey !== null) groups.set(file.groupKey, unit);
  }
  return units;
}

/** Writes the items of units. */
class ItemWriter {
  private readonly deps: ImportDeps;
  private readonly input: ImportInput;
  private readonly job: ImportJobRow;
  private readonly plan: ReadonlyMap<number, PlannedFile> | null;
  /** A sidecar named by two members of a group travels once. */
  private readonly writtenSidecars = new Set<string>();

  constructor(
    deps: ImportDeps,
    input: ImportInput,
    job: ImportJobRow,
    plan: ReadonlyMap<number, PlannedFile> | null,
  ) {
    this.deps = deps;
    this.input = input;
    this.job = job;
    this.plan = plan;
  }

  write(units: readonly (readonly ScanFileRow[])[]): PlannedUnit[] {
    const sidecars = new Map<number, Omit<NewImportItem, 'parentItemId'>[]>();
    for (const file of units.flat()) {
      if (file.state === 'new') sidecars.set(file.id, this.sidecarItems(file));
    }
    const { importItems } = this.deps.store;
    return this.deps.store.transaction(() =>
      units.map((unit) => {
        const primaries = importItems.insertMany(unit.map((file) => this.primaryItem(file)));
        const companions = unit.flatMap((file, index) =>
          (sidecars.get(file.id) ?? []).map((sidecar) => ({
            ...sidecar,
            parentItemId: primaries[index] ?? null,
          })),
        );
        const ids = [...primaries, ...importItems.insertMany(companions)];
        const isSettled = unit[0]?.state !== 'new';
        const bytes = isSettled ? 0 : unit.reduce((sum, file) => sum + bytesOf(file), 0);
        return { ids, bytes, isSettled };
      }),
    );
  }

  private primaryItem(file: ScanFileRow): NewImportItem {
    const { error } = file;
    return {
      ...this.baseItem(file.groupKey),
      parentItemId: null,
      role: 'primary',
      sourcePath: this.absolute(file.relativePath),
      sizeBytes: file.sizeBytes,
      mtimeNs: file.mtimeNs,
      inode: file.inode,
      checksum: file.checksum ?? '',
      // Without facts there is nothing to make an image of: a known duplicate stays one.
      facts: file.state === 'new' ? file.facts : null,
      destinationPath: this.plan?.get(file.id)?.destination ?? null,
      duplicateOfImageId: file.duplicateImageId,
      duplicateOfPath: this.duplicatePath(file),
      ...(error && { state: 'FAILED', errorCode: error.code, errorData: error.data }),
    };
  }

  private duplicatePath(file: ScanFileRow): string | null {
    if (file.duplicateScanFileId === null) return null;
    const twin = this.deps.store.scanFiles.find(file.duplicateScanFileId);
    return twin ? this.absolute(twin.relativePath) : null;
  }

  private sidecarItems(file: ScanFileRow): Omit<NewImportItem, 'parentItemId'>[] {
    const items: Omit<NewImportItem, 'parentItemId'>[] = [];
    const planned = this.plan?.get(file.id)?.sidecars ?? [];
    for (const sidecar of file.sidecars) {
      if (this.writtenSidecars.has(sidecar.relativePath)) continue;
      this.writtenSidecars.add(sidecar.relativePath);
      const destination = planned.find((one) => one.source === sidecar.relativePath)?.destination;
      items.push({
        ...this.baseItem(file.groupKey),
        role: 'sidecar',
        sourcePath: this.absolute(sidecar.relativePath),
        sizeBytes: sidecar.sizeBytes,
        mtimeNs: sidecar.mtimeNs,
        inode: sidecar.inode,
        facts: null,
        destinationPath: destination ?? null,
        // Read when its turn comes: a card that is pulled out meanwhile must not fail it.
        checksum: '',
      });
    }
    return items;
  }

  private baseItem(
    groupKey: string | null,
  ): Pick<NewImportItem, 'importJobId' | 'groupKey' | 'temporaryPath' | 'publishMethod' | 'state'> {
    return {
      importJobId: this.job.id,
      groupKey,
      temporaryPath: null,
      publishMethod: 'NONE',
      state: 'PLANNED',
    };
  }

  private absolute(relativePath: string): string {
    return join(this.input.source.sourcePath, ...relativePath.split('/'));
  }
}
