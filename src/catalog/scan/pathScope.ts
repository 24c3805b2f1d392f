import picomatch from 'picomatch';

export interface PathScopeInput {
  /** Glob patterns relative to the source; nothing given means everything. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Paths relative to the source that the user picked: files, or folders with all in them. */
  readonly onlyPaths?: readonly string[] | undefined;
  /** Folders relative to the source that are passed by with all in them. */
  readonly excludedFolders?: readonly string[] | undefined;
}

/** Why a path is passed by, for the listing: the pattern, or the folder. */
export type Exclusion = { readonly by: string };

/**
 * Which paths of a source a scan is about. `covers` asks whether a path was picked at all; what was not is
 * not part of the scan. `exclusion...` asks whether a picked path is passed by, and why.
 */
export interface PathScope {
  /** The picked paths as given, or null if the whole source is meant. */
  readonly pickedPaths: readonly string[] | null;
  readonly coversFile: (relativePath: string) => boolean;
  readonly coversFolder: (relativePath: string) => boolean;
  readonly exclusionOfFile: (relativePath: string) => Exclusion | null;
  /** As exclusionOfFile, but include patterns do not count: sidecars go with their image whatever its name. */
  readonly exclusionOfSidecar: (relativePath: string) => Exclusion | null;
  /** A pattern that names a folder shuts out all in it, as in `files.exclude`. */
  readonly exclusionOfFolder: (relativePath: string) => Exclusion | null;
}

/** Glob semantics are picomatch's, with dot-names allowed and extensions compared without case. */
export function createPathScope(input: PathScopeInput): PathScope {
  const include = (input.include ?? []).map(createMatcher);
  const exclude = (input.exclude ?? []).map(createMatcher);
  const excludedFolders = new Set(input.excludedFolders ?? []);
  const picked = input.onlyPaths ? createPickedPaths(input.onlyPaths) : null;
  const excludedBy = (path: string): Exclusion | null => {
    const hit = exclude.find((matcher) => matcher.matches(path));
    return hit ? { by: hit.pattern } : null;
  };
  return {
    pickedPaths: input.onlyPaths ?? null,
    coversFile: (path) => picked === null || picked.covers(path),
    coversFolder: (path) => picked === null || picked.leadsTo(path),
    exclusionOfSidecar: (path) => excludedBy(path),
    exclusionOfFile: (path) => {
      const exclusion = excludedBy(path);
      if (exclusion !== null) return exclusion;
      const included = include.length === 0 || include.some((matcher) => matcher.matches(path));
      return included ? null : { by: include.map((matcher) => matcher.pattern).join(', ') };
    },
    exclusionOfFolder: (path) => {
      if (excludedFolders.has(path)) return { by: path };
      return excludedBy(path);
    },
  };
}

interface Matcher {
  readonly pattern: string;
  readonly matches: (relativePath: string) => boolean;
}

function createMatcher(given: string): Matcher {
  const pattern = given.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  const exact = picomatch(pattern, { dot: true });
  const lowered = withLowerCaseExtension(pattern);
  const relaxed = picomatch(lowered, { dot: true });
  return {
    pattern: given,
    matches: (path) => exact(path) || relaxed(withLowerCaseExtension(path)),
  };
}

function withLowerCaseExtension(path: string): string {
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(0, dot) + path.slice(dot).toLowerCase() : path;
}

function createPickedPaths(paths: readonly string[]): {
  readonly covers: (path: string) => boolean;
  readonly leadsTo: (path: string) => boolean;
} {
  const picked = new Set(paths);
  const ancestors = new Set<string>();
  for (const path of paths) for (const folder of foldersAbove(path)) ancestors.add(folder);
  const covers = (path: string): boolean => {
    if (picked.has(path) || picked.has('')) return true;
    for (const folder of foldersAbove(path)) if (picked.has(folder)) return true;
    return false;
  };
  return { covers, leadsTo: (path) => ancestors.has(path) || covers(path) };
}

/** The folders that a relative path lies in, nearest first, without the root ''. */
export function* foldersAbove(relativePath: string): Generator<string> {
  for (
    let end = relativePath.lastIndexOf('/');
    end > 0;
    end = relativePath.lastIndexOf('/', end - 1)
  ) {
    yield relativePath.slice(0, end);
  }
}
