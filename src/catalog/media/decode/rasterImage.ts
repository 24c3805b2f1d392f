/** Decoded pixels, 8 bits a channel, interleaved, rows from the top without gaps. */
export interface RasterImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly pixels: Uint8Array;
}

/** Turns stored pixels upright by an EXIF orientation of 1 to 8. */
export function orient(image: RasterImage, orientation: number): RasterImage {
  if (orientation <= 1 || orientation > 8) return image;
  const { width, height, channels, pixels } = image;
  const swaps = orientation >= 5;
  const [newWidth, newHeight] = swaps ? [height, width] : [width, height];
  const mirrorsX = [2, 3, 7, 8].includes(orientation);
  const mirrorsY = [3, 4, 6, 7].includes(orientation);
  const turned = new Uint8Array(pixels.length);
  let to = 0;
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      let [storedX, storedY] = swaps ? [y, x] : [x, y];
      if (mirrorsX) storedX = width - 1 - storedX;
      if (mirrorsY) storedY = height - 1 - storedY;
      const from = (storedY * width + storedX) * channels;
      for (let channel = 0; channel < channels; channel++) {
        turned[to++] = pixels[from + channel] as number;
      }
    }
  }
  return { width: newWidth, height: newHeight, channels, pixels: turned };
}

/** The picture without its alpha channel, as hashes see it. */
export function withoutAlpha(image: RasterImage): RasterImage {
  const { width, height, channels, pixels } = image;
  if (channels === 1 || channels === 3) return image;
  const kept = channels === 2 ? 1 : 3;
  const opaque = new Uint8Array(width * height * kept);
  for (let from = 0, to = 0; to < opaque.length; from += channels) {
    for (let channel = 0; channel < kept; channel++) {
      opaque[to++] = pixels[from + channel] as number;
    }
  }
  return { width, height, channels: kept, pixels: opaque };
}

/** True if some pixel is not opaque. */
export function isTransparent({ channels, pixels }: RasterImage): boolean {
  if (channels === 1 || channels === 3) return false;
  for (let at = channels - 1; at < pixels.length; at += channels) {
    if (pixels[at] !== 255) return true;
  }
  return false;
}
