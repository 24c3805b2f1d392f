import createLibheif from 'libheif-js/libheif-wasm/libheif.js';

/**
 * The part of libheif's C interface that is used here: the classes of libheif-js know neither embedded
 * thumbnails nor how to free a picture. Pointers are numbers.
 */
export interface Libheif {
  /** The memory; it is another array after it has grown. */
  readonly HEAPU8: Uint8Array;
  readonly heif_colorspace: { readonly heif_colorspace_RGB: EnumValue };
  readonly heif_chroma: {
    readonly heif_chroma_interleaved_RGB: EnumValue;
    readonly heif_chroma_interleaved_RGBA: EnumValue;
  };
  readonly heif_channel: { readonly heif_channel_interleaved: EnumValue };
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _heif_context_alloc(): number;
  _heif_context_free(context: number): void;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    bytes: number,
    length: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_release(handle: number): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, bytes: number): void;
  _heif_image_handle_get_list_of_thumbnail_IDs(handle: number, ids: number, count: number): number;
  _heif_image_handle_get_thumbnail(error: number, handle: number, id: number, thumb: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colorspace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_release(image: number): void;
  _heif_image_get_width(image: number, channel: number): number;
  _heif_image_get_height(image: number, channel: number): number;
  _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
}

type EnumValue = number | { readonly value: number };

export const enumNumber = (value: EnumValue): number =>
  typeof value === 'number' ? value : value.value;

let loaded: Libheif | null = null;

/** libheif as WebAssembly, started with the first picture that needs it. */
export function libheif(): Libheif {
  loaded ??= (createLibheif as unknown as () => Libheif)();
  return loaded;
}
