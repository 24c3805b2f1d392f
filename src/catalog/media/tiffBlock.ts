import { Buffer } from 'node:buffer';
import { bufferReader, type BufferReader } from './boundedReader.js';
import { TiffReader, type TiffDirectory, type TiffEntry } from './tiffDirectory.js';

/** Directories of a TIFF structured file that hold pictures, and its EXIF as one small block. */
export interface CollectedTiff {
  readonly tiff: TiffReader;
  /** The first directory, those linked from it, and their sub-directories. */
  readonly directories: readonly TiffDirectory[];
  /** EXIF with all its parts close together, for exifr; null if there is no tag of interest. */
  readonly exifBlock: Uint8Array | null;
}

const maximumDirectories = 64;
const maximumValueLength = 64 * 1024;

const exifPointer = 34665;
const gpsPointer = 34853;
const subDirectories = 330;
const makerNote = 37500;
const gpsLatitude = 2;
const gpsLongitude = 4;

/** Tags of the first directory that matter: camera, orientation, date, description, and stray EXIF tags. */
const keptInFirst = new Set([
  270, 271, 272, 274, 306, 18246, 33434, 33437, 34855, 36867, 36868, 37386, 40092, 40094, 42036,
]);

/**
 * Gathers the directories of a TIFF structured file and its EXIF, however far apart they lie.
 * @throws RangeError if it is no TIFF at all.
 */
export function collectTiff(reader: BufferReader): CollectedTiff {
  const tiff = new TiffReader(reader);
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  const queue = [tiff.firstDirectory];
  while (queue.length > 0 && directories.length < maximumDirectories) {
    const offset = queue.shift() ?? 0;
    if (offset <= 0 || seen.has(offset)) continue;
    seen.add(offset);
    const directory = tiff.directory(offset);
    if (directory.entries.size === 0) continue;
    directories.push(directory);
    queue.push(directory.next, ...tiff.integers(directory.entries.get(subDirectories)));
  }
  const first = directories[0];
  if (!first) return { tiff, directories, exifBlock: null };
  return { tiff, directories, exifBlock: packExif(tiff, first, directories) };
}

/**
 * One EXIF block from TIFFs that each hold one directory in first place: camera, EXIF and GPS.
 * Parts that are missing or no TIFF are left out; null if nothing is left.
 */
export function joinExif(
  camera: BufferReader | undefined,
  exif: BufferReader | undefined,
  gps: BufferReader | undefined,
): Uint8Array | null {
  const parts = [camera, exif, gps].map((part) => {
    try {
      return part ? new TiffReader(part) : null;
    } catch {
      return null;
    }
  });
  const littleEndian = parts.find((part) => part)?.littleEndian ?? true;
  const [main = [], exifEntries = [], gpsEntries = []] = parts.map((tiff, index) =>
    tiff && tiff.littleEndian === littleEndian
      ? packedEntries(tiff, tiff.directory(tiff.firstDirectory), index === 0 ? keptInFirst : null)
      : [],
  );
  if (main.length + exifEntries.length + gpsEntries.length === 0) return null;
  return writeTiff(littleEndian, main, exifEntries, gpsEntries);
}

/**
 * True if exifr can be given the block as it is: no entry points outside it, pointers are numbers,
 * coordinates are lists. exifr would allocate by an entry's count, or loop, before it refuses.
 */
export function isSoundExif(block: Uint8Array): boolean {
  try {
    const tiff = new TiffReader(bufferReader(block));
    const first = tiff.directory(tiff.firstDirectory);
    return (
      first.sound &&
      isSoundBranch(tiff, first, exifPointer) &&
      isSoundBranch(tiff, first, gpsPointer)
    );
  } catch {
    return false;
  }
}

function isSoundBranch(tiff: TiffReader, first: TiffDirectory, tag: number): boolean {
  const pointer = first.entries.get(tag);
  if (!pointer) return true;
  const offset = pointer.count === 1 ? tiff.integers(pointer, 1)[0] : undefined;
  if (offset === undefined) return false;
  const { entries, sound } = tiff.directory(offset);
  return sound && (tag !== gpsPointer || [...entries.values()].every(isUsableGpsEntry));
}

