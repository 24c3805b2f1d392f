/** How many files a panel remembers: far more than a page shows. */
const rememberedFiles = 20_000;

/** The files that a panel's rows stand for: a webview names a row by its id and never sends a path. */
export class ServedPaths {
  readonly #paths = new Map<number, string>();

  remember(id: number, file: string): void {
    this.#paths.delete(id);
    this.#paths.set(id, file);
    if (this.#paths.size <= rememberedFiles) return;
    const oldest = this.#paths.keys().next();
    if (!oldest.done) this.#paths.delete(oldest.value);
  }

  /** Undefined for an id that was not served, or long ago. */
  get(id: number): string | undefined {
    return this.#paths.get(id);
  }

  clear(): void {
    this.#paths.clear();
  }
}
