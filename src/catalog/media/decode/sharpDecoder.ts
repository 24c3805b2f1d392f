import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { errorDetail } from '../../model/errors.js';
import { DecodeFailure } from './decodeFailure.js';
import type { RasterImage } from './rasterImage.js';

sharp.concurrency(1);
sharp.cache(false);

/** A picture as libvips decoded it. */
export interface DecodedPicture {
  /** As stored: orientation is not applied. */
  readonly image: RasterImage;
  /** What the decoder complained about although there is a picture to show, or null. */
  readonly damage: string | null;
}

/** What libvips reads from a header. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** Pictures that an animation shows in turn. */
  readonly frames: number;
  readonly hasAlpha: boolean;
  readonly hasProfile: boolean;
  /** `srgb`, `cmyk`, `b-w` and so on; with the name of the embedded profile's space if there is one. */
  readonly colorSpace: string | null;
}

/**
 * The header of a JPEG, PNG, WebP, GIF, TIFF or AVIF file.
 * @throws DecodeFailure
 */
export async function readHeader(bytes: Uint8Array, maximumPixels: number): Promise<PictureHeader> {
  try {
    const header = await sharp(bytes, inputOptions('none', maximumPixels)).metadata();
    return {
      width: header.width,
      height: header.height,
      frames: header.pages !== undefined && header.delay !== undefined ? header.pages : 1,
      hasAlpha: header.hasAlpha,
      hasProfile: header.icc !== undefined,
      colorSpace: header.space,
    };
  } catch (error) {
    throw failureOf(error);
  }
}

export interface SharpDecodeOptions {
  /** Longest side wanted; smaller pictures keep their size. Null: all pixels. */
  readonly size: number | null;
  /** Colours as stored, not by the embedded profile. */
  readonly ignoreProfile?: boolean;
  readonly maximumPixels: number;
}

/**
 * Decodes the first picture of a file to 8 bits a channel, strictly first; if that fails, as far as the
 * file goes, and says so.
 * @throws DecodeFailure
 */
export async function decodeWithSharp(
  bytes: Uint8Array,
  options: SharpDecodeOptions,
): Promise<DecodedPicture> {
  try {
    return { image: await decode(bytes, 'error', options), damage: null };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== 'PICTURE_DAMAGED') throw failure;
    try {
      return { image: await decode(bytes, 'none', options), damage: failure.message };
    } catch (secondError) {
      throw failureOf(secondError);
    }
  }
}

async function decode(
  bytes: Uint8Array,
  failOn: 'none' | 'error',
  { size, ignoreProfile, maximumPixels }: SharpDecodeOptions,
): Promise<RasterImage> {
  const pipeline = sharp(bytes, {
    ...inputOptions(failOn, maximumPixels),
    ignoreIcc: ignoreProfile ?? false,
  });
  if (size !== null) {
    pipeline.resize(size, size, { fit: 'inside', withoutEnlargement: true });
  }
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels > 4) throw new DecodeFailure('PICTURE_UNSUPPORTED', `${channels} channels`);
  return { width, height, channels: channels, pixels: data };
}

/** Pixels at another size, for pictures that another decoder made. */
export async function shrinkImage(image: RasterImage, size: number): Promise<RasterImage> {
  if (Math.max(image.width, image.height) <= size) return image;
  const { data, info } = await rawPicture(image)
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    channels: info.channels,
    pixels: data,
  };
}

const thumbnailQuality = 80;

/** The picture as WebP file. */
export async function encodeThumbnail(image: RasterImage): Promise<Uint8Array> {
  return rawPicture(image).webp({ quality: thumbnailQuality }).toBuffer();
}

function rawPicture({ width, height, channels, pixels }: RasterImage): Sharp {
  return sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false });
}

const inputOptions = (failOn: 'none' | 'error', maximumPixels: number): SharpOptions => ({
  failOn,
  limitInputPixels: maximumPixels,
  sequentialRead: true,
});

function failureOf(error: unknown): DecodeFailure {
  if (error instanceof DecodeFailure) return error;
  const detail = errorDetail(error).split('\n', 1)[0] ?? '';
  if (detail.includes('exceeds pixel limit')) {
    return new DecodeFailure('PICTURE_TOO_LARGE', 'it has too many pixels', { cause: error });
  }
  return new DecodeFailure('PICTURE_DAMAGED', detail.slice(0, 200), { cause: error });
}
