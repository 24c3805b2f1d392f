import type { Buffer } from 'node:buffer';
import type { BufferReader } from '../boundedReader.js';
import { emptyContainerFacts, maximumXmpLength, type ContainerFacts } from '../container.js';
import { isoDateValue, utcValue } from '../dateText.js';
import { iso6709Position } from '../gps.js';
import { orientationOfMatrix } from '../orientation.js';
import { findBox, isoBoxes, type IsoBox } from './isoBoxes.js';

/** Seconds from 1904, where QuickTime counts from, to 1970. */
const macEpochSeconds = 2_082_844_800;
const xmpUuid = 'be7acfcb97a942e89c71999491e3afac';
const maximumTableLength = 256 * 1024;
const maximumTextLength = 4096;

/**
 * Reads a QuickTime or MP4 movie (ISO/IEC 14496-12, QuickTime File Format): the first picture
 * track's size and rotation, duration, dates, camera, place and Apple's content identifier.
 */
export function readQuickTime(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  let movieFound = false;
  for (const box of isoBoxes(reader, 0, reader.size)) {
    if (!box.complete) facts.truncated = true;
    if (box.type === 'moov' && !movieFound) {
      movieFound = true;
      readMovie(reader, box, facts);
    } else if (box.type === 'uuid' && box.uuid === xmpUuid) {
      addXmp(reader, box, facts);
    }
  }
  if (!movieFound) facts.truncated = true;
  return facts;
}

function addXmp(reader: BufferReader, box: IsoBox, facts: ContainerFacts): void {
  const length = Math.min(box.end - box.start, maximumXmpLength);
  facts.xmp ??= reader.read(box.start, length);
}

function readMovie(reader: BufferReader, movie: IsoBox, facts: ContainerFacts): void {
  for (const box of isoBoxes(reader, movie.start, movie.end)) {
    if (box.type === 'mvhd') readMovieHeader(reader.read(box.start, 32), facts);
    else if (box.type === 'trak') readTrack(reader, box, facts);
    else if (box.type === 'meta') readMetadata(reader, box, facts);
    else if (box.type === 'udta') readUserData(reader, box, facts);
    else if (box.type === 'uuid' && box.uuid === xmpUuid) addXmp(reader, box, facts);
  }
}

function readMovieHeader(header: Buffer, facts: ContainerFacts): void {
  if (header.length < 20) return;
  const wide = header[0] === 1;
  if (wide && header.length < 32) return;
  const created = wide ? Number(header.readBigUInt64BE(4)) : header.readUInt32BE(4);
  const timescale = header.readUInt32BE(wide ? 20 : 12);
  const duration = wide ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  if (created > macEpochSeconds) {
    const value = utcValue((created - macEpochSeconds) * 1000);
    if (value !== null) facts.dates.push({ source: 'quicktime:CreateDate', value });
  }
  const unknown = wide ? duration >= 2 ** 63 : duration === 0xffffffff;
  if (timescale > 0 && duration > 0 && !unknown) facts.duration = duration / timescale;
}

/** The first track of a video or picture handler gives size and rotation. */
function readTrack(reader: BufferReader, track: IsoBox, facts: ContainerFacts): void {
  if (facts.width !== undefined) return;
  const media = findBox(reader, track.start, track.end, 'mdia');
  const handler = media && findBox(reader, media.start, media.end, 'hdlr');
  const kind = handler ? reader.read(handler.start + 8, 4).toString('latin1') : '';
  if (kind !== 'vide' && kind !== 'pict') return;
  const box = findBox(reader, track.start, track.end, 'tkhd');
  if (!box) return;
  const header = reader.read(box.start, 104);
  const matrixAt = header[0] === 1 ? 52 : 40;
  if (header.length < matrixAt + 44) return;
  const width = Math.round(header.readUInt32BE(matrixAt + 36) / 65536);
  const height = Math.round(header.readUInt32BE(matrixAt + 40) / 65536);
  if (width === 0 || height === 0) return;
  facts.width = width;
  facts.height = height;
  // The matrix is written for row vectors: [x' y'] = [x y] [a b; c d].
  const [a, b] = [header.readInt32BE(matrixAt), header.readInt32BE(matrixAt + 4)];
  const [c, d] = [header.readInt32BE(matrixAt + 12), header.readInt32BE(matrixAt + 16)];
  const orientation = orientationOfMatrix(a, c, b, d);
  if (orientation !== null) facts.orientation = orientation;
}

