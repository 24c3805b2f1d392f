import { openByteReader } from '../../files/byteReader.js';
import { writeDerivedFile } from '../../files/derivedFile.js';
import { systemErrorCode, type FilePort } from '../../files/filePort.js';
import { CatalogError, errorDetail } from '../../model/errors.js';
import type { PictureRequest, PictureResult } from '../../model/picture.js';
import { contrastOf, greyImage } from '../hashes/greyImage.js';
import { hashVersion, perceptualHashes } from '../hashes/perceptualHashes.js';
import { pixelHash } from '../hashes/pixelHash.js';
import { DecodeFailure } from './decodeFailure.js';
import type { DecodeLimits } from './decodeLimits.js';
import { openPicture } from './openPicture.js';
import type { OpenedPicture } from './openedPicture.js';
import { encodeThumbnail } from './sharpDecoder.js';

const hashedSize = 256;

/**
 * Decodes one file in this process: thumbnails, hashes, colour space.
 * @throws CatalogError PICTURE_UNSUPPORTED, PICTURE_DAMAGED, PICTURE_TOO_LARGE, FILE_VANISHED,
 *   FILE_UNREADABLE, FILE_EMPTY, FILE_NOT_MEDIA, DESTINATION_UNWRITABLE
 */
export async function decodePicture(
  port: FilePort,
  request: PictureRequest,
  limits: DecodeLimits,
): Promise<PictureResult> {
  const { path } = request;
  try {
    const reader = openByteReader(port, path);
    try {
      return await decodeOpened(port, reader, request, limits);
    } finally {
      reader.close();
    }
  } catch (error) {
    throw catalogErrorOf(path, error);
  }
}

async function decodeOpened(
  port: FilePort,
  reader: ReturnType<typeof openByteReader>,
  request: PictureRequest,
  limits: DecodeLimits,
): Promise<PictureResult> {
  const picture = await openPicture(reader, request, limits);
  try {
    return await resultOf(port, picture, request);
  } finally {
    picture.close();
  }
}

async function resultOf(
  port: FilePort,
  picture: OpenedPicture,
  request: PictureRequest,
): Promise<PictureResult> {
  const sizes = new Set<number>(request.thumbnails.map(({ size }) => size));
  if (request.hashes) sizes.add(hashedSize);
  let hashes: Partial<PictureResult> = {};
  for (const size of sizes) {
    for (const thumbnail of request.thumbnails) {
      if (thumbnail.size !== size) continue;
      const bytes = await encodeThumbnail(await picture.shown(size));
      await writeThumbnail(port, thumbnail.path, bytes);
    }
    if (request.hashes && size === hashedSize) {
      const grey = greyImage(await picture.hashed(size));
      hashes = { ...perceptualHashes(grey), hashVersion, contrast: contrastOf(grey) };
    }
  }
  const wholeHash = request.pixelHash
    ? await pixelHash(await picture.whole(), picture.frames)
    : null;
  const { width, height, colorSpace, damage } = picture;
  return {
    width,
    height,
    colorSpace,
    dhash: null,
    ahash: null,
    whash: null,
    phash: null,
    hashVersion: null,
    contrast: null,
    ...hashes,
    // What a damaged file does not hold was made up: two such files are not alike for it.
    pixelHash: damage === null ? wholeHash : null,
    damage:
      damage === null
        ? null
        : { code: 'PICTURE_DAMAGED', data: { path: request.path, detail: damage } },
  };
}

async function writeThumbnail(port: FilePort, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeDerivedFile(port, path, bytes);
  } catch (error) {
    const data = { path, detail: errorDetail(error) };
    throw new CatalogError('DESTINATION_UNWRITABLE', data, { cause: error });
  }
}

function catalogErrorOf(path: string, error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const detail = errorDetail(error);
  const options = { cause: error };
  if (error instanceof DecodeFailure) {
    return new CatalogError(error.code, { path, detail: error.message }, options);
  }
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CatalogError('FILE_VANISHED', { path }, options);
  }
  if (/^E[A-Z0-9]+$/.test(code)) {
    return new CatalogError('FILE_UNREADABLE', { path, detail }, options);
  }
  return new CatalogError('PICTURE_DAMAGED', { path, detail }, options);
}
