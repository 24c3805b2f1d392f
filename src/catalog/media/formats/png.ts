import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import type { BufferReader } from '../boundedReader.js';
import {
  addExifBlock,
  emptyContainerFacts,
  maximumExifLength,
  maximumXmpLength,
  type ContainerFacts,
} from '../container.js';
import { isoDateValue, textDateValue } from '../dateText.js';

const maximumChunks = 15_000;

/** Reads the chunks of a PNG: size, eXIf, XMP and other text, wherever they stand (PNG 3rd edition). */
export function readPng(reader: BufferReader): ContainerFacts {
  const facts = emptyContainerFacts();
  let offset = 8;
  let ended = false;
  for (let i = 0; i < maximumChunks && !ended; i++) {
    const header = reader.read(offset, 8);
    if (header.length < 8) break;
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type)) {
      facts.damage = 'PNG: no chunk where one should begin';
      break;
    }
    ended = type === 'IEND';
    readChunk(reader, type, offset + 8, length, facts);
    offset += 12 + length;
  }
  facts.truncated = !ended && facts.damage === undefined;
  return facts;
}

function readChunk(
  reader: BufferReader,
  type: string,
  offset: number,
  length: number,
  facts: ContainerFacts,
): void {
  if (type === 'IHDR') {
    const header = reader.read(offset, 8);
    if (header.length < 8 || facts.width !== undefined) return;
    facts.width = header.readUInt32BE(0);
    facts.height = header.readUInt32BE(4);
  } else if (type === 'eXIf' || type === 'zxIf') {
    if (length > maximumExifLength) return;
    if (!addExifBlock(facts, reader.read(offset, length))) facts.damage ??= 'EXIF: no TIFF header';
  } else if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
    if (length <= maximumXmpLength) readText(type, reader.read(offset, length), facts);
  }
}

function readText(type: string, bytes: Buffer, facts: ContainerFacts): void {
  const keyEnd = bytes.indexOf(0);
  if (keyEnd <= 0 || keyEnd > 79) return;
  const key = bytes.toString('latin1', 0, keyEnd);
  if (key === 'XML:com.adobe.xmp') {
    const packet = textValue(type, bytes, keyEnd);
    if (packet) facts.xmp ??= packet;
  } else if (/^raw profile type (exif|app1)$/i.test(key)) {
    const profile = rawProfile(textValue(type, bytes, keyEnd));
    if (profile) addExifBlock(facts, profile);
  } else if (/^creation ?time$/i.test(key)) {
    const text = textValue(type, bytes, keyEnd)?.toString('latin1') ?? '';
    const value = isoDateValue(text) ?? textDateValue(text);
    if (value !== null) facts.dates.push({ source: 'png', value });
  }
}

function textValue(type: string, bytes: Buffer, keyEnd: number): Buffer | null {
  if (type === 'tEXt') return bytes.subarray(keyEnd + 1);
  if (type === 'zTXt') return inflate(bytes.subarray(keyEnd + 2));
  const compressed = bytes[keyEnd + 1] === 1;
  const languageEnd = bytes.indexOf(0, keyEnd + 3);
  const translatedEnd = languageEnd < 0 ? -1 : bytes.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return null;
  const text = bytes.subarray(translatedEnd + 1);
  return compressed ? inflate(text) : text;
}

function inflate(bytes: Buffer): Buffer | null {
  try {
    return inflateSync(bytes, { maxOutputLength: 2 * maximumExifLength });
  } catch {
    return null;
  }
}

/** ImageMagick's way before eXIf: a name, a length, then hex digits. */
function rawProfile(text: Buffer | null): Buffer | null {
  const match = /^\s*\w+\s+(\d+)\s+([0-9a-fA-F\s]+)/.exec(text?.toString('latin1') ?? '');
  if (!match?.[2]) return null;
  return Buffer.from(match[2].replace(/\s+/g, ''), 'hex').subarray(0, Number(match[1]));
}
