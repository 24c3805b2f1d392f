/** Pairs of indices with a distance, in typed arrays that grow: a million pairs take 9 MB. */
export class PairList {
  private firsts = new Uint32Array(1024);
  private seconds = new Uint32Array(1024);
  private distances = new Uint8Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(first: number, second: number, distance: number): void {
    if (this.count === this.firsts.length) this.grow();
    this.firsts[this.count] = first;
    this.seconds[this.count] = second;
    this.distances[this.count] = distance;
    this.count += 1;
  }

  first(index: number): number {
    return this.firsts[index] ?? 0;
  }

  second(index: number): number {
    return this.seconds[index] ?? 0;
  }

  distance(index: number): number {
    return this.distances[index] ?? 0;
  }

  /** Indices of the pairs by distance, then first, then second: the same for any order of pushing. */
  sorted(): Uint32Array {
    const order = Uint32Array.from({ length: this.count }, (_, index) => index);
    return order.sort(
      (a, b) =>
        this.distance(a) - this.distance(b) ||
        this.first(a) - this.first(b) ||
        this.second(a) - this.second(b),
    );
  }

  private grow(): void {
    const length = this.firsts.length * 2;
    const firsts = new Uint32Array(length);
    const seconds = new Uint32Array(length);
    const distances = new Uint8Array(length);
    firsts.set(this.firsts);
    seconds.set(this.seconds);
    distances.set(this.distances);
    [this.firsts, this.seconds, this.distances] = [firsts, seconds, distances];
  }
}
