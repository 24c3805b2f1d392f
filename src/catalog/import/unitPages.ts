import type { ImportItemState } from '../model/importJob.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { ImportItemRow } from '../store/rows.js';

/** What lives longer costs more memory than its own size. */
const pageItems = 128;

/** Items with the same key are imported all or none. */
export function unitKey(item: Pick<ImportItemRow, 'id' | 'groupKey' | 'parentItemId'>): string {
  if (item.groupKey !== null) return `group ${item.groupKey}`;
  return `item ${item.parentItemId ?? item.id}`;
}

/** @param items in order: those of a unit follow each other */
export function unitsOf(items: readonly ImportItemRow[]): ImportItemRow[][] {
  const units: ImportItemRow[][] = [];
  let lastKey: string | null = null;
  for (const item of items) {
    const key = unitKey(item);
    if (key === lastKey) units.at(-1)?.push(item);
    else units.push([item]);
    lastKey = key;
  }
  return units;
}

/**
 * A job's items in some states, in order, in pages of whole units: a job may have more items than memory holds.
 * States may change between the pages.
 */
export function* unitPages(
  store: Pick<CatalogStore, 'importItems'>,
  jobId: string,
  states: readonly ImportItemState[],
): Generator<ImportItemRow[][]> {
  let after = 0;
  let limit = pageItems;
  for (;;) {
    const page = store.importItems.listAfter(jobId, states, after, limit);
    const isLast = page.length < limit;
    const units = unitsOf(page);
    // The items of a unit follow each other; the last one of a page may go on in the next.
    if (!isLast) units.pop();
    const last = units.at(-1)?.at(-1);
    if (last) {
      after = last.id;
      limit = pageItems;
      yield units;
    } else if (!isLast) {
      limit *= 2;
    }
    if (isLast) return;
  }
}
