import { foldPath } from '../model/foldPath.js';
import type { CatalogStore } from '../store/catalogStore.js';

const pageItems = 5000;

/** The names that a job has planned, read on first use: only a name that turns out to be taken asks for them. */
export class PlannedNames {
  private readonly store: Pick<CatalogStore, 'importItems'>;
  private readonly jobId: string;
  private names: Set<string> | null = null;

  constructor(store: Pick<CatalogStore, 'importItems'>, jobId: string) {
    this.store = store;
    this.jobId = jobId;
  }

  has(foldedPath: string): boolean {
    this.names ??= this.read();
    return this.names.has(foldedPath);
  }

  /** A name that was planned anew. */
  add(path: string): void {
    this.names?.add(foldPath(path));
  }

  private read(): Set<string> {
    const names = new Set<string>();
    for (let after = 0; ;) {
      const page = this.store.importItems.destinationsAfter(this.jobId, after, pageItems);
      for (const { destination } of page) names.add(foldPath(destination));
      after = page.at(-1)?.id ?? after;
      if (page.length < pageItems) return names;
    }
  }
}
