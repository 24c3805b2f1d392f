import type { DecodeLimits } from './decodeLimits.js';
import type { OpenedPicture } from './openedPicture.js';
import { isTransparent, orient, withoutAlpha, type RasterImage } from './rasterImage.js';
import {
  decodeWithSharp,
  readHeader,
  shrinkImage,
  type PictureHeader,
  type SharpDecodeOptions,
} from './sharpDecoder.js';

/**
 * A picture that libvips decodes, which reduces JPEGs while it reads them.
 * @param orientation EXIF orientation of the stored pixels
 * @throws DecodeFailure
 */
export async function openSharpPicture(
  bytes: Uint8Array,
  orientation: number,
  { maximumPixels }: DecodeLimits,
): Promise<OpenedPicture> {
  return new SharpPicture(
    bytes,
    orientation,
    maximumPixels,
    await readHeader(bytes, maximumPixels),
  );
}

class SharpPicture implements OpenedPicture {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly colorSpace: string | null;
  damage: string | null = null;
  private readonly bytes: Uint8Array;
  private readonly orientation: number;
  private readonly maximumPixels: number;

  constructor(
    bytes: Uint8Array,
    orientation: number,
    maximumPixels: number,
    header: PictureHeader,
  ) {
    const isTurned = orientation >= 5;
    this.width = isTurned ? header.height : header.width;
    this.height = isTurned ? header.width : header.height;
    this.frames = header.frames;
    this.colorSpace = header.colorSpace;
    this.bytes = bytes;
    this.orientation = orientation;
    this.maximumPixels = maximumPixels;
  }

  scaled(size: number): Promise<RasterImage> {
    return this.decode({ size, maximumPixels: this.maximumPixels });
  }

  /** Shrinking mixes a transparent pixel's colour in by its opacity; hashes are defined without. */
  async hashed(scaled: RasterImage): Promise<RasterImage> {
    if (!isTransparent(scaled)) return withoutAlpha(scaled);
    const size = Math.max(scaled.width, scaled.height);
    return shrinkImage(withoutAlpha(await this.whole()), size);
  }

  whole(): Promise<RasterImage> {
    return this.decode({ size: null, ignoreProfile: true, maximumPixels: this.maximumPixels });
  }

  private async decode(options: SharpDecodeOptions): Promise<RasterImage> {
    const { image, damage } = await decodeWithSharp(this.bytes, options);
    this.damage ??= damage;
    return orient(image, this.orientation);
  }
}
