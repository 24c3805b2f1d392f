/**
 * The newest computed plan: a preview asks for page after page of one scan with one set of settings.
 * Whoever writes to the catalog clears it.
 */
export class PlanCache {
  #key: string | null = null;
  #plan: ReadonlyMap<number, string> = new Map();

  get(key: string, compute: () => ReadonlyMap<number, string>): ReadonlyMap<number, string> {
    if (this.#key !== key) {
      this.#plan = compute();
      this.#key = key;
    }
    return this.#plan;
  }

  clear(): void {
    this.#key = null;
    this.#plan = new Map();
  }
}
