import { Buffer } from 'node:buffer';
import type { ByteReader } from '../model/media.js';
import type { FilePort } from './filePort.js';

/** The part of a FilePort that reading takes. */
type ReadPort = Pick<FilePort, 'openRead' | 'fstat' | 'read' | 'close'>;

export interface OpenByteReader extends ByteReader {
  /** False for a folder, a pipe or a device. */
  readonly isRegular: boolean;
  close(): void;
}

/**
 * Random access to a file's bytes; close it after use.
 * @throws Node's errors of open and fstat; `read` those of read.
 */
export function openByteReader(port: ReadPort, path: string): OpenByteReader {
  const descriptor = port.openRead(path);
  try {
    const stats = port.fstat(descriptor);
    const size = Number(stats.size);
    return {
      size,
      isRegular: stats.isFile(),
      read: (offset, length) =>
        readFully(port, descriptor, offset, Math.min(length, size - offset)),
      close: () => port.close(descriptor),
    };
  } catch (error) {
    port.close(descriptor);
    throw error;
  }
}

function readFully(port: ReadPort, descriptor: number, offset: number, length: number): Uint8Array {
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
