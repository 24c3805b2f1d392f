import { Buffer } from 'node:buffer';
import type { BufferReader } from '../boundedReader.js';
import { addExifBlock, emptyContainerFacts, type ContainerFacts } from '../container.js';

const exifPrefix = 'Exif\0';
const xmpPrefix = 'http://ns.adobe.com/xap/1.0/\0';
const photoshopPrefix = 'Photoshop 3.0\0';

const marker = { tem: 0x01, startOfScan: 0xda, endOfImage: 0xd9, app1: 0xe1, app13: 0xed } as const;
const endOfImageBytes = Buffer.from([0xff, 0xd9]);
const maximumSegments = 2000;
/** Markers are looked for over this much garbage between segments. */
const maximumGarbage = 64 * 1024;
const tailLength = 1024 * 1024;
const maximumTail = 24 * tailLength;

/** Start-of-frame markers: C0-CF without DHT (C4), JPG (C8) and DAC (CC). */
const isStartOfFrame = (code: number): boolean =>
  code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;

const hasNoLength = (code: number): boolean =>
  code === marker.tem || (code >= 0xd0 && code <= 0xd8) || code === 0x00 || code === 0xff;

/** Walks the segments of a JPEG up to its picture data (ITU T.81, JEITA EXIF 2.32). */
export function readJpeg(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  const scanStart = walkSegments(reader, facts);
  if (facts.tiffBlocks.length === 0) searchExif(reader, facts);
  facts.truncated = scanStart === null || !hasEndOfImage(reader, scanStart);
  return facts;
}

/** Returns where the picture data begins, null if the segments end before it. */
function walkSegments(reader: BufferReader, facts: ContainerFacts): number | null {
  let offset = 2;
  for (let i = 0; i < maximumSegments; i++) {
    const header = reader.read(offset, 4);
    if (header.length < 2) return null;
    if (header[0] !== 0xff) {
      const next = nextMarker(reader, offset);
      facts.damage ??= 'JPEG: garbage between segments';
      if (next === null) return null;
      offset = next;
      continue;
    }
    const code = header[1] ?? 0;
    if (hasNoLength(code)) {
      offset += code === 0xff ? 1 : 2;
      continue;
    }
    if (code === marker.endOfImage || header.length < 4) return null;
    const length = header.readUInt16BE(2);
    if (code === marker.startOfScan) return offset + 2 + length;
    readSegment(reader, code, offset + 4, length - 2, facts);
    offset += 2 + Math.max(2, length);
  }
  return null;
}

function nextMarker(reader: BufferReader, offset: number): number | null {
  const bytes = reader.read(offset, maximumGarbage);
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 1 < bytes.length;) {
    const code = bytes[at + 1] ?? 0;
    if (code >= 0xc0 && code !== 0xff) return offset + at;
    at = bytes.indexOf(0xff, at + 1);
  }
  return null;
}

function readSegment(
  reader: BufferReader,
  code: number,
  offset: number,
  length: number,
  facts: ContainerFacts,
): void {
  if (isStartOfFrame(code)) {
    const frame = reader.read(offset, 5);
    if (frame.length < 5 || facts.width !== undefined) return;
    facts.height = frame.readUInt16BE(1);
    facts.width = frame.readUInt16BE(3);
  } else if (code === marker.app1) {
    const payload = reader.read(offset, length);
    if (payload.toString('latin1', 0, exifPrefix.length) === exifPrefix) {
      if (!addExifBlock(facts, payload)) facts.damage ??= 'EXIF: no TIFF header';
    } else if (startsWith(payload, xmpPrefix)) {
      facts.xmp ??= payload.subarray(xmpPrefix.length);
    }
  } else if (code === marker.app13) {
    const payload = reader.read(offset, length);
    if (startsWith(payload, photoshopPrefix)) {
      readPhotoshopResources(payload.subarray(photoshopPrefix.length), facts);
    }
  }
}

const startsWith = (bytes: Buffer, text: string): boolean =>
  bytes.toString('latin1', 0, text.length) === text;

const resource = { iptc: 0x0404, exif: 0x0422 } as const;

/** IPTC and EXIF among Photoshop's image resources. */
function readPhotoshopResources(resources: Buffer, facts: ContainerFacts): void {
  let at = 0;
  while (at + 12 <= resources.length && resources.toString('latin1', at, at + 4) === '8BIM') {
    const id = resources.readUInt16BE(at + 4);
    const nameLength = 1 + (resources[at + 6] ?? 0);
    const sizeAt = at + 6 + nameLength + (nameLength % 2);
    if (sizeAt + 4 > resources.length) return;
    const size = resources.readUInt32BE(sizeAt);
    const data = resources.subarray(sizeAt + 4, sizeAt + 4 + size);
    if (id === resource.iptc) facts.iptc ??= data;
    else if (id === resource.exif) addExifBlock(facts, data);
    at = sizeAt + 4 + size + (size % 2);
  }
}

/** EXIF whose segment the walk did not reach, because the segments before it are damaged. */
function searchExif(reader: BufferReader, facts: ContainerFacts): void {
  const head = reader.read(0, maximumGarbage);
  const at = head.indexOf('Exif\0\0', 0, 'latin1');
  if (at > 0 && head[at - 4] === 0xff && head[at - 3] === marker.app1) {
    addExifBlock(facts, reader.read(at, 64 * 1024));
  }
}

/** Searches backwards for the end marker; what lies after it (a motion photo's movie) is normal. */
function hasEndOfImage(reader: BufferReader, scanStart: number): boolean {
  const last = reader.read(reader.size - 2, 2);
  if (last[0] === 0xff && last[1] === marker.endOfImage) return reader.size - 2 >= scanStart;
  let end = reader.size;
  const limit = Math.max(scanStart, reader.size - maximumTail);
  while (end > limit) {
    const start = Math.max(limit, end - tailLength);
    const tail = reader.read(start, end - start + 1);
    if (tail.lastIndexOf(endOfImageBytes) >= 0) return true;
    end = start;
  }
  return limit > scanStart;
}
