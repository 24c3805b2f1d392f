import type { Buffer } from 'node:buffer';
import type { BufferReader } from '../boundedReader.js';
import { emptyContainerFacts, type ContainerFacts } from '../container.js';
import { utcValue } from '../dateText.js';

/** EBML ids of RFC 9559 that lead to size, duration and date. */
const id = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  dateUtc: 0x4461,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
} as const;

const masters: ReadonlySet<number> = new Set([
  id.segment,
  id.info,
  id.tracks,
  id.trackEntry,
  id.video,
]);
const maximumElements = 3000;
const epoch2001Milliseconds = Date.UTC(2001, 0, 1);

/** Reads Matroska and WebM up to the first cluster. */
export function readMatroska(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  let timestampScale = 1_000_000;
  let duration = 0;
  let offset = 0;
  for (let i = 0; i < maximumElements && offset < reader.size; i++) {
    const element = readElementHeader(reader.read(offset, 12));
    if (!element || element.id === id.cluster) break;
    const start = offset + element.headerLength;
    // Masters are entered, not skipped, so the walk needs no stack.
    offset = masters.has(element.id) ? start : start + element.size;
    if (masters.has(element.id) || element.size > 8) continue;
    const value = reader.read(start, element.size);
    if (value.length < element.size) break;
    if (element.id === id.timestampScale) timestampScale = unsigned(value);
    else if (element.id === id.duration) duration = float(value);
    else if (element.id === id.pixelWidth) facts.width ??= unsigned(value);
    else if (element.id === id.pixelHeight) facts.height ??= unsigned(value);
    else if (element.id === id.dateUtc && value.length === 8) addDate(value, facts);
  }
  if (duration > 0) facts.duration = (duration * timestampScale) / 1e9;
  return facts;
}

function addDate(value: Buffer, facts: ContainerFacts): void {
  const nanoseconds = value.readBigInt64BE(0);
  const date = utcValue(epoch2001Milliseconds + Number(nanoseconds / 1_000_000n));
  if (date !== null) facts.dates.push({ source: 'matroska', value: date });
}

interface ElementHeader {
  readonly id: number;
  readonly size: number;
  readonly headerLength: number;
}

function readElementHeader(bytes: Buffer): ElementHeader | null {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  if (idLength > 4 || bytes.length <= idLength) return null;
  const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
  if (sizeLength > 8 || bytes.length < idLength + sizeLength) return null;
  const mask = 2 ** (8 - sizeLength) - 1;
  let size = (bytes[idLength] ?? 0) & mask;
  let unknown = size === mask;
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[idLength + i] ?? 0;
    unknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  return {
    id: bytes.readUIntBE(0, idLength),
    size: unknown ? 0 : size,
    headerLength: idLength + sizeLength,
  };
}

function unsigned(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function float(bytes: Buffer): number {
  if (bytes.length === 4) return bytes.readFloatBE(0);
  return bytes.length === 8 ? bytes.readDoubleBE(0) : 0;
}
