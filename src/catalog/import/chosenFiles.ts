import type { ScanFileRow } from '../store/rows.js';
import type { ImportDeps, ImportInput } from './importRun.js';

type Chosen = Pick<ImportInput, 'scanId' | 'fileIds'>;

/** Files of a scan that are held in memory at a time: what lives longer costs more than its own size. */
const pageFiles = 64;

/**
 * The chosen new files of a scan in pages of whole groups, in path order: a scan may have more files than memory
 * holds. Groups stand where their first member does.
 */
export function* chosenGroups(
  { store }: Pick<ImportDeps, 'store'>,
  chosen: Chosen,
): Generator<ScanFileRow[][]> {
  let groups: (readonly number[])[] = [];
  let count = 0;
  for (const group of groupsInOrder(store.scanFiles.newInPathOrder(chosen))) {
    const ids = typeof group === 'number' ? [group] : group;
    groups.push(ids);
    count += ids.length;
    if (count < pageFiles) continue;
    yield read(store, groups);
    groups = [];
    count = 0;
  }
  if (groups.length > 0) yield read(store, groups);
}

/** A file that stands alone is its number: an array for each would be most of what a large job holds. */
function groupsInOrder(
  files: readonly { readonly id: number; readonly groupKey: string | null }[],
): (number | readonly number[])[] {
  const groups = new Map<string, number[]>();
  const ordered: (number | number[])[] = [];
  for (const { id, groupKey } of files) {
    const known = groupKey === null ? undefined : groups.get(groupKey);
    if (known) {
      known.push(id);
      continue;
    }
    const group = groupKey === null ? id : [id];
    ordered.push(group);
    if (groupKey !== null && typeof group !== 'number') groups.set(groupKey, group);
  }
  return ordered;
}

function read(store: ImportDeps['store'], groups: readonly (readonly number[])[]): ScanFileRow[][] {
  const rows = new Map(store.scanFiles.byIds(groups.flat()).map((file) => [file.id, file]));
  return groups.map((ids) => ids.flatMap((id) => rows.get(id) ?? []));
}

/**
 * Files of a scan of which an import only says what they are, in path order, in pages: known duplicates (without
 * those of files that were left out), then those that could not be read.
 */
export function* settledFiles(
  { store }: Pick<ImportDeps, 'store'>,
  chosen: Chosen,
): Generator<ScanFileRow[]> {
  for (const state of ['duplicate', 'error'] as const) {
    for (let after = 0; ;) {
      const page = store.scanFiles.settledAfter(chosen, state, after, pageFiles);
      const last = page.at(-1);
      if (!last) break;
      after = last.id;
      yield page;
    }
  }
}
