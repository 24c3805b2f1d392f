import type { RasterImage } from '../decode/rasterImage.js';
import type { GreyImage } from './lanczos.js';

/** Luminance by ITU-R 601-2 in Pillow's fixed point (`convert('L')`); transparency is left out. */
export function greyImage({ width, height, channels, pixels }: RasterImage): GreyImage {
  const grey = new Uint8Array(width * height);
  if (channels < 3) {
    for (let i = 0; i < grey.length; i++) grey[i] = pixels[i * channels] as number;
    return { width, height, pixels: grey };
  }
  for (let i = 0, at = 0; i < grey.length; i++, at += channels) {
    grey[i] =
      ((pixels[at] as number) * 19595 +
        (pixels[at + 1] as number) * 38470 +
        (pixels[at + 2] as number) * 7471 +
        0x8000) >>>
      16;
  }
  return { width, height, pixels: grey };
}

/** Standard deviation of the grey values, 0 to 127.5. */
export function contrastOf({ pixels }: GreyImage): number {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length;
  return Math.sqrt(Math.max(0, squares / pixels.length - mean * mean));
}
