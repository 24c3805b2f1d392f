import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CatalogError } from '../model/errors.js';
import { formatOrganizationStrategy } from '../model/organizationStrategy.js';
import type { ImportJobRow, NewImportItem, ScanFileRow } from '../store/rows.js';
import { chosenGroups, settledFiles } from './chosenFiles.js';
import type { ImportDeps, ImportInput } from './importRun.js';
import { noteLookAlikes } from './noteLookAlikes.js';
import type { PlannedFile } from './plan.js';
import { DestinationPlanner } from './plan.js';
import { plannableScanFile } from './planScan.js';
import type { ImportPlaces } from './preconditions.js';
import { bytesToWrite, checkSpace } from './preconditions.js';
import { takenNames } from './takenNames.js';

/**
 * Writes down a job and everything it is going to do: one item per file, planned, in the order of the plan.
 * Nothing is done with a file before all of it is durable. The job is RUNNING then.
 * @throws CatalogError NOTHING_TO_IMPORT, DISK_FULL, DESTINATION_NAMES_EXHAUSTED: then there is no job row
 */
export async function createJob(
  deps: ImportDeps,
  input: ImportInput,
  places: ImportPlaces,
): Promise<ImportJobRow> {
  const { store, files } = deps;
  const { count, bytes } = store.scanFiles.newFigures(input);
  const settled =
    store.scanFiles.countSettled(input, 'duplicate') + store.scanFiles.countSettled(input, 'error');
  // A source that holds only known files can be imported (all are skipped); an emptied selection cannot.
  const emptied =
    !input.fileIds && store.scanFiles.count({ scanId: input.scanId, state: 'new' }) > count;
  if (count === 0 && (emptied || settled === 0)) throw new CatalogError('NOTHING_TO_IMPORT');
  const copies = input.importMode !== 'reference';
  if (copies) checkSpace(files, places.realRoot, bytesToWrite(files, input, places, bytes));
  const planner = copies ? newPlanner(deps, input, places) : null;
  const job = newJob(deps, input, places, count + settled);
  store.importJobs.insert(job);
  const writer = new ItemWriter(deps, input, job, planner);
  try {
    await writeAll(store, chosenGroups(deps, input), writer);
    // Known duplicates and unreadable files: nothing is done with them but to say so.
    await writeAll(store, eachAlone(settledFiles(deps, input)), writer);
    store.transaction(() => {
      noteLookAlikes(deps, job, input);
      store.importJobs.update(job.id, { status: 'RUNNING' });
    });
  } catch (error) {
    store.importJobs.delete(job.id);
    throw error;
  }
  return { ...job, status: 'RUNNING' };
}

/** Pages whose items are written with one commit. */
const pagesOfCommit = 8;

async function writeAll(
  store: ImportDeps['store'],
  pages: Generator<ScanFileRow[][]>,
  writer: ItemWriter,
): Promise<void> {
  for (let isDone = false; !isDone;) {
    store.transaction(() => {
      for (let count = 0; count < pagesOfCommit && !isDone; count += 1) {
        const page = pages.next();
        if (page.done) isDone = true;
        else writer.write(page.value);
      }
    });
    await nextTurn();
  }
}

function* eachAlone(pages: Iterable<ScanFileRow[]>): Generator<ScanFileRow[][]> {
  for (const page of pages) yield page.map((file) => [file]);
}

function newPlanner(
  deps: ImportDeps,
  input: ImportInput,
  places: ImportPlaces,
): DestinationPlanner {
  const stored = deps.store.images.managedStoredPaths(input.catalog.id);
  return new DestinationPlanner(places.naming, takenNames(deps.files, places.realRoot, stored));
}

function newJob(
  deps: ImportDeps,
  input: ImportInput,
  places: ImportPlaces,
  filesDiscovered: number,
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
    filesDiscovered,
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

/** Writes the items of units. */
class ItemWriter {
  private readonly deps: ImportDeps;
  private readonly input: ImportInput;
  private readonly job: ImportJobRow;
  private readonly planner: DestinationPlanner | null;
  /** A sidecar named by two members of a group travels once. */
  private readonly writtenSidecars = new Set<string>();

  constructor(
    deps: ImportDeps,
    input: ImportInput,
    job: ImportJobRow,
    planner: DestinationPlanner | null,
  ) {
    this.deps = deps;
    this.input = input;
    this.job = job;
    this.planner = planner;
  }

  /** Files of a unit come in all or none. @throws CatalogError DESTINATION_NAMES_EXHAUSTED */
  write(units: readonly (readonly ScanFileRow[])[]): void {
    const { importItems } = this.deps.store;
    this.deps.store.transaction(() => {
      for (const unit of units) {
        const isNew = unit[0]?.state === 'new';
        const plan = isNew ? this.planner?.plan(unit.map(plannableScanFile)) : undefined;
        const ids = importItems.insertMany(
          unit.map((file) => this.primaryItem(file, plan?.get(file.id))),
        );
        if (!isNew) continue;
        importItems.insertMany(
          unit.flatMap((file, index) =>
            this.sidecarItems(file, plan?.get(file.id)).map((sidecar) => ({
              ...sidecar,
              parentItemId: ids[index] ?? null,
            })),
          ),
        );
      }
    });
  }

  private primaryItem(file: ScanFileRow, planned: PlannedFile | undefined): NewImportItem {
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
      destinationPath: planned?.destination ?? null,
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

  private sidecarItems(
    file: ScanFileRow,
    plan: PlannedFile | undefined,
  ): Omit<NewImportItem, 'parentItemId'>[] {
    const items: Omit<NewImportItem, 'parentItemId'>[] = [];
    const planned = plan?.sidecars ?? [];
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
