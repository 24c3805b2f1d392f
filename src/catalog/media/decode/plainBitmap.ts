import { Buffer } from 'node:buffer';

const fileHeaderLength = 14;
const infoHeaderLength = 40;
const os2HeaderLength = 12;
const runLength8 = 1;
const runLength4 = 2;

/**
 * A BMP file as jimp reads it: OS/2 headers become Windows headers, run lengths become plain rows of 8 bits a
 * pixel. Any other file is returned as it is.
 */
export function plainBitmap(file: Buffer): Buffer {
  if (file.length < fileHeaderLength + os2HeaderLength) return file;
  if (file.readUInt32LE(fileHeaderLength) === os2HeaderLength) return withInfoHeader(file);
  if (file.length < fileHeaderLength + infoHeaderLength) return file;
  const compression = file.readUInt32LE(30);
  const bits = file.readUInt16LE(28);
  if (compression === runLength8 && bits === 8) return withPlainRows(file, false);
  if (compression === runLength4 && bits === 4) return withPlainRows(file, true);
  return file;
}

interface BitmapParts {
  readonly width: number;
  /** Negative if the first row is the top. */
  readonly height: number;
  readonly bits: number;
  /** Four bytes a colour. */
  readonly palette: Buffer;
  readonly rows: Buffer;
}

function buildBitmap({ width, height, bits, palette, rows }: BitmapParts): Buffer {
  const start = fileHeaderLength + infoHeaderLength + palette.length;
  const header = Buffer.alloc(fileHeaderLength + infoHeaderLength);
  header.write('BM', 0, 'latin1');
  header.writeUInt32LE(start + rows.length, 2);
  header.writeUInt32LE(start, 10);
  header.writeUInt32LE(infoHeaderLength, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(rows.length, 34);
  header.writeUInt32LE(palette.length / 4, 46);
  return Buffer.concat([header, palette, rows]);
}

/** OS/2 1.x: 16-bit sizes, three bytes a colour. */
function withInfoHeader(file: Buffer): Buffer {
  const bits = file.readUInt16LE(24);
  const rowsStart = file.readUInt32LE(10);
  const colors = bits <= 8 ? 2 ** bits : 0;
  const palette = Buffer.alloc(colors * 4);
  for (let i = 0, at = fileHeaderLength + os2HeaderLength; i < colors; i++, at += 3) {
    if (at + 3 <= Math.min(rowsStart, file.length)) file.copy(palette, i * 4, at, at + 3);
  }
  const [width, height] = [file.readUInt16LE(18), file.readUInt16LE(20)];
  return buildBitmap({ width, height, bits, palette, rows: file.subarray(rowsStart) });
}

function withPlainRows(file: Buffer, isFourBit: boolean): Buffer {
  const [width, height] = [file.readInt32LE(18), file.readInt32LE(22)];
  const rowsStart = file.readUInt32LE(10);
  const paletteStart = fileHeaderLength + file.readUInt32LE(fileHeaderLength);
  const palette = Buffer.alloc(256 * 4);
  file.copy(palette, 0, paletteStart, Math.min(rowsStart, paletteStart + palette.length));
  const data = file.subarray(rowsStart);
  const rows = expandRuns(data, width, Math.abs(height), isFourBit);
  return buildBitmap({ width, height, bits: 8, palette, rows });
}

/**
 * Runs of Microsoft's RLE8 and RLE4: a count and an index (RLE4: two that take turns), or 0 and an escape:
 * 0 ends the row, 1 ends the picture, 2 moves right and up, more begins so many indices, padded to 16 bits.
 */
function expandRuns(data: Buffer, width: number, height: number, isFourBit: boolean): Buffer {
  const stride = Math.ceil(width / 4) * 4;
  const rows = Buffer.alloc(stride * height);
  let [x, y, at] = [0, 0, 0];
  const put = (index: number): void => {
    if (x < width && y < height) rows[y * stride + x] = index;
    x += 1;
  };
  const nibble = (byte: number, i: number): number => (i % 2 === 0 ? byte >> 4 : byte & 15);
  while (at + 2 <= data.length && y < height) {
    const [count, value] = [data.readUInt8(at), data.readUInt8(at + 1)];
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(isFourBit ? nibble(value, i) : value);
    } else if (value === 0) {
      [x, y] = [0, y + 1];
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      if (at + 2 > data.length) break;
      x += data.readUInt8(at);
      y += data.readUInt8(at + 1);
      at += 2;
    } else {
      const length = isFourBit ? Math.ceil(value / 2) : value;
      for (let i = 0; i < value; i++) {
        const byte = data[at + (isFourBit ? i >> 1 : i)] ?? 0;
        put(isFourBit ? nibble(byte, i) : byte);
      }
      at += length + (length % 2);
    }
  }
  return rows;
}
