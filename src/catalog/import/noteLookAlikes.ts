import type { ImportJobRow } from '../store/rows.js';
import type { ImportDeps, ImportInput } from './importRun.js';

/**
 * Writes down, with the job, what was decided about files that look like images of the catalog, and which images are
 * to be replaced. Nothing is replaced here: that comes when the new files are durable. Runs in the caller's
 * transaction.
 */
export function noteLookAlikes(
  { store, now }: ImportDeps,
  job: ImportJobRow,
  input: ImportInput,
): void {
  const files = store.lookAlikes.decided(input);
  if (files.length === 0) return;
  store.importReplacements.insertMany(
    job.id,
    files.flatMap(({ decision, checksum, replaces, matches }) => {
      const replaced = matches.find(({ imageId }) => imageId === replaces);
      if (decision !== 'replace' || checksum === null || !replaced) return [];
      return [{ checksum, imageId: replaced.imageId, path: replaced.path }];
    }),
  );
  store.auditLog.append({
    at: now().toISOString(),
    operation: 'import-look-alikes',
    catalogId: input.catalog.id,
    catalogName: input.catalog.name,
    sourceId: input.source.id,
    importJobId: job.id,
    detail: {
      files: files.map(({ relativePath, decision, matches, replaces }) => ({
        path: relativePath,
        decision,
        looksLike: matches.map(({ imageId }) => imageId),
        ...(decision === 'replace' && { replaces }),
      })),
    },
  });
}
