import { dirname } from 'node:path';
import { removeEmptyFolders, syncDirectory } from '../files/folders.js';
import { removePlaced } from '../files/removePlaced.js';
import { errorDetail } from '../model/errors.js';
import type { ImportItemRow, ImportItemUpdate } from '../store/rows.js';
import type { PlacedItem } from './commitItems.js';
import { commitPlaced } from './commitItems.js';
import type { ImportRun } from './importRun.js';
import { inRoot, isPrimary } from './importRun.js';

const pageSize = 5000;

/**
 * Takes back what the job has brought into the catalog, as far as the sources still hold it: rows first, so that
 * a crash on the way leaves nothing that recovery cannot judge, then files. What cannot be proven to stand at
 * its source (moved and released, edited, source gone) stays in the catalog.
 * @throws CatalogError of the store
 */
export async function rollBackJob(run: ImportRun): Promise<void> {
  const { store, files, now } = run.deps;
  const items = listImported(run);
  takeRowsBack(run, items);
  const removed: ImportItemRow[] = [];
  const kept: ImportItemRow[] = [];
  const folders = new Set<string>();
  for (const item of items) {
    const placed = inRoot(run, item.destinationPath ?? '');
    const copy = {
      placed,
      inode: item.placedInode ?? '',
      source: item.sourcePath,
      checksum: item.checksum,
    };
    if (await removePlaced(files, copy)) {
      removed.push(item);
      folders.add(dirname(placed));
    } else {
      kept.push(item);
    }
  }
  for (const folder of folders) {
    await syncDirectory(files, folder).catch((error: unknown) => {
      run.deps.log('warn', `${folder} could not be synchronized: ${errorDetail(error)}`);
    });
  }
  const back = keptItems(run, kept);
  store.transaction(() => {
    commitPlaced(run.deps, run.job, back);
    store.importItems.updateMany(
      removed.map((item): ImportItemUpdate => ({
        id: item.id,
        state: 'ROLLED_BACK',
        temporaryPath: null,
        imageId: null,
      })),
      now().toISOString(),
    );
  });
  run.bytesImported = back.reduce((sum, one) => sum + one.item.sizeBytes, 0);
  removeEmptyFolders(files, run.madeFolders);
  run.deps.log('info', `Import ${run.job.id}: ${removed.length} files taken back`);
}

function listImported(run: ImportRun): ImportItemRow[] {
  const items: ImportItemRow[] = [];
  const { importItems } = run.deps.store;
  for (;;) {
    const request = { jobId: run.job.id, states: ['DONE', 'SOURCE_KEPT'] as const };
    const page = importItems.page({ ...request, offset: items.length, limit: pageSize });
    items.push(...page.items);
    if (page.items.length < pageSize) return items;
  }
}

function takeRowsBack(run: ImportRun, items: readonly ImportItemRow[]): void {
  const { store, now } = run.deps;
  store.transaction(() => {
    store.images.deleteMany(items.filter(isPrimary).flatMap((item) => item.imageId ?? []));
    store.importItems.updateMany(
      items.map((item): ImportItemUpdate => ({
        id: item.id,
        state: 'PLACED',
        // So that recovery finds it by the index of unfinished files.
        temporaryPath: item.destinationPath,
        imageId: null,
      })),
      now().toISOString(),
    );
  });
}

/** Files that stay: they keep their rows. A sidecar whose image was taken back has none to belong to. */
function keptItems(run: ImportRun, kept: readonly ImportItemRow[]): PlacedItem[] {
  const primaries = new Set(kept.filter(isPrimary).map((item) => item.id));
  return kept.flatMap((item): PlacedItem[] => {
    const path = inRoot(run, item.destinationPath ?? '');
    run.deps.log('warn', `${path} was kept: it is not proven to stand at ${item.sourcePath}`);
    if (!isPrimary(item) && !primaries.has(item.parentItemId ?? -1)) return [];
    const identity = {
      sizeBytes: item.sizeBytes,
      mtimeNs: item.mtimeNs,
      inode: item.placedInode ?? '',
    };
    const { destinationPath: destination, publishMethod: method } = item;
    return [{ item, destination, identity, method, leftover: null }];
  });
}
