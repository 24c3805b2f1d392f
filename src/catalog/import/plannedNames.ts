import { foldPath } from '../model/foldPath.js';
import type { CatalogStore } from '../store/catalogStore.js';

const pageItems = 5000;

/**
 * The names that a job has planned and those that rows of its catalog have, folded. Read on first use: only a name that
 * turns out to be taken asks for them.
 */
export class PlannedNames {
  private readonly store: Pick<CatalogStore, 'importItems' | 'images'>;
  private readonly jobId: string;
  private readonly catalogId: string;
  private names: Set<string> | null = null;

  constructor(
    store: Pick<CatalogStore, 'importItems' | 'images'>,
    jobId: string,
    catalogId: string,
  ) {
    this.store = store;
    this.jobId = jobId;
    this.catalogId = catalogId;
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
    const names = namesOfRows(this.store, this.catalogId);
    for (let after = 0; ;) {
      const page = this.store.importItems.destinationsAfter(this.jobId, after, pageItems);
      for (const { destination } of page) names.add(foldPath(destination));
      after = page.at(-1)?.id ?? after;
      if (page.length < pageItems) return names;
    }
  }
}

/** Folded stored paths of a catalog's managed files, whether these stand or are missing. */
export const namesOfRows = (
  { images }: Pick<CatalogStore, 'images'>,
  catalogId: string,
): Set<string> => new Set(images.managedStoredPaths(catalogId).map(foldPath));
