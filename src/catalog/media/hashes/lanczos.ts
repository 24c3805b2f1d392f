/**
 * Resizing of 8-bit grey pictures exactly as Pillow's `Image.resize(size, Image.LANCZOS)` does it: a
 * windowed sinc of three lobes, stretched when it shrinks; weights in fixed point with 22 bits; first
 * every row, rounded to 8 bits, then every column. Perceptual hashes are defined on its result, so
 * every rounding matters.
 */

/** A picture of one byte per pixel, rows from the top without gaps. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const lobes = 3;
const fractionBits = 22;
const one = 1 << fractionBits;
const half = one >> 1;

/** For each output position: which input positions count, and with what weight. */
interface Weights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `taps` numbers for each output position. */
  readonly values: Int32Array;
}

const rememberedWeights = new Map<string, Weights>();
const maximumRemembered = 64;

/** The picture at another size. Sizes are whole numbers of at least 1. */
export function resizeLanczos(image: GreyImage, width: number, height: number): GreyImage {
  const wide = width === image.width ? image : resizeRows(image, width);
  return height === image.height ? wide : resizeColumns(wide, height);
}

function resizeRows({ width, height, pixels }: GreyImage, newWidth: number): GreyImage {
  const { taps, first, count, values } = weightsFor(width, newWidth);
  const resized = new Uint8Array(newWidth * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < newWidth; x++) {
      const from = row + (first[x] as number);
      const weight = x * taps;
      const length = count[x] as number;
      let sum = half;
      for (let i = 0; i < length; i++) {
        sum = (sum + Math.imul(pixels[from + i] as number, values[weight + i] as number)) | 0;
      }
      resized[y * newWidth + x] = toByte(sum);
    }
  }
  return { width: newWidth, height, pixels: resized };
}

function resizeColumns({ width, height, pixels }: GreyImage, newHeight: number): GreyImage {
  const { taps, first, count, values } = weightsFor(height, newHeight);
  const resized = new Uint8Array(width * newHeight);
  const sums = new Int32Array(width);
  for (let y = 0; y < newHeight; y++) {
    sums.fill(half);
    const length = count[y] as number;
    for (let i = 0; i < length; i++) {
      const weight = values[y * taps + i] as number;
      const row = ((first[y] as number) + i) * width;
      for (let x = 0; x < width; x++) {
        sums[x] = (sums[x] as number) + Math.imul(pixels[row + x] as number, weight);
      }
    }
    for (let x = 0; x < width; x++) resized[y * width + x] = toByte(sums[x] as number);
  }
  return { width, height: newHeight, pixels: resized };
}

/** The whole part of a sum, which always fits 32 bits, kept within a byte. */
function toByte(sum: number): number {
  const value = sum >> fractionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function weightsFor(length: number, newLength: number): Weights {
  const key = `${length}>${newLength}`;
  const known = rememberedWeights.get(key);
  if (known) return known;
  const weights = computeWeights(length, newLength);
  rememberedWeights.set(key, weights);
  const oldest = rememberedWeights.keys().next();
  if (rememberedWeights.size > maximumRemembered && !oldest.done) {
    rememberedWeights.delete(oldest.value);
  }
  return weights;
}

function computeWeights(length: number, newLength: number): Weights {
  const scale = length / newLength;
  const stretch = Math.max(scale, 1);
  const support = lobes * stretch;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(newLength);
  const count = new Int32Array(newLength);
  const values = new Int32Array(newLength * taps);
  for (let position = 0; position < newLength; position++) {
    const center = (position + 0.5) * scale;
    const from = Math.max(0, Math.trunc(center - support + 0.5));
    const to = Math.min(length, Math.trunc(center + support + 0.5));
    const exact = new Float64Array(to - from);
    let total = 0;
    for (let i = 0; i < exact.length; i++) {
      const value = lanczos((i + from - center + 0.5) * (1 / stretch));
      exact[i] = value;
      total += value;
    }
    exact.forEach((value, i) => {
      const scaled = (total === 0 ? value : value / total) * one;
      values[position * taps + i] = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    });
    first[position] = from;
    count[position] = exact.length;
  }
  return { taps, first, count, values };
}

const lanczos = (x: number): number => (x >= -lobes && x < lobes ? sinc(x) * sinc(x / lobes) : 0);

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}
