import type { RasterImage } from './rasterImage.js';

/** A picture whose decoder has been chosen. All that it gives is upright. */
export interface OpenedPicture {
  readonly width: number;
  readonly height: number;
  /** Pictures that it shows in turn. */
  readonly frames: number;
  readonly colorSpace: string | null;
  /** What decoding complained about so far, or null. */
  readonly damage: string | null;
  /** The picture with no side longer than `size`. @throws DecodeFailure */
  scaled(size: number): Promise<RasterImage>;
  /** What is hashed of a picture that `scaled` gave: its colours whatever covers them. */
  hashed(scaled: RasterImage): Promise<RasterImage>;
  /** All pixels with the colours as stored. @throws DecodeFailure */
  whole(): Promise<RasterImage>;
}
