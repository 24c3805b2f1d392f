import path from 'node:path';

export interface PathParts {
  /** '' for the root. */
  readonly folder: string;
  readonly name: string;
  /** The name without its last extension. */
  readonly stem: string;
}

/** The parts of a relative, `/` separated path. */
export function splitPath(relativePath: string): PathParts {
  const slash = relativePath.lastIndexOf('/');
  const name = relativePath.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  return {
    folder: slash < 0 ? '' : relativePath.slice(0, slash),
    name,
    stem: dot > 0 ? name.slice(0, dot) : name,
  };
}

/** The absolute path of a relative, `/` separated one; without the cost of path.join. */
export function absolutePath(root: string, relativePath: string): string {
  const prefix = root.endsWith(path.sep) ? root : root + path.sep;
  return prefix + (path.sep === '/' ? relativePath : relativePath.replaceAll('/', path.sep));
}
