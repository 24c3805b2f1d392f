import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { CatalogError } from '../model/errors.js';
import type { FilePort } from './filePort.js';
import { Turns } from './turns.js';

export interface HashOptions {
  readonly signal?: AbortSignal;
  /** Called after each chunk with the bytes read so far. */
  readonly onBytes?: (bytes: number) => void;
  /** How many bytes of the file's beginning to return; default none. */
  readonly keepHead?: number;
}

export interface HashedFile {
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly head: Uint8Array;
}

const chunkSize = 1024 * 1024;
const spareBuffers: Buffer[] = [];

/**
 * Reads a file once: SHA-256, size and its first bytes. Yields to the event loop about every 25 ms.
 * @throws Node's errors of open and read; CatalogError CANCELLED.
 */
export async function hashFile(
  port: FilePort,
  path: string,
  options: HashOptions = {},
): Promise<HashedFile> {
  const descriptor = port.openRead(path);
  try {
    return await hashDescriptor(port, descriptor, options);
  } finally {
    port.close(descriptor);
  }
}

/** As hashFile, for an open file, from its beginning. */
export async function hashDescriptor(
  port: FilePort,
  descriptor: number,
  options: HashOptions = {},
): Promise<HashedFile> {
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(chunkSize);
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let headLeft = options.keepHead ?? 0;
  let position = 0;
  const turns = new Turns();
  try {
    for (;;) {
      if (options.signal?.aborted) throw new CatalogError('CANCELLED');
      const count = port.read(descriptor, buffer, 0, chunkSize, position);
      if (count === 0) break;
      hash.update(buffer.subarray(0, count));
      if (headLeft > 0) {
        const part = Uint8Array.from(buffer.subarray(0, Math.min(count, headLeft)));
        head.push(part);
        headLeft -= part.length;
      }
      position += count;
      options.onBytes?.(position);
      await turns.maybe();
    }
  } finally {
    if (spareBuffers.length < 4) spareBuffers.push(buffer);
  }
  return {
    sha256: hash.digest('hex'),
    sizeBytes: position,
    head: head.length === 1 && head[0] ? head[0] : Buffer.concat(head),
  };
}
