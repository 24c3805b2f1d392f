/** An order of all images that is kept while some of them change. */
export class SortedOrder {
  private sorted: Uint32Array;
  private changed = new Set<number>();
  private readonly compare: (a: number, b: number) => number;

  /** @param compare of two images, never 0 */
  constructor(count: number, compare: (a: number, b: number) => number) {
    this.compare = compare;
    this.sorted = Uint32Array.from({ length: count }, (_, slot) => slot).sort(compare);
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
