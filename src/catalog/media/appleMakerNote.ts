import { Buffer } from 'node:buffer';
import { bufferReader, windowOf } from './boundedReader.js';
import { TiffReader } from './tiffDirectory.js';

const signature = 'Apple iOS\0';
const contentIdentifierTag = 0x11;

/**
 * The id that pairs a live photo's still with its movie, from Apple's maker note: a signature,
 * a version, the byte order, then a TIFF directory whose offsets count from the note's start.
 */
export function readAppleContentIdentifier(makerNote: Uint8Array): string | null {
  const note = Buffer.from(makerNote.buffer, makerNote.byteOffset, makerNote.byteLength);
  if (note.toString('latin1', 0, signature.length) !== signature || note.length < 16) return null;
  const bytes = Buffer.from(note);
  // Where a TIFF keeps its header the note keeps its signature, so a header is written over it.
  const littleEndian = bytes.toString('latin1', 12, 14) === 'II';
  bytes.write(littleEndian ? 'II*\0' : 'MM\0*', 0, 'latin1');
  if (littleEndian) bytes.writeUInt32LE(14, 4);
  else bytes.writeUInt32BE(14, 4);
  try {
    const tiff = new TiffReader(windowOf(bufferReader(bytes), 0, bytes.length));
    const entry = tiff.directory(14).entries.get(contentIdentifierTag);
    if (entry?.type !== 2) return null;
    const text = tiff.bytes(entry, 128).toString('latin1').replace(/\0.*$/s, '').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}
