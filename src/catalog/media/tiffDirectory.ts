import type { Buffer } from 'node:buffer';
import type { BufferReader } from './boundedReader.js';

/** One entry of a TIFF directory; its values lie at `offset`, also when they are stored inline. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly offset: number;
  readonly byteLength: number;
}

export interface TiffDirectory {
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** Offset of the next directory, 0 if there is none. */
  readonly next: number;
  /** False if entries were left out because they cannot be right. */
  readonly sound: boolean;
}

/** Bytes per value by TIFF 6.0 type number; 13 is IFD, 16-18 are BigTIFF's. */
const typeSizes: Readonly<Record<number, number>> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
  16: 8, 17: 8, 18: 8,
}; // prettier-ignore

const maximumEntries = 4096;

/**
 * Random access to the directories of a TIFF structured file, wherever they lie: TIFF 6.0, BigTIFF,
 * and the raw formats that changed only the magic number (RW2, ORF). Damaged entries are left out.
 */
export class TiffReader {
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly firstDirectory: number;
  private readonly reader: BufferReader;

  /**
   * @param littleEndian given for directories without a header, as in maker notes
   * @throws RangeError if the bytes do not begin like a TIFF.
   */
  constructor(reader: BufferReader, littleEndian?: boolean) {
    this.reader = reader;
    if (littleEndian !== undefined) {
      this.littleEndian = littleEndian;
      this.big = false;
      this.firstDirectory = 0;
      return;
    }
    const header = reader.read(0, 16);
    const order = header.toString('latin1', 0, 2);
    if (order !== 'II' && order !== 'MM') throw new RangeError('no TIFF header');
    this.littleEndian = order === 'II';
    this.big = this.u16(header, 2) === 43;
    this.firstDirectory = this.big ? this.u64(header, 8) : this.u32(header, 4);
  }

  directory(offset: number): TiffDirectory {
    const countLength = this.big ? 8 : 2;
    const entryLength = this.big ? 20 : 12;
    const countBytes = this.reader.read(offset, countLength);
    if (offset <= 0 || countBytes.length < countLength) {
      return { entries: new Map(), next: 0, sound: false };
    }
    const stored = this.big ? this.u64(countBytes, 0) : this.u16(countBytes, 0);
    const count = Math.min(stored, maximumEntries);
    const nextLength = this.big ? 8 : 4;
    const bytes = this.reader.read(offset + countLength, count * entryLength + nextLength);
    const entries = new Map<number, TiffEntry>();
    let sound = stored === count && bytes.length >= count * entryLength;
    for (let i = 0; i < count && (i + 1) * entryLength <= bytes.length; i++) {
      const entry = this.entry(bytes, i * entryLength, offset + countLength + i * entryLength);
      if (entry === null) sound = false;
      else if (!entries.has(entry.tag)) entries.set(entry.tag, entry);
    }
    const end = count * entryLength;
    if (stored !== count || bytes.length < end + nextLength) return { entries, next: 0, sound };
    return { entries, next: this.big ? this.u64(bytes, end) : this.u32(bytes, end), sound };
  }

  private entry(bytes: Buffer, at: number, position: number): TiffEntry | null {
    const type = this.u16(bytes, at + 2);
    const size = typeSizes[type];
    if (size === undefined) return null;
    const count = this.big ? this.u64(bytes, at + 4) : this.u32(bytes, at + 4);
    const byteLength = count * size;
    const inline = this.big ? 8 : 4;
    const field = at + (this.big ? 12 : 8);
    const offset =
      byteLength <= inline
        ? position + (this.big ? 12 : 8)
        : this.big
          ? this.u64(bytes, field)
          : this.u32(bytes, field);
    if (offset + byteLength > this.reader.size) return null;
    return { tag: this.u16(bytes, at), type, count, offset, byteLength };
  }

  /** An entry's bytes, at most `maximum` of them. */
  bytes(entry: TiffEntry, maximum: number): Buffer {
    return this.reader.read(entry.offset, Math.min(entry.byteLength, maximum));
  }

  /** An entry's whole numbers, at most `maximum` of them; [] for other types. */
  integers(entry: TiffEntry | undefined, maximum = 16): number[] {
    if (!entry) return [];
    const size = typeSizes[entry.type] ?? 1;
    const bytes = this.bytes(entry, maximum * size);
    const values: number[] = [];
    for (let at = 0; at + size <= bytes.length; at += size) {
      if (entry.type === 1 || entry.type === 7) values.push(bytes.readUInt8(at));
      else if (entry.type === 3) values.push(this.u16(bytes, at));
      else if (entry.type === 4 || entry.type === 13) values.push(this.u32(bytes, at));
      else if (entry.type === 16 || entry.type === 18) values.push(this.u64(bytes, at));
      else return [];
    }
    return values;
  }

  private u16(bytes: Buffer, at: number): number {
    return this.littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  private u32(bytes: Buffer, at: number): number {
    return this.littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  private u64(bytes: Buffer, at: number): number {
    return Number(this.littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }
}
