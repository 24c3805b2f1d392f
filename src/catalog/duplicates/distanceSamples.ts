import type { DistanceSample, HashMethod } from '../model/duplicates.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { memberOfImage } from './describeGroups.js';
import { loadImages } from './findGroups.js';
import { equalRuns } from './equalRuns.js';
import { createHashColumns, distanceAt, isSimpleHash } from './hamming.js';
import { isFlat } from './lookAlikes.js';
import { findPairs, type PairSearchControl } from './multiIndex.js';

/** Beyond this pictures no longer resemble each other. */
export const maximumSampleDistance = 20;

/** So many pictures are compared; of more, evenly chosen ones. */
const maximumPictures = 30_000;

/**
 * Pairs of pictures per distance, so that a threshold can be chosen by looking. Pairs with simple hashes are left out,
 * as they are in reports.
 * @param perDistance so many pairs are shown of each distance
 * @throws CatalogError CANCELLED
 */
export async function sampleDistances(
  store: CatalogStore,
  input: { readonly catalogId: string; readonly method: HashMethod; readonly perDistance: number },
  control: PairSearchControl = {},
): Promise<DistanceSample[]> {
  const images = await loadImages(store, input.catalogId, control.signal);
  const hashes = images.hashes[input.method];
  const usable: number[] = [];
  for (let index = 0; index < images.count; index++) {
    if (images.hashVersion[index] === 0 || isFlat(images, index)) continue;
    if (!isSimpleHash(hashes, index)) usable.push(index);
  }
  const step = Math.max(1, Math.ceil(usable.length / maximumPictures));
  const chosen = usable.filter((_, at) => at % step === 0);
  const columns = createHashColumns(chosen.length);
  chosen.forEach((index, at) => {
    columns.high[at] = hashes.high[index] ?? 0;
    columns.low[at] = hashes.low[index] ?? 0;
  });
  const found = Array.from({ length: maximumSampleDistance + 1 }, () => ({
    count: 0,
    pairs: [] as [number, number][],
  }));
  const note = (a: number, b: number): void => {
    const sample = found[distanceAt(columns, a, b)];
    if (!sample || images.hashVersion[chosen[a] ?? 0] !== images.hashVersion[chosen[b] ?? 0])
      return;
    sample.count += 1;
    if (sample.pairs.length < input.perDistance) {
      sample.pairs.push([images.rowIds[chosen[a] ?? 0] ?? 0, images.rowIds[chosen[b] ?? 0] ?? 0]);
    }
  };
  const { order, start } = equalRuns([columns]);
  const firsts = start.subarray(0, -1).map((at) => order[at] ?? 0);
  for (let run = 0; run + 1 < start.length; run++) {
    const members = order.subarray(start[run], start[run + 1]);
    for (let at = 1; at < members.length; at++) note(members[0] ?? 0, members[at] ?? 0);
  }
  const unique = {
    high: firsts.map((at) => columns.high[at] ?? 0),
    low: firsts.map((at) => columns.low[at] ?? 0),
  };
  const pairs = await findPairs(unique, maximumSampleDistance, control);
  for (const at of pairs.sorted())
    note(firsts[pairs.first(at)] ?? 0, firsts[pairs.second(at)] ?? 0);
  const rows = store.duplicates.imagesByRowId([
    ...new Set(found.flatMap((sample) => sample.pairs.flat())),
  ]);
  return found.map(({ count, pairs: shown }, distance) => ({
    distance,
    count,
    pairs: shown.flatMap(([first, second]) => {
      const [a, b] = [rows.get(first), rows.get(second)];
      return a && b ? [{ a: memberOfImage(a), b: memberOfImage(b) }] : [];
    }),
  }));
}
