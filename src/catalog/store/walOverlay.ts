import fs from 'node:fs';

/**
 * Reads a WAL without SQLite: for where nothing may be written, and for files that SQLite does not open. Format and checksum:
 * https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
const walHeaderLength = 32;
const frameHeaderLength = 24;
const magicBase = 0x377f0682;
const maximumGrowth = 1024 * 1024 * 1024;

interface Sums {
  readonly first: number;
  readonly second: number;
}

/** The newest committed state of each page that a WAL holds. */
interface CommittedPages {
  readonly pageSize: number;
  /** Pages of the database after the last commit. */
  readonly pageCount: number;
  /** Where in the WAL each page lies, by its number from 1. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** Null if the WAL does not check or holds no commit. */
function committedPages(wal: Uint8Array): CommittedPages | null {
  const view = new DataView(wal.buffer, wal.byteOffset, wal.byteLength);
  if (wal.length < walHeaderLength) return null;
  const magic = view.getUint32(0);
  if ((magic & ~1) >>> 0 !== magicBase) return null;
  const littleEndian = (magic & 1) === 0;
  const pageSize = view.getUint32(8);
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return null;
  let sums = addChecksum(view, 0, walHeaderLength - 8, littleEndian, { first: 0, second: 0 });
  if (!isChecksumAt(view, walHeaderLength - 8, sums)) return null;

  const offsets = new Map<number, number>();
  let pending = new Map<number, number>();
  let pageCount = 0;
  const frameLength = frameHeaderLength + pageSize;
  for (let at = walHeaderLength; at + frameLength <= wal.length; at += frameLength) {
    // Frames with other salts are left over from before the WAL was last started anew.
    if (view.getUint32(at + 8) !== view.getUint32(16)) break;
    if (view.getUint32(at + 12) !== view.getUint32(20)) break;
    sums = addChecksum(view, at, 8, littleEndian, sums);
    sums = addChecksum(view, at + frameHeaderLength, pageSize, littleEndian, sums);
    if (!isChecksumAt(view, at + 16, sums)) break;
    pending.set(view.getUint32(at), at + frameHeaderLength);
    const sizeAfterCommit = view.getUint32(at + 4);
    if (sizeAfterCommit === 0) continue;
    pageCount = sizeAfterCommit;
    for (const [page, offset] of pending) offsets.set(page, offset);
    pending = new Map();
  }
  return offsets.size === 0 ? null : { pageSize, pageCount, offsets };
}

/**
 * The database as its last whole transaction left it: the file's bytes with the pages of the WAL's
 * committed frames laid over them. The given bytes may be changed. A WAL that does not check is left out.
 */
export function overlayWal(database: Uint8Array, wal: Uint8Array): Uint8Array {
  const committed = committedPages(wal);
  if (!committed) return database;
  const { pageSize, pageCount, offsets } = committed;
  const length = pageCount * pageSize;
  if (length > database.length + maximumGrowth) return database;
  const result = length === database.length ? database : new Uint8Array(length);
  if (result !== database) result.set(database.subarray(0, length));
  for (const [page, offset] of offsets) {
    if (page > pageCount) continue;
    result.set(wal.subarray(offset, offset + pageSize), (page - 1) * pageSize);
  }
  return result;
}

/**
 * As overlayWal, in a file of any size, which is durable then.
 * @returns false if there was nothing to write: the WAL does not check or holds no commit
 */
export function writeWalInto(file: string, wal: Uint8Array): boolean {
  const committed = committedPages(wal);
  if (!committed) return false;
  const { pageSize, pageCount, offsets } = committed;
  const handle = fs.openSync(file, 'r+');
  try {
    if (pageCount * pageSize > fs.fstatSync(handle).size + maximumGrowth) return false;
    for (const [page, offset] of offsets) {
      if (page <= pageCount) writeAll(handle, wal, offset, pageSize, (page - 1) * pageSize);
    }
    fs.ftruncateSync(handle, pageCount * pageSize);
    fs.fsyncSync(handle);
    return true;
  } finally {
    fs.closeSync(handle);
  }
}

function writeAll(
  handle: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  at: number,
): void {
  for (let done = 0; done < length;) {
    const count = fs.writeSync(handle, bytes, from + done, length - done, at + done);
    if (count <= 0) throw new Error('the volume took no bytes');
    done += count;
  }
}

function addChecksum(
  view: DataView,
  offset: number,
  length: number,
  littleEndian: boolean,
  sums: Sums,
): Sums {
  let { first, second } = sums;
  for (let at = offset; at < offset + length; at += 8) {
    first = (first + view.getUint32(at, littleEndian) + second) >>> 0;
    second = (second + view.getUint32(at + 4, littleEndian) + first) >>> 0;
  }
  return { first, second };
}

function isChecksumAt(view: DataView, offset: number, sums: Sums): boolean {
  return view.getUint32(offset) === sums.first && view.getUint32(offset + 4) === sums.second;
}