/** Apple's metadata: `keys` names the entries, `ilst` holds them by number. */
function readMetadata(reader: BufferReader, meta: IsoBox, facts: ContainerFacts): void {
  // In QuickTime `meta` is a plain box, in MP4 one with version and flags.
  const first = reader.read(meta.start + 4, 4).toString('latin1');
  const start = first === 'hdlr' ? meta.start : meta.start + 4;
  const keysBox = findBox(reader, start, meta.end, 'keys');
  const list = findBox(reader, start, meta.end, 'ilst');
  if (!list) return;
  const keys = keysBox ? keyNames(reader, keysBox) : [];
  for (const item of isoBoxes(reader, list.start, list.end)) {
    const number = Array.from(item.type).reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0);
    const name = keys[number - 1] ?? item.type;
    const data = findBox(reader, item.start, item.end, 'data');
    if (!data) continue;
    const length = Math.min(data.end - data.start - 8, maximumTextLength);
    addNamedValue(name, reader.read(data.start + 8, length).toString('utf8'), facts);
  }
}

function keyNames(reader: BufferReader, box: IsoBox): string[] {
  const table = reader.read(box.start, Math.min(box.end - box.start, maximumTableLength));
  const names: string[] = [];
  for (let at = 8; at + 8 <= table.length;) {
    const size = table.readUInt32BE(at);
    if (size < 8) break;
    names.push(table.toString('utf8', at + 8, at + size));
    at += size;
  }
  return names;
}

/** QuickTime's user data: text after a length and a language, or MP4's `meta`. */
function readUserData(reader: BufferReader, userData: IsoBox, facts: ContainerFacts): void {
  for (const box of isoBoxes(reader, userData.start, userData.end)) {
    if (box.type === 'meta') {
      readMetadata(reader, box, facts);
    } else if (box.type === 'XMP_') {
      addXmp(reader, box, facts);
    } else if (box.type === 'date') {
      const length = Math.min(box.end - box.start, 64);
      addNamedValue('creationdate', reader.read(box.start, length).toString('latin1'), facts);
    } else if (box.type.startsWith('\xa9')) {
      const bytes = reader.read(box.start, Math.min(box.end - box.start, maximumTextLength));
      if (bytes.length < 4) continue;
      const length = bytes.readUInt16BE(0);
      addNamedValue(box.type, bytes.toString('utf8', 4, 4 + length), facts);
    }
  }
}

function addNamedValue(name: string, text: string, facts: ContainerFacts): void {
  const value = text.replace(/\0.*$/s, '').trim();
  if (value === '') return;
  switch (name.replace(/^com\.apple\.quicktime\./, '')) {
    case 'creationdate':
    case '\xa9day': {
      const date = isoDateValue(value);
      // A bare year is the year of publication, as for music.
      if (date !== null && date.length >= 10) {
        facts.dates.push({ source: 'quicktime:CreationDate', value: date });
      }
      break;
    }
    case 'content.identifier':
      facts.contentIdentifier ??= value;
      break;
    case 'location.ISO6709':
    case '\xa9xyz': {
      const position = iso6709Position(value);
      if (position) facts.gps ??= position;
      break;
    }
    case 'make':
    case '\xa9mak':
      facts.cameraMake ??= value;
      break;
    case 'model':
    case '\xa9mod':
      facts.cameraModel ??= value;
      break;
  }
}
