import { Buffer } from 'node:buffer';
import bitmapFormat from '@jimp/js-bmp';
import { errorDetail } from '../../model/errors.js';
import { DecodeFailure } from './decodeFailure.js';
import { plainBitmap } from './plainBitmap.js';
import type { RasterImage } from './rasterImage.js';

/**
 * A BMP file's pixels, decoded by jimp. The size must have been checked by the header.
 * @throws DecodeFailure
 */
export function decodeBitmap(bytes: Uint8Array): RasterImage {
  let bitmap: { readonly width: number; readonly height: number; readonly data: Buffer };
  try {
    bitmap = bitmapFormat().decode(
      plainBitmap(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    );
  } catch (error) {
    throw new DecodeFailure('PICTURE_DAMAGED', detailOf(error), { cause: error });
  }
  const { width, height, data } = bitmap;
  if (!(width > 0) || !(height > 0) || data.length !== width * height * 4) {
    throw new DecodeFailure('PICTURE_DAMAGED', 'the picture has no pixels');
  }
  return { width, height, channels: 4, pixels: data };
}

/** jimp reads past the end of a file that is cut off. */
const detailOf = (error: unknown): string =>
  error instanceof RangeError ? 'it is cut off or its header is wrong' : errorDetail(error);
