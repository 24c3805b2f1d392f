import { setImmediate as nextTurn } from 'node:timers/promises';
import { manifestLine, manifestPath } from '../files/checksumManifest.js';
import { CatalogError } from '../model/errors.js';
import type { JobManifest } from '../model/safety.js';
import type { ImportDeps } from './importRun.js';
import { importedFamilies } from './undoFamilies.js';

/**
 * The checksums of all files that a job brought into the catalog, sidecars included, for `sha256sum -c`: managed
 * files relative to the managed directory, referenced ones absolute.
 * @throws CatalogError JOB_NOT_FOUND
 */
export async function jobManifest(
  deps: Pick<ImportDeps, 'store'>,
  jobId: string,
): Promise<JobManifest> {
  const job = deps.store.importJobs.find(jobId);
  if (!job) throw new CatalogError('JOB_NOT_FOUND', { job: jobId });
  const directory =
    job.importMode === 'reference'
      ? null
      : (deps.store.catalogs.find(job.catalogId)?.managedDirectory ?? null);
  const entries: { path: string; checksum: string }[] = [];
  for (const families of importedFamilies(deps.store, job)) {
    for (const { item, managed } of families.flat()) {
      if (job.importMode !== 'reference' && managed === null) continue;
      const path = managed === null ? item.sourcePath : manifestPath(directory, managed);
      entries.push({ path, checksum: item.checksum });
    }
    await nextTurn();
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return {
    jobId,
    text: entries.map(({ path, checksum }) => manifestLine(checksum, path)).join(''),
    fileCount: entries.length,
    directory,
    suggestedName: `import-${job.startedAt.slice(0, 10)}-${jobId.slice(0, 8)}.sha256`,
  };
}
