import type { BufferReader } from '../boundedReader.js';
import { bufferReader, windowOf } from '../boundedReader.js';
import { emptyContainerFacts, type ContainerFacts } from '../container.js';
import { exifDateValue } from '../dateText.js';
import { findBox, isoBoxes } from './isoBoxes.js';
import { readJpeg } from './jpeg.js';
import { joinExif } from '../tiffBlock.js';
import { readTiff } from './tiff.js';

const maximumBlockLength = 1024 * 1024;

/** Fujifilm RAF: the EXIF is that of the preview JPEG; the size stands in a table of tags. */
export function readRaf(reader: BufferReader): ContainerFacts {
  const header = reader.read(0, 108);
  if (header.length < 108) return { ...emptyContainerFacts(), truncated: true };
  const [jpegStart, jpegLength] = [header.readUInt32BE(84), header.readUInt32BE(88)];
  const facts = readEmbeddedJpeg(reader, jpegStart, jpegLength);
  const size = rafSize(reader, header.readUInt32BE(92), header.readUInt32BE(96));
  if (size) [facts.height, facts.width] = size;
  return facts;
}

/** Height and width from tag 0x0111 (cropped) or else 0x0100 (full frame), or null. */
function rafSize(reader: BufferReader, start: number, length: number): [number, number] | null {
  const table = reader.read(start, Math.min(length, 64 * 1024));
  if (table.length < 4) return null;
  let full: [number, number] | null = null;
  const count = Math.min(table.readUInt32BE(0), 255);
  for (let i = 0, at = 4; i < count && at + 8 <= table.length; i++) {
    const tag = table.readUInt16BE(at);
    const size: [number, number] = [table.readUInt16BE(at + 4), table.readUInt16BE(at + 6)];
    if (tag === 0x0111) return size;
    if (tag === 0x0100) full = size;
    at += 4 + table.readUInt16BE(at + 2);
  }
  return full;
}

function readEmbeddedJpeg(reader: BufferReader, start: number, length: number): ContainerFacts {
  const window = windowOf(reader, start, start + length);
  if (start <= 0 || window.read(0, 2).toString('hex') !== 'ffd8') {
    return { ...emptyContainerFacts(), truncated: start > 0 && start >= reader.size };
  }
  const facts = readJpeg(window);
  return { ...facts, truncated: start + length > reader.size };
}

/** Minolta MRW: blocks before the picture data; TTW is a TIFF, PRD holds the size. */
export function readMrw(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  const header = reader.read(0, 8);
  const end = Math.min(8 + (header.length === 8 ? header.readUInt32BE(4) : 0), reader.size);
  for (let offset = 8, i = 0; offset + 8 <= end && i < 100; i++) {
    const block = reader.read(offset, 8);
    if (block.length < 8) break;
    const name = block.toString('latin1', 1, 4);
    const length = block.readUInt32BE(4);
    const data = reader.read(offset + 8, Math.min(length, maximumBlockLength));
    if (name === 'TTW' && data.length > 8) {
      facts.tiffBlocks.push(...readTiff(bufferReader(data), true).tiffBlocks);
    } else if (name === 'PRD' && data.length >= 16) {
      facts.height = data.readUInt16BE(12);
      facts.width = data.readUInt16BE(14);
    }
    offset += 8 + length;
  }
  return facts;
}

const canonUuid = '85c0b687820f11e08111f4ce462b6a48';

/** Canon CR3: an ISO file whose movie box holds each EXIF directory as a TIFF of its own. */
export function readCr3(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  const movie = findBox(reader, 0, reader.size, 'moov');
  if (!movie) return { ...facts, truncated: true };
  const parts = new Map<string, BufferReader>();
  for (const box of isoBoxes(reader, movie.start, movie.end)) {
    if (box.type !== 'uuid' || box.uuid !== canonUuid) continue;
    for (const part of isoBoxes(reader, box.start, box.end)) {
      parts.set(part.type, windowOf(reader, part.start, part.end));
    }
  }
  const block = joinExif(parts.get('CMT1'), parts.get('CMT2'), parts.get('CMT4'));
  if (block) facts.tiffBlocks.push(block);
  return facts;
}

const ciff = { makeModel: 0x080a, timeStamp: 0x180e, imageInfo: 0x1810 } as const;

/** Canon CRW: a heap of records whose directory stands at its end (CIFF 1.0). */
export function readCrw(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  const header = reader.read(0, 14);
  if (header.length < 14 || header.toString('latin1', 0, 2) !== 'II') return facts;
  readHeap(reader, header.readUInt32LE(2), reader.size, 0, facts);
  return facts;
}

