import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';

/** The head of a 16x16 baseline JPEG: JFIF, one quantisation table, frame. */
const head = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.from('ffdb004300', 'hex'),
  Buffer.alloc(64, 1),
  Buffer.from('ffc0000b080010001001011100', 'hex'),
]);
const scanHeader = Buffer.from('ffda0008010100003f00', 'hex');
const end = Buffer.from('ffd9', 'hex');

/**
 * A file with the structure of a JPEG and a content of its own. Its picture data are noise: good for reading
 * and hashing, not for decoding.
 * @param size of the whole file in bytes; at least 200 and the label's length
 */
export function sampleJpeg(label: string, size = 512): Buffer {
  const text = Buffer.from(label, 'utf8');
  const comment = Buffer.alloc(4 + text.length);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(2 + text.length, 2);
  text.copy(comment, 4);
  const fixed = head.length + comment.length + scanHeader.length + end.length;
  const noise = randomFillSync(Buffer.alloc(Math.max(0, size - fixed)));
  // 0xFF would begin a marker.
  for (let at = noise.indexOf(0xff); at >= 0; at = noise.indexOf(0xff, at)) noise[at] = 0;
  return Buffer.concat([head, comment, scanHeader, noise, end]);
}
