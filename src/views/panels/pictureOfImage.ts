import path from 'node:path';
import { CatalogError, type ErrorCode, type ErrorData } from '../../catalog/model/errors.js';
import type { ImageDetails } from '../../catalog/model/gallery.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';

/** Formats that every browser shows, and turns as their orientation says. */
const browserFormats = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]);
/** Larger files are not sent whole into the page: a rendering is. */
const largestFile = 64_000_000;

/** What reading a picture needs of the editor. */
export interface PictureHost {
  readFile(path: string): Promise<Uint8Array>;
  /** The path with all links followed. */
  realPath(path: string): Promise<string>;
}

type Failure = { readonly code: ErrorCode; readonly data: ErrorData };

/** An image to be shown large: the file itself, a rendering of the engine, or why there is neither. */
export type ImagePicture =
  | { readonly kind: 'file'; readonly mimeType: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'rendering'; readonly path: string; readonly damage: Failure | null }
  /** Null: it is a video. */
  | { readonly kind: 'none'; readonly error: Failure | null };

/** @param longEdge of a rendering, in pixels */
export async function pictureOfImage(
  engine: EngineClient,
  host: PictureHost,
  imageId: string,
  longEdge: number,
): Promise<ImagePicture> {
  const details = await engine.getImageDetails({ imageId });
  const { fileType, mimeType } = details.image;
  if (fileType === 'video') return { kind: 'none', error: null };
  try {
    const bytes = await fileForBrowser(host, details);
    if (bytes) return { kind: 'file', mimeType, bytes };
    return { kind: 'rendering', ...(await engine.renderPicture({ imageId, longEdge })) };
  } catch (thrown) {
    if (!(thrown instanceof CatalogError)) throw thrown;
    return { kind: 'none', error: thrown };
  }
}

/**
 * The file itself, if browsers show its format as it is seen, and it lies where the catalog's images are: a row
 * of the catalog file is not believed to name a picture of the user's.
 */
async function fileForBrowser(
  host: PictureHost,
  { image, catalog, provenance }: ImageDetails,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const turned = image.orientation !== null && image.orientation > 1;
  if (!browserFormats.has(image.mimeType) || image.sizeBytes > largestFile) return null;
  // Browsers turn JPEGs; of the other formats not all do.
  if (turned && image.mimeType !== 'image/jpeg') return null;
  const roots = image.isManaged ? [catalog.managedDirectory] : [provenance.source?.sourcePath];
  try {
    const file = await host.realPath(image.currentPath);
    for (const root of roots) {
      if (typeof root !== 'string') continue;
      const inside = path.relative(await host.realPath(root), file);
      if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) continue;
      return plainBytes(await host.readFile(file));
    }
  } catch {
    // The engine tells why the file cannot be read.
  }
  return null;
}

/** The channel passes plain arrays of bytes as they are; a Buffer would become JSON. */
export function plainBytes(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = file as Uint8Array<ArrayBuffer>;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
