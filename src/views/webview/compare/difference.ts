/** Smaller differences come from compressing a picture again, and are not seen. */
const visible = 8;

/** How much two pictures of one size differ. */
export interface Difference {
  /** Part of the pixels that differ visibly, 0-1. */
  readonly differing: number;
  /** Of the channel that differs most, 0-255, over all pixels. */
  readonly mean: number;
  readonly largest: number;
}

/**
 * The difference of two pictures, pixel by pixel: of the channel that differs most, amplified, as grey on black.
 * @param first RGBA, as `ImageData.data`
 * @param target of the same length; receives the picture of the difference
 */
export function differenceOf(
  first: Uint8ClampedArray,
  second: Uint8ClampedArray,
  target: Uint8ClampedArray,
  amplification: number,
): Difference {
  let differing = 0;
  let sum = 0;
  let largest = 0;
  for (let at = 0; at < first.length; at += 4) {
    const red = Math.abs((first[at] ?? 0) - (second[at] ?? 0));
    const green = Math.abs((first[at + 1] ?? 0) - (second[at + 1] ?? 0));
    const blue = Math.abs((first[at + 2] ?? 0) - (second[at + 2] ?? 0));
    const most = Math.max(red, green, blue);
    if (most > visible) differing += 1;
    if (most > largest) largest = most;
    sum += most;
    // The array clamps.
    const grey = most * amplification;
    target[at] = grey;
    target[at + 1] = grey;
    target[at + 2] = grey;
    target[at + 3] = 255;
  }
  const pixels = Math.max(1, first.length / 4);
  return { differing: differing / pixels, mean: sum / pixels, largest };
}
