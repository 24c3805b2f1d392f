import type { ImportItemRow, ImportItemUpdate, ImportJobRow } from '../store/rows.js';
import type { PlacedItem } from './commitItems.js';
import { commitPlaced } from './commitItems.js';
import type { ImportDeps } from './importRun.js';
import { isPrimary } from './importRun.js';
import type { Examined, RecoveryPlace } from './recoverFile.js';
import { clearNames, examine, takeBackPlaced } from './recoverFile.js';

/** Counted while recovery works. */
export interface RecoveryTally {
  filesFinished: number;
  filesReset: number;
  filesUndone: number;
}

export interface RecoverUnitDeps extends ImportDeps {
  readonly tally?: RecoveryTally;
}

/** All files of the unit stand verified: their rows are written. Otherwise those that do are taken back. */
export async function recoverUnit(
  deps: RecoverUnitDeps,
  job: ImportJobRow,
  root: string,
  unit: readonly ImportItemRow[],
): Promise<void> {
  const place: RecoveryPlace = { files: deps.files, root, log: deps.log };
  const examined: Examined[] = [];
  for (const item of unit) examined.push(await examine(place, item));
  const isComplete = examined.every((one) => one.standing !== null);
  const finished: PlacedItem[] = [];
  const reset: ImportItemUpdate[] = [];
  for (const { item, standing } of examined) {
    const taken = standing !== null && !isComplete && (await takeBackPlaced(place, item, standing));
    if (standing !== null && !taken) {
      const leftover = await clearNames(place, item, standing);
      const method = item.publishMethod;
      finished.push({
        item,
        destination: item.destinationPath,
        identity: standing,
        method,
        leftover,
      });
      continue;
    }
    const temporaryPath = await clearNames(place, item, null);
    const publishMethod = temporaryPath === null ? 'NONE' : item.publishMethod;
    reset.push({ id: item.id, state: 'PLANNED', temporaryPath, publishMethod, placedInode: null });
  }
  writeRecovered(deps, job, finished, reset);
}

function writeRecovered(
  deps: RecoverUnitDeps,
  job: ImportJobRow,
  finished: readonly PlacedItem[],
  reset: readonly ImportItemUpdate[],
): void {
  const { store, now } = deps;
  const ids = new Set(finished.filter((one) => isPrimary(one.item)).map((one) => one.item.id));
  const belongs = (one: PlacedItem): boolean => {
    const { item } = one;
    if (isPrimary(item)) return !store.images.findByChecksum(job.catalogId, item.checksum);
    const parent = item.parentItemId ?? -1;
    return ids.has(parent) || !!store.importItems.find(parent)?.imageId;
  };
  const withRows = finished.filter(belongs);
  if (deps.tally) {
    deps.tally.filesFinished += withRows.length;
    deps.tally.filesReset += reset.length;
  }
  for (const one of finished) {
    if (!withRows.includes(one)) {
      deps.log('warn', `${one.destination ?? ''} was kept although no row can hold it`);
    }
  }
  store.transaction(() => {
    commitPlaced(deps, job, withRows);
    store.importItems.updateMany(reset, now().toISOString());
    const bytes = withRows.reduce((sum, one) => sum + one.item.sizeBytes, 0);
    const before = store.importJobs.find(job.id)?.bytesImported ?? 0;
    store.importJobs.update(job.id, { bytesImported: before + bytes });
  });
}
