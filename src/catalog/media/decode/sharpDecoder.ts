import { Buffer } from 'node:buffer';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { errorDetail } from '../../model/errors.js';
import { DecodeFailure } from './decodeFailure.js';
import { jpegHeader, type JpegHeader } from './jpegHeader.js';
import type { RasterImage } from './rasterImage.js';

sharp.concurrency(1);
sharp.cache(false);

/** What libvips reads from a header. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** Pictures that an animation shows in turn. */
  readonly frames: number;
  readonly isGif: boolean;
  /** RGB or grey with a profile by which its colours are shown. */
  readonly hasColorProfile: boolean;
  /** `srgb`, `cmyk`, `b-w` and so on. */
  readonly colorSpace: string | null;
}

/** Spaces whose embedded profile matters little enough to be left out of hashes. */
const profiledSpaces: ReadonlySet<string> = new Set(['srgb', 'rgb', 'rgb16', 'b-w', 'grey16']);

/**
 * The header of a JPEG, PNG, WebP, GIF, TIFF or AVIF file.
 * @throws DecodeFailure
 */
export async function readHeader(bytes: Uint8Array, maximumPixels: number): Promise<PictureHeader> {
  const jpeg = jpegHeader(bytes);
  if (jpeg && jpeg.width * jpeg.height <= maximumPixels) return pictureHeaderOf(jpeg);
  try {
    const header = await sharp(bytes, inputOptions('none', maximumPixels)).metadata();
    return {
      width: header.width,
      height: header.height,
      frames: header.delay === undefined ? 1 : (header.pages ?? 1),
      isGif: header.format === 'gif',
      hasColorProfile: header.icc !== undefined && profiledSpaces.has(header.space),
      colorSpace: header.space,
    };
  } catch (error) {
    throw failureOf(error);
  }
}

function pictureHeaderOf({ width, height, components, hasProfile }: JpegHeader): PictureHeader {
  const colorSpace = components === 1 ? 'b-w' : components === 4 ? 'cmyk' : 'srgb';
  const hasColorProfile = hasProfile && colorSpace !== 'cmyk';
  return { width, height, frames: 1, isGif: false, hasColorProfile, colorSpace };
}

/** Something that was decoded. */
export interface Decoded<T> {
  readonly result: T;
  /** What the decoder complained about although there is a picture to show, or null. */
  readonly damage: string | null;
}

/**
 * Decodes strictly first; if the file is damaged, as far as it goes, and says so.
 * @param work what to do with the file, opened with the given options
 * @throws DecodeFailure
 */
export async function decodeStrictly<T>(
  bytes: Uint8Array,
  maximumPixels: number,
  work: (open: (options: SharpOptions) => Sharp) => Promise<T>,
): Promise<Decoded<T>> {
  const attempt = (failOn: 'none' | 'error'): Promise<T> =>
    work((options) => sharp(bytes, { ...inputOptions(failOn, maximumPixels), ...options }));
  try {
    return { result: await attempt('error'), damage: null };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== 'PICTURE_DAMAGED') throw failure;
    try {
      return { result: await attempt('none'), damage: failure.message };
    } catch (secondError) {
      throw failureOf(secondError);
    }
  }
}

/** The pixels that a pipeline yields, 8 bits a channel. */
export async function rawPixels(pipeline: Sharp): Promise<RasterImage> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { width, height, channels, pixels: data };
}

/** A picture of our own making: a reduced one with its colour profile. */
export function reopen(bytes: Uint8Array, ignoreProfile: boolean): Promise<RasterImage> {
  return rawPixels(sharp(bytes, { ignoreIcc: ignoreProfile }));
}

/** Pixels at another size, for pictures that another decoder made. */
export async function shrinkImage(image: RasterImage, size: number): Promise<RasterImage> {
  if (Math.max(image.width, image.height) <= size) return image;
  return rawPixels(
    rawPicture(image).resize(size, size, { fit: 'inside', withoutEnlargement: true }),
  );
}

/** The colours that a profile gives the pixels, in sRGB; the pixels themselves if it cannot be used. */
export async function applyProfile(image: RasterImage, profile: Uint8Array): Promise<RasterImage> {
  const png = await rawPicture(image)
    .png({ compressionLevel: 0, adaptiveFiltering: false })
    .toBuffer();
  try {
    return await reopen(withProfileChunk(png, profile), false);
  } catch {
    return image;
  }
}

/** Puts a profile into a PNG file, between its first chunk and the rest. */
function withProfileChunk(png: Buffer, profile: Uint8Array): Buffer {
  const headerEnd = 33;
  const content = Buffer.concat([Buffer.from('iCCPICC\0\0', 'latin1'), deflateSync(profile)]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)]);
}

const thumbnailQuality = 80;
/** A third faster than the default, files about as large. */
const thumbnailEffort = 2;

/** The picture as WebP file. */
export function encodeThumbnail(image: RasterImage): Promise<Uint8Array> {
  return rawPicture(image).webp({ quality: thumbnailQuality, effort: thumbnailEffort }).toBuffer();
}

function rawPicture({ width, height, channels, pixels }: RasterImage): Sharp {
  return sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false });
}

const inputOptions = (failOn: 'none' | 'error', maximumPixels: number): SharpOptions => ({
  failOn,
  limitInputPixels: maximumPixels,
  sequentialRead: true,
});

/** A decoder's complaint as part of a sentence. */
const readable = (detail: string): string => detail.slice(0, 200).replace(/[\s.]+$/, '');

function failureOf(error: unknown): DecodeFailure {
  if (error instanceof DecodeFailure) return error;
  const detail = errorDetail(error).split('\n', 1)[0] ?? '';
  if (detail.includes('exceeds pixel limit')) {
    return new DecodeFailure('PICTURE_TOO_LARGE', 'it has too many pixels', { cause: error });
  }
  if (/unsupported image format|No loader|not built/i.test(detail)) {
    return new DecodeFailure('PICTURE_UNSUPPORTED', 'no decoder knows this kind', { cause: error });
  }
  return new DecodeFailure('PICTURE_DAMAGED', readable(detail), { cause: error });
}
