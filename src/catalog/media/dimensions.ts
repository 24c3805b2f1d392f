import type { Buffer } from 'node:buffer';
import { imageSize } from 'image-size';

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Formats whose size lies in a header that image-size reads rightly. */
const headerFormats: ReadonlySet<string> = new Set([
  'image/gif',
  'image/bmp',
  'image/jxl',
  'image/jp2',
  'image/j2c',
  'image/x-icon',
  'image/vnd.adobe.photoshop',
  'image/icns',
  'image/x-portable-anymap',
]);

/**
 * The stored size of the simple formats from their first bytes, or null. The containers of the
 * other formats are read by code of our own anyway, which yields the size, too.
 */
export function headerSize(head: Buffer, mimeType: string): PixelSize | null {
  if (!headerFormats.has(mimeType)) return null;
  try {
    const { width, height } = imageSize(head);
    return isSize(width) && isSize(height) ? { width, height } : null;
  } catch {
    return null;
  }
}

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
