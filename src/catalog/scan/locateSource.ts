import path from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { CatalogError } from '../model/errors.js';
import type { Source } from '../model/source.js';

export interface LocatedSource {
  /** Absolute. */
  readonly root: string;
  /** Folders relative to the root that a scan passes by: the managed directory, if it lies in the source. */
  readonly excludedFolders: readonly string[];
}

/**
 * Checks that a source can be scanned, before anything is written.
 * @throws CatalogError SOURCE_TYPE_UNSUPPORTED, SOURCE_PATH_NOT_FOUND, SOURCE_PATH_NOT_DIRECTORY,
 *   SOURCE_INSIDE_MANAGED
 */
export function locateSource(
  files: Pick<FilePort, 'stat' | 'realpath'>,
  source: Pick<Source, 'sourceType' | 'sourcePath'>,
  managedDirectory: string | null,
): LocatedSource {
  if (source.sourceType !== 'directory' && source.sourceType !== 'device') {
    throw new CatalogError('SOURCE_TYPE_UNSUPPORTED', { type: source.sourceType });
  }
  const root = path.resolve(source.sourcePath);
  let realRoot: string;
  let isDirectory: boolean;
  try {
    isDirectory = files.stat(root).isDirectory();
    realRoot = files.realpath(root);
  } catch (error) {
    throw new CatalogError('SOURCE_PATH_NOT_FOUND', { path: root }, { cause: error });
  }
  if (!isDirectory) throw new CatalogError('SOURCE_PATH_NOT_DIRECTORY', { path: root });

  const realManaged = managedDirectory === null ? null : realPathOrNull(files, managedDirectory);
  if (realManaged === null || managedDirectory === null) return { root, excludedFolders: [] };
  if (relativeInside(realManaged, realRoot) !== null) {
    throw new CatalogError('SOURCE_INSIDE_MANAGED', { path: root, managedDirectory });
  }
  const inside = relativeInside(realRoot, realManaged);
  return { root, excludedFolders: inside === null ? [] : [inside] };
}

/**
 * The picked paths relative to the source.
 * @throws CatalogError INVALID_ARGUMENT for a path outside the source
 */
export function relativePicks(
  files: Pick<FilePort, 'realpath'>,
  root: string,
  absolutePaths: readonly string[],
): string[] {
  const realRoot = realPathOrNull(files, root);
  return absolutePaths.map((picked) => {
    const direct = relativeInside(root, path.resolve(picked));
    if (direct !== null) return direct;
    // The folder may have been reached through a link.
    const folder = realPathOrNull(files, path.dirname(picked));
    const real =
      realRoot === null || folder === null
        ? null
        : relativeInside(realRoot, path.join(folder, path.basename(picked)));
    if (real === null) {
      const detail = `${picked} does not lie in the source folder ${root}.`;
      throw new CatalogError('INVALID_ARGUMENT', { name: 'onlyPaths', detail });
    }
    return real;
  });
}

/** The `/` separated path of `inner` relative to `outer` ('' if equal), or null if it lies elsewhere. */
function relativeInside(outer: string, inner: string): string | null {
  const relative = path.relative(outer, inner);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    return null;
  }
  return path.sep === '/' ? relative : relative.replaceAll(path.sep, '/');
}

function realPathOrNull(files: Pick<FilePort, 'realpath'>, absolutePath: string): string | null {
  try {
    return files.realpath(absolutePath);
  } catch {
    return null;
  }
}
