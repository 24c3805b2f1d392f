import { Buffer } from 'node:buffer';
import type { BufferReader } from '../boundedReader.js';
import {
  addExifBlock,
  emptyContainerFacts,
  maximumExifLength,
  maximumXmpLength,
  type ContainerFacts,
} from '../container.js';
import { combineOrientations, orientationOfMirror, orientationOfRotation } from '../orientation.js';
import { findBox, isoBoxes, type IsoBox } from './isoBoxes.js';
import { readQuickTime } from './quickTime.js';

const maximumTableLength = 1024 * 1024;
const maximumItems = 20_000;

export interface ItemLocation {
  readonly inIdat: boolean;
  readonly extents: readonly { readonly offset: number; readonly length: number }[];
}

/**
 * Reads HEIF and AVIF (ISO/IEC 23008-12): the primary item's size and its rotation and mirroring,
 * which stand for the EXIF orientation, and the Exif and XMP items wherever they lie.
 */
export function readHeif(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  const meta = findBox(reader, 0, reader.size, 'meta');
  if (meta) {
    try {
      readMeta(reader, meta, facts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      facts.damage ??= 'HEIF: damaged item tables';
    }
  }
  const movie = findBox(reader, 0, reader.size, 'moov');
  if (movie) addMovie(reader, facts);
  if (!meta && !movie) facts.damage ??= 'HEIF: no meta box';
  facts.truncated = [...isoBoxes(reader, 0, reader.size)].some(({ complete }) => !complete);
  return facts;
}

/** Image sequences keep size and date in a movie. */
function addMovie(reader: BufferReader, facts: ContainerFacts): void {
  const movie = readQuickTime(reader);
  if (facts.width === undefined && movie.width !== undefined && movie.height !== undefined) {
    facts.width = movie.width;
    facts.height = movie.height;
  }
  facts.dates.push(...movie.dates);
}

function readMeta(reader: BufferReader, meta: IsoBox, facts: ContainerFacts): void {
  const boxes = new Map<string, IsoBox>();
  for (const box of isoBoxes(reader, meta.start + 4, meta.end)) {
    if (!boxes.has(box.type)) boxes.set(box.type, box);
  }
  const content = (type: string): Buffer => {
    const box = boxes.get(type);
    if (!box) return Buffer.alloc(0);
    return reader.read(box.start, Math.min(box.end - box.start, maximumTableLength));
  };
  const pitm = content('pitm');
  const primary =
    pitm.length >= 6 ? (pitm[0] === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4)) : null;
  const properties = boxes.get('iprp');
  if (properties) readProperties(reader, properties, primary, facts);
  const items = itemTypes(reader, boxes.get('iinf'));
  if (items.size === 0) return;
  const locations = itemLocations(content('iloc'), new Set(items.keys()));
  const idatStart = boxes.get('idat')?.start ?? 0;
  for (const [id, kind] of items) {
    const location = locations.get(id);
    if (!location) continue;
    const limit = kind === 'exif' ? maximumExifLength : maximumXmpLength;
    const bytes = itemBytes(reader, location, idatStart, limit);
    if (kind === 'xmp') facts.xmp ??= bytes;
    else if (!addExifItem(facts, bytes)) facts.damage ??= 'EXIF: no TIFF header';
  }
}

/** An Exif item begins with the offset of its TIFF header. */
function addExifItem(facts: ContainerFacts, bytes: Buffer): boolean {
  const headerOffset = bytes.length >= 4 ? 4 + bytes.readUInt32BE(0) : 0;
  return (
    (headerOffset < bytes.length && addExifBlock(facts, bytes.subarray(headerOffset))) ||
    addExifBlock(facts, bytes)
  );
}

function itemTypes(reader: BufferReader, iinf: IsoBox | undefined): Map<number, 'exif' | 'xmp'> {
  const items = new Map<number, 'exif' | 'xmp'>();
  if (!iinf) return items;
  const table = reader.read(iinf.start, Math.min(iinf.end - iinf.start, maximumTableLength));
  let at = table[0] === 0 ? 6 : 8;
  for (let i = 0; i < maximumItems && at + 20 <= table.length; i++) {
    const size = table.readUInt32BE(at);
    if (size < 12) break;
    const version = table[at + 8] ?? 0;
    if (version >= 2) {
      const wide = version === 2 ? 0 : 2;
      const id = wide === 0 ? table.readUInt16BE(at + 12) : table.readUInt32BE(at + 12);
      const type = table.toString('latin1', at + 16 + wide, at + 20 + wide);
      const rest = table.toString('latin1', at + 20 + wide, at + size);
      if (type === 'Exif') items.set(id, 'exif');
      else if (type === 'mime' && rest.includes('application/rdf+xml')) items.set(id, 'xmp');
    }
    at += size;
  }
  return items;
}

