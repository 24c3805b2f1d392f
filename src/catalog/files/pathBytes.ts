import { Buffer } from 'node:buffer';

/**
 * File names are bytes; our paths are strings. A byte that is not part of valid UTF-8 becomes the private use
 * character U+F700 + byte (U+F780..U+F7FF). Names that really contain one of those characters have its three
 * bytes escaped the same way, so every name comes back byte for byte.
 */
const escapeBase = 0xf700;
const escapedCharacter = /[\uf780-\uf7ff]/;
const suspiciousCharacter = /[\ufffd\uf780-\uf7ff]/;

/** True if the path holds bytes that are not UTF-8 (or characters that had to be escaped). */
export function hasEscapedBytes(path: string): boolean {
  return escapedCharacter.test(path);
}

/** The length of the valid UTF-8 sequence at an offset (Unicode 15, table 3-7), or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const follows = (offset: number, low = 0x80, high = 0xbf): boolean => {
    const byte = bytes[at + offset];
    return byte !== undefined && byte >= low && byte <= high;
  };
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/** The path string of a name's bytes. `encodePath` gives exactly these bytes back. */
export function decodePathBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const plain = buffer.toString('utf8');
  if (!suspiciousCharacter.test(plain)) return plain;
  let text = '';
  for (let at = 0; at < buffer.length;) {
    const length = sequenceLength(buffer, at);
    const character = length === 0 ? '' : buffer.toString('utf8', at, at + length);
    const take = Math.max(length, 1);
    if (character !== '' && !escapedCharacter.test(character)) text += character;
    else for (const byte of buffer.subarray(at, at + take)) text += escapeByte(byte);
    at += take;
  }
  return text;
}

const escapeByte = (byte: number): string => String.fromCharCode(escapeBase + byte);

/** What Node's fs takes for a path string: the string itself, or its bytes if it holds escaped ones. */
export function encodePath(path: string): string | Buffer {
  return escapedCharacter.test(path) ? encodePathBytes(path) : path;
}

/** The bytes of a path string. */
export function encodePathBytes(path: string): Buffer {
  const parts: Buffer[] = [];
  for (const part of path.split(/([\uf780-\uf7ff]+)/)) {
    parts.push(
      escapedCharacter.test(part)
        ? Buffer.from(Array.from(part, (character) => character.charCodeAt(0) - escapeBase))
        : Buffer.from(part, 'utf8'),
    );
  }
  return Buffer.concat(parts);
}
