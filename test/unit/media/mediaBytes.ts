import { Buffer } from 'node:buffer';
import type { ByteReader } from '../../../src/catalog/model/media.js';

/** Small files, built byte by byte. */

export interface TiffTag {
  readonly tag: number;
  readonly type: 1 | 2 | 3 | 4 | 5 | 7;
  readonly values: string | readonly number[] | Buffer;
}

export const ascii = (tag: number, values: string): TiffTag => ({ tag, type: 2, values });
export const short = (tag: number, value: number): TiffTag => ({ tag, type: 3, values: [value] });
export const long = (tag: number, value: number): TiffTag => ({ tag, type: 4, values: [value] });
/** Pairs of numerator and denominator. */
export const rational = (tag: number, ...values: number[]): TiffTag => ({ tag, type: 5, values });

function valueBytes({ type, values }: TiffTag, little: boolean): { bytes: Buffer; count: number } {
  if (typeof values === 'string') {
    const bytes = Buffer.from(`${values}\0`, 'latin1');
    return { bytes, count: bytes.length };
  }
  if (Buffer.isBuffer(values)) return { bytes: values, count: values.length };
  const size = type === 3 ? 2 : type === 1 || type === 7 ? 1 : 4;
  const bytes = Buffer.alloc(values.length * size);
  values.forEach((value, i) => {
    if (size === 1) bytes.writeUInt8(value, i);
    else if (little) bytes.writeUIntLE(value, i * size, size);
    else bytes.writeUIntBE(value, i * size, size);
  });
  return { bytes, count: type === 5 ? values.length / 2 : values.length };
}

/** A TIFF with IFD0, EXIF and GPS directories, which begin at `gap` bytes after the header. */
export function tiff(
  groups: { ifd0?: TiffTag[]; exif?: TiffTag[]; gps?: TiffTag[] },
  { little = true, gap = 0 }: { little?: boolean; gap?: number } = {},
): Buffer {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const u16 = (value: number): Buffer =>
    little ? u32(value).subarray(0, 2) : u32(value).subarray(2);
  let bytes = Buffer.concat([
    Buffer.from(little ? 'II' : 'MM'),
    u16(42),
    u32(0),
    Buffer.alloc(gap),
  ]);
  const append = (tags: readonly TiffTag[]): number => {
    const start = bytes.length;
    const length = 2 + tags.length * 12 + 4;
    const parts: Buffer[] = [u16(tags.length)];
    let data = Buffer.alloc(0);
    for (const tag of tags) {
      const { bytes: value, count } = valueBytes(tag, little);
      parts.push(u16(tag.tag), u16(tag.type), u32(count));
      if (value.length <= 4) {
        parts.push(Buffer.concat([value, Buffer.alloc(4 - value.length)]));
      } else {
        parts.push(u32(start + length + data.length));
        data = Buffer.concat([data, value]);
      }
    }
    bytes = Buffer.concat([bytes, ...parts, u32(0), data]);
    return start;
  };
  const pointers: TiffTag[] = [];
  if (groups.exif) pointers.push(long(34665, append(groups.exif)));
  if (groups.gps) pointers.push(long(34853, append(groups.gps)));
  u32(append([...(groups.ifd0 ?? []), ...pointers])).copy(bytes, 4);
  return bytes;
}

const be16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export const segment = (marker: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker]), be16(payload.length + 2), payload]);

/** A JPEG that has segments and a few bytes of picture data; no decoder could read it. */
export function jpeg({
  exif,
  segments = [],
  width = 40,
  height = 30,
  ended = true,
}: {
  exif?: Buffer;
  segments?: Buffer[];
  width?: number;
  height?: number;
  ended?: boolean;
} = {}): Buffer {
  const frame = Buffer.concat([Buffer.from([8]), be16(height), be16(width), Buffer.from([0])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...(exif ? [segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif]))] : []),
    ...segments,
    segment(0xc0, frame),
    segment(0xda, Buffer.from([0])),
    Buffer.from([1, 2, 3, 4]),
    ...(ended ? [Buffer.from([0xff, 0xd9])] : []),
  ]);
}

export function png(chunks: readonly (readonly [string, Buffer])[], ended = true): Buffer {
  const header = Buffer.concat([be32(40), be32(30), Buffer.from([8, 2, 0, 0, 0])]);
  const all = [['IHDR', header] as const, ...chunks];
  if (ended) all.push(['IEND', Buffer.alloc(0)]);
  const parts = all.map(([type, data]) =>
    Buffer.concat([be32(data.length), Buffer.from(type), data, Buffer.alloc(4)]),
  );
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

export const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([be32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};

/** A movie header: created in seconds since 1904, lasting 2.5 s. */
export const movieHeader = (created: number): Buffer =>
  box('mvhd', be32(0), be32(created), be32(0), be32(600), be32(1500), Buffer.alloc(80));

/** A picture track of 640 x 480, turned by the matrix [a b; c d]. */
export function videoTrack(a = 1, b = 0, c = 0, d = 1): Buffer {
  const header = Buffer.alloc(84);
  [a, b, 0, c, d].forEach((value, i) => header.writeInt32BE(value * 65536, 40 + i * 4));
  header.writeUInt32BE(640 * 65536, 76);
  header.writeUInt32BE(480 * 65536, 80);
  const handler = box('hdlr', Buffer.alloc(8), Buffer.from('vide'), Buffer.alloc(12));
  return box('trak', box('tkhd', header), box('mdia', handler));
}

/** Apple's metadata with the given keys. */
export function appleMetadata(entries: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(entries).map((name) =>
    box('mdta', Buffer.from(`com.apple.quicktime.${name}`)),
  );
  const items = Object.values(entries).map((value, i) =>
    Buffer.concat([
      be32(24 + Buffer.byteLength(value)),
      be32(i + 1),
      box('data', be32(1), be32(0), Buffer.from(value)),
    ]),
  );
  return box(
    'meta',
    box('hdlr', Buffer.alloc(24)),
    box('keys', be32(0), be32(names.length), ...names),
    box('ilst', ...items),
  );
}

export const fileType = (brand: string): Buffer => box('ftyp', Buffer.from(brand), be32(0));

/** A reader that counts what is read. */
export function memoryReader(bytes: Buffer): ByteReader & { bytesRead: number } {
  return {
    size: bytes.length,
    bytesRead: 0,
    read(offset, length) {
      const part = bytes.subarray(offset, offset + length);
      this.bytesRead += part.length;
      return part;
    },
  };
}
