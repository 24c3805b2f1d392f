import { Turns } from '../files/turns.js';
import { CatalogError } from '../model/errors.js';
import {
  buildChunkTable,
  chunkOf,
  flipMasks,
  planChunks,
  type Chunk,
  type ChunkTable,
} from './chunks.js';
import { popcount, type HashColumns } from './hamming.js';
import { PairList } from './pairList.js';

export interface PairSearchControl {
  readonly signal?: AbortSignal | undefined;
  /** Part of the work that is done, 0-1. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Values of a chunk, or rows of a comparison, that are worked through before the clock is looked at. */
const sliceLength = 64;

/**
 * All pairs of hashes at most `distance` bits apart, every pair once, the smaller index first. The hashes
 * should differ: collapse equal ones before, since k equal ones make k*k/2 pairs.
 * @throws CatalogError CANCELLED
 */
export async function findPairs(
  hashes: HashColumns,
  distance: number,
  control: PairSearchControl = {},
): Promise<PairList> {
  const chunks = planChunks(hashes.high.length, distance);
  const search = chunks
    ? new IndexedSearch(hashes, distance, chunks)
    : new ExhaustiveSearch(hashes, distance);
  const turns = new Turns();
  const total = search.steps;
  for (let done = 0; done < total;) {
    done = search.run(done);
    if (control.signal?.aborted) throw new CatalogError('CANCELLED');
    control.onProgress?.(done / total);
    await turns.maybe();
  }
  return search.pairs;
}

/** Compares all with all: the way for few hashes, and the one that others are measured against. */
export class ExhaustiveSearch {
  readonly pairs = new PairList();
  readonly steps: number;
  private readonly hashes: HashColumns;
  private readonly distance: number;

  constructor(hashes: HashColumns, distance: number) {
    this.hashes = hashes;
    this.distance = distance;
    this.steps = hashes.high.length;
  }

  /** Does some rows and returns which is next. */
  run(from: number): number {
    const { high, low } = this.hashes;
    const { distance, steps } = this;
    const end = Math.min(steps, from + sliceLength);
    for (let a = from; a < end; a++) {
      const highA = high[a] ?? 0;
      const lowA = low[a] ?? 0;
      for (let b = a + 1; b < steps; b++) {
        const apart = popcount(highA ^ (high[b] ?? 0));
        if (apart > distance) continue;
        const both = apart + popcount(lowA ^ (low[b] ?? 0));
        if (both <= distance) this.pairs.push(a, b, both);
      }
    }
    return end;
  }
}

/** Multi-index hashing: one table per chunk of the hashes, of which only one is in memory at a time. */
class IndexedSearch {
  readonly pairs = new PairList();
  readonly steps: number;
  private readonly hashes: HashColumns;
  private readonly distance: number;
  private readonly chunks: readonly Chunk[];
  private readonly firstSteps: readonly number[];
  private current = -1;
  private table: ChunkTable | null = null;
  private masks: Uint32Array = new Uint32Array(0);

  constructor(hashes: HashColumns, distance: number, chunks: readonly Chunk[]) {
    this.hashes = hashes;
    this.distance = distance;
    this.chunks = chunks.filter(({ radius }) => radius >= 0);
    let steps = 0;
    this.firstSteps = this.chunks.map(({ bits }) => {
      const first = steps;
      steps += 2 ** bits;
      return first;
    });
    this.steps = steps;
  }

  /** Searches around some values of a chunk and returns which step is next. */
  run(from: number): number {
    const index = this.firstSteps.filter((first) => first <= from).length - 1;
    const chunk = this.chunks[index];
    if (!chunk) return this.steps;
    if (index !== this.current) {
      this.table = null;
      this.table = buildChunkTable(chunk, this.hashes);
      this.masks = flipMasks(chunk.bits, chunk.radius);
      this.current = index;
    }
    const first = this.firstSteps[index] ?? 0;
    const values = 2 ** chunk.bits;
    // Many values of a large table are empty and cost nothing.
    const slice = Math.max(sliceLength, (values / 65_536) * sliceLength);
    const to = Math.min(values, from - first + slice);
    if (this.table) this.searchValues(this.table, from - first, to);
    return first + to;
  }

  private searchValues(table: ChunkTable, from: number, to: number): void {
    const { start, high, low } = table;
    const { masks, distance } = this;
    for (let value = from; value < to; value++) {
      const firstPlace = start[value] ?? 0;
      const endPlace = start[value + 1] ?? 0;
      if (firstPlace === endPlace) continue;
      for (let m = 0; m < masks.length; m++) {
        const other = value ^ (masks[m] ?? 0);
        // Each pair of values once.
        if (other < value) continue;
        const otherStart = start[other] ?? 0;
        const otherEnd = start[other + 1] ?? 0;
        if (otherStart === otherEnd) continue;
        for (let p = firstPlace; p < endPlace; p++) {
          const highA = high[p] ?? 0;
          const lowA = low[p] ?? 0;
          for (let q = other === value ? p + 1 : otherStart; q < otherEnd; q++) {
            const highDifference = highA ^ (high[q] ?? 0);
            const lowDifference = lowA ^ (low[q] ?? 0);
            const apart = popcount(highDifference) + popcount(lowDifference);
            if (apart <= distance && !this.isFoundBefore(highDifference, lowDifference)) {
              this.add(table.ids[p] ?? 0, table.ids[q] ?? 0, apart);
            }
          }
        }
      }
    }
  }

  /** True if an earlier chunk has found this pair already. */
  private isFoundBefore(highDifference: number, lowDifference: number): boolean {
    for (let index = 0; index < this.current; index++) {
      const chunk = this.chunks[index];
      if (chunk && popcount(chunkOf(chunk, highDifference, lowDifference)) <= chunk.radius) {
        return true;
      }
    }
    return false;
  }

  private add(a: number, b: number, distance: number): void {
    if (a < b) this.pairs.push(a, b, distance);
    else this.pairs.push(b, a, distance);
  }
}
