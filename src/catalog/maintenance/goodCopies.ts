import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { isInside } from '../files/folders.js';
import { checkPictureFile } from '../files/pictureFile.js';
import { readContent } from '../files/readContent.js';
import { CatalogError } from '../model/errors.js';
import type { CatalogStore } from '../store/catalogStore.js';

export interface GoodCopyDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly bindings: { isBound(catalogId: string, directory: string): boolean };
}

/** A file that may have a content, and the folder that it must really lie in to be opened. */
interface Candidate {
  readonly file: string;
  readonly root: string;
}

/**
 * Files elsewhere that have a content now: each was read. Managed files of other catalogs, places where scans saw the
 * content, and where it was imported from.
 * @param wanted.path the damaged file itself
 * @throws CatalogError CANCELLED
 */
export async function findGoodCopies(
  deps: GoodCopyDeps,
  wanted: {
    readonly path: string;
    readonly checksum: string;
    readonly originalSourcePath: string;
  },
  signal?: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set([wanted.path]);
  for (const { file, root } of candidates(deps, wanted)) {
    if (seen.has(file)) continue;
    seen.add(file);
    try {
      checkPictureFile(deps.files, file, root);
      const { checksum } = await readContent(deps.files, file, { signal });
      if (checksum === wanted.checksum) found.push(file);
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) throw error;
    }
  }
  return found;
}

function candidates(
  { store, bindings }: GoodCopyDeps,
  { checksum, originalSourcePath }: { checksum: string; originalSourcePath: string },
): Candidate[] {
  const all: Candidate[] = [];
  for (const { id, managedDirectory } of store.catalogs.list()) {
    const sources = store.sources.list(id);
    const addReferenced = (file: string): void => {
      const source = sources.find(({ sourcePath }) => isInside(file, sourcePath));
      if (source) all.push({ file, root: source.sourcePath });
    };
    const image = imageOf(store, id, checksum);
    if (image && !image.isManaged) addReferenced(image.currentPath);
    else if (image && managedDirectory !== null && bindings.isBound(id, managedDirectory)) {
      all.push({ file: image.currentPath, root: managedDirectory });
    }
    for (const { sourcePath, relativePath, state } of store.sourceFiles.sightings(id, checksum)) {
      if (state === 'gone') continue;
      all.push({ file: path.join(sourcePath, ...relativePath.split('/')), root: sourcePath });
    }
    addReferenced(originalSourcePath);
  }
  return all;
}

/** Null also for a row that names a file outside the managed directory. */
function imageOf(store: CatalogStore, catalogId: string, checksum: string) {
  try {
    return store.images.findByChecksum(catalogId, checksum) ?? null;
  } catch {
    return null;
  }
}
