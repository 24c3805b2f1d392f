import { rawMimeTypes } from '../media/extensionMatch.js';

const rawTypes: ReadonlySet<string> = new Set([
  ...Object.values(rawMimeTypes),
  'image/x-canon-cr3',
  'image/x-canon-crw',
  'image/x-fujifilm-raf',
  'image/x-minolta-mrw',
  'image/x-sigma-x3f',
]);

/** Formats that cameras and editors write originals in. */
const originalTypes: ReadonlySet<string> = new Set([
  'image/tiff',
  'image/png',
  'image/heic',
  'image/heif',
  'image/avif',
  'image/jxl',
  'image/jpeg',
]);

/**
 * How much of a picture its format can hold: raw before the formats of originals, these before those that
 * pictures are passed on in (GIF, WebP, BMP). Among originals the format says nothing about the quality.
 */
export function mimeTypeRank(mimeType: string | null): number {
  if (mimeType === null) return 1;
  if (rawTypes.has(mimeType)) return 3;
  return originalTypes.has(mimeType) ? 2 : 1;
}