function readHeap(
  reader: BufferReader,
  start: number,
  end: number,
  depth: number,
  facts: ContainerFacts,
): void {
  const tail = reader.read(end - 4, 4);
  if (tail.length < 4 || depth > 6) return;
  const directory = start + tail.readUInt32LE(0);
  const countBytes = reader.read(directory, 2);
  if (countBytes.length < 2) return;
  const count = Math.min(countBytes.readUInt16LE(0), 500);
  const entries = reader.read(directory + 2, count * 10);
  for (let at = 0; at + 10 <= entries.length; at += 10) {
    const type = entries.readUInt16LE(at);
    // Records within the directory itself hold nothing that is read here.
    if ((type & 0xc000) !== 0) continue;
    const size = entries.readUInt32LE(at + 2);
    const offset = start + entries.readUInt32LE(at + 6);
    if (size > end - start || offset + size > end) continue;
    if ((type & 0x3800) === 0x2800 || (type & 0x3800) === 0x3000) {
      if (size < end - start) readHeap(reader, offset, offset + size, depth + 1, facts);
    } else {
      readCiffRecord(type & 0x3fff, reader, offset, size, facts);
    }
  }
}

function readCiffRecord(
  type: number,
  reader: BufferReader,
  offset: number,
  size: number,
  facts: ContainerFacts,
): void {
  if (type === ciff.makeModel) {
    const text = reader.read(offset, Math.min(size, 256)).toString('latin1');
    const [make, model] = text.split('\0');
    if (make) facts.cameraMake ??= make.trim();
    if (model) facts.cameraModel ??= model.trim();
  } else if (type === ciff.timeStamp) {
    const data = reader.read(offset, 4);
    if (data.length === 4) addWallClock(data.readUInt32LE(0), facts);
  } else if (type === ciff.imageInfo) {
    const data = reader.read(offset, 16);
    if (data.length < 16) return;
    facts.width ??= data.readUInt32LE(0);
    facts.height ??= data.readUInt32LE(4);
    const orientation = { 0: 1, 90: 6, 180: 3, 270: 8 }[data.readInt32LE(12)];
    if (orientation !== undefined) facts.orientation ??= orientation;
  }
}

/** Seconds since 1970 that count the camera's wall clock. */
function addWallClock(seconds: number, facts: ContainerFacts): void {
  if (seconds <= 0) return;
  const value = exifDateValue(new Date(seconds * 1000).toISOString().slice(0, 19));
  if (value !== null) facts.dates.push({ source: 'raw', value });
}

const x3fJpegFormat = 18;

/** Sigma X3F: sections listed at the file's end; a preview JPEG with EXIF, or properties. */
export function readX3f(reader: BufferReader): ContainerFacts {
  const header = reader.read(0, 40);
  const tail = reader.read(reader.size - 4, 4);
  if (header.length < 40 || tail.length < 4) return { ...emptyContainerFacts(), truncated: true };
  const directory = tail.readUInt32LE(0);
  const head = reader.read(directory, 12);
  let facts = emptyContainerFacts();
  if (head.toString('latin1', 0, 4) !== 'SECd' || head.length < 12) {
    facts.truncated = true;
  } else {
    const count = Math.min(head.readUInt32LE(8), 100);
    const entries = reader.read(directory + 12, count * 12);
    for (let at = 0; at + 12 <= entries.length; at += 12) {
      const [start, length] = [entries.readUInt32LE(at), entries.readUInt32LE(at + 4)];
      const type = entries.toString('latin1', at + 8, at + 12);
      if (type === 'IMA2' && facts.tiffBlocks.length === 0) {
        const section = reader.read(start, 28);
        if (section.length < 28 || section.readUInt32LE(12) !== x3fJpegFormat) continue;
        const jpeg = readEmbeddedJpeg(reader, start + 28, length - 28);
        facts = { ...facts, tiffBlocks: jpeg.tiffBlocks };
      } else if (type === 'PROP') {
        readX3fProperties(reader, start, length, facts);
      }
    }
  }
  // Version 4 moved the size; until then it follows the 16 byte id and the mark bits.
  if (header.readUInt16LE(6) < 4) {
    facts.width = header.readUInt32LE(28);
    facts.height = header.readUInt32LE(32);
  }
  return facts;
}

/** Properties: pairs of offsets into a block of UTF-16 text. TIME counts the wall clock. */
function readX3fProperties(
  reader: BufferReader,
  start: number,
  length: number,
  facts: ContainerFacts,
): void {
  const section = reader.read(start, Math.min(length, maximumBlockLength));
  if (section.length < 24) return;
  const count = Math.min(section.readUInt32LE(8), 1000);
  const textStart = 24 + count * 8;
  const textAt = (index: number): string =>
    section
      .toString('utf16le', textStart + index * 2, textStart + index * 2 + 400)
      .split('\0')[0] ?? '';
  for (let i = 0; i < count && 24 + i * 8 + 8 <= section.length; i++) {
    const name = textAt(section.readUInt32LE(24 + i * 8));
    const value = textAt(section.readUInt32LE(28 + i * 8));
    if (name === 'TIME') addWallClock(Number(value) || 0, facts);
    else if (name === 'CAMMANUF') facts.cameraMake ??= value;
    else if (name === 'CAMMODEL') facts.cameraModel ??= value;
  }
}
