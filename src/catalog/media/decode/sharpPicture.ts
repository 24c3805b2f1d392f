import type { DecodeLimits } from './decodeLimits.js';
import { gifTransparentColor } from './gifColors.js';
import { exactHashPixels, type OpenedPicture } from './openedPicture.js';
import { isTransparent, orient, withoutAlpha, type RasterImage } from './rasterImage.js';
import {
  decodeStrictly,
  rawPixels,
  readHeader,
  reopen,
  shrinkImage,
  type PictureHeader,
} from './sharpDecoder.js';

/** Colours behind transparency are looked for only where that costs little. */
const maximumRevealedPixels = 30_000_000;

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
  const header = await readHeader(bytes, maximumPixels);
  return new SharpPicture(bytes, orientation, maximumPixels, header);
}

/** A reduced picture, before it is turned. */
interface Reduced {
  readonly size: number;
  readonly shown: RasterImage;
  /** With the colours as stored. */
  readonly stored: RasterImage;
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
  private readonly header: PictureHeader;
  private reduced: Reduced | null = null;

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
    this.header = header;
  }

  async shown(size: number): Promise<RasterImage> {
    const { shown } = await this.reduce(size);
    return orient(shown, this.orientation);
  }

  async hashed(size: number): Promise<RasterImage> {
    const pixels = this.width * this.height;
    if (pixels <= exactHashPixels) return this.reveal(await this.decode(null));
    const { stored } = await this.reduce(size);
    // Reducing mixes a transparent pixel's colour in by its opacity.
    return isTransparent(stored) && pixels <= maximumRevealedPixels
      ? shrinkImage(this.reveal(await this.decode(null)), size)
      : orient(withoutAlpha(stored), this.orientation);
  }

  async whole(): Promise<RasterImage> {
    return orient(await this.decode(null), this.orientation);
  }

  close(): void {
    // Memory of libvips is freed with each decoding.
  }

  /** Upright and opaque, with the colours of transparent pixels. */
  private reveal(image: RasterImage): RasterImage {
    const color =
      this.header.isGif && isTransparent(image) ? gifTransparentColor(this.bytes) : null;
    if (color && image.channels === 4) {
      for (let at = 0; at < image.pixels.length; at += 4) {
        if (image.pixels[at + 3] === 0) image.pixels.set(color, at);
      }
    }
    return orient(withoutAlpha(image), this.orientation);
  }

  private async reduce(size: number): Promise<Reduced> {
    if (this.reduced?.size === size) return this.reduced;
    this.reduced = { size, ...(await this.decodeReduced(size)) };
    return this.reduced;
  }

  private async decodeReduced(size: number): Promise<Omit<Reduced, 'size'>> {
    if (!this.header.hasColorProfile) {
      const image = await this.decode(size);
      return { shown: image, stored: image };
    }
    // Reduced with the profile still on, so that both kinds of colour cost one decoding.
    const { result, damage } = await decodeStrictly(this.bytes, this.maximumPixels, (open) =>
      open({ ignoreIcc: true })
        .resize(size, size, { fit: 'inside', withoutEnlargement: true })
        .keepIccProfile()
        .png({ compressionLevel: 0, adaptiveFiltering: false })
        .toBuffer(),
    );
    this.damage ??= damage;
    return { shown: await reopen(result, false), stored: await reopen(result, true) };
  }

  /** Reduced to a size, or all pixels with the colours as stored. */
  private async decode(size: number | null): Promise<RasterImage> {
    const { result, damage } = await decodeStrictly(this.bytes, this.maximumPixels, (open) => {
      const pipeline = open({ ignoreIcc: size === null });
      if (size !== null) pipeline.resize(size, size, { fit: 'inside', withoutEnlargement: true });
      return rawPixels(pipeline);
    });
    this.damage ??= damage;
    return result;
  }
}
