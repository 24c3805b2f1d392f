import { removeEmptyFolders } from '../files/folders.js';
import type { ImportRun } from './importRun.js';
import { nothingTakenBack, takeBackFamilies } from './takeBackItems.js';
import { importedFamilies, importedStates } from './undoFamilies.js';
import { undoPlace } from './undoPlace.js';

/**
 * Takes back what the job has brought into the catalog: copies whose source still holds them go, and moved files
 * return to where they came from. What cannot be proven (edited, source gone) stays in the catalog.
 * @throws CatalogError of the store
 */
export async function rollBackJob(run: ImportRun): Promise<void> {
  const { deps, job, realRoot } = run;
  const place = { ...undoPlace(deps, job), realRoot, onlyOwnInode: true };
  const undo = { deps, job, place, finalState: 'ROLLED_BACK', meter: null } as const;
  const taken = nothingTakenBack();
  for (const families of importedFamilies(deps.store, job)) {
    await takeBackFamilies(undo, families, taken);
  }
  run.bytesImported = deps.store.importItems.bytes(job.id, importedStates);
  removeEmptyFolders(deps.files, run.madeFolders);
  deps.log('info', `Import ${job.id}: ${taken.files} files taken back, ${taken.keptCount} kept`);
}
