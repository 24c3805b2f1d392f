import { join } from 'node:path';
import { syncRemovals } from '../files/folders.js';
import { isHeld } from '../store/sharedFiles.js';
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
  const place = recoveryPlace(deps, job, root);
  const examined: Examined[] = [];
  for (const item of unit) examined.push(await examine(place, item));
  // Another job brought the content in meanwhile: no row can hold the files of this one.
  const twins = unit.map((item) =>
    isPrimary(item) ? deps.store.images.findByChecksum(job.catalogId, item.checksum) : undefined,
  );
  const isComplete = !twins.some(Boolean) && examined.every((one) => one.standing !== null);
  const finished: PlacedItem[] = [];
  const reset: ImportItemUpdate[] = [];
  for (const [index, { item, standing }] of examined.entries()) {
    const twin = twins[index]?.isManaged ? twins[index].currentPath : null;
    const taken =
      standing !== null && !isComplete && (await takeBackPlaced(place, item, standing, twin));
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
  if (reset.length > 0) {
    const paths = unit.map(({ destinationPath }) => finalPath(root, destinationPath));
    await syncRemovals(deps.files, paths, deps.log);
  }
  writeRecovered(deps, job, finished, reset);
}

const finalPath = (root: string, destination: string | null): string =>
  join(root, ...(destination ?? '').split('/'));

export const recoveryPlace = (
  { store, files, log }: Pick<ImportDeps, 'store' | 'files' | 'log'>,
  { catalogId }: Pick<ImportJobRow, 'catalogId'>,
  root: string,
): RecoveryPlace => ({
  files,
  root,
  log,
  isHeld: (stored) => isHeld(store, catalogId, root, stored),
});

function writeRecovered(
  deps: RecoverUnitDeps,
  job: ImportJobRow,
  finished: readonly PlacedItem[],
  reset: readonly ImportItemUpdate[],
): void {
  const { store, now } = deps;
  const isNew = ({ item }: PlacedItem): boolean =>
    isPrimary(item) && !store.images.findByChecksum(job.catalogId, item.checksum);
  const ids = new Set(finished.filter(isNew).map((one) => one.item.id));
  const belongs = ({ item }: PlacedItem): boolean => {
    if (isPrimary(item)) return ids.has(item.id);
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
