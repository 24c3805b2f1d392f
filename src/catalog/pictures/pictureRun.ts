import { Turns } from '../files/turns.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { PictureRow } from '../store/pictureRepository.js';

/** made, failed: the row is settled. later: the file cannot be reached now, the row stays pending. */
export type PictureOutcome = 'made' | 'failed' | 'later';

export interface PictureRunOptions {
  readonly signal: AbortSignal;
  /** Pictures in the making at the same time. */
  readonly concurrency: number;
  /** The next pending rows in import order. */
  readonly next: (afterRowId: number, limit: number) => PictureRow[];
  readonly countPending: (afterRowId: number) => number;
  /** Resolves when the next picture may be begun. */
  readonly gate: () => Promise<void> | null;
  /** Never rejects but with an error that ends the run. */
  readonly make: (row: PictureRow) => Promise<PictureOutcome>;
  readonly onProgress: () => void;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
}

const pageRows = 200;

/** One pass over all pending pictures. What is added meanwhile is taken along. */
export class PictureRun {
  filesDone = 0;
  filesFailed = 0;
  filesTotal: number;
  readonly #options: PictureRunOptions;
  readonly #active = new Set<Promise<void>>();
  #failure: Error | null = null;
  #startedAt: number;
  /** Time at the gate does not count for the time left. */
  #waited = 0;

  constructor(options: PictureRunOptions) {
    this.#options = options;
    this.filesTotal = options.countPending(0);
    this.#startedAt = options.now();
  }

  /** Seconds, or null while it cannot be told. */
  get secondsLeft(): number | null {
    const left = Math.max(0, this.filesTotal - this.filesDone);
    if (left === 0) return 0;
    const elapsed = this.#options.now() - this.#startedAt - this.#waited;
    if (this.filesDone < 3 || elapsed < 500) return null;
    return Math.ceil(((elapsed / this.filesDone) * left) / 1000);
  }

  /** @throws CatalogError CANCELLED, or what ended the run; everything begun has then ended */
  async run(): Promise<void> {
    try {
      await this.#all();
    } finally {
      await Promise.all(this.#active);
    }
    this.#check();
  }

  async #all(): Promise<void> {
    const { next, countPending, signal, concurrency } = this.#options;
    const turns = new Turns();
    let last = 0;
    for (;;) {
      // Again for every page: an import may have brought more.
      this.filesTotal = this.filesDone + this.#active.size + countPending(last);
      const rows = next(last, pageRows);
      for (const row of rows) {
        while (this.#active.size >= concurrency) await Promise.race(this.#active);
        await turns.maybe();
        await this.#wait();
        this.#begin(row);
        last = row.rowId;
      }
      if (rows.length === 0 || signal.aborted) return;
    }
  }

  async #wait(): Promise<void> {
    for (;;) {
      this.#check();
      const open = this.#options.gate();
      if (!open) return;
      const before = this.#options.now();
      await open;
      this.#waited += this.#options.now() - before;
    }
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#options.signal.aborted) throw new CatalogError('CANCELLED');
  }

  #begin(row: PictureRow): void {
    const task = this.#options
      .make(row)
      .then(
        (outcome) => {
          this.filesDone += 1;
          if (outcome === 'failed') this.filesFailed += 1;
          this.#options.onProgress();
        },
        (error: unknown) => {
          this.#failure ??= toCatalogError(error);
        },
      )
      .finally(() => this.#active.delete(task));
    this.#active.add(task);
  }
}
