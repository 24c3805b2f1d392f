import { hashDescriptor } from '../files/hashFile.js';
import { sourceError } from '../files/fileErrors.js';
import { identityOf } from '../files/fileIdentity.js';
import type { FileIdentity } from '../files/fileIdentity.js';
import type { FilePort, FileStats } from '../files/filePort.js';
import { readMediaFacts } from '../media/readMediaFacts.js';
import { readXmpSidecars } from '../media/xmpSidecar.js';
import { CatalogError } from '../model/errors.js';
import type { ByteReader, MediaFacts } from '../model/media.js';

/** A file's content as far as it is known. */
export interface Fingerprint extends FileIdentity {
  /** SHA-256, 64 lower-case hex digits. */
  readonly checksum: string;
  /** Null only if `needsFacts` said that nobody asks for them. */
  readonly facts: MediaFacts | null;
}

export interface FingerprintInput {
  readonly files: FilePort;
  /** Absolute. */
  readonly path: string;
  readonly relativePath: string;
  /** Absolute paths of what belongs to it. */
  readonly sidecars?: readonly string[];
  readonly now: Date;
  /** Asked once the checksum is known: images that the catalog holds need not be looked into again. */
  readonly needsFacts: (checksum: string) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Bytes read since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

type FactsInput = Pick<FingerprintInput, 'files' | 'path' | 'relativePath' | 'sidecars' | 'now'>;

/** Kept of every file while it is hashed: metadata lies here in nearly all of them. */
const headLength = 128 * 1024;

/** How often a file is read if it changes while it is read. */
const attempts = 2;

/**
 * The size, time and inode of a file that the walk found.
 * @throws CatalogError FILE_VANISHED, FILE_UNREADABLE, FILE_NOT_REGULAR
 */
export function identify(files: Pick<FilePort, 'lstat'>, path: string): FileIdentity {
  let stats: FileStats;
  try {
    stats = files.lstat(path);
  } catch (error) {
    throw sourceError(error, path);
  }
  return regularIdentity(stats, path);
}

function regularIdentity(stats: FileStats, path: string): FileIdentity {
  if (!stats.isFile()) {
    const detail = stats.isSymbolicLink() ? 'symbolic link' : 'folder or device';
    throw new CatalogError('FILE_NOT_REGULAR', { path, detail });
  }
  return identityOf(stats);
}

/** True if size, modification time and inode say that the content is the one known before. */
export function isUnchanged(a: FileIdentity, b: FileIdentity): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.inode === b.inode;
}

/**
 * Reads a file once: checksum and media facts. A file that changes meanwhile is read a second time.
 * @throws CatalogError FILE_CHANGED if it changes again; FILE_VANISHED, FILE_UNREADABLE, FILE_NOT_REGULAR,
 *   FILE_EMPTY, FILE_NOT_MEDIA; CANCELLED
 */
export async function fingerprint(input: FingerprintInput): Promise<Fingerprint> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const result = await readOnce(input);
    if (result !== null) return result;
  }
  throw new CatalogError('FILE_CHANGED', { path: input.path });
}

async function readOnce(input: FingerprintInput): Promise<Fingerprint | null> {
  const { files, path } = input;
  let descriptor: number;
  try {
    descriptor = files.openRead(path);
  } catch (error) {
    throw sourceError(error, path);
  }
  try {
    return await readOpen(input, descriptor);
  } catch (error) {
    throw sourceError(error, path);
  } finally {
    files.close(descriptor);
  }
}

async function readOpen(input: FingerprintInput, descriptor: number): Promise<Fingerprint | null> {
  const { files, path } = input;
  const before = regularIdentity(files.fstat(descriptor), path);
  let counted = 0;
  const hashed = await hashDescriptor(files, descriptor, {
    keepHead: headLength,
    ...(input.signal ? { signal: input.signal } : {}),
    onBytes: (bytes) => {
      input.onBytes?.(bytes - counted);
      counted = bytes;
    },
  });
  let facts: MediaFacts | null = null;
  let failure: CatalogError | null = null;
  if (hashed.sizeBytes === 0 || input.needsFacts(hashed.sha256)) {
    const reader = headReader(files, descriptor, hashed.sizeBytes, hashed.head);
    try {
      facts = await factsOf(input, reader, before);
    } catch (error) {
      failure = sourceError(error, path);
    }
  }
  // A half-written file is no photo yet: whether it changed is asked before what is wrong with it.
  const after = regularIdentity(files.fstat(descriptor), path);
  if (!isUnchanged(before, after) || hashed.sizeBytes !== after.sizeBytes) return null;
  if (failure !== null) throw failure;
  return { ...after, checksum: hashed.sha256, facts };
}

/**
 * Reads only the media facts of a file whose content is known.
 * @throws CatalogError as fingerprint
 */
export async function readFacts(input: FactsInput, expected: FileIdentity): Promise<MediaFacts> {
  const { files, path } = input;
  let descriptor: number;
  try {
    descriptor = files.openRead(path);
  } catch (error) {
    throw sourceError(error, path);
  }
  try {
    const found = regularIdentity(files.fstat(descriptor), path);
    if (!isUnchanged(found, expected)) throw new CatalogError('FILE_CHANGED', { path });
    const reader = headReader(files, descriptor, found.sizeBytes, new Uint8Array(0));
    return await factsOf(input, reader, found);
  } catch (error) {
    throw sourceError(error, path);
  } finally {
    files.close(descriptor);
  }
}

function factsOf(
  input: FactsInput,
  reader: ByteReader,
  identity: FileIdentity,
): Promise<MediaFacts> {
  return readMediaFacts({
    reader,
    path: input.path,
    relativePath: input.relativePath,
    sidecars: readXmpSidecars(input.files, input.sidecars ?? []),
    mtimeNs: identity.mtimeNs,
    now: input.now,
  });
}

/** Reads from the kept head where it can, else from the file, which is still warm. */
function headReader(
  files: Pick<FilePort, 'read'>,
  descriptor: number,
  size: number,
  head: Uint8Array,
): ByteReader {
  return {
    size,
    read: (offset, length) => {
      const end = Math.min(offset + length, size);
      if (offset < 0 || end <= offset) return new Uint8Array(0);
      if (end <= head.length) return head.subarray(offset, end);
      const bytes = new Uint8Array(end - offset);
      let filled = 0;
      while (filled < bytes.length) {
        const count = files.read(descriptor, bytes, filled, bytes.length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
  };
}
