import { Buffer } from 'node:buffer';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { ByteReader } from '../model/media.js';

/** Thrown when a file asks for more reading than any sound file needs. */
export class ReadBudgetError extends Error {
  override readonly name = 'ReadBudgetError';
}

/** Reads as Buffers: the whole file or a window of it. */
export interface BufferReader {
  readonly size: number;
  read(offset: number, length: number): Buffer;
}

const headLength = 64 * 1024;
const maximumReads = 20_000;
const maximumBytes = 96 * 1024 * 1024;
const maximumSingleRead = 32 * 1024 * 1024;

/**
 * A ByteReader behind a budget, so that no file can make its reader loop or allocate without end.
 * The first 64 KiB are read once and served from memory.
 */
export class BoundedReader implements BufferReader {
  readonly size: number;
  readonly head: Buffer;
  private readonly reader: ByteReader;
  private readonly path: string;
  private reads = 0;
  private bytes = 0;

  constructor(reader: ByteReader, path: string) {
    this.reader = reader;
    this.path = path;
    this.size = reader.size;
    this.head = this.readThrough(0, Math.min(headLength, this.size));
  }

  /**
   * Bytes from an offset; fewer at the end of the file.
   * @throws ReadBudgetError, CatalogError FILE_UNREADABLE
   */
  read(offset: number, length: number): Buffer {
    if (!(offset >= 0) || !(length > 0) || offset >= this.size) return Buffer.alloc(0);
    const end = Math.min(offset + length, this.size);
    this.reads += 1;
    if (this.reads > maximumReads) throw new ReadBudgetError('too many parts');
    if (end <= this.head.length) return this.head.subarray(offset, end);
    return this.readThrough(offset, end - offset);
  }

  private readThrough(offset: number, length: number): Buffer {
    this.bytes += length;
    if (length > maximumSingleRead || this.bytes > maximumBytes) {
      throw new ReadBudgetError('too much metadata');
    }
    try {
      const part = this.reader.read(offset, length);
      return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    } catch (error) {
      if (error instanceof CatalogError) throw error;
      throw new CatalogError(
        'FILE_UNREADABLE',
        { path: this.path, detail: errorDetail(error) },
        { cause: error },
      );
    }
  }
}

/** A window of another reader, with offsets relative to its start. */
export function windowOf(reader: BufferReader, start: number, end: number): BufferReader {
  const size = Math.max(0, Math.min(end, reader.size) - start);
  return {
    size,
    read: (offset, length) =>
      offset >= 0 && offset < size
        ? reader.read(start + offset, Math.min(length, size - offset))
        : Buffer.alloc(0),
  };
}

/** A reader of bytes in memory. */
export function bufferReader(bytes: Uint8Array): BufferReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: (offset, length) => buffer.subarray(Math.max(0, offset), Math.max(0, offset + length)),
  };
}
