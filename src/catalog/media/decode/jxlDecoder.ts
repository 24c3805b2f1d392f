import { createRequire } from 'node:module';
import createJxlDecoder from '@jsquash/jxl/codec/dec/jxl_dec.js';
import { openByteReader } from '../../files/byteReader.js';
import { nodeFilePort } from '../../files/filePort.js';
import { DecodeFailure } from './decodeFailure.js';
import type { RasterImage } from './rasterImage.js';

const wasmFile = '@jsquash/jxl/codec/dec/jxl_dec.wasm';

interface JxlDecoder {
  /** Null if the data is no JPEG XL. */
  decode(
    bytes: ArrayBuffer,
  ): { readonly width: number; readonly height: number; readonly data: ArrayLike<number> } | null;
}

let loaded: Promise<JxlDecoder> | null = null;

/** libjxl as WebAssembly, started with the first picture that needs it. */
function jxlDecoder(): Promise<JxlDecoder> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<JxlDecoder> {
  const file = openByteReader(nodeFilePort, createRequire(import.meta.url).resolve(wasmFile));
  try {
    const wasmBinary = new Uint8Array(file.read(0, file.size)).buffer;
    const create = createJxlDecoder as (options: object) => Promise<JxlDecoder>;
    return await create({ wasmBinary, noInitialRun: true });
  } finally {
    file.close();
  }
}

/**
 * A JPEG XL file's first picture, upright and in sRGB. The size must have been checked by the header.
 * @throws DecodeFailure
 */
export async function decodeJxl(bytes: Uint8Array): Promise<RasterImage> {
  const decoder = await jxlDecoder();
  let image: ReturnType<JxlDecoder['decode']>;
  try {
    image = decoder.decode(new Uint8Array(bytes).buffer);
  } catch (error) {
    // libjxl ends its module when memory runs out; the next picture needs another.
    loaded = null;
    throw new DecodeFailure('PICTURE_DAMAGED', 'the JPEG XL decoder failed', { cause: error });
  }
  if (!image) throw new DecodeFailure('PICTURE_DAMAGED', 'the JPEG XL data cannot be decoded');
  const { width, height, data } = image;
  return { width, height, channels: 4, pixels: Uint8Array.from(data) };
}
