import type { Buffer } from 'node:buffer';
import { imageSize } from 'image-size';

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Formats whose size lies in a header that image-size reads rightly. */
const headerFormats: ReadonlySet<string> = new Set([
  'image/gif',
  'image/jxl',
  'image/jp2',
  'image/j2c',
  'image/x-icon',
  'image/vnd.adobe.photoshop',
  'image/icns',
  'image/x-portable-bitmap',
  'image/x-portable-graymap',
  'image/x-portable-pixmap',
]);

/**
 * The stored size of the simple formats from their first bytes, or null. The containers of the
 * other formats are read by code of our own anyway, which yields the size, too.
 */
export function headerSize(head: Buffer, mimeType: string): PixelSize | null {
  if (mimeType === 'image/bmp') return bitmapSize(head);
  if (!headerFormats.has(mimeType)) return null;
  try {
    const { width, height } = imageSize(head);
    return isSize(width) && isSize(height) ? { width, height } : null;
  } catch {
    return null;
  }
}

/** Two words in the header of OS/2 1.x, else two signed integers; a negative height means top-down. */
function bitmapSize(head: Buffer): PixelSize | null {
  if (head.length < 26) return null;
  const isOs2 = head.readUInt32LE(14) === 12;
  const width = isOs2 ? head.readUInt16LE(18) : head.readInt32LE(18);
  const height = isOs2 ? head.readUInt16LE(20) : Math.abs(head.readInt32LE(22));
  return isSize(width) && isSize(height) ? { width, height } : null;
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
