import type { BufferReader } from '../boundedReader.js';
import type { Part } from './part.js';

const maximumSegments = 100_000;

const isApplication = (code: number): boolean => code >= 0xe0 && code <= 0xef;
const comment = 0xfe;
const adobe = 0xee;

/** JPEG (ITU T.81): all segments but APPn and COM, and the scans, up to the end of the first picture. */
export function jpegParts(reader: BufferReader): Part[] | null {
  const parts: Part[] = [];
  let offset = 2;
  for (let i = 0; i < maximumSegments; i++) {
    const header = reader.read(offset, 4);
    const code = header[1] ?? 0;
    if (header.length < 2 || header[0] !== 0xff) return null;
    if (code === 0xff) {
      offset += 1;
      continue;
    }
    if (code === 0xd9) return parts;
    if (header.length < 4) return null;
    const length = 2 + Math.max(2, header.readUInt16BE(2));
    if (code === adobe) parts.push(colourTransform(reader, offset));
    else if (!isApplication(code) && code !== comment) parts.push({ offset, length });
    offset += length;
    if (code !== 0xda) continue;
    const end = scanEnd(reader, offset);
    parts.push({ offset, length: end - offset });
    offset = end;
    // A picture that breaks off is what it is.
    if (end >= reader.size) return parts;
  }
  return null;
}

/** Adobe's segment changes the colours; one that says what goes without saying is passed by. */
function colourTransform(reader: BufferReader, offset: number): string {
  const segment = reader.read(offset + 4, 12);
  const transform = segment.toString('latin1', 0, 5) === 'Adobe' ? segment[11] : undefined;
  return transform === undefined || transform === 1 ? '' : `colour transform ${transform}`;
}

const blockLength = 1024 * 1024;

/** The offset of the marker that ends the entropy-coded data, or the end of the file. */
function scanEnd(reader: BufferReader, start: number): number {
  for (let from = start; from < reader.size;) {
    const block = reader.read(from, blockLength);
    for (let at = block.indexOf(0xff); at >= 0; at = block.indexOf(0xff, at + 1)) {
      if (at + 1 >= block.length) break;
      const code = block[at + 1] ?? 0;
      const isData = code === 0 || code === 0xff || (code >= 0xd0 && code <= 0xd7);
      if (!isData) return from + at;
    }
    // The last byte is looked at again: it may begin a marker.
    from += Math.max(1, block.length - 1);
    if (block.length < blockLength) break;
  }
  return reader.size;
}

/** Chunks that change what is seen: critical ones, transparency and animation. */
const pngChunks: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'acTL', 'fcTL', 'fdAT']);

/** PNG (3rd edition). How the data are cut into IDAT chunks does not matter. */
export function pngParts(reader: BufferReader): Part[] | null {
  const parts: Part[] = [];
  let offset = 8;
  for (let i = 0; i < maximumSegments; i++) {
    const header = reader.read(offset, 8);
    if (header.length < 8) return parts.length > 1 ? parts : null;
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return null;
    if (type === 'IEND') return parts;
    if (type === 'IDAT') parts.push({ offset: offset + 8, length });
    else if (pngChunks.has(type)) parts.push({ offset: offset + 4, length: length + 4 });
    offset += 12 + length;
  }
  return null;
}

const webpChunks: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF']);

/** WebP (RFC 9649). VP8X is left out: it appears when metadata do. */
export function webpParts(reader: BufferReader): Part[] | null {
  const parts: Part[] = [];
  let offset = 12;
  for (let i = 0; i < maximumSegments && offset + 8 <= reader.size; i++) {
    const header = reader.read(offset, 8);
    const size = header.readUInt32LE(4);
    if (webpChunks.has(header.toString('latin1', 0, 4))) parts.push({ offset, length: 8 + size });
    offset += 8 + size + (size % 2);
  }
  return parts.length > 0 ? parts : null;
}

/** GIF89a: everything but comments and the application blocks other than the animation's. */
export function gifParts(reader: BufferReader): Part[] | null {
  const screen = reader.read(0, 13);
  if (screen.length < 13) return null;
  const tableLength = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let offset = 13 + tableLength(screen[10] ?? 0);
  const parts: Part[] = [{ offset: 6, length: offset - 6 }];
  const skipBlocks = (from: number): number => {
    let at = from;
    for (let i = 0; i < maximumSegments * 10 && at < reader.size; i++) {
      const length = reader.read(at, 1)[0] ?? 0;
      at += 1 + length;
      if (length === 0) return at;
    }
    return reader.size;
  };
  for (let i = 0; i < maximumSegments && offset < reader.size; i++) {
    const block = reader.read(offset, 14);
    if (block[0] === 0x21) {
      const end = skipBlocks(offset + 2);
      const name = block.toString('latin1', 3, 14);
      const shows = block[1] === 0xf9 || (block[1] === 0xff && /^(NETSCAPE|ANIMEXTS)/.test(name));
      if (shows) parts.push({ offset, length: end - offset });
      offset = end;
    } else if (block[0] === 0x2c) {
      const end = skipBlocks(offset + 11 + tableLength(block[9] ?? 0));
      parts.push({ offset, length: end - offset });
      offset = end;
    } else {
      return parts.length > 1 ? parts : null;
    }
  }
  return parts.length > 1 ? parts : null;
}
