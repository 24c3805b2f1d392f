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

  static byComparing(count: number, compare: (a: number, b: number) => number): SortedOrder {
    const slots = Uint32Array.from({ length: count }, (_, slot) => slot);
    return new SortedOrder(slots.sort(compare), compare);
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
    const kept = this.sorted.filter((slot) => !this.changed.has(slot));
    const merged = new Uint32Array(kept.length + moved.length);
    let next = 0;
    let at = 0;
    for (const slot of kept) {
      for (; next < moved.length && this.compare(moved[next] as number, slot) < 0; next++) {
        merged[at++] = moved[next] as number;
      }
      merged[at++] = slot;
    }
    merged.set(moved.subarray(next), at);
    this.sorted = merged;
    this.changed = new Set();
  }
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