/** exifr spreads latitude and longitude, which must therefore be lists. */
const isUsableGpsEntry = ({ tag, count }: Pick<TiffEntry, 'tag' | 'count'>): boolean =>
  (tag !== gpsLatitude && tag !== gpsLongitude) || count > 1;

interface PackedEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

function packExif(
  tiff: TiffReader,
  first: TiffDirectory,
  directories: readonly TiffDirectory[],
): Uint8Array | null {
  const pointed = (tag: number): PackedEntry[] => {
    const owner = directories.find(({ entries }) => entries.has(tag));
    const offset = tiff.integers(owner?.entries.get(tag))[0] ?? 0;
    if (offset <= 0) return [];
    const entries = packedEntries(tiff, tiff.directory(offset), null);
    return tag === gpsPointer ? entries.filter(isUsableGpsEntry) : entries;
  };
  const main = packedEntries(tiff, first, keptInFirst);
  const exif = pointed(exifPointer);
  const gps = pointed(gpsPointer);
  if (main.length + exif.length + gps.length === 0) return null;
  return writeTiff(tiff.littleEndian, main, exif, gps);
}

function packedEntries(
  tiff: TiffReader,
  directory: TiffDirectory,
  kept: ReadonlySet<number> | null,
): PackedEntry[] {
  const packed: PackedEntry[] = [];
  for (const entry of directory.entries.values()) {
    const { tag, type, count } = entry;
    if (kept && !kept.has(tag)) continue;
    // Only classic types; a long value that is no maker note is no tag of interest.
    if (type > 12 || entry.byteLength > (tag === makerNote ? maximumValueLength : 1024)) continue;
    const data = tiff.bytes(entry, maximumValueLength);
    if (data.length === entry.byteLength) packed.push({ tag, type, count, data });
  }
  return packed;
}

/** A classic TIFF with the given entries in its first, EXIF and GPS directories. */
function writeTiff(
  littleEndian: boolean,
  main: readonly PackedEntry[],
  exif: readonly PackedEntry[],
  gps: readonly PackedEntry[],
): Uint8Array {
  const directoryLength = (count: number): number => 2 + count * 12 + 4;
  const exifOffset = 8 + directoryLength(main.length + 2);
  const gpsOffset = exifOffset + directoryLength(exif.length);
  let dataOffset = gpsOffset + directoryLength(gps.length);
  const all = [...main, ...exif, ...gps];
  const total = all.reduce((sum, { data }) => sum + data.length + 1, dataOffset);
  const bytes = Buffer.alloc(total);
  const u16 = (value: number, at: number): number =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const u32 = (value: number, at: number): number =>
    littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const pointer = (tag: number, value: number): PackedEntry => {
    const data = Buffer.alloc(4);
    if (littleEndian) data.writeUInt32LE(value);
    else data.writeUInt32BE(value);
    return { tag, type: 4, count: 1, data };
  };
  const directory = (start: number, entries: readonly PackedEntry[]): void => {
    u16(entries.length, start);
    entries.forEach(({ tag, type, count, data }, index) => {
      const at = start + 2 + index * 12;
      u16(tag, at);
      u16(type, at + 2);
      u32(count, at + 4);
      if (data.length <= 4) {
        data.copy(bytes, at + 8);
        return;
      }
      u32(dataOffset, at + 8);
      data.copy(bytes, dataOffset);
      dataOffset += data.length + (data.length % 2);
    });
  };
  bytes.write(littleEndian ? 'II' : 'MM', 0, 'latin1');
  u16(42, 2);
  u32(8, 4);
  directory(8, [...main, pointer(exifPointer, exifOffset), pointer(gpsPointer, gpsOffset)]);
  directory(exifOffset, exif);
  directory(gpsOffset, gps);
  return bytes;
}
