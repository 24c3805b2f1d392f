import type { BufferReader } from '../boundedReader.js';
import {
  addExifBlock,
  emptyContainerFacts,
  maximumExifLength,
  maximumXmpLength,
  type ContainerFacts,
} from '../container.js';
import { exifDateValue, isoDateValue, textDateValue } from '../dateText.js';

const maximumChunks = 4000;
const maximumDepth = 4;

interface RiffChunk {
  readonly id: string;
  /** For LIST chunks the list's type. */
  readonly listType: string;
  readonly start: number;
  readonly size: number;
}

function* riffChunks(reader: BufferReader, start: number, end: number): Generator<RiffChunk> {
  let offset = start;
  for (let i = 0; i < maximumChunks && offset + 8 <= end; i++) {
    const header = reader.read(offset, 12);
    if (header.length < 8) return;
    const id = header.toString('latin1', 0, 4);
    const size = header.readUInt32LE(4);
    const listType = id === 'LIST' ? header.toString('latin1', 8, 12) : '';
    yield { id, listType, start: offset + 8, size };
    offset += 8 + size + (size % 2);
  }
}

/** Reads a WebP: its canvas, EXIF and XMP (RFC 9649). */
export function readWebp(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  const declaredEnd = 8 + reader.read(4, 4).readUInt32LE(0);
  facts.truncated = declaredEnd > reader.size;
  for (const { id, start, size } of riffChunks(reader, 12, reader.size)) {
    if (id === 'EXIF' && size <= maximumExifLength) {
      if (!addExifBlock(facts, reader.read(start, size))) facts.damage ??= 'EXIF: no TIFF header';
    } else if (id === 'XMP ' && size <= maximumXmpLength) {
      facts.xmp ??= reader.read(start, size);
    } else if (id === 'VP8X' || id === 'VP8 ' || id === 'VP8L') {
      readWebpSize(id, reader, start, facts);
    }
  }
  return facts;
}

function readWebpSize(
  id: string,
  reader: BufferReader,
  start: number,
  facts: ContainerFacts,
): void {
  const bytes = reader.read(start, 10);
  if (facts.width !== undefined || bytes.length < 10) return;
  if (id === 'VP8X') {
    facts.width = 1 + bytes.readUIntLE(4, 3);
    facts.height = 1 + bytes.readUIntLE(7, 3);
  } else if (id === 'VP8 ' && bytes.readUIntBE(3, 3) === 0x9d012a) {
    facts.width = bytes.readUInt16LE(6) & 0x3fff;
    facts.height = bytes.readUInt16LE(8) & 0x3fff;
  } else if (id === 'VP8L' && bytes[0] === 0x2f) {
    const bits = bytes.readUInt32LE(1);
    facts.width = 1 + (bits & 0x3fff);
    facts.height = 1 + ((bits >>> 14) & 0x3fff);
  }
}

/** Reads an AVI's header list: size, duration and the recording date. */
export function readAvi(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  readAviList(reader, 12, reader.size, 0, facts);
  return facts;
}

function readAviList(
  reader: BufferReader,
  start: number,
  end: number,
  depth: number,
  facts: ContainerFacts,
): void {
  for (const chunk of riffChunks(reader, start, Math.min(end, reader.size))) {
    if (chunk.id === 'LIST' && chunk.listType !== 'movi' && depth < maximumDepth) {
      readAviList(reader, chunk.start + 4, chunk.start + chunk.size, depth + 1, facts);
    } else if (chunk.id === 'avih') {
      const header = reader.read(chunk.start, 40);
      if (header.length < 40) continue;
      facts.width = header.readUInt32LE(32);
      facts.height = header.readUInt32LE(36);
      const seconds = (header.readUInt32LE(0) * header.readUInt32LE(16)) / 1e6;
      if (seconds > 0) facts.duration = seconds;
    } else if (chunk.id === 'IDIT' || chunk.id === 'ICRD') {
      const text = reader.read(chunk.start, Math.min(chunk.size, 64)).toString('latin1');
      const value = aviDateValue(text.replace(/\0.*$/s, ''));
      if (value !== null) facts.dates.push({ source: 'riff', value });
    } else if (chunk.id === '_PMX' && chunk.size <= maximumXmpLength) {
      facts.xmp ??= reader.read(chunk.start, chunk.size);
    }
  }
}

/** IDIT has no fixed form: C's ctime, `2009:10:27 12:14:00`, `2010/01/05/ 14:30`. */
function aviDateValue(text: string): string | null {
  const slashed = text.trim().replace(/^(\d{4})\/(\d{2})\/(\d{2})\/?/, '$1:$2:$3');
  return exifDateValue(slashed) ?? isoDateValue(text) ?? textDateValue(text);
}
