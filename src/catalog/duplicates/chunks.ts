import type { HashColumns } from './hamming.js';

/** Some neighbouring bits of a hash that are indexed together. */
export interface Chunk {
  /** Counted from the lowest bit of the low word. */
  readonly shift: number;
  readonly bits: number;
  /** How far a key is searched around: differing bits of this chunk. */
  readonly radius: number;
}

/** Larger tables do not fit the processor's cache. */
const maximumBits = 22;

/**
 * How 64 bits are cut for a search within a distance. Of hashes at most `distance` apart at least one of the
 * first `distance % count + 1` chunks differs in at most `distance / count` bits, or one of the others in one
 * bit less (Norouzi, Punjani, Fleet: Fast Exact Search in Hamming Space with Multi-Index Hashing, 2014).
 */
export function chunksFor(count: number, distance: number): Chunk[] {
  const radius = Math.floor(distance / count);
  const wider = distance % count;
  const chunks: Chunk[] = [];
  let shift = 0;
  for (let index = 0; index < count; index++) {
    const bits = Math.floor((64 - shift) / (count - index));
    chunks.push({ shift, bits, radius: index <= wider ? radius : radius - 1 });
    shift += bits;
  }
  return chunks;
}

/** Number of values of a chunk within its radius of one value. */
function neighbours({ bits, radius }: Chunk): number {
  let total = 0;
  let choices = 1;
  for (let flips = 0; flips <= Math.min(radius, bits); flips++) {
    total += choices;
    choices = (choices * (bits - flips)) / (flips + 1);
  }
  return total;
}

/** Costs of a step in nanoseconds, measured; only their proportion matters. */
const lookupCost = 3;
const comparisonCost = 1.5;

/** The cheapest cut for so many hashes, or null if comparing all with all is cheaper. */
export function planChunks(hashCount: number, distance: number): Chunk[] | null {
  let best: Chunk[] | null = null;
  let bestCost = (hashCount * hashCount * comparisonCost) / 2;
  for (let count = Math.ceil(64 / maximumBits); count <= 8; count++) {
    const chunks = chunksFor(count, distance);
    let cost = 0;
    for (const chunk of chunks) {
      const values = 2 ** chunk.bits;
      const around = neighbours(chunk);
      cost += 8 * values + hashCount * 30;
      cost += (Math.min(hashCount, values) * around * lookupCost) / 2;
      cost += ((hashCount * hashCount * around) / values / 2) * comparisonCost;
    }
    if (cost < bestCost) [best, bestCost] = [chunks, cost];
  }
  return best;
}

/** All values of a chunk's width with at most `radius` bits set, 0 first. */
export function flipMasks(bits: number, radius: number): Uint32Array {
  const masks: number[] = [];
  const add = (mask: number, from: number, left: number): void => {
    masks.push(mask >>> 0);
    if (left === 0) return;
    for (let bit = from; bit < bits; bit++) add(mask | (1 << bit), bit + 1, left - 1);
  };
  if (radius >= 0) add(0, 0, radius);
  return Uint32Array.from(masks);
}

/** The chunk's bits of a hash given as two words. */
export function chunkOf({ shift, bits }: Chunk, high: number, low: number): number {
  const mask = 2 ** bits - 1;
  if (shift >= 32) return (high >>> (shift - 32)) & mask;
  if (shift + bits <= 32) return (low >>> shift) & mask;
  return ((low >>> shift) | (high << (32 - shift))) & mask;
}

/** Hashes ordered by one chunk: `start[value]` to `start[value + 1]` are the places of a value. */
export interface ChunkTable extends HashColumns {
  readonly start: Uint32Array;
  /** Index of the hash at each place. */
  readonly ids: Uint32Array;
}

/** Sorts the hashes by their chunk (counting sort), copying them so that a bucket is read in one go. */
export function buildChunkTable(chunk: Chunk, { high, low }: HashColumns): ChunkTable {
  const length = high.length;
  const start = new Uint32Array(2 ** chunk.bits + 1);
  for (let i = 0; i < length; i++) {
    const value = chunkOf(chunk, high[i] ?? 0, low[i] ?? 0);
    start[value + 1] = (start[value + 1] ?? 0) + 1;
  }
  for (let value = 1; value < start.length; value++) {
    start[value] = (start[value] ?? 0) + (start[value - 1] ?? 0);
  }
  const table = {
    start,
    ids: new Uint32Array(length),
    high: new Uint32Array(length),
    low: new Uint32Array(length),
  };
  // Filled backwards, `start[value + 1]` runs down to the first place of its value and stands in for a copy.
  for (let i = length - 1; i >= 0; i--) {
    const value = chunkOf(chunk, high[i] ?? 0, low[i] ?? 0);
    const place = (start[value + 1] ?? 0) - 1;
    start[value + 1] = place;
    table.ids[place] = i;
    table.high[place] = high[i] ?? 0;
    table.low[place] = low[i] ?? 0;
  }
  start.copyWithin(0, 1);
  start[start.length - 1] = length;
  return table;
}
