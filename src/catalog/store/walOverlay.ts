/**
 * Reads a WAL without SQLite, for where nothing may be written. Format and checksum:
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

/**
 * The database as its last whole transaction left it: the file's bytes with the pages of the WAL's
 * committed frames laid over them. The given bytes may be changed. A WAL that does not check is left out.
 */
export function overlayWal(database: Uint8Array, wal: Uint8Array): Uint8Array {
  const view = new DataView(wal.buffer, wal.byteOffset, wal.byteLength);
  if (wal.length < walHeaderLength) return database;
  const magic = view.getUint32(0);
  if ((magic & ~1) >>> 0 !== magicBase) return database;
  const littleEndian = (magic & 1) === 0;
  const pageSize = view.getUint32(8);
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return database;
  let sums = addChecksum(view, 0, walHeaderLength - 8, littleEndian, { first: 0, second: 0 });
  if (!isChecksumAt(view, walHeaderLength - 8, sums)) return database;

  const committed = new Map<number, number>();
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
    for (const [page, offset] of pending) committed.set(page, offset);
    pending = new Map();
  }
  if (committed.size === 0) return database;
  const length = pageCount * pageSize;
  if (length > database.length + maximumGrowth) return database;
  const result = length === database.length ? database : new Uint8Array(length);
  if (result !== database) result.set(database.subarray(0, length));
  for (const [page, offset] of committed) {
    if (page > pageCount) continue;
    result.set(wal.subarray(offset, offset + pageSize), (page - 1) * pageSize);
  }
  return result;
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
