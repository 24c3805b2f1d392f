import { exactHashPixels, type OpenedPicture } from './openedPicture.js';
import { withoutAlpha, type RasterImage } from './rasterImage.js';
import { applyProfile, shrinkImage } from './sharpDecoder.js';

export interface PixelPictureOptions {
  /** Upright. */
  readonly width: number;
  readonly height: number;
  /** An ICC profile by which the colours are shown. */
  readonly profile?: Uint8Array | null;
  /** A smaller picture with no side under `size`, if the file has one and it is quicker. */
  readonly small?: (size: number) => RasterImage | null;
  /** All pixels, upright. @throws DecodeFailure */
  readonly whole: () => RasterImage | Promise<RasterImage>;
  readonly close?: () => void;
}

/** A picture that another decoder than libvips turned into pixels. */
export class PixelPicture implements OpenedPicture {
  readonly width: number;
  readonly height: number;
  readonly frames = 1;
  readonly colorSpace = 'srgb';
  readonly damage = null;
  private readonly options: PixelPictureOptions;
  private pixels: RasterImage | null = null;
  private reduced: { readonly size: number; readonly image: RasterImage } | null = null;

  constructor(options: PixelPictureOptions) {
    this.width = options.width;
    this.height = options.height;
    this.options = options;
  }

  async shown(size: number): Promise<RasterImage> {
    const image = await this.reduce(size);
    return this.options.profile ? applyProfile(image, this.options.profile) : image;
  }

  async hashed(size: number): Promise<RasterImage> {
    if (this.width * this.height <= exactHashPixels) return withoutAlpha(await this.whole());
    return withoutAlpha(await this.reduce(size));
  }

  async whole(): Promise<RasterImage> {
    this.pixels ??= await this.options.whole();
    return this.pixels;
  }

  close(): void {
    this.options.close?.();
  }

  private async reduce(size: number): Promise<RasterImage> {
    if (this.reduced?.size === size) return this.reduced.image;
    const small = this.pixels ? null : this.options.small?.(size);
    const image = await shrinkImage(small ?? (await this.whole()), size);
    this.reduced = { size, image };
    return image;
  }
}
