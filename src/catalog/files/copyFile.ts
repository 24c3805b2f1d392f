import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { CatalogError } from '../model/errors.js';
import { differsByRounding } from './coarseTimes.js';
import { destinationError, sourceError } from './fileErrors.js';
import type { FileIdentity } from './fileIdentity.js';
import { identityOf, isSameFile, sameContentStamp } from './fileIdentity.js';
import type { FilePort, FileStats } from './filePort.js';
import { systemErrorCode } from './filePort.js';
import { hashBeside } from './hashBeside.js';
import { hashDescriptor, hashFile } from './hashFile.js';
import { lstatOrNull } from './publish.js';
import { removeOwn } from './removeOwn.js';
import { copyInSystem } from './systemCopy.js';
import { Turns } from './turns.js';

export interface CopyRequest {
  /** Absolute. */
  readonly source: string;
  /** Absolute; must not exist. A temporary name, or the final one where there are no hard links. */
  readonly target: string;
  /** What the scan saw: the copy must have exactly this content. */
  readonly expected: FileIdentity & { readonly checksum: string };
  readonly signal?: AbortSignal;
  /** Called with the bytes copied so far. */
  readonly onBytes?: (bytes: number) => void;
}

const chunkSize = 1024 * 1024;
/** Up to this size a file is held in memory and its copy compared byte for byte. */
const wholeFileLimit = 8 * 1024 * 1024;
const pieceSize = 256 * 1024;
// Kept for the next file: fresh memory costs a page fault every 4 kB.
const spareBufferCount = 4;
const spareWholes: Buffer[] = [];
const spareChunks: Buffer[] = [];

function giveBack(spares: Buffer[], buffer: Buffer): void {
  if (spares.length < spareBufferCount) spares.push(buffer);
}
/** A volume that cannot keep times is no reason to refuse a photo. */
const timesUnsupported = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP']);

/**
 * Copies a file into a new one, makes it durable and reads it back. When it returns, the target holds exactly
 * the bytes that the scan saw, as far as the operating system tells; the modification time is the source's.
 * When it throws, the target is gone again, unless removing it failed too.
 * @returns identity of the target
 * @throws CatalogError FILE_VANISHED, FILE_CHANGED, FILE_NOT_REGULAR, FILE_UNREADABLE, COPY_MISMATCH,
 *   DISK_FULL, DESTINATION_UNWRITABLE, CANCELLED; Node's EEXIST if the target's name is taken
 */
export async function copyVerified(port: FilePort, asked: CopyRequest): Promise<FileIdentity> {
  const { source, target } = asked;
  const { descriptor: input, identity } = openUnchanged(port, source, asked.expected);
  // A volume with coarse times may tell another one now: from here on it must stay as it is.
  const expected = { ...asked.expected, ...identity };
  const request = { ...asked, expected };
  try {
    if (request.signal?.aborted) throw new CatalogError('CANCELLED');
    const copied = await copyInSystem(port, input, target, expected.sizeBytes);
    let made: FileStats | null = null;
    let output: number | null = null;
    try {
      output = copied ? port.openRead(target) : openTarget(port, target, expected.sizeBytes);
      made = port.fstat(output);
      const identity = copied
        ? await finishCopied(port, request, input, output)
        : await fillTarget(port, request, input, output);
      // A descriptor whose close failed is gone all the same: closing it again could hit another file.
      const closing = output;
      output = null;
      port.close(closing);
      return identity;
    } catch (error) {
      if (output !== null) {
        made ??= fstatQuietly(port, output);
        closeQuietly(port, output);
      }
      if (!copied && made === null && systemErrorCode(error) === 'EEXIST') throw error;
      if (copied) made ??= lstatOrNull(port, target);
      removeOwn(port, target, made);
      throw destinationError(port, error, target, expected.sizeBytes);
    }
  } finally {
    closeQuietly(port, input);
  }
}

/** Of a file that the system copied nothing is known before it is read back. */
async function finishCopied(
  port: FilePort,
  request: CopyRequest,
  input: number,
  output: number,
): Promise<FileIdentity> {
  const { expected, onBytes } = request;
  setTime(port, output, BigInt(expected.mtimeNs));
  await port.fsync(output);
  await checkStreamed(port, request, input, await readBack(port, output, request));
  onBytes?.(expected.sizeBytes);
  return identityOf(port.fstat(output));
}

