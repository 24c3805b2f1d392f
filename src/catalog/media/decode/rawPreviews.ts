import { windowOf, type BufferReader } from '../boundedReader.js';
import { findBox, isoBoxes, type IsoBox } from '../formats/isoBoxes.js';
import type { MediaFormat } from '../sniff.js';
import { collectTiff } from '../tiffBlock.js';
import { TiffReader, type TiffDirectory } from '../tiffDirectory.js';

/** Where a JPEG lies in a raw file. */
export interface EmbeddedJpeg {
  readonly offset: number;
  readonly length: number;
}

/**
 * The JPEGs that a raw file carries to be shown, the best first: those that are whole before those that are cut
 * off, long ones before short ones. Whether they can be decoded must be tried: raw data may be a kind of
 * JPEG, too.
 */
export function rawPreviews(reader: BufferReader, format: MediaFormat): EmbeddedJpeg[] {
  const found = finders[format]?.(reader) ?? [];
  const distinct = new Map(found.map((jpeg) => [jpeg.offset, jpeg]));
  const isWhole = ({ offset, length }: EmbeddedJpeg): boolean => offset + length <= reader.size;
  return [...distinct.values()]
    .filter(({ offset, length }) => length > 4 && startsLikeJpeg(reader, offset))
    .sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || b.length - a.length);
}

type Finder = (reader: BufferReader) => EmbeddedJpeg[];

const finders: Partial<Record<MediaFormat, Finder>> = {
  rawTiff: findInTiff,
  cr3: findInCr3,
  raf: findInRaf,
  x3f: findInX3f,
  crw: findInCrw,
  mrw: findInMrw,
};

const startsLikeJpeg = (reader: BufferReader, offset: number): boolean =>
  reader.read(offset, 3).toString('hex') === 'ffd8ff';

/** Tags of TIFF 6.0, EXIF, Panasonic's raw files and Olympus' maker note. */
const tag = {
  stripOffsets: 273,
  stripByteCounts: 279,
  jpegOffset: 513,
  jpegLength: 514,
  exif: 34665,
  makerNote: 37500,
  panasonicJpeg: 0x2e,
  olympusCameraSettings: 0x2020,
  olympusPreviewStart: 0x101,
  olympusPreviewLength: 0x102,
} as const;

