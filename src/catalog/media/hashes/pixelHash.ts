import { Buffer } from 'node:buffer';
import { createXXHash128 } from 'hash-wasm';
import type { RasterImage } from '../decode/rasterImage.js';

const rowsAtOnce = 64;

/**
 * A hash of all that is seen: width, height and every pixel as 8-bit RGBA, so that the same picture in
 * another container, or as grey instead of colour, gives the same 32 hex digits.
 * @param frames how many pictures the file shows in turn; an animation is not its first frame
 */
export async function pixelHash(image: RasterImage, frames: number): Promise<string> {
  const hash = await createXXHash128();
  const header = Buffer.alloc(12);
  header.writeUInt32LE(image.width, 0);
  header.writeUInt32LE(image.height, 4);
  header.writeUInt32LE(frames, 8);
  hash.update(header);
  const { width, height, channels, pixels } = image;
  const rows = new Uint8Array(rowsAtOnce * width * 4);
  for (let y = 0; y < height; y += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, height - y) * width;
    let from = y * width * channels;
    for (let i = 0, to = 0; i < count; i++, from += channels, to += 4) {
      const isGrey = channels < 3;
      rows[to] = pixels[from] as number;
      rows[to + 1] = pixels[isGrey ? from : from + 1] as number;
      rows[to + 2] = pixels[isGrey ? from : from + 2] as number;
      rows[to + 3] = channels % 2 === 0 ? (pixels[from + channels - 1] as number) : 255;
    }
    hash.update(rows.subarray(0, count * 4));
  }
  return hash.digest('hex');
}