/**
 * Opens a source for reading after proving that it is the regular file that the scan saw.
 * The inode may differ: cards and shares number their files anew; the checksum decides then.
 */
function openUnchanged(
  port: FilePort,
  path: string,
  expected: FileIdentity,
): { readonly descriptor: number; readonly identity: FileIdentity } {
  let descriptor: number | null = null;
  try {
    const named = checkUnchanged(port, path, expected);
    descriptor = port.openRead(path);
    const opened = port.fstat(descriptor);
    const identity = identityOf(named);
    if (!isSameFile(named, opened) || !sameContentStamp(identityOf(opened), identity)) {
      throw new CatalogError('FILE_CHANGED', { path });
    }
    return { descriptor, identity };
  } catch (error) {
    if (descriptor !== null) closeQuietly(port, descriptor);
    throw sourceError(error, path);
  }
}

/**
 * Proves that a path is still a regular file of the size and modification time that the scan saw. On a volume that
 * keeps coarse times a small difference is let pass: whoever needs the content then has to compare checksums.
 * @throws CatalogError FILE_VANISHED, FILE_CHANGED, FILE_NOT_REGULAR, FILE_UNREADABLE
 */
export function checkUnchanged(port: FilePort, path: string, expected: FileIdentity): FileStats {
  let stats: FileStats;
  try {
    stats = port.lstat(path);
  } catch (error) {
    throw sourceError(error, path);
  }
  if (!stats.isFile()) {
    const detail = stats.isSymbolicLink() ? 'symbolic link' : 'special file or folder';
    throw new CatalogError('FILE_NOT_REGULAR', { path, detail });
  }
  const found = identityOf(stats);
  if (!sameContentStamp(found, expected) && !differsByRounding(port, path, found, expected)) {
    throw new CatalogError('FILE_CHANGED', { path });
  }
  return stats;
}

function openTarget(port: FilePort, target: string, neededBytes: number): number {
  try {
    return port.openNew(target);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    throw destinationError(port, error, target, neededBytes);
  }
}

async function fillTarget(
  port: FilePort,
  request: CopyRequest,
  input: number,
  output: number,
): Promise<FileIdentity> {
  if (request.expected.sizeBytes > wholeFileLimit) {
    const streamed = await copyChunks(port, request, input, output);
    return finishTarget(port, request, input, output, streamed);
  }
  const buffer = spareWholes.pop() ?? Buffer.allocUnsafeSlow(wholeFileLimit + 1);
  try {
    const streamed = await copyWhole(port, request, input, output, buffer);
    return await finishTarget(port, request, input, output, streamed);
  } finally {
    giveBack(spareWholes, buffer);
  }
}

async function finishTarget(
  port: FilePort,
  request: CopyRequest,
  input: number,
  output: number,
  streamed: Streamed,
): Promise<FileIdentity> {
  const { source, expected } = request;
  await checkStreamed(port, request, input, streamed.checksum);
  setTime(port, output, BigInt(expected.mtimeNs));
  await port.fsync(output);
  const equal = streamed.bytes
    ? await readsBackEqual(port, output, streamed.bytes)
    : (await readBack(port, output, request)) === expected.checksum;
  const stats = port.fstat(output);
  if (!equal || Number(stats.size) !== expected.sizeBytes) {
    throw new CatalogError('COPY_MISMATCH', { path: source });
  }
  return identityOf(stats);
}

interface Streamed {
  readonly checksum: string;
  /** All bytes of a small file, else null. */
  readonly bytes: Buffer | null;
}

async function copyWhole(
  port: FilePort,
  request: CopyRequest,
  input: number,
  output: number,
  buffer: Buffer,
): Promise<Streamed> {
  const hash = createHash('sha256');
  // One byte more than expected, to notice a file that grew.
  const most = request.expected.sizeBytes + 1;
  let length = 0;
  while (length < most) {
    // Hashed in pieces that are still in the processor's cache.
    const piece = buffer.subarray(length, Math.min(most, length + pieceSize));
    const count = readInto(port, input, piece, length, request.source);
    hash.update(piece.subarray(0, count));
    length += count;
    if (count < piece.length) break;
  }
  const bytes = buffer.subarray(0, length);
  await writeFully(port, output, bytes, 0, new Turns());
  request.onBytes?.(length);
  return { checksum: hash.digest('hex'), bytes };
}

