import type { ImportDeps } from './importRun.js';
import { importedStates } from './undoFamilies.js';

/** Counts a job's items anew. @returns how many images of it are in the catalog */
export function refreshFigures(deps: Pick<ImportDeps, 'store'>, jobId: string): number {
  const { importItems, importJobs } = deps.store;
  const counts = importItems.counts(jobId);
  importJobs.update(jobId, {
    filesImported: counts.imported,
    filesSkipped: counts.duplicate + counts.cancelled + counts.planned,
    filesFailed: counts.failed,
    bytesImported: importItems.bytes(jobId, importedStates),
  });
  return counts.imported;
}