/** Directories say where their JPEG is; so do strips, if there is but one of them. */
function findInTiff(reader: BufferReader): EmbeddedJpeg[] {
  let collected;
  try {
    collected = collectTiff(reader);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
  const { tiff, directories } = collected;
  const found: EmbeddedJpeg[] = [];
  for (const directory of directories) {
    const pairs = [
      [tag.jpegOffset, tag.jpegLength],
      [tag.stripOffsets, tag.stripByteCounts],
    ] as const;
    for (const [offsetTag, lengthTag] of pairs) {
      const [offset, second] = tiff.integers(directory.entries.get(offsetTag), 2);
      const [length] = tiff.integers(directory.entries.get(lengthTag), 1);
      if (offset !== undefined && length !== undefined && second === undefined) {
        found.push({ offset, length });
      }
    }
    const panasonic = directory.entries.get(tag.panasonicJpeg);
    if (panasonic) found.push({ offset: panasonic.offset, length: panasonic.byteLength });
    found.push(...findInOlympusNote(reader, tiff, directory));
  }
  return found;
}

/** Olympus keeps its preview behind a directory in the maker note, with offsets from the note's start. */
function findInOlympusNote(
  reader: BufferReader,
  tiff: TiffReader,
  directory: TiffDirectory,
): EmbeddedJpeg[] {
  const [exifOffset] = tiff.integers(directory.entries.get(tag.exif), 1);
  if (exifOffset === undefined) return [];
  const note = tiff.directory(exifOffset).entries.get(tag.makerNote);
  if (!note || !/^(OLYMPUS|OM SYSTEM)\0/.test(tiff.bytes(note, 10).toString('latin1'))) return [];
  const headerLength = tiff.bytes(note, 2).toString('latin1') === 'OM' ? 16 : 12;
  const inNote = new TiffReader(windowOf(reader, note.offset, reader.size), tiff.littleEndian);
  const [settingsOffset] = inNote.integers(
    inNote.directory(headerLength).entries.get(tag.olympusCameraSettings),
    1,
  );
  if (settingsOffset === undefined) return [];
  const settings = inNote.directory(settingsOffset).entries;
  const [start] = inNote.integers(settings.get(tag.olympusPreviewStart), 1);
  const [length] = inNote.integers(settings.get(tag.olympusPreviewLength), 1);
  return start !== undefined && length !== undefined
    ? [{ offset: note.offset + start, length }]
    : [];
}

const canonUuid = '85c0b687820f11e08111f4ce462b6a48';
const canonPreviewUuid = 'eaf42b5e1c984b88b9fbb7dc406e4d16';

/** Canon CR3: a thumbnail and a preview in boxes of Canon's, a JPEG in full size as the first track's sample. */
function findInCr3(reader: BufferReader): EmbeddedJpeg[] {
  const found: EmbeddedJpeg[] = [];
  for (const box of isoBoxes(reader, 0, reader.size)) {
    if (box.type === 'uuid' && box.uuid === canonPreviewUuid) {
      // Eight bytes of version and count, then boxes.
      found.push(...jpegBoxes(reader, box.start + 8, box.end));
    } else if (box.type === 'moov') {
      for (const part of isoBoxes(reader, box.start, box.end)) {
        if (part.type === 'uuid' && part.uuid === canonUuid) {
          found.push(...jpegBoxes(reader, part.start, part.end));
        } else if (part.type === 'trak') {
          found.push(...firstSample(reader, part));
        }
      }
    }
  }
  return found;
}

/** THMB and PRVW: sizes, then the JPEG; its length stands in the four bytes before it. */
function jpegBoxes(reader: BufferReader, from: number, to: number): EmbeddedJpeg[] {
  const found: EmbeddedJpeg[] = [];
  for (const box of isoBoxes(reader, from, to)) {
    if (box.type !== 'THMB' && box.type !== 'PRVW') continue;
    const head = reader.read(box.start, 32);
    const at = head.indexOf('ffd8ff', 0, 'hex');
    if (at < 8) continue;
    const length = box.type === 'THMB' ? head.readUInt32BE(8) : head.readUInt32BE(at - 4);
    found.push({ offset: box.start + at, length });
  }
  return found;
}

function firstSample(reader: BufferReader, track: IsoBox): EmbeddedJpeg[] {
  let table: IsoBox | null = track;
  for (const type of ['mdia', 'minf', 'stbl']) {
    table = table && findBox(reader, table.start, table.end, type);
  }
  if (!table) return [];
  const sizes = findBox(reader, table.start, table.end, 'stsz');
  const offsets = findBox(reader, table.start, table.end, 'co64');
  if (!sizes || !offsets) return [];
  const size = reader.read(sizes.start, 16);
  const offset = reader.read(offsets.start, 16);
  if (size.length < 16 || offset.length < 16) return [];
  const length = size.readUInt32BE(4) || size.readUInt32BE(12);
  return [{ offset: Number(offset.readBigUInt64BE(8)), length }];
}

function findInRaf(reader: BufferReader): EmbeddedJpeg[] {
  const header = reader.read(84, 8);
  if (header.length < 8) return [];
  return [{ offset: header.readUInt32BE(0), length: header.readUInt32BE(4) }];
}

/** Sigma X3F: image sections of format 18 hold a JPEG after 28 bytes. */
function findInX3f(reader: BufferReader): EmbeddedJpeg[] {
  const tail = reader.read(reader.size - 4, 4);
  if (tail.length < 4) return [];
  const directory = tail.readUInt32LE(0);
  const head = reader.read(directory, 12);
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'SECd') return [];
  const entries = reader.read(directory + 12, Math.min(head.readUInt32LE(8), 100) * 12);
  const found: EmbeddedJpeg[] = [];
  for (let at = 0; at + 12 <= entries.length; at += 12) {
    if (!/^IMA/.test(entries.toString('latin1', at + 8, at + 12))) continue;
    const [offset, length] = [entries.readUInt32LE(at) + 28, entries.readUInt32LE(at + 4) - 28];
    found.push({ offset, length });
  }
  return found;
}

const ciffJpegFromRaw = 0x2007;
const ciffThumbnail = 0x2008;

/** Canon CRW: records of the outermost heap (CIFF 1.0). */
function findInCrw(reader: BufferReader): EmbeddedJpeg[] {
  const header = reader.read(0, 6);
  const tail = reader.read(reader.size - 4, 4);
  if (header.length < 6 || tail.length < 4) return [];
  const start = header.readUInt32LE(2);
  const directory = start + tail.readUInt32LE(0);
  const countBytes = reader.read(directory, 2);
  if (countBytes.length < 2) return [];
  const entries = reader.read(directory + 2, Math.min(countBytes.readUInt16LE(0), 500) * 10);
  const found: EmbeddedJpeg[] = [];
  for (let at = 0; at + 10 <= entries.length; at += 10) {
    const type = entries.readUInt16LE(at);
    if (type !== ciffJpegFromRaw && type !== ciffThumbnail) continue;
    found.push({
      offset: start + entries.readUInt32LE(at + 6),
      length: entries.readUInt32LE(at + 2),
    });
  }
  return found;
}

/** Minolta MRW: a TIFF in its TTW block, which may hold a thumbnail. */
function findInMrw(reader: BufferReader): EmbeddedJpeg[] {
  const header = reader.read(0, 8);
  const end = header.length === 8 ? Math.min(8 + header.readUInt32BE(4), reader.size) : 0;
  for (let at = 8; at + 8 <= end;) {
    const block = reader.read(at, 8);
    if (block.length < 8) break;
    const length = block.readUInt32BE(4);
    if (block.toString('latin1', 1, 4) === 'TTW') {
      const start = at + 8;
      return findInTiff(windowOf(reader, start, start + length)).map((jpeg) => ({
        offset: start + jpeg.offset,
        length: jpeg.length,
      }));
    }
    at += 8 + length;
  }
  return [];
}