async function copyChunks(
  port: FilePort,
  request: CopyRequest,
  input: number,
  output: number,
): Promise<Streamed> {
  const hash = createHash('sha256');
  const buffer = spareChunks.pop() ?? Buffer.allocUnsafeSlow(chunkSize);
  const turns = new Turns();
  try {
    for (let position = 0; ;) {
      if (request.signal?.aborted) throw new CatalogError('CANCELLED');
      const count = readInto(port, input, buffer, position, request.source);
      const bytes = buffer.subarray(0, count);
      hash.update(bytes);
      await writeFully(port, output, bytes, position, turns);
      position += count;
      request.onBytes?.(position);
      if (count < chunkSize) break;
    }
  } finally {
    giveBack(spareChunks, buffer);
  }
  return { checksum: hash.digest('hex'), bytes: null };
}

/** The streamed bytes must be the scanned ones; if not, the source tells whether it changed or was misread. */
async function checkStreamed(
  port: FilePort,
  request: CopyRequest,
  input: number,
  checksum: string,
): Promise<void> {
  const { source, expected } = request;
  if (!sameContentStamp(identityOf(port.fstat(input)), expected)) {
    throw new CatalogError('FILE_CHANGED', { path: source });
  }
  if (checksum === expected.checksum) return;
  const again = await hashFile(port, source).catch((error: unknown) => {
    throw sourceError(error, source);
  });
  const misread = again.sha256 === expected.checksum;
  throw new CatalogError(misread ? 'COPY_MISMATCH' : 'FILE_CHANGED', { path: source });
}

/** Fills the buffer from a position as far as the file goes. */
function readInto(
  port: FilePort,
  input: number,
  buffer: Buffer,
  position: number,
  source: string,
): number {
  let filled = 0;
  try {
    while (filled < buffer.length) {
      const count = port.read(input, buffer, filled, buffer.length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
  } catch (error) {
    throw sourceError(error, source);
  }
  return filled;
}

async function writeFully(
  port: FilePort,
  output: number,
  bytes: Buffer,
  position: number,
  turns: Turns,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    // In pieces: a slow volume must not hold the thread for a whole file.
    const length = Math.min(chunkSize, bytes.length - done);
    const count = await port.write(output, bytes, done, length, position + done);
    // A volume that takes nothing and reports nothing would hold us for ever.
    if (count <= 0) throw new Error('the volume took no bytes');
    done += count;
    await turns.maybe();
  }
}

/** Reads the copy and compares it with the bytes that were written. */
async function readsBackEqual(port: FilePort, output: number, bytes: Buffer): Promise<boolean> {
  const buffer = spareChunks.pop() ?? Buffer.allocUnsafeSlow(chunkSize);
  const turns = new Turns();
  try {
    for (let position = 0; ;) {
      const count = await port.readAsync(output, buffer, 0, chunkSize, position);
      if (count === 0) return position === bytes.length;
      const written = bytes.subarray(position, position + count);
      if (!written.equals(buffer.subarray(0, count))) return false;
      position += count;
      await turns.maybe();
    }
  } finally {
    giveBack(spareChunks, buffer);
  }
}

async function readBack(port: FilePort, output: number, request: CopyRequest): Promise<string> {
  const beside = await hashBeside(port, output, request.expected.sizeBytes);
  if (beside !== null) return beside;
  const options = request.signal ? { signal: request.signal } : {};
  return (await hashDescriptor(port, output, options)).sha256;
}

function setTime(port: FilePort, output: number, mtimeNs: bigint): void {
  try {
    port.setModifiedTime(output, mtimeNs);
  } catch (error) {
    if (!timesUnsupported.has(systemErrorCode(error))) throw error;
    // Once more: a share may refuse for a moment, and the file would keep the wrong time for good.
    try {
      port.setModifiedTime(output, mtimeNs);
    } catch (again) {
      if (!timesUnsupported.has(systemErrorCode(again))) throw again;
    }
  }
}

function fstatQuietly(port: FilePort, descriptor: number): FileStats | null {
  try {
    return port.fstat(descriptor);
  } catch {
    return null;
  }
}

function closeQuietly(port: FilePort, descriptor: number): void {
  try {
    port.close(descriptor);
  } catch {
    // Reading is over or the file is given up; there is nothing left to lose.
  }
}
