import { Buffer } from 'node:buffer';
import { DecodeFailure } from './decodeFailure.js';
import { enumNumber, libheif, type Libheif } from './libheif.js';
import type { RasterImage } from './rasterImage.js';

/** An open HEIF file. Nothing of it is in JavaScript's care: close it. */
export class HeifFile {
  /** Upright, as libheif turns it. */
  readonly width: number;
  readonly height: number;
  private readonly lib: Libheif;
  private readonly bytes: number;
  private readonly context: number;
  private readonly primary: number;
  /** Room for an error (code, subcode, message) and for one result. */
  private readonly scratch: number;

  /** @throws DecodeFailure */
  constructor(bytes: Uint8Array) {
    this.lib = libheif();
    this.scratch = this.lib._malloc(32);
    this.bytes = this.lib._malloc(bytes.length);
    this.lib.HEAPU8.set(bytes, this.bytes);
    this.context = this.lib._heif_context_alloc();
    let primary = 0;
    try {
      this.call((error) =>
        this.lib._heif_context_read_from_memory_without_copy(
          error,
          this.context,
          this.bytes,
          bytes.length,
          0,
        ),
      );
      primary = this.handle((error, out) =>
        this.lib._heif_context_get_primary_image_handle(error, this.context, out),
      );
    } finally {
      this.primary = primary;
      if (primary === 0) this.close();
    }
    this.width = this.lib._heif_image_handle_get_width(primary);
    this.height = this.lib._heif_image_handle_get_height(primary);
  }

  close(): void {
    if (this.primary !== 0) this.lib._heif_image_handle_release(this.primary);
    this.lib._heif_context_free(this.context);
    this.lib._free(this.bytes);
    this.lib._free(this.scratch);
  }

  /** The embedded ICC profile, or null. */
  colorProfile(): Uint8Array | null {
    const length = this.lib._heif_image_handle_get_raw_color_profile_size(this.primary);
    if (length <= 0 || length > 4 * 1024 * 1024) return null;
    const profile = this.lib._malloc(length);
    try {
      this.call((error) =>
        this.lib._heif_image_handle_get_raw_color_profile(error, this.primary, profile),
      );
      return this.lib.HEAPU8.slice(profile, profile + length);
    } catch {
      return null;
    } finally {
      this.lib._free(profile);
    }
  }

  /** The whole picture. @throws DecodeFailure */
  picture(): RasterImage {
    return this.decode(this.primary);
  }

  /**
   * The embedded thumbnail, or null if there is none of that size, of the picture's shape and intact.
   * @param leastSide what its longer side must have
   */
  thumbnail(leastSide: number): RasterImage | null {
    const { lib, primary } = this;
    const ids = this.scratch + 16;
    if (lib._heif_image_handle_get_list_of_thumbnail_IDs(primary, ids, 1) < 1) return null;
    const id = this.word(ids);
    try {
      const thumbnail = this.handle((error, out) =>
        lib._heif_image_handle_get_thumbnail(error, primary, id, out),
      );
      try {
        const width = lib._heif_image_handle_get_width(thumbnail);
        const height = lib._heif_image_handle_get_height(thumbnail);
        const isAlike =
          Math.abs(width * this.height - height * this.width) <
          2 * Math.max(this.width, this.height);
        return Math.max(width, height) >= leastSide && isAlike ? this.decode(thumbnail) : null;
      } finally {
        lib._heif_image_handle_release(thumbnail);
      }
    } catch {
      return null;
    }
  }

  private decode(handle: number): RasterImage {
    const { lib } = this;
    const hasAlpha = lib._heif_image_handle_has_alpha_channel(handle) !== 0;
    const { heif_chroma_interleaved_RGB: rgb, heif_chroma_interleaved_RGBA: rgba } =
      lib.heif_chroma;
    const channels = hasAlpha ? 4 : 3;
    const image = this.handle((error, out) =>
      lib._heif_decode_image(
        error,
        handle,
        out,
        enumNumber(lib.heif_colorspace.heif_colorspace_RGB),
        enumNumber(hasAlpha ? rgba : rgb),
        0,
      ),
    );
    try {
      const channel = enumNumber(lib.heif_channel.heif_channel_interleaved);
      const width = lib._heif_image_get_width(image, channel);
      const height = lib._heif_image_get_height(image, channel);
      const strideAt = this.scratch + 16;
      const plane = lib._heif_image_get_plane_readonly(image, channel, strideAt);
      const stride = this.word(strideAt);
      if (plane === 0 || width <= 0 || height <= 0 || stride < width * channels) {
        throw new DecodeFailure('PICTURE_DAMAGED', 'the picture has no pixels');
      }
      const pixels = new Uint8Array(width * height * channels);
      const heap = lib.HEAPU8;
      for (let y = 0; y < height; y++) {
        const row = plane + y * stride;
        pixels.set(heap.subarray(row, row + width * channels), y * width * channels);
      }
      return { width, height, channels, pixels };
    } finally {
      lib._heif_image_release(image);
    }
  }

  /** A call that writes a pointer to what it made. */
  private handle(work: (error: number, out: number) => void): number {
    const out = this.scratch + 16;
    this.call((error) => work(error, out));
    return this.word(out);
  }

  private call(work: (error: number) => void): void {
    work(this.scratch);
    if (this.word(this.scratch) === 0) return;
    const message = this.text(this.word(this.scratch + 8)).replace(/[\s.]+$/, '');
    const code = /unsupported|plugin: support/i.test(message)
      ? 'PICTURE_UNSUPPORTED'
      : 'PICTURE_DAMAGED';
    throw new DecodeFailure(code, message);
  }

  private word(pointer: number): number {
    const { buffer } = this.lib.HEAPU8;
    return new DataView(buffer).getUint32(pointer, true);
  }

  private text(pointer: number): string {
    const heap = this.lib.HEAPU8;
    const end = heap.indexOf(0, pointer);
    return Buffer.from(heap.slice(pointer, Math.min(end, pointer + 200))).toString('utf8');
  }
}