/** Parses `iloc`, keeping the wanted items. @throws RangeError if the table is cut off. */
export function itemLocations(
  table: Buffer,
  wanted: ReadonlySet<number>,
): Map<number, ItemLocation> {
  const locations = new Map<number, ItemLocation>();
  if (table.length < 8) return locations;
  const version = table[0] ?? 0;
  const [sizes, moreSizes] = [table[4] ?? 0, table[5] ?? 0];
  const [offsetSize, lengthSize, baseSize] = [sizes >> 4, sizes & 15, moreSizes >> 4];
  const indexSize = version === 0 ? 0 : moreSizes & 15;
  let at = 6;
  const take = (size: number): number => {
    const value =
      size === 0 ? 0 : size === 8 ? table.readBigUInt64BE(at) : table.readUIntBE(at, size);
    at += size;
    return Number(value);
  };
  const count = take(version < 2 ? 2 : 4);
  for (let i = 0; i < Math.min(count, maximumItems); i++) {
    const id = take(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : take(2) & 15;
    take(2);
    const base = take(baseSize);
    const extents: { offset: number; length: number }[] = [];
    const extentCount = take(2);
    for (let extent = 0; extent < extentCount; extent++) {
      take(indexSize);
      extents.push({ offset: base + take(offsetSize), length: take(lengthSize) });
      if (offsetSize + lengthSize + indexSize === 0) break;
    }
    if (wanted.has(id) && method <= 1) locations.set(id, { inIdat: method === 1, extents });
  }
  return locations;
}

function itemBytes(
  reader: BufferReader,
  { inIdat, extents }: ItemLocation,
  idatStart: number,
  limit: number,
): Buffer {
  const parts: Buffer[] = [];
  let left = limit;
  for (const { offset, length } of extents.slice(0, 64)) {
    const part = reader.read((inIdat ? idatStart : 0) + offset, Math.min(length || left, left));
    parts.push(part);
    left -= part.length;
    if (left <= 0) break;
  }
  return Buffer.concat(parts);
}

function readProperties(
  reader: BufferReader,
  iprp: IsoBox,
  primary: number | null,
  facts: ContainerFacts,
): void {
  const container = findBox(reader, iprp.start, iprp.end, 'ipco');
  if (!container) return;
  const properties = [...isoBoxes(reader, container.start, container.end)];
  const associated = associations(reader, iprp, primary);
  const chosen = associated ?? properties.map((_, index) => index);
  let orientation: number | undefined;
  for (const index of chosen) {
    const property = properties[index];
    if (property?.type === 'ispe') {
      const size = reader.read(property.start, 12);
      if (size.length < 12) continue;
      const [width, height] = [size.readUInt32BE(4), size.readUInt32BE(8)];
      // Without a known primary item the largest picture stands for it.
      if (associated || width * height > (facts.width ?? 0) * (facts.height ?? 0)) {
        facts.width = width;
        facts.height = height;
      }
    } else if (associated && (property?.type === 'irot' || property?.type === 'imir')) {
      const value = reader.read(property.start, 1)[0] ?? 0;
      const step =
        property.type === 'irot'
          ? orientationOfRotation(value & 3)
          : orientationOfMirror(value & 1);
      orientation = combineOrientations(orientation ?? 1, step);
    }
  }
  if (orientation !== undefined) facts.orientation = orientation;
}

/** Zero-based indices of the primary item's properties in order, or null if unknown. */
function associations(reader: BufferReader, iprp: IsoBox, primary: number | null): number[] | null {
  if (primary === null) return null;
  for (const box of isoBoxes(reader, iprp.start, iprp.end)) {
    if (box.type !== 'ipma') continue;
    const table = reader.read(box.start, Math.min(box.end - box.start, maximumTableLength));
    const [version, wide] = [table[0] ?? 0, ((table[3] ?? 0) & 1) === 1];
    const count = table.readUInt32BE(4);
    let at = 8;
    for (let i = 0; i < Math.min(count, maximumItems); i++) {
      const id = version < 1 ? table.readUInt16BE(at) : table.readUInt32BE(at);
      at += version < 1 ? 2 : 4;
      const indices: number[] = [];
      const length = table.readUInt8(at++);
      for (let entry = 0; entry < length; entry++) {
        const index = wide ? table.readUInt16BE(at) & 0x7fff : table.readUInt8(at) & 0x7f;
        at += wide ? 2 : 1;
        if (index > 0) indices.push(index - 1);
      }
      if (id === primary) return indices;
    }
  }
  return null;
}
