import { Turns } from '../files/turns.js';
import { CatalogError } from '../model/errors.js';
import type { HashMethod } from '../model/duplicates.js';
import type { HashFields } from '../store/duplicateRepository.js';
import { createHashColumns, setHash, type HashColumns } from './hamming.js';

/**
 * All still pictures of a catalog in columns: about 90 bytes each, so that a million fit. Indices follow the
 * checksums, so they do not depend on the order of import.
 */
export interface ComparedImages {
  readonly count: number;
  readonly rowIds: Float64Array;
  /** Index by row id. */
  readonly indexOf: ReadonlyMap<number, number>;
  readonly hashes: Readonly<Record<HashMethod, HashColumns>>;
  /** 0 without hashes: hashes of different versions are not compared. */
  readonly hashVersion: Uint16Array;
  /** NaN if unknown. */
  readonly contrast: Float32Array;
  /** As seen; 0 if unknown. */
  readonly width: Uint32Array;
  readonly height: Uint32Array;
  /** Milliseconds of the camera's wall clock, NaN if unknown or only a day. */
  readonly capturedAt: Float64Array;
  /** 1 if the capture time has sub-seconds. */
  readonly exactTime: Uint8Array;
  /** Equal for equal cameras; -1 if unknown. */
  readonly camera: Int32Array;
  /** Equal for the files of one shot (RAW+JPEG, live photo); -1 for single files. */
  readonly unit: Int32Array;
}

/**
 * @param rows at most `count` of them, by checksum
 * @throws CatalogError CANCELLED
 */
export async function readComparedImages(
  count: number,
  rows: Iterable<HashFields>,
  signal?: AbortSignal,
): Promise<ComparedImages> {
  const images = {
    rowIds: new Float64Array(count),
    indexOf: new Map<number, number>(),
    hashes: {
      dhash: createHashColumns(count),
      ahash: createHashColumns(count),
      whash: createHashColumns(count),
      phash: createHashColumns(count),
    },
    hashVersion: new Uint16Array(count),
    contrast: new Float32Array(count),
    width: new Uint32Array(count),
    height: new Uint32Array(count),
    capturedAt: new Float64Array(count),
    exactTime: new Uint8Array(count),
    camera: new Int32Array(count),
    unit: new Int32Array(count),
  };
  const cameras = new Numbering();
  const units = new Numbering();
  const turns = new Turns();
  let index = 0;
  for (const row of rows) {
    if (index === count) break;
    if (index % 500 === 0) {
      if (signal?.aborted) throw new CatalogError('CANCELLED');
      await turns.maybe();
    }
    const [
      rowId,
      dhash,
      ahash,
      whash,
      phash,
      version,
      contrast,
      width,
      height,
      time,
      camera,
      unit,
    ] = row;
    images.rowIds[index] = Number(rowId);
    images.indexOf.set(Number(rowId), index);
    const hashed =
      setHash(images.hashes.dhash, index, dhash ?? null) &&
      setHash(images.hashes.ahash, index, ahash ?? null) &&
      setHash(images.hashes.whash, index, whash ?? null) &&
      setHash(images.hashes.phash, index, phash ?? null);
    images.hashVersion[index] = hashed ? Number(version) : 0;
    images.contrast[index] = contrast ? Number(contrast) : NaN;
    images.width[index] = Number(width);
    images.height[index] = Number(height);
    images.capturedAt[index] = wallClockMs(time ?? '');
    images.exactTime[index] = time?.[19] === '.' ? 1 : 0;
    images.camera[index] = camera ? cameras.of(camera) : -1;
    images.unit[index] = unit ? units.of(unit) : -1;
    index += 1;
  }
  return { ...images, count: index };
}

/** Numbers for texts, in the order in which they come. */
class Numbering {
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(text, number);
    return number;
  }
}

/** The wall clock as if it were UTC: only differences count. NaN for texts without a time of day. */
export function wallClockMs(time: string): number {
  if (time.length < 19) return NaN;
  const fraction = /^\.\d+/.exec(time.slice(19))?.[0] ?? '';
  return Date.parse(`${time.slice(0, 19)}Z`) + Math.round(Number(`0${fraction}`) * 1000);
}
