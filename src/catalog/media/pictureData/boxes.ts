import { Buffer } from 'node:buffer';
import type { BufferReader } from '../boundedReader.js';
import { itemLocations } from '../formats/heif.js';
import { findBox, isoBoxes } from '../formats/isoBoxes.js';
import type { Part } from './part.js';

const maximumTableLength = 4 * 1024 * 1024;

/** Items that tell about the picture. */
const tellingTypes: ReadonlySet<string> = new Set(['Exif', 'mime', 'uri ']);

/** HEIC, AVIF (ISO/IEC 23008-12): the data of all items but metadata, by their ids. */
export function heifParts(reader: BufferReader): Part[] | null {
  const meta = findBox(reader, 0, reader.size, 'meta');
  if (!meta) return movieParts(reader);
  const content = (type: string): Buffer => {
    const box = findBox(reader, meta.start + 4, meta.end, type);
    return box
      ? reader.read(box.start, Math.min(box.end - box.start, maximumTableLength))
      : Buffer.alloc(0);
  };
  const types = itemTypes(content('iinf'));
  const pictures = [...types].filter(([, type]) => !tellingTypes.has(type)).map(([id]) => id);
  const locations = itemLocations(content('iloc'), new Set(pictures));
  const dataStart = findBox(reader, meta.start + 4, meta.end, 'idat')?.start ?? 0;
  const parts: Part[] = [];
  for (const id of pictures.sort((a, b) => a - b)) {
    const location = locations.get(id);
    if (!location) return null;
    parts.push(types.get(id) ?? '');
    for (const { offset, length } of location.extents) {
      const start = (location.inIdat ? dataStart : 0) + offset;
      parts.push({ offset: start, length: length || reader.size - start });
    }
  }
  return parts.length > 0 ? parts : null;
}

/** Item ids and types of an `iinf` box. */
function itemTypes(table: Buffer): Map<number, string> {
  const types = new Map<number, string>();
  let at = table[0] === 0 ? 6 : 8;
  while (at + 20 <= table.length) {
    const size = table.readUInt32BE(at);
    if (size < 12) break;
    const version = table[at + 8] ?? 0;
    if (version === 2) {
      types.set(table.readUInt16BE(at + 12), table.toString('latin1', at + 16, at + 20));
    } else if (version === 3) {
      types.set(table.readUInt32BE(at + 12), table.toString('latin1', at + 18, at + 22));
    }
    at += size;
  }
  return types;
}

/** CR3 and image sequences: the media data as a whole; metadata lie in boxes of their own. */
export function movieParts(reader: BufferReader): Part[] | null {
  const parts = [...isoBoxes(reader, 0, reader.size)]
    .filter(({ type }) => type === 'mdat')
    .map(({ start, end }) => ({ offset: start, length: end - start }));
  return parts.length > 0 ? parts : null;
}
