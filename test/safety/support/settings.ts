import fs from 'node:fs';
import os from 'node:os';

/** `npm run test:safety -- --short` samples; the long form takes every step. */
export const isShort = process.env['IMAGE_CATALOG_SAFETY'] === 'short';

/** Chosen anew for every run unless given; a failure prints it. */
export const seed = Number(process.env['IMAGE_CATALOG_SAFETY_SEED'] ?? Date.now() % 1_000_000_000);

/** A reproducible stream of numbers in [0, 1) (mulberry32). */
export class Random {
  #state: number;

  constructor(state: number) {
    this.#state = state >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
}

/** Some of the values, in their order: the first, the last and others by chance. */
export function sample<T>(values: readonly T[], count: number, random: Random): T[] {
  if (values.length <= count) return [...values];
  const chosen = new Set<number>([0, values.length - 1]);
  while (chosen.size < count) chosen.add(random.below(values.length));
  return values.filter((_, index) => chosen.has(index));
}

/** Some of the values by chance, in their order, each as likely as any other. */
export function pickSome<T>(values: readonly T[], count: number, random: Random): T[] {
  const left = values.map((_, index) => index);
  while (left.length > count) left.splice(random.below(left.length), 1);
  return left.flatMap((index) => values.slice(index, index + 1));
}

/** A folder in memory where there is one: these tests make and read files by the thousand. */
export function fastTemporaryFolder(): string {
  try {
    fs.accessSync('/dev/shm', fs.constants.W_OK);
    return '/dev/shm';
  } catch {
    return os.tmpdir();
  }
}

/** Temporary folders on two file systems, or null if this machine has only one. */
export function twoVolumes(): readonly [string, string] | null {
  const first = fastTemporaryFolder();
  const { dev } = fs.statSync(first);
  // Another one in memory if it may be used: thousands of syncs of a disk take long.
  const second = [process.env['IMAGE_CATALOG_SAFETY_VOLUME'], os.tmpdir()].find(
    (folder) => folder !== undefined && fs.existsSync(folder) && fs.statSync(folder).dev !== dev,
  );
  return second === undefined ? null : [first, second];
}

/** Says loudly what was not tested here, and why. */
export function sayNotRun(what: string, why: string): void {
  console.warn(`      NOT RUN HERE: ${what}: ${why}`);
}
