import { join } from 'node:path';
import { isSameEntry } from '../files/sameEntry.js';
import { foldPath } from '../model/foldPath.js';
import type { FileOperation } from '../model/fileOperation.js';
import type { FileOperationItem } from '../store/fileOperationRepository.js';
import { managedPath } from '../store/managedPaths.js';
import { isHeld } from '../store/sharedFiles.js';
import type { MaintenanceDeps } from './fileOperationRun.js';

/** Which of the names that an operation left, or has yet to take back, belong to an image or sidecar of any catalog. */
export class HeldNames {
  readonly #deps: MaintenanceDeps;
  readonly #catalogId: string;
  readonly #root: string;
  readonly #items: readonly FileOperationItem[];
  #alike: ReadonlyMap<string, readonly string[]> | null = null;

  /** @param root the managed directory that it worked in @param items of which names are asked for */
  constructor(
    deps: MaintenanceDeps,
    { catalogId }: Pick<FileOperation, 'catalogId'>,
    root: string,
    items: readonly FileOperationItem[],
  ) {
    this.#deps = deps;
    this.#catalogId = catalogId;
    this.#root = root;
    this.#items = items;
  }

  /**
   * True also if the row has the name in another case or normalisation, and the volume does not tell them apart.
   * @param stored relative to the managed directory
   * @throws CatalogError DESTINATION_OUTSIDE
   */
  isHeld(stored: string): boolean {
    const { store, files } = this.#deps;
    if (isHeld(store, this.#catalogId, this.#root, stored)) return true;
    const path = managedPath(this.#root, stored);
    const alike = this.#alikeRows().get(foldPath(path)) ?? [];
    return alike.some((other) => isSameEntry(files, path, other));
  }

  /** Absolute paths of rows that are alike to a name of the items, by their folded form: all rows are looked at once. */
  #alikeRows(): ReadonlyMap<string, readonly string[]> {
    if (this.#alike) return this.#alike;
    const { store } = this.#deps;
    const at = (root: string, stored: string): string => join(root, ...stored.split('/'));
    const alike = new Map<string, string[]>();
    for (const { fromPath, toPath } of this.#items) {
      for (const stored of [fromPath, toPath ?? fromPath]) {
        alike.set(foldPath(at(this.#root, stored)), []);
      }
    }
    for (const { id, managedDirectory } of store.catalogs.list()) {
      const root = id === this.#catalogId ? this.#root : managedDirectory;
      if (root === null || !areRelated(root, this.#root)) continue;
      for (const stored of store.images.managedStoredPaths(id)) {
        const path = at(root, stored);
        alike.get(foldPath(path))?.push(path);
      }
    }
    this.#alike = alike;
    return alike;
  }
}

/** One may lie in the other, or be it, in some case. */
function areRelated(folder: string, other: string): boolean {
  const [one, two] = [foldPath(folder), foldPath(other)];
  return one.startsWith(two) || two.startsWith(one);
}
