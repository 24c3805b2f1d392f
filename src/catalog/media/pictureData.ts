import { Buffer } from 'node:buffer';
import { createXXHash128, type IHasher } from 'hash-wasm';
import type { ByteReader } from '../model/media.js';
import type { BufferReader } from './boundedReader.js';
import { gifParts, jpegParts, pngParts, webpParts } from './pictureData/containers.js';
import { heifParts, movieParts } from './pictureData/boxes.js';
import type { Part } from './pictureData/part.js';
import { tiffParts } from './pictureData/tiff.js';
import { sniffContent, type MediaFormat } from './sniff.js';

/** What a file without known picture data gets in place of a hash: it was looked at. */
export const noPictureData = '';

const blockLength = 1024 * 1024;

let hasher: Promise<IHasher> | undefined;

const readers: Readonly<Partial<Record<MediaFormat, (reader: BufferReader) => Part[] | null>>> = {
  jpeg: jpegParts,
  png: pngParts,
  webp: webpParts,
  heif: heifParts,
  cr3: movieParts,
  tiff: tiffParts,
  rawTiff: tiffParts,
};

/**
 * Hashes what of a file makes its picture and passes by what tells about it (EXIF, XMP, IPTC, comments,
 * thumbnails): copies whose metadata were edited have one hash. JPEG: tables and scans up to the end of the first
 * picture; PNG: critical and animation chunks; WebP: its image chunks; HEIC, AVIF: the data of the picture items;
 * TIFF and raw formats built on it: strips and tiles.
 * @returns 32 hex digits (xxHash128), or `noPictureData` for other and for damaged files
 */
export async function hashPictureData(file: ByteReader, path: string): Promise<string> {
  const reader = buffered(file);
  const parts = await partsOf(reader, path);
  if (parts === null || totalLength(parts) > 2 * reader.size) return noPictureData;
  hasher ??= createXXHash128();
  const hash = (await hasher).init();
  // One hasher serves all files: until its digest nothing may be awaited.
  for (const part of parts) {
    if (typeof part === 'string') {
      hash.update(part);
      continue;
    }
    for (let at = part.offset, end = part.offset + part.length; at < end; at += blockLength) {
      const length = Math.min(blockLength, end - at);
      const bytes = reader.read(at, length);
      if (bytes.length < length) return noPictureData;
      hash.update(bytes);
    }
  }
  return hash.digest();
}

/** A damaged or hostile table may name one range many times. */
function totalLength(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => (typeof part === 'string' ? sum : sum + part.length), 0);
}

async function partsOf(reader: BufferReader, path: string): Promise<Part[] | null> {
  const head = reader.read(0, 64 * 1024);
  const sniffed = await sniffContent(head, path);
  if (!('format' in sniffed)) return null;
  try {
    if (sniffed.mimeType === 'image/gif') return gifParts(reader);
    return readers[sniffed.format]?.(reader) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function buffered(file: ByteReader): BufferReader {
  return {
    size: file.size,
    read: (offset, length) => {
      if (!(offset >= 0) || !(length > 0) || offset >= file.size) return Buffer.alloc(0);
      const bytes = file.read(offset, Math.min(length, file.size - offset));
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}
