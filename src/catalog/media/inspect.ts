import { resolve, sep } from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { InspectedFile, MediaFacts } from '../model/media.js';
import { openByteReader } from '../files/byteReader.js';
import { systemErrorCode, type FilePort } from '../files/filePort.js';
import { hashFile } from '../files/hashFile.js';
import { readMediaFacts } from './readMediaFacts.js';

export interface InspectDeps {
  readonly files: FilePort;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/**
 * Everything the engine knows about one file without decoding it: the checksum and size of any
 * regular file, and what a photo or video says about itself. A relative path counts from the
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
    return inspected(absolute, hashed, facts, null);
  } catch (error) {
    if (CatalogError.is(error, 'CANCELLED')) throw error;
    return inspected(absolute, hashed, null, fileError(absolute, error));
  }
}

async function factsOf(path: string, mtimeNs: string, deps: InspectDeps): Promise<MediaFacts> {
  const reader = openByteReader(deps.files, path);
  try {
    const relativePath = path.split(sep).slice(-4).join('/');
    return await readMediaFacts({ reader, path, relativePath, mtimeNs, now: deps.now() });
  } finally {
    reader.close();
  }
}

function inspected(
  path: string,
  hashed: { readonly sha256: string; readonly sizeBytes: number } | null,
  facts: MediaFacts | null,
  error: CatalogError | null,
): InspectedFile {
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
