import type { HashColumns } from './hamming.js';

/** Indices ordered by their hashes, and where each run of equal ones begins. */
export interface EqualRuns {
  /** Ascending within a run. */
  readonly order: Uint32Array;
  /** One more than there are runs: run r is order[start[r]] to order[start[r + 1] - 1]. */
  readonly start: Uint32Array;
}

/** Sorts by all columns, the first one foremost, and finds the runs in which all are equal. */
export function equalRuns(columns: readonly HashColumns[]): EqualRuns {
  const words = columns.flatMap(({ high, low }) => [high, low]);
  const order = sortByWords(words);
  return { order, start: runStarts(words, order) };
}

/** Where the runs of equal hashes begin in hashes that are sorted. */
export function sortedRuns({ high, low }: HashColumns): Uint32Array {
  return runStarts(
    [high, low],
    new Uint32Array(high.length).map((_, index) => index),
  );
}

function runStarts(words: readonly Uint32Array[], order: Uint32Array): Uint32Array {
  const start = new Uint32Array(order.length + 1);
  let runs = 0;
  for (let at = 0; at < order.length; at++) {
    if (at === 0 || compare(words, order[at] ?? 0, order[at - 1] ?? 0) !== 0) start[runs++] = at;
  }
  start[runs] = order.length;
  return start.slice(0, runs + 1);
}

/** A double holds a word and an index exactly as long as the index has no more bits than this. */
const indexBits = 21;

function sortByWords(words: readonly Uint32Array[]): Uint32Array {
  const [first] = words;
  const length = first?.length ?? 0;
  const byAll = (a: number, b: number): number => compare(words, a, b) || a - b;
  if (!first || length > 2 ** indexBits) {
    return new Uint32Array(length).map((_, index) => index).sort(byAll);
  }
  // Without a comparator sorting is native and ten times faster: first by the first word, with the index along.
  const keys = new Float64Array(length);
  for (let index = 0; index < length; index++) {
    keys[index] = (first[index] ?? 0) * 2 ** indexBits + index;
  }
  keys.sort();
  const order = Uint32Array.from(keys, (key) => key % 2 ** indexBits);
  for (let from = 0; from < length;) {
    let to = from + 1;
    while (to < length && first[order[to] ?? 0] === first[order[from] ?? 0]) to++;
    if (to - from > 1) order.subarray(from, to).sort(byAll);
    from = to;
  }
  return order;
}

function compare(words: readonly Uint32Array[], a: number, b: number): number {
  for (const word of words) {
    const difference = (word[a] ?? 0) - (word[b] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
