import { Buffer } from 'node:buffer';
import type { ByteReader } from '../model/media.js';
import type { FilePort } from './filePort.js';

export interface OpenByteReader extends ByteReader {
  close(): void;
}

/**
 * Random access to a file's bytes; close it after use.
 * @throws Node's errors of open and fstat; `read` those of read.
 */
export function openByteReader(port: FilePort, path: string): OpenByteReader {
  const descriptor = port.openRead(path);
  try {
    const size = Number(port.fstat(descriptor).size);
    return {
      size,
      read: (offset, length) =>
        readFully(port, descriptor, offset, Math.min(length, size - offset)),
      close: () => port.close(descriptor),
    };
  } catch (error) {
    port.close(descriptor);
    throw error;
  }
}

function readFully(port: FilePort, descriptor: number, offset: number, length: number): Uint8Array {
  if (length <= 0 || offset < 0) return new Uint8Array(0);
  // Not filled with zeros first: that would take as long as the reading.
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = port.read(descriptor, bytes, filled, length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled === length ? bytes : bytes.subarray(0, filled);
}
