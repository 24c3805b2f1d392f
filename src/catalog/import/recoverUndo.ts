import type { ImportJobRow } from '../store/rows.js';
import type { ImportDeps } from './importRun.js';
import { nothingTakenBack, takeBackFamilies } from './takeBackItems.js';
import { familiesOf } from './undoFamilies.js';
import { refreshFigures } from './undoFigures.js';
import { undoPlace } from './undoPlace.js';

/**
 * Finishes what an undo or a rollback had begun when it was cut off: each file goes, or it stays with its row and
 * the item says why. What had not been begun stays as it is.
 * @param root real path of the managed directory
 * @returns how many files were taken back
 * @throws CatalogError of the store
 */
export async function finishUndo(
  deps: ImportDeps,
  job: ImportJobRow,
  root: string,
): Promise<number> {
  const { importItems } = deps.store;
  const begun = importItems
    .listUnfinished()
    .filter((item) => item.importJobId === job.id && item.state === 'UNDOING');
  if (begun.length === 0) return 0;
  const isRollBack = job.status === 'RUNNING' || job.status === 'INTERRUPTED';
  const place = { ...undoPlace(deps, job), realRoot: root };
  const finalState = isRollBack ? 'ROLLED_BACK' : 'UNDONE';
  const taken = nothingTakenBack();
  const families = familiesOf(deps.store, job.importMode, begun);
  await takeBackFamilies({ deps, job, place, finalState, meter: null }, families, taken);
  refreshFigures(deps, job.id);
  deps.log('warn', `Import ${job.id}: an undo was cut off; ${taken.files} files were taken back`);
  return taken.files;
}
