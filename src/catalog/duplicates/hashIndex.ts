import { chunkOf, chunksFor, flipMasks } from './chunks.js';
import { popcount } from './hamming.js';

const chunkCount = 4;

/** A hash of the index that is near what was asked for. */
export interface NearHash {
  /** What add returned for it. */
  readonly index: number;
  readonly distance: number;
}

/**
 * Hashes that are added one by one and searched in between: multi-index hashing over four chunks of 16 bits
 * with chained buckets. 24 bytes a hash.
 */
export class HashIndex {
  private high: Uint32Array;
  private low: Uint32Array;
  /** Per chunk and value the newest hash, and per hash the one before it; -1 ends the chain. */
  private readonly heads: readonly Int32Array[];
  private nexts: readonly Int32Array[];
  private length = 0;

  /** @param capacity for how many hashes room is made at once */
  constructor(capacity = 1024) {
    const room = Math.max(1, capacity);
    this.high = new Uint32Array(room);
    this.low = new Uint32Array(room);
    const chunks = chunksFor(chunkCount, 0);
    this.heads = chunks.map(({ bits }) => new Int32Array(2 ** bits).fill(-1));
    this.nexts = chunks.map(() => new Int32Array(room));
  }

  /** Returns the index of the hash: 0 for the first, and so on. */
  add(high: number, low: number): number {
    const index = this.length;
    if (index === this.high.length) this.grow();
    this.high[index] = high;
    this.low[index] = low;
    chunksFor(chunkCount, 0).forEach((chunk, number) => {
      const value = chunkOf(chunk, high, low);
      const head = this.heads[number];
      const next = this.nexts[number];
      if (!head || !next) return;
      next[index] = head[value] ?? -1;
      head[value] = index;
    });
    this.length += 1;
    return index;
  }

  /** All hashes at most `distance` bits away, the nearest first, then in the order in which they were added. */
  near(high: number, low: number, distance: number): NearHash[] {
    const found = new Map<number, number>();
    chunksFor(chunkCount, distance).forEach((chunk, number) => {
      const head = this.heads[number];
      const next = this.nexts[number];
      if (!head || !next) return;
      const value = chunkOf(chunk, high, low);
      for (const mask of flipMasks(chunk.bits, chunk.radius)) {
        for (let index = head[value ^ mask] ?? -1; index >= 0; index = next[index] ?? -1) {
          const apart =
            popcount(high ^ (this.high[index] ?? 0)) + popcount(low ^ (this.low[index] ?? 0));
          if (apart <= distance) found.set(index, apart);
        }
      }
    });
    return [...found]
      .map(([index, apart]) => ({ index, distance: apart }))
      .sort((a, b) => a.distance - b.distance || a.index - b.index);
  }

  private grow(): void {
    const room = this.length * 2;
    const larger = (words: Uint32Array): Uint32Array => {
      const copy = new Uint32Array(room);
      copy.set(words);
      return copy;
    };
    this.high = larger(this.high);
    this.low = larger(this.low);
    this.nexts = this.nexts.map((next) => {
      const copy = new Int32Array(room);
      copy.set(next);
      return copy;
    });
  }
}
