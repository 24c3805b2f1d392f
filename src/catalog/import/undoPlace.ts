import { realManagedDirectory } from '../files/folders.js';
import { CatalogError } from '../model/errors.js';
import type { ImportJobRow } from '../store/rows.js';
import { requireUnshared } from '../store/sharedFiles.js';
import type { ImportDeps } from './importRun.js';
import { realSourceFolder } from './preconditions.js';
import type { UndoPlace } from './undoFile.js';

/**
 * Where an undo of a job works. A source that cannot be reached is no error: what needs it is then kept.
 * @throws CatalogError MANAGED_DIRECTORY_MISSING, MANAGED_DIRECTORY_UNUSABLE
 */
export function undoPlace(deps: ImportDeps, job: ImportJobRow): UndoPlace {
  const { files } = deps;
  const isChosen = deps.sources?.isChosen(job.sourcePath) ?? true;
  return {
    files,
    realRoot: job.importMode === 'reference' ? '' : managedRoot(deps, job),
    sourcePath: job.sourcePath,
    realSource: isChosen ? reachable(() => realSourceFolder(files, job.sourcePath)) : null,
    isChosen,
    requireOwn: (file) => requireUnshared(deps.store, job.catalogId, file),
    importMode: job.importMode,
    // Volumes without inodes of their own number their files anew when they are mounted: the content proves.
    onlyOwnInode: false,
  };
}

function managedRoot({ files, store }: ImportDeps, { catalogId }: ImportJobRow): string {
  const catalog = store.catalogs.find(catalogId);
  const directory = catalog?.managedDirectory ?? null;
  if (directory === null) {
    throw new CatalogError('MANAGED_DIRECTORY_MISSING', { catalog: catalog?.name ?? catalogId });
  }
  return realManagedDirectory(files, directory);
}

function reachable(look: () => string): string | null {
  try {
    return look();
  } catch (error) {
    if (error instanceof CatalogError) return null;
    throw error;
  }
}
