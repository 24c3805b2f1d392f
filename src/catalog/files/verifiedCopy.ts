import { CatalogError, errorDetail } from '../model/errors.js';
import { checkUnchanged } from './copyFile.js';
import { sourceError } from './fileErrors.js';
import type { FileIdentity } from './fileIdentity.js';
import { identityOf, isSameFile, sameContentStamp } from './fileIdentity.js';
import type { FilePort, FileStats } from './filePort.js';
import { hashFile } from './hashFile.js';
import { isGone, linkWithoutReplacing, lstatOrNull } from './publish.js';

declare const verified: unique symbol;

/** Proof that a source's content also stands elsewhere. Only verifyCopy makes one. */
export interface VerifiedCopy {
  readonly [verified]: true;
  readonly source: string;
  readonly destination: string;
  readonly checksum: string;
}

interface Evidence {
  readonly source: FileStats;
  readonly destination: FileStats;
}

/** Proofs that verifyCopy made: an object that only looks like one removes nothing. */
const evidenceOf = new WeakMap<VerifiedCopy, Evidence>();

export interface VerifyRequest {
  readonly source: string;
  readonly destination: string;
  /** The source as the scan saw it, with its SHA-256. */
  readonly expected: FileIdentity & { readonly checksum: string };
  readonly signal?: AbortSignal;
}

/**
 * Proves from the disk, now, that the destination holds the source's content: either both names belong to one
 * file that has at least these two, or both are read and their checksums equal the scanned one.
 * @throws CatalogError FILE_VANISHED, FILE_CHANGED, FILE_NOT_REGULAR, FILE_UNREADABLE, COPY_MISMATCH, CANCELLED
 */
export async function verifyCopy(port: FilePort, request: VerifyRequest): Promise<VerifiedCopy> {
  const { source, destination, expected } = request;
  const from = checkUnchanged(port, source, expected);
  const to = regularFile(port, destination);
  if (isSameFile(from, to)) {
    // One name reached by two paths looks the same: removing it would remove the only one.
    if (from.nlink < 2n) throw new CatalogError('COPY_MISMATCH', { path: source });
    if (!sameContentStamp(identityOf(from), expected)) {
      throw new CatalogError('FILE_CHANGED', { path: source });
    }
  } else {
    await checkContent(port, destination, request, 'COPY_MISMATCH');
    await checkContent(port, source, request, 'FILE_CHANGED');
  }
  const proof = { source, destination, checksum: expected.checksum } as unknown as VerifiedCopy;
  Object.freeze(proof);
  evidenceOf.set(proof, { source: from, destination: to });
  return proof;
}

async function checkContent(
  port: FilePort,
  path: string,
  request: VerifyRequest,
  code: 'COPY_MISMATCH' | 'FILE_CHANGED',
): Promise<void> {
  const options = request.signal ? { signal: request.signal } : {};
  const hashed = await hashFile(port, path, options).catch((error: unknown) => {
    throw sourceError(error, path);
  });
  if (hashed.sha256 !== request.expected.checksum) {
    throw new CatalogError(code, { path: request.source });
  }
}

function regularFile(port: FilePort, path: string): FileStats {
  try {
    const stats = port.lstat(path);
    if (stats.isFile()) return stats;
  } catch (error) {
    throw sourceError(error, path);
  }
  throw new CatalogError('FILE_NOT_REGULAR', { path, detail: 'not a file' });
}

/**
 * Removes a source file whose content is proven to stand elsewhere: the only place that removes one.
 * Looks at both files once more; if either is no longer the one the proof is about, nothing is removed.
 * If they are one file with two names and it is written to meanwhile, the name is given back.
 * @throws CatalogError FILE_VANISHED, FILE_CHANGED, SOURCE_NOT_REMOVED, FILE_UNREADABLE: the source stays
 */
export function removeSource(port: FilePort, proof: VerifiedCopy): void {
  const evidence = evidenceOf.get(proof);
  if (!evidence) throw new CatalogError('INTERNAL', { detail: 'a proof that nobody made' });
  evidenceOf.delete(proof);
  const from = regularFile(port, proof.source);
  const to = regularFile(port, proof.destination);
  if (!unchangedSince(from, evidence.source)) {
    throw new CatalogError('FILE_CHANGED', { path: proof.source });
  }
  if (!unchangedSince(to, evidence.destination)) {
    const detail = 'its copy is no longer the one that was verified';
    throw new CatalogError('SOURCE_NOT_REMOVED', { path: proof.source, detail });
  }
  try {
    port.unlink(proof.source);
  } catch (error) {
    // Network shares may do it and then report a failure.
    if (!isGone(port, proof.source)) {
      const data = { path: proof.source, detail: errorDetail(error) };
      throw new CatalogError('SOURCE_NOT_REMOVED', data, { cause: error });
    }
  }
  if (isSameFile(from, to)) keepWrittenName(port, proof, to);
}

/**
 * One file with two names can be written to under the one that was just removed. What it has become belongs there.
 * @throws CatalogError FILE_CHANGED: the file has its name again
 */
function keepWrittenName(port: FilePort, proof: VerifiedCopy, was: FileStats): void {
  const now = lstatOrNull(port, proof.destination);
  if (!now || !isSameFile(now, was)) return;
  if (sameContentStamp(identityOf(now), identityOf(was))) return;
  if (linkWithoutReplacing(port, proof.destination, proof.source) !== 'published') return;
  throw new CatalogError('FILE_CHANGED', { path: proof.source });
}

function unchangedSince(now: FileStats, then: FileStats): boolean {
  return (
    isSameFile(now, then) &&
    now.nlink === then.nlink &&
    sameContentStamp(identityOf(now), identityOf(then))
  );
}
