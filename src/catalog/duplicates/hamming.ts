/** Bits set in a 32-bit word (Warren, Hacker's Delight, figure 5-2). */
export function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** 64-bit hashes as two words each; `high` holds the first eight hex digits. */
export interface HashColumns {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

export function createHashColumns(length: number): HashColumns {
  return { high: new Uint32Array(length), low: new Uint32Array(length) };
}

const hexHash = /^[0-9a-f]{16}$/;

/** Stores 16 lower-case hex digits; false if they are none. */
export function setHash(columns: HashColumns, index: number, hex: string | null): boolean {
  if (hex === null || !hexHash.test(hex)) return false;
  columns.high[index] = parseInt(hex.slice(0, 8), 16);
  columns.low[index] = parseInt(hex.slice(8), 16);
  return true;
}

/** Differing bits, 0-64. */
export function distanceAt({ high, low }: HashColumns, a: number, b: number): number {
  return popcount((high[a] ?? 0) ^ (high[b] ?? 0)) + popcount((low[a] ?? 0) ^ (low[b] ?? 0));
}

/** Bits that a picture without detail still sets by noise. */
const simpleBits = 2;

/**
 * A hash with nearly all bits equal: of a flat picture or a plain gradient. Thousands of unrelated pictures
 * share it, so it says nothing by itself.
 */
export function isSimpleHash({ high, low }: HashColumns, index: number, slack = 0): boolean {
  const bits = popcount(high[index] ?? 0) + popcount(low[index] ?? 0);
  return bits <= simpleBits + slack || bits >= 64 - simpleBits - slack;
}

/** Differing bits of two hashes of 16 hex digits. */
export function hexDistance(a: string, b: string): number {
  const columns = createHashColumns(2);
  setHash(columns, 0, a);
  setHash(columns, 1, b);
  return distanceAt(columns, 0, 1);
}
