import { createHashColumns, type HashColumns } from '../../../src/catalog/duplicates/hamming.js';

/** A generator with a seed of its own (xorshift32): the same numbers everywhere. */
export function randomWords(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** Random hashes, of which each third is an earlier one with up to `flips` bits turned. */
export function clusteredHashes(count: number, flips: number, seed = 12_345): HashColumns {
  const random = randomWords(seed);
  const hashes = createHashColumns(count);
  for (let index = 0; index < count; index++) {
    if (index > 10 && random() % 3 === 0) {
      const from = random() % index;
      hashes.high[index] = hashes.high[from] ?? 0;
      hashes.low[index] = hashes.low[from] ?? 0;
      for (let flip = random() % (flips + 1); flip > 0; flip--) {
        const bit = random() & 63;
        const word = bit < 32 ? hashes.low : hashes.high;
        word[index] = ((word[index] ?? 0) ^ (1 << (bit & 31))) >>> 0;
      }
    } else {
      hashes.high[index] = random();
      hashes.low[index] = random();
    }
  }
  return hashes;
}

/** The hash as 16 hex digits. */
export function hexAt({ high, low }: HashColumns, index: number): string {
  const word = (value: number | undefined): string => (value ?? 0).toString(16).padStart(8, '0');
  return word(high[index]) + word(low[index]);
}
