/** How many rows a panel remembers: far more than a page shows. */
const rememberedRows = 20_000;

/** What a panel's rows stand for, mostly files: a webview names a row by its id and never sends a path. */
export class ServedPaths<Target = string> {
  readonly #paths = new Map<number, Target>();

  remember(id: number, target: Target): void {
    this.#paths.delete(id);
    this.#paths.set(id, target);
    if (this.#paths.size <= rememberedRows) return;
    const oldest = this.#paths.keys().next();
    if (!oldest.done) this.#paths.delete(oldest.value);
  }

  /** Undefined for an id that was not served, or long ago. */
  get(id: number): Target | undefined {
    return this.#paths.get(id);
  }

  clear(): void {
    this.#paths.clear();
  }
}
