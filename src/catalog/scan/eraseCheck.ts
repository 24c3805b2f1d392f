import type { FilePort } from '../files/filePort.js';
import { isSameFile } from '../files/fileIdentity.js';
import { isInside } from '../files/folders.js';
import { hashFile } from '../files/hashFile.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { EraseCheck, EraseProblem, EraseProblemReason } from '../model/safety.js';
import type { Source } from '../model/source.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { listForErasing } from './eraseListing.js';
import { absolutePath } from './pathNames.js';
import { compareCodeUnits } from './walk.js';

export interface EraseCheckDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly now: () => Date;
}

/**
 * Reads every photo, video and sidecar of a source and the managed copy of each, and tells which would be lost
 * if the source were erased. Believes no row and no time stamp. Changes nothing.
 * @throws CatalogError SOURCE_PATH_NOT_FOUND, CANCELLED
 */
export async function checkSafeToErase(
  deps: EraseCheckDeps,
  source: Source,
  control: OperationControl = {},
): Promise<EraseCheck> {
  const { signal } = control;
  const root = realPath(deps.files, source.sourcePath);
  const listing = await listForErasing({ files: deps.files, root, signal });
  const meter = new ProgressMeter({
    phase: 'verify',
    filesTotal: listing.wanted.length,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  const checker = new Checker(deps, source, root, signal);
  const problems: EraseProblem[] = listing.unreadable.map(({ relativePath, detail }) => ({
    relativePath,
    reason: 'UNREADABLE',
    detail,
  }));
  for (const relativePath of listing.wanted) {
    const problem = await checker.check(relativePath);
    if (problem) problems.push(problem);
    meter.advance(1, checker.lastBytes, relativePath);
  }
  meter.flush();
  problems.sort((a, b) => compareCodeUnits(a.relativePath, b.relativePath));
  return {
    sourceId: source.id,
    sourceName: source.name,
    sourcePath: source.sourcePath,
    safe: problems.length === 0,
    checkedAt: deps.now().toISOString(),
    filesChecked: listing.wanted.length,
    bytesChecked: checker.bytes,
    problems,
    others: listing.others,
  };
}

function realPath(files: FilePort, path: string): string {
  try {
    return files.realpath(path);
  } catch (error) {
    throw new CatalogError('SOURCE_PATH_NOT_FOUND', { path }, { cause: error });
  }
}

/** A managed file that should hold a content, and what is wrong with it; null if nothing is. */
type Verdict = Pick<EraseProblem, 'reason' | 'detail'> | null;

class Checker {
  bytes = 0;
  lastBytes = 0;
  private readonly deps: EraseCheckDeps;
  private readonly source: Source;
  private readonly root: string;
  private readonly signal: AbortSignal | undefined;
  private readonly sidecars: ReadonlyMap<string, readonly string[]>;
  /** Copies of contents that the source holds several times are read once. */
  private readonly copies = new Map<string, Verdict>();
  private importedPaths: ReadonlySet<string> | null = null;

  constructor(deps: EraseCheckDeps, source: Source, root: string, signal: AbortSignal | undefined) {
    this.deps = deps;
    this.source = source;
    this.root = root;
    this.signal = signal;
    this.sidecars = deps.store.images.managedSidecarsByChecksum(source.catalogId);
  }

  async check(relativePath: string): Promise<EraseProblem | null> {
    const path = absolutePath(this.root, relativePath);
    const problem = (reason: EraseProblemReason, detail: string | null): EraseProblem => ({
      relativePath,
      reason,
      detail,
    });
    this.lastBytes = 0;
    let checksum: string;
    try {
      checksum = await this.checksumOf(path);
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) throw error;
      return problem('UNREADABLE', errorDetail(error));
    }
    const { candidates, referenced } = this.candidates(checksum);
    let worst: Verdict = null;
    for (const copy of candidates) {
      const verdict = this.isOwnName(path, copy)
        ? { reason: 'COPY_IN_SOURCE' as const, detail: copy }
        : await this.verdictOn(copy, checksum);
      if (verdict === null) return null;
      worst ??= verdict;
    }
    if (worst) return problem(worst.reason, worst.detail);
    if (referenced !== null) return problem('ONLY_REFERENCED', referenced);
    return problem(this.wasImported(relativePath) ? 'CHANGED' : 'NOT_IN_CATALOG', null);
  }

  private async checksumOf(path: string): Promise<string> {
    const stats = this.deps.files.lstat(path);
    if (!stats.isFile()) throw new Error('it is no longer a regular file');
    const options = this.signal ? { signal: this.signal } : {};
    const { sha256, sizeBytes } = await hashFile(this.deps.files, path, options);
    this.bytes += sizeBytes;
    this.lastBytes = sizeBytes;
    return sha256;
  }

  private candidates(checksum: string): { candidates: string[]; referenced: string | null } {
    const image = this.deps.store.images.findByChecksum(this.source.catalogId, checksum);
    const sidecars = this.sidecars.get(checksum) ?? [];
    if (!image) return { candidates: [...sidecars], referenced: null };
    if (image.isManaged) return { candidates: [image.currentPath, ...sidecars], referenced: null };
    return { candidates: [...sidecars], referenced: image.currentPath };
  }

  /** The managed copy must read back equal and must not lie in what is erased. */
  private async verdictOn(copy: string, checksum: string): Promise<Verdict> {
    const key = `${checksum} ${copy}`;
    const known = this.copies.get(key);
    if (known !== undefined) return known;
    const verdict = await this.readCopy(copy, checksum);
    this.copies.set(key, verdict);
    return verdict;
  }

  private async readCopy(copy: string, checksum: string): Promise<Verdict> {
    const { files } = this.deps;
    try {
      if (isInside(files.realpath(copy), this.root)) {
        return { reason: 'COPY_IN_SOURCE', detail: copy };
      }
      const options = this.signal ? { signal: this.signal } : {};
      const { sha256 } = await hashFile(files, copy, options);
      return sha256 === checksum ? null : { reason: 'COPY_DAMAGED', detail: copy };
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) throw error;
      return { reason: 'COPY_DAMAGED', detail: `${copy}: ${errorDetail(error)}` };
    }
  }

  /** True if both are one file with a single name, reached by two paths. */
  private isOwnName(path: string, copy: string): boolean {
    try {
      const stats = this.deps.files.lstat(path);
      return isSameFile(stats, this.deps.files.stat(copy)) && stats.nlink < 2n;
    } catch {
      return false;
    }
  }

  private wasImported(relativePath: string): boolean {
    this.importedPaths ??= new Set(this.deps.store.images.originalPathsOfSource(this.source.id));
    return this.importedPaths.has(absolutePath(this.source.sourcePath, relativePath));
  }
}
