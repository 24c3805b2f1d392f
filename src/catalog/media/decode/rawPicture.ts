import type { ByteReader } from '../../model/media.js';
import type { BufferReader } from '../boundedReader.js';
import type { MediaFormat } from '../sniff.js';
import { DecodeFailure } from './decodeFailure.js';
import type { DecodeLimits } from './decodeLimits.js';
import type { OpenedPicture } from './openedPicture.js';
import type { RasterImage } from './rasterImage.js';
import { rawPreviews } from './rawPreviews.js';
import { openSharpPicture } from './sharpPicture.js';

const maximumPreviewBytes = 64 * 1024 * 1024;

/**
 * A raw file as its largest embedded JPEG shows it.
 * @param size stored width and height of the raw picture, if known
 * @param orientation EXIF orientation of the raw picture; its previews are stored like it
 * @throws DecodeFailure
 */
export async function openRawPicture(
  file: ByteReader,
  reader: BufferReader,
  format: MediaFormat,
  size: readonly [number, number] | null,
  orientation: number,
  limits: DecodeLimits,
): Promise<OpenedPicture> {
  let failure = new DecodeFailure('PICTURE_UNSUPPORTED', 'this raw file holds no preview');
  for (const { offset, length } of rawPreviews(reader, format)) {
    if (length > maximumPreviewBytes) continue;
    try {
      const preview = await openSharpPicture(file.read(offset, length), orientation, limits);
      return size ? new RawPicture(preview, size, orientation) : preview;
    } catch (error) {
      // Raw data in a kind of JPEG that shows nothing: the next one may be a preview.
      if (!(error instanceof DecodeFailure)) throw error;
      if (failure.code === 'PICTURE_UNSUPPORTED') failure = error;
    }
  }
  throw failure;
}

/** The preview's pixels with the size of the raw picture. */
class RawPicture implements OpenedPicture {
  readonly width: number;
  readonly height: number;
  readonly frames = 1;
  readonly colorSpace: string | null;
  private readonly preview: OpenedPicture;

  constructor(
    preview: OpenedPicture,
    [width, height]: readonly [number, number],
    orientation: number,
  ) {
    this.preview = preview;
    this.width = orientation >= 5 ? height : width;
    this.height = orientation >= 5 ? width : height;
    this.colorSpace = preview.colorSpace;
  }

  get damage(): string | null {
    return this.preview.damage;
  }

  shown(size: number): Promise<RasterImage> {
    return this.preview.shown(size);
  }

  hashed(size: number): Promise<RasterImage> {
    return this.preview.hashed(size);
  }

  whole(): Promise<RasterImage> {
    return this.preview.whole();
  }

  close(): void {
    this.preview.close();
  }
}
