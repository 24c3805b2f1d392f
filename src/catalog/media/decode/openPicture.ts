import type { ByteReader } from '../../model/media.js';
import type { PictureRequest } from '../../model/picture.js';
import { CatalogError } from '../../model/errors.js';
import { BoundedReader } from '../boundedReader.js';
import { readContainer } from '../containerFacts.js';
import { sniffContent, type SniffedType } from '../sniff.js';
import { decodeBitmap } from './bitmapDecoder.js';
import { DecodeFailure } from './decodeFailure.js';
import type { DecodeLimits } from './decodeLimits.js';
import type { OpenedPicture } from './openedPicture.js';
import { HeifFile } from './heifDecoder.js';
import { decodeJxl } from './jxlDecoder.js';
import { PixelPicture } from './pixelPicture.js';
import type { RasterImage } from './rasterImage.js';
import { openRawPicture } from './rawPicture.js';
import { openSharpPicture } from './sharpPicture.js';

/** What libvips decodes. */
const sharpTypes: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
]);

/** Decoders that know but all pixels at once. */
const pixelDecoders: Readonly<
  Record<string, (bytes: Uint8Array) => RasterImage | Promise<RasterImage>>
> = { 'image/bmp': decodeBitmap, 'image/jxl': decodeJxl };

/**
 * Looks at what a file is, checks by its header that it is not too large, and chooses its decoder.
 * @throws DecodeFailure, CatalogError FILE_EMPTY, FILE_NOT_MEDIA, FILE_UNREADABLE
 */
export async function openPicture(
  file: ByteReader,
  request: PictureRequest,
  limits: DecodeLimits,
): Promise<OpenedPicture> {
  const { path } = request;
  if (file.size === 0) throw new CatalogError('FILE_EMPTY', { path });
  const reader = new BoundedReader(file, path);
  const content = await sniffContent(reader.head, baseName(path));
  if ('seems' in content) {
    throw new CatalogError('FILE_NOT_MEDIA', { path, detail: content.seems });
  }
  const { mimeType } = content;
  if (content.fileType === 'video') throw new DecodeFailure('PICTURE_UNSUPPORTED', 'it is a video');
  const container = readContainer(reader, content);
  const { width, height } = container;
  if (!isRaw(content) && width !== undefined && height !== undefined) {
    checkPixels(width, height, limits);
  }
  if (sharpTypes.has(mimeType)) {
    // The decoder has turned HEIF's pictures already.
    const orientation = content.format === 'heif' ? 1 : validOrientation(request.orientation);
    return openSharpPicture(readWhole(file, limits), orientation, limits);
  }
  if (isRaw(content)) {
    const size = width !== undefined && height !== undefined ? ([width, height] as const) : null;
    return openRawPicture(
      file,
      reader,
      content.format,
      size,
      validOrientation(request.orientation),
      limits,
    );
  }
  if (content.format === 'heif') {
    return openHeifPicture(readWhole(file, limits), container.orientation ?? 1, limits);
  }
  const decode = pixelDecoders[mimeType];
  if (decode) {
    if (width === undefined)
      throw new DecodeFailure('PICTURE_DAMAGED', 'its header cannot be read');
    const image = await decode(readWhole(file, limits));
    return new PixelPicture({ width: image.width, height: image.height, whole: () => image });
  }
  throw new DecodeFailure('PICTURE_UNSUPPORTED', `there is no decoder for ${mimeType}`);
}

const validOrientation = (value: number | null): number =>
  value !== null && value >= 1 && value <= 8 ? value : 1;

function checkPixels(width: number, height: number, { maximumPixels }: DecodeLimits): void {
  if (width * height <= maximumPixels) return;
  throw new DecodeFailure(
    'PICTURE_TOO_LARGE',
    `it has ${width} x ${height} pixels, and ${Math.floor(maximumPixels / 1e6)} million is the limit`,
  );
}

/** @param orientation what the file says about turning: libheif turns, but does it for the thumbnail, too? */
function openHeifPicture(
  bytes: Uint8Array,
  orientation: number,
  limits: DecodeLimits,
): OpenedPicture {
  const file = new HeifFile(bytes);
  const { width, height } = file;
  try {
    checkPixels(width, height, limits);
  } catch (error) {
    file.close();
    throw error;
  }
  // A thumbnail that is turned by a quarter shows that in its shape, one that is mirrored does not.
  const trustsThumbnail = [1, 6, 8].includes(orientation);
  return new PixelPicture({
    width,
    height,
    profile: file.colorProfile(),
    small: (size) => (trustsThumbnail ? file.thumbnail(size) : null),
    whole: () => file.picture(),
    close: () => file.close(),
  });
}

function readWhole(file: ByteReader, { maximumFileBytes }: DecodeLimits): Uint8Array {
  if (file.size <= maximumFileBytes) return file.read(0, file.size);
  const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
  throw new DecodeFailure(
    'PICTURE_TOO_LARGE',
    `it has ${megabytes(file.size)} MB, and ${megabytes(maximumFileBytes)} is the limit`,
  );
}

const rawFormats: ReadonlySet<string> = new Set(['cr3', 'rawTiff', 'raf', 'mrw', 'crw', 'x3f']);

const isRaw = ({ format }: SniffedType): boolean => rawFormats.has(format);

/** The last part of a path of either platform; a backslash in a POSIX name does no harm here. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
