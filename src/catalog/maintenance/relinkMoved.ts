import path from 'node:path';
import { isInside } from '../files/folders.js';
import { lookTwice } from '../files/publish.js';
import { isSourceThere, type MountedVolume } from '../files/volumes.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { Source } from '../model/source.js';
import type { RelocatedSidecar, ScanDuplicate } from '../store/relocationRepository.js';
import type { CheckDeps } from './checkFiles.js';
import { Pace } from './pace.js';
import { sidecarsOf } from './relocate.js';

interface Moved {
  readonly image: ScanDuplicate;
  readonly to: string;
  readonly sidecars: readonly RelocatedSidecar[];
}

/**
 * Files that a scan found to have the content of a referenced image whose own file is gone: they were moved or
 * renamed, and the image with its history goes along. A file that still stands, or whose drive is away, is not gone.
 * @param source that was scanned just now
 * @returns how many images have another path now
 */
export async function relinkMoved(
  deps: CheckDeps,
  place: { readonly catalog: Catalog; readonly volumes: readonly MountedVolume[] },
  source: Source,
  scanId: string,
): Promise<number> {
  const { store } = deps;
  const { catalog } = place;
  const sources = store.sources.list(catalog.id);
  const roots = new Map<string, boolean>();
  const found = new Map<string, Moved>();
  const pace = new Pace(false);
  for (const image of store.relocations.scanDuplicates(scanId)) {
    if (pace.isDue()) await pace.rest();
    const to = path.join(source.sourcePath, ...image.relativePath.split('/'));
    if (found.has(image.imageId) || image.currentPath === to) continue;
    if (!isGone(deps, image.currentPath)) continue;
    const root = rootOf(sources, image);
    if (root === null) continue;
    let isThere = roots.get(root.id);
    if (isThere === undefined) {
      isThere = isSourceThere(
        deps.files,
        root.sourcePath,
        store.fileChecks.volumeOf(root.id),
        () => place.volumes,
      );
      roots.set(root.id, isThere);
    }
    const sidecars = isThere ? foundSidecars(deps, image, to) : null;
    if (sidecars) found.set(image.imageId, { image, to, sidecars });
  }
  if (found.size > 0) store.transaction(() => commit(deps, catalog, source, [...found.values()]));
  return found.size;
}

/** Null if it cannot be told now: the image stays as it is until another scan. */
function foundSidecars(
  deps: CheckDeps,
  { imageId, currentPath: from }: ScanDuplicate,
  to: string,
): readonly RelocatedSidecar[] | null {
  try {
    const row = { imageId, isManaged: false };
    return sidecarsOf(deps, null, { from, to, row, isThere: true });
  } catch (error) {
    if (error instanceof CatalogError) return null;
    throw error;
  }
}

function isGone({ files }: CheckDeps, file: string): boolean {
  try {
    return lookTwice(files, file)?.isFile() !== true;
  } catch {
    return false;
  }
}

/** The source that the old path lies in. Outside all of them nothing tells whether its drive is there. */
const rootOf = (sources: readonly Source[], image: ScanDuplicate): Source | null =>
  sources.find(
    ({ id, sourcePath }) => id === image.imageSourceId && isInside(image.currentPath, sourcePath),
  ) ??
  sources.find(({ sourcePath }) => isInside(image.currentPath, sourcePath)) ??
  null;

function commit(
  { store, now }: CheckDeps,
  catalog: Catalog,
  source: Source,
  moved: readonly Moved[],
): void {
  const at = now().toISOString();
  for (const { image, to, sidecars } of moved) {
    const { imageId, currentPath: from, sizeBytes, mtimeNs, inode } = image;
    const identity = { sizeBytes, mtimeNs, inode };
    store.relocations.relocate([{ imageId, storedPath: to, identity, isChanged: false }], at);
    store.relocations.relocateSidecars(sidecars);
    store.auditLog.append({
      at,
      operation: 'relocate-by-content',
      catalogId: catalog.id,
      catalogName: catalog.name,
      sourceId: source.id,
      imageId,
      path: to,
      detail: { from },
    });
  }
  const paths = moved.map(({ image }) => image.relativePath);
  store.sourceFiles.setState(source.id, paths, 'imported');
}
