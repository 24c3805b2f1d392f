import { relative, sep } from 'node:path';
import type { CatalogStore } from '../store/catalogStore.js';
import type { ImportItemRow, ImportJobRow } from '../store/rows.js';

/** Removes the rows of files that were taken back, and what the source's files say about them. In a transaction. */
export function forgetRows(
  store: CatalogStore,
  job: ImportJobRow,
  items: readonly ImportItemRow[],
): void {
  const primaries = items.filter((item) => item.role === 'primary');
  for (const item of items) {
    if (item.role !== 'sidecar') continue;
    const parent = store.importItems.find(item.parentItemId ?? -1);
    // Its image may stay, if that could not be taken back.
    if (parent?.imageId) store.images.deleteSidecar(parent.imageId, item.sourcePath);
  }
  store.images.deleteMany(primaries.flatMap((item) => item.imageId ?? []));
  if (job.sourceId === null || primaries.length === 0) return;
  const paths = primaries.map((item) =>
    relative(job.sourcePath, item.sourcePath).split(sep).join('/'),
  );
  store.sourceFiles.forgetImport(job.sourceId, paths, job.id);
}
