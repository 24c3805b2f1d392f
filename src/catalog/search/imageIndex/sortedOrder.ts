/** An order of all images that is kept while some of them change. */
export class SortedOrder {
  private sorted: Uint32Array;
  private changed = new Set<number>();
  private readonly compare: (a: number, b: number) => number;

  /**
   * @param sorted all images in their order
   * @param compare of two images, never 0
   */
  private constructor(sorted: Uint32Array, compare: (a: number, b: number) => number) {
    this.sorted = sorted;
    this.compare = compare;
  }

  /** @param slots all images; in an array the closer they are to the order, the sooner they are sorted */
  static byComparing(slots: number[], compare: (a: number, b: number) => number): SortedOrder {
    return new SortedOrder(Uint32Array.from(slots.sort(compare)), compare);
  }

  /**
   * By texts, which are told again for images that change. Sorting those with the same start apart takes half the
   * time.
   */
  static byText(count: number, keyOf: (slot: number) => string): SortedOrder {
    const keys = Array.from({ length: count }, (_, slot) => keyOf(slot));
    const parts = new Map<string, number[]>();
    for (const [slot, key] of keys.entries()) {
      const start = key.slice(0, 4);
      const part = parts.get(start);
      if (part) part.push(slot);
      else parts.set(start, [slot]);
    }
    const sorted = new Uint32Array(count);
    let at = 0;
    for (const [, part] of [...parts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      part.sort((a, b) => compareTexts(keys[a] ?? '', keys[b] ?? '') || a - b);
      sorted.set(part, at);
      at += part.length;
    }
    return new SortedOrder(sorted, (a, b) => compareTexts(keyOf(a), keyOf(b)) || a - b);
  }

  /** The image is new, or what it is sorted by has changed. */
  touch(slot: number): void {
    this.changed.add(slot);
  }

  /** All images, ascending. */
  slots(): Uint32Array {
    if (this.changed.size > 0) this.merge();
    return this.sorted;
  }

  private merge(): void {
    const moved = Uint32Array.from(this.changed).sort(this.compare);
    const kept = without(this.sorted, this.changed);
    const merged = new Uint32Array(kept.length + moved.length);
    let from = 0;
    for (const [index, slot] of moved.entries()) {
      const to = this.placeOf(slot, kept);
      merged.set(kept.subarray(from, to), from + index);
      merged[to + index] = slot;
      from = to;
    }
    merged.set(kept.subarray(from), from + moved.length);
    this.sorted = merged;
    this.changed = new Set();
  }

  /** How many of the slots come before the given one. */
  private placeOf(slot: number, slots: Uint32Array): number {
    let low = 0;
    let high = slots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(slots[middle] ?? 0, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function without(slots: Uint32Array, left: ReadonlySet<number>): Uint32Array {
  let highest = 0;
  for (const slot of left) highest = Math.max(highest, slot);
  const isLeft = new Uint8Array(Math.max(highest + 1, slots.length));
  for (const slot of left) isLeft[slot] = 1;
  const kept = new Uint32Array(slots.length);
  let count = 0;
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index] ?? 0;
    if (isLeft[slot] !== 1) kept[count++] = slot;
  }
  return kept.subarray(0, count);
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
