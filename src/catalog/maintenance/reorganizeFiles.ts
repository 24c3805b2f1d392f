import { posix } from 'node:path';
import { RootVolume } from '../files/rootVolume.js';
import type { Catalog } from '../model/catalog.js';
import type { CatalogError } from '../model/errors.js';
import type { FileOperation, FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import type { MaintenanceDeps, OperationEntry } from './fileOperationRun.js';
import {
  beginOperation,
  byImage,
  endOperation,
  KeptFiles,
  reportOf,
  settledOnly,
} from './fileOperationRun.js';
import { moveFiles } from './moveFiles.js';
import type { FileMove, UnitMove } from './moveUnit.js';
import { movesBack, movesThere } from './moveUnit.js';

export interface ReorganizePlace {
  readonly catalog: Pick<Catalog, 'id' | 'name'>;
  /** Real path of the managed directory. */
  readonly realRoot: string;
}

/**
 * Moves managed files to other names in their managed directory, sidecars along; original_source_path stays. See
 * moveFiles for the order of it. What was cut off is settled by recovery, and reorganizing again goes on with it.
 * @param units in the order of the work: a name is left before another file gets it
 * @param kept files that the plan left out
 * @throws CatalogError OPERATION_NOT_RESUMABLE, and of the store: what was written down is settled by recovery
 */
export async function reorganizeFiles(
  deps: MaintenanceDeps,
  place: ReorganizePlace,
  units: readonly UnitMove[],
  kept: KeptFiles,
  entry: OperationEntry,
  control: OperationControl = {},
): Promise<FileOperationReport> {
  const { catalog, realRoot } = place;
  const images = units.flat().length;
  const begun = beginOperation(deps, entry, {
    kind: 'reorganize',
    catalog,
    realRoot,
    imagesTotal: images + kept.count,
  });
  const { id, done } = begun;
  const meter = meterOf('reorganize', images, control);
  const run = {
    deps,
    direction: movesThere,
    operationId: id,
    catalog,
    root: realRoot,
    volume: new RootVolume(deps.files, realRoot, catalog.name),
    kept,
    done,
    signal: control.signal,
    meter,
  };
  const settled = settledOnly(begun, kept, units, (unit) => unit.map(({ imageId }) => imageId));
  const stoppedBy = await moveFiles(run, settled);
  meter.flush();
  endOperation(deps, id, done, kept, control, stoppedBy);
  return reportOf(deps, id, kept, stoppedBy);
}

const meterOf = (
  phase: 'reorganize' | 'undo',
  filesTotal: number,
  control: OperationControl,
): ProgressMeter =>
  new ProgressMeter({
    phase,
    filesTotal,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });

/**
 * Moves files back to where they stood, those that are unchanged and whose rows still name the places that they were
 * moved to. Anything else stays and is reported.
 * @throws CatalogError of the store: what was written down is settled by recovery
 */
export async function undoReorganize(
  deps: MaintenanceDeps,
  operation: FileOperation,
  control: OperationControl = {},
): Promise<FileOperationReport> {
  const { fileOperations } = deps.store;
  const { id, managedDirectory: root } = operation;
  const kept = new KeptFiles();
  const request = { operationId: id, states: ['DONE'] as const, afterId: 0, limit: 1_000_000 };
  // Who came last leaves first: its place may be where an earlier one stood.
  const units = unitsOf(fileOperations.items(request)).reverse();
  const meter = meterOf('undo', units.flat().length, control);
  let stoppedBy: CatalogError | null = null;
  if (root !== null) {
    const run = {
      deps,
      direction: movesBack,
      operationId: id,
      catalog: { id: operation.catalogId, name: operation.catalogName },
      root,
      volume: new RootVolume(deps.files, root, operation.catalogName),
      kept,
      done: { images: 0, files: 0, bytes: 0 },
      signal: control.signal,
      meter,
    };
    stoppedBy = await moveFiles(run, units);
  }
  meter.flush();
  const left = fileOperations.countImages(id, ['PLANNED', 'DONE', 'UNDOING']);
  fileOperations.update(id, { imagesDone: left, ...(left === 0 && { status: 'UNDONE' as const }) });
  return reportOf(deps, id, kept, stoppedBy);
}

/** Images that were moved together have one base name at their new place. */
function unitsOf(items: readonly FileOperationItem[]): UnitMove[] {
  const units: UnitMove[] = [];
  let last = '';
  for (const family of byImage(items)) {
    const [primary] = family;
    if (!primary) continue;
    const place = posix.parse(primary.toPath ?? primary.fromPath);
    const base = posix.join(place.dir, place.name);
    const image = { imageId: primary.imageId, files: family.map(moveBack) };
    const unit = base === last ? [...(units.pop() ?? []), image] : [image];
    units.push(unit);
    last = base;
  }
  return units;
}

const moveBack = (item: FileOperationItem): FileMove => ({
  role: item.role,
  from: item.toPath ?? item.fromPath,
  to: item.fromPath,
  checksum: item.role === 'primary' ? item.checksum : null,
  sizeBytes: item.sizeBytes,
  item,
});
