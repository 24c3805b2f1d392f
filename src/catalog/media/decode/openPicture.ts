import type { ByteReader } from '../../model/media.js';
import type { PictureRequest } from '../../model/picture.js';
import { CatalogError } from '../../model/errors.js';
import { BoundedReader } from '../boundedReader.js';
import { readContainer } from '../containerFacts.js';
import { sniffContent, type SniffedType } from '../sniff.js';
import { DecodeFailure } from './decodeFailure.js';
import type { DecodeLimits } from './decodeLimits.js';
import type { OpenedPicture } from './openedPicture.js';
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
