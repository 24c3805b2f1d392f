import type { FileIdentity } from '../files/fileIdentity.js';
import type { FilePort } from '../files/filePort.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { ProgressMeter } from '../model/progressMeter.js';
import type { ScanSidecar } from '../store/rows.js';
import { EventLoopTurns } from './eventLoopTurns.js';
import { identify } from './fingerprint.js';
import { foldersAbove } from './pathScope.js';
import type { PathScope } from './pathScope.js';
import { assignSidecars } from './sidecars.js';
import { sortedByFolder, walk } from './walk.js';
import type { SkippedPaths, WalkResult } from './walk.js';
import { absolutePath } from './pathNames.js';

/** What a source holds, before any content is read. Paths are relative to it, in path order. */
export interface SourceListing {
  readonly mediaPaths: readonly string[];
  /** By index of the media path: what the file is, or why that cannot be told. */
  readonly identities: readonly (FileIdentity | CatalogError)[];
  /** By media path. */
  readonly sidecarsOf: ReadonlyMap<string, readonly ScanSidecar[]>;
  readonly skipped: SkippedPaths;
  readonly completeFolders: ReadonlySet<string>;
}

export interface ListSourceInput {
  readonly files: FilePort;
  /** Absolute. */
  readonly root: string;
  readonly scope: PathScope;
  readonly signal?: AbortSignal | undefined;
  readonly meter: ProgressMeter;
}

/**
 * Walks a source, finds the owners of the sidecars, and takes size, time and inode of every file.
 * @throws CatalogError of walk
 */
export async function listSource(input: ListSourceInput): Promise<SourceListing> {
  const { files, root, scope, meter } = input;
  const walked = await walk({
    files,
    root,
    scope,
    signal: input.signal,
    onFolder: (entryCount, folder) => meter.advance(entryCount, 0, folder),
  });
  const { skipped, completeFolders } = walked;
  const mediaPaths = withMissingPicks(walked, scope);
  const sidecarsOf = listSidecars(input, walked);
  const turns = new EventLoopTurns();
  const identities: (FileIdentity | CatalogError)[] = [];
  for (const relativePath of mediaPaths) {
    identities.push(identifyOrError(files, absolutePath(root, relativePath)));
    if (!turns.isDue()) continue;
    await turns.next();
    meter.advance(0, 0, relativePath);
    if (input.signal?.aborted) throw new CatalogError('CANCELLED');
  }
  meter.flush();
  skipped.sort();
  return { mediaPaths, identities, sidecarsOf, skipped, completeFolders };
}

function identifyOrError(files: FilePort, absolutePath: string): FileIdentity | CatalogError {
  try {
    return identify(files, absolutePath);
  } catch (error) {
    return toCatalogError(error);
  }
}

function listSidecars(
  { files, root, scope }: ListSourceInput,
  { mediaPaths, companionPaths, skipped }: WalkResult,
): Map<string, ScanSidecar[]> {
  const assignment = assignSidecars(mediaPaths, companionPaths);
  for (const relativePath of assignment.orphans) {
    if (scope.coversFile(relativePath)) skipped.add(relativePath, 'sidecar-without-image');
  }
  for (const relativePath of assignment.unrelated) {
    if (scope.coversFile(relativePath)) skipped.add(relativePath, 'unsupported-extension');
  }
  const sidecarsOf = new Map<string, ScanSidecar[]>();
  for (const [mediaPath, sidecarPaths] of assignment.sidecarsOf) {
    const sidecars: ScanSidecar[] = [];
    for (const relativePath of sidecarPaths) {
      const identity = identifyOrError(files, absolutePath(root, relativePath));
      if (identity instanceof CatalogError) {
        skipped.add(relativePath, 'not-a-file', identity.message);
      } else {
        sidecars.push({ relativePath, ...identity });
      }
    }
    if (sidecars.length > 0) sidecarsOf.set(mediaPath, sidecars);
  }
  return sidecarsOf;
}

/** Adds the picked paths that the walk came upon in no way: their files are gone, and the preview says so. */
function withMissingPicks(walked: WalkResult, scope: PathScope): readonly string[] {
  if (scope.pickedPaths === null) return walked.mediaPaths;
  const met = new Set([
    ...walked.mediaPaths,
    ...walked.companionPaths,
    ...walked.completeFolders,
    ...walked.skipped.entries.map((entry) => entry.relativePath),
  ]);
  const skippedFolders = new Set(walked.skipped.entries.map((entry) => entry.relativePath));
  const missing = scope.pickedPaths.filter(
    (picked) => !met.has(picked) && ![...foldersAbove(picked)].some((f) => skippedFolders.has(f)),
  );
  if (missing.length === 0) return walked.mediaPaths;
  return sortedByFolder(new Set([...walked.mediaPaths, ...missing]));
}
