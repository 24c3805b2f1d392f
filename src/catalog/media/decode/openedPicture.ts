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
  /** The picture as it is seen, in sRGB, with no side longer than `size`. @throws DecodeFailure */
  shown(size: number): Promise<RasterImage>;
  /**
   * What is hashed: the colours as stored, whatever profile or transparency covers them, without alpha.
   * All pixels of small pictures, else those of `shown(size)`. @throws DecodeFailure
   */
  hashed(size: number): Promise<RasterImage>;
  /** All pixels with the colours as stored. @throws DecodeFailure */
  whole(): Promise<RasterImage>;
  /** Frees what the decoder holds. */
  close(): void;
}

/** Pictures of no more pixels are hashed from all of them: exact, and still quick. */
export const exactHashPixels = 512 * 512;
