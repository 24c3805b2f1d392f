import { resizeLanczos, type GreyImage } from './lanczos.js';

/**
 * Changes whenever the same file would get other hashes: another resampling, another decoder's pixels,
 * another definition. Hashes of different versions are not compared.
 */
export const hashVersion = 1;

/** 64-bit hashes of a picture, 16 lower-case hex digits each: row-major, most significant bit first. */
export interface PerceptualHashes {
  readonly dhash: string;
  readonly ahash: string;
  readonly whash: string;
  readonly phash: string;
}

const side = 8;

/** All four hashes. They are those of Python's imagehash on the same grey pixels. */
export function perceptualHashes(image: GreyImage): PerceptualHashes {
  return {
    dhash: differenceHash(image),
    ahash: averageHash(image),
    whash: waveletHash(image),
    phash: transformHash(image),
  };
}

/** Each bit: is the pixel to the right brighter, on 9x8 pixels. */
export function differenceHash(image: GreyImage): string {
  const { pixels } = resizeLanczos(image, side + 1, side);
  return hexOfBits((x, y) => {
    const at = y * (side + 1) + x;
    return (pixels[at + 1] as number) > (pixels[at] as number);
  });
}

/** Each bit: is the pixel brighter than the mean, on 8x8 pixels. */
export function averageHash(image: GreyImage): string {
  const { pixels } = resizeLanczos(image, side, side);
  const sum = pixels.reduce((total, value) => total + value, 0);
  return hexOfBits((x, y) => (pixels[y * side + x] as number) * side * side > sum);
}

/**
 * imagehash's whash with the Haar wavelet and the lowest frequency removed. Its low band at 8x8 is the
 * sum over each of 64 blocks of a square whose side is the largest power of two in the picture, and
 * the bits compare it with its median; so whole numbers do, where floating point decides ties by noise.
 */
export function waveletHash(image: GreyImage): string {
  const smaller = Math.min(image.width, image.height);
  const square = Math.max(side, 2 ** Math.floor(Math.log2(smaller)));
  const { pixels } = resizeLanczos(image, square, square);
  const block = square / side;
  const sums = new Float64Array(side * side);
  for (let y = 0; y < square; y++) {
    const row = Math.floor(y / block) * side;
    for (let x = 0; x < square; x++) {
      const at = row + Math.floor(x / block);
      sums[at] = (sums[at] as number) + (pixels[y * square + x] as number);
    }
  }
  return aboveMedian(sums);
}

const cosineSide = 32;

/** cos(pi k (2n+1) / 64) for the eight lowest frequencies k: the DCT-II of 32 values. */
const cosines = Float64Array.from({ length: side * cosineSide }, (_, index) => {
  const [frequency, at] = [Math.floor(index / cosineSide), index % cosineSide];
  return Math.cos((Math.PI * frequency * (2 * at + 1)) / (2 * cosineSide));
});

/**
 * imagehash's phash: the 8x8 lowest frequencies of the DCT-II of 32x32 pixels against their median.
 * Rounded to thousandths: coefficients that are zero in truth must not be told apart by noise.
 */
export function transformHash(image: GreyImage): string {
  const { pixels } = resizeLanczos(image, cosineSide, cosineSide);
  const columns = new Float64Array(side * cosineSide);
  for (let v = 0; v < side; v++) {
    for (let x = 0; x < cosineSide; x++) {
      let sum = 0;
      for (let y = 0; y < cosineSide; y++) {
        sum += (pixels[y * cosineSide + x] as number) * (cosines[v * cosineSide + y] as number);
      }
      columns[v * cosineSide + x] = sum;
    }
  }
  const low = new Float64Array(side * side);
  for (let v = 0; v < side; v++) {
    for (let u = 0; u < side; u++) {
      let sum = 0;
      for (let x = 0; x < cosineSide; x++) {
        sum += (columns[v * cosineSide + x] as number) * (cosines[u * cosineSide + x] as number);
      }
      low[v * side + u] = Math.round(sum * 1000);
    }
  }
  return aboveMedian(low);
}

/** Each bit: is the value above the median, which lies between the two in the middle. */
function aboveMedian(values: Float64Array): string {
  const sorted = Float64Array.from(values).sort();
  const twiceMedian = (sorted[31] as number) + (sorted[32] as number);
  return hexOfBits((x, y) => 2 * (values[y * side + x] as number) > twiceMedian);
}

function hexOfBits(isSet: (x: number, y: number) => boolean): string {
  let hex = '';
  for (let y = 0; y < side; y++) {
    let row = 0;
    for (let x = 0; x < side; x++) row = row * 2 + (isSet(x, y) ? 1 : 0);
    hex += row.toString(16).padStart(2, '0');
  }
  return hex;
}
