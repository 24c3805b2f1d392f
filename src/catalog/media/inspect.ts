import { join, parse, resolve, sep } from 'node:path';
import { CatalogError, errorDetail, toCatalogError } from '../model/errors.js';
import type { InspectedFile, MediaFacts } from '../model/media.js';
import type { Decoder, PictureResult } from '../model/picture.js';
import { openByteReader } from '../files/byteReader.js';
import { systemErrorCode, type FilePort } from '../files/filePort.js';
import { hashFile } from '../files/hashFile.js';
import { qualityScore } from './qualityScore.js';
import { readMediaFacts } from './readMediaFacts.js';
import { readXmpSidecars } from './xmpSidecar.js';

export interface InspectDeps {
  readonly files: FilePort;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  /** For the perceptual hashes of pictures; without it they are null. */
  readonly decoder?: Decoder;
}

const filesAtOnce = 8;

/**
 * As inspectFile for many files, some of them at a time, so that pictures are decoded side by side.
 * @throws CatalogError CANCELLED
 */
export async function inspectFiles(
  paths: readonly string[],
  deps: InspectDeps,
): Promise<InspectedFile[]> {
  const inspected: InspectedFile[] = [];
  const waiting = paths.entries();
  const work = async (): Promise<void> => {
    for (const [index, path] of waiting) inspected[index] = await inspectFile(path, deps);
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  return inspected;
}

/**
 * Everything the engine knows about one file: the checksum and size of any regular file, what a photo or
 * video says about itself, and the hashes of its picture. A relative path counts from the
 * working directory. As no source is known, the three nearest folders may name a date.
 * @throws CatalogError CANCELLED; every other failure is in the result's `error`.
 */
export async function inspectFile(path: string, deps: InspectDeps): Promise<InspectedFile> {
  const absolute = resolve(path);
  let hashed: { sha256: string; sizeBytes: number } | null = null;
  try {
    const stats = deps.files.stat(absolute);
    if (!stats.isFile()) {
      const detail = stats.isDirectory() ? 'a folder' : 'a device or pipe';
      throw new CatalogError('FILE_NOT_REGULAR', { path: absolute, detail });
    }
    hashed = await hashFile(deps.files, absolute, deps.signal ? { signal: deps.signal } : {});
    const facts = await factsOf(absolute, stats.mtimeNs.toString(), deps);
    return inspected(absolute, hashed, facts, null, await pictureOf(absolute, facts, deps));
  } catch (error) {
    if (CatalogError.is(error, 'CANCELLED')) throw error;
    return inspected(absolute, hashed, null, fileError(absolute, error), null);
  }
}

async function factsOf(path: string, mtimeNs: string, deps: InspectDeps): Promise<MediaFacts> {
  const reader = openByteReader(deps.files, path);
  try {
    const relativePath = path.split(sep).slice(-4).join('/');
    const sidecars = readXmpSidecars(deps.files, sidecarPaths(path));
    return await readMediaFacts({ reader, path, relativePath, sidecars, mtimeNs, now: deps.now() });
  } finally {
    reader.close();
  }
}

/** Where the programs of today write XMP beside an image. */
function sidecarPaths(path: string): string[] {
  const { dir, name } = parse(path);
  return [path, join(dir, name)].flatMap((start) => [`${start}.xmp`, `${start}.XMP`]);
}

/** What decoding told, or why there is no picture; null if nothing is to be decoded. */
async function pictureOf(
  path: string,
  { fileType, mimeType, orientation }: MediaFacts,
  { decoder, signal }: InspectDeps,
): Promise<PictureResult | CatalogError | null> {
  if (!decoder || fileType !== 'image') return null;
  try {
    return await decoder.process(
      { path, mimeType, orientation, thumbnails: [], hashes: true, pixelHash: false },
      signal ? { signal } : {},
    );
  } catch (error) {
    if (CatalogError.is(error, 'CANCELLED')) throw error;
    return toCatalogError(error);
  }
}

function inspected(
  path: string,
  hashed: { readonly sha256: string; readonly sizeBytes: number } | null,
  facts: MediaFacts | null,
  error: CatalogError | null,
  decoded: PictureResult | CatalogError | null,
): InspectedFile {
  const picture = decoded instanceof CatalogError ? null : decoded;
  const damage = picture?.damage && new CatalogError(picture.damage.code, picture.damage.data);
  const pictureError = decoded instanceof CatalogError ? decoded : (damage ?? null);
  return {
    path,
    sha256: hashed?.sha256 ?? null,
    size: hashed?.sizeBytes ?? null,
    mimeType: facts?.mimeType ?? null,
    width: facts?.width ?? null,
    height: facts?.height ?? null,
    orientation: facts?.orientation ?? null,
    capturedAt: facts?.captureTime?.value ?? null,
    capturedAtSource: facts?.captureTime?.source ?? null,
    capturedAtConfidence: facts?.captureTime?.confidence ?? null,
    cameraMake: facts?.cameraMake ?? null,
    cameraModel: facts?.cameraModel ?? null,
    gps: facts?.gps ?? null,
    rating: facts?.rating ?? null,
    keywords: facts?.keywords ?? [],
    caption: facts?.caption ?? null,
    dhash: picture?.dhash ?? null,
    ahash: picture?.ahash ?? null,
    whash: picture?.whash ?? null,
    phash: picture?.phash ?? null,
    quality: facts && hashed ? qualityScore(facts, hashed.sizeBytes) : null,
    pictureError: pictureError && { code: pictureError.code, message: pictureError.message },
    error: error && { code: error.code, message: error.message },
  };
}

function fileError(path: string, error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CatalogError('FILE_VANISHED', { path }, { cause: error });
  }
  return new CatalogError(
    'FILE_UNREADABLE',
    { path, detail: errorDetail(error) },
    { cause: error },
  );
}
