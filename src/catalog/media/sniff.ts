import type { Buffer } from 'node:buffer';
import { fileTypeFromBuffer } from 'file-type';
import type { FileType } from '../model/media.js';
import { bufferReader } from './boundedReader.js';
import { rawMimeTypes } from './extensionMatch.js';
import { extensionOfName, rawExtensions } from './fileKinds.js';
import { isoBoxes } from './formats/isoBoxes.js';

/** The reader that a content needs. */
export type MediaFormat =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'avi'
  | 'heif'
  | 'quickTime'
  | 'cr3'
  | 'tiff'
  | 'rawTiff'
  | 'raf'
  | 'mrw'
  | 'crw'
  | 'x3f'
  | 'matroska'
  | 'boxedImage'
  | 'other';

/** What a content is, whatever its name says. */
export interface SniffedType {
  readonly fileType: FileType;
  readonly mimeType: string;
  readonly format: MediaFormat;
}

/** A content that is no photo or video; `seems` says in words or as MIME type what it is. */
export interface ForeignContent {
  readonly seems: string;
}

const image = (mimeType: string, format: MediaFormat): SniffedType => ({
  fileType: 'image',
  mimeType,
  format,
});
const video = (mimeType: string, format: MediaFormat): SniffedType => ({
  fileType: 'video',
  mimeType,
  format,
});

/** MIME types by which file-type names TIFF structured raw files. */
const tiffRawMimeTypes = new Set(Object.values(rawMimeTypes));

/** HEIF brands of ISO/IEC 23008-12 and AVIF's, by the family they belong to. */
const heifBrands: Readonly<Record<string, string>> = {
  heic: 'image/heic',
  heix: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  hevc: 'image/heic-sequence',
  hevx: 'image/heic-sequence',
  hevm: 'image/heic-sequence',
  hevs: 'image/heic-sequence',
  mif1: 'image/heif',
  mif2: 'image/heif',
  msf1: 'image/heif-sequence',
  miaf: 'image/heif',
  avif: 'image/avif',
  avis: 'image/avif',
  avci: 'image/avci',
  avcs: 'image/avcs',
  jpeg: 'image/heif',
  j2ki: 'image/heif',
  vvic: 'image/heif',
  evbi: 'image/heif',
};

/**
 * The true type from the first bytes. The formats of cameras are told apart here, because that
 * must be fast; everything else is named by file-type.
 * @param head The file's first bytes, 4 KiB or more if it has them.
 */
export async function sniffContent(
  head: Buffer,
  name: string,
): Promise<SniffedType | ForeignContent> {
  const known = sniffOwn(head, name);
  if (known) return known;
  const text = describeText(head);
  if (text !== null) return { seems: text };
  let mimeType: string | undefined;
  try {
    mimeType = (await fileTypeFromBuffer(head))?.mime;
  } catch {
    // A damaged header of a foreign format is as good as an unknown one.
  }
  if (mimeType === undefined) return { seems: 'of no known kind' };
  if (mimeType === 'image/svg+xml') return { seems: 'an SVG drawing' };
  if (mimeType.startsWith('image/')) {
    return image(mimeType, mimeType === 'image/tiff' ? 'tiff' : 'other');
  }
  if (mimeType.startsWith('video/')) return video(mimeType, 'other');
  return { seems: mimeType };
}

function sniffOwn(head: Buffer, name: string): SniffedType | Promise<SniffedType> | null {
  const text = head.toString('latin1', 0, 16);
  const extension = extensionOfName(name);
  if (text.startsWith('\xff\xd8')) return sniffJpegLike(head);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) {
    const animated = head.subarray(0, 4096).includes('acTL', 8, 'latin1');
    return image(animated ? 'image/apng' : 'image/png', 'png');
  }
  if (text.startsWith('RIFF')) {
    const form = text.slice(8, 12);
    if (form === 'WEBP') return image('image/webp', 'webp');
    return form === 'AVI ' ? video('video/x-msvideo', 'avi') : null;
  }
  if (/^GIF8[79]a/.test(text)) return image('image/gif', 'other');
  if (text.startsWith('FUJIFILMCCD-RAW')) return image('image/x-fujifilm-raf', 'raf');
  if (text.startsWith('\0MRM')) return image('image/x-minolta-mrw', 'mrw');
  if (text.startsWith('FOVb')) return image('image/x-sigma-x3f', 'x3f');
  if (/^II.{4}HEAPCCDR/s.test(text)) return image('image/x-canon-crw', 'crw');
  if (/^(IIU\0|IIRO|IIRS|MMOR)/.test(text)) {
    return image(`image/x-${text.startsWith('IIU') ? 'panasonic-rw2' : 'olympus-orf'}`, 'rawTiff');
  }
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return sniffTiff(head, extension);
  if (text.slice(4, 8) === 'ftyp') return sniffIsoMedia(head);
  if (['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(text.slice(4, 8))) {
    return sniffOldQuickTime(head);
  }
  if (text.startsWith('\x1a\x45\xdf\xa3')) return sniffMatroska(head);
  if (text.startsWith('\xff\x0a')) return image('image/jxl', 'other');
  if (text.startsWith('\0\0\0\x0cJXL \r\n\x87\n')) return image('image/jxl', 'boxedImage');
  if (text.startsWith('\0\0\0\x0cjP  \r\n\x87\n')) return image('image/jp2', 'boxedImage');
  if (text.startsWith('\xff\x4f\xff\x51')) return image('image/j2c', 'other');
  if (isTransportStream(head)) return video('video/mp2t', 'other');
  const netpbm = /^P([1-6])\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s/.exec(head.toString('latin1', 0, 128));
  if (netpbm) {
    const kind = ['bitmap', 'graymap', 'pixmap'][(Number(netpbm[1]) - 1) % 3];
    return image(`image/x-portable-${kind}`, 'other');
  }
  return text.startsWith('BM') && isBitmapHeader(head) ? image('image/bmp', 'other') : null;
}

/** A JPEG goes on with a marker; FF D8 alone also begins other things. */
function sniffJpegLike(head: Buffer): SniffedType | null {
  return head.length >= 3 && head[2] === 0xff ? image('image/jpeg', 'jpeg') : null;
}

/** TIFF and the raw formats built on it: file-type looks for the makers' marks, the name decides the rest. */
async function sniffTiff(head: Buffer, extension: string): Promise<SniffedType> {
  let mimeType: string | undefined;
  try {
    mimeType = (await fileTypeFromBuffer(head))?.mime;
  } catch {
    // Damaged directories; it still is a TIFF.
  }
  if (mimeType !== undefined && tiffRawMimeTypes.has(mimeType)) return image(mimeType, 'rawTiff');
  if (rawExtensions.has(extension)) {
    return image(rawMimeTypes[extension] ?? 'image/tiff', 'rawTiff');
  }
  return image('image/tiff', 'tiff');
}

/** ISO base media by the brands of its `ftyp` box, the major one first. */
function sniffIsoMedia(head: Buffer): SniffedType {
  const end = Math.min(Math.max(head.readUInt32BE(0), 16), 256, head.length);
  const brands: string[] = [head.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.toString('latin1', at, at + 4));
  const major = brands[0] ?? '';
  if (major === 'crx ') return image('image/x-canon-cr3', 'cr3');
  if (brands.includes('avif') || brands.includes('avis')) return image('image/avif', 'heif');
  const majorHeif = heifBrands[major];
  if (majorHeif !== undefined) {
    const specific = brands.find((brand) => brand in heifBrands && /^hei[cxms]$/.test(brand));
    return image(specific ? 'image/heic' : majorHeif, 'heif');
  }
  if (major === 'qt  ') return video('video/quicktime', 'quickTime');
  if (/^3g[ep2]/.test(major)) return video('video/3gpp', 'quickTime');
  if (/^M4[VHP]/.test(major)) return video('video/x-m4v', 'quickTime');
  const heif = brands.find((brand) => brand in heifBrands);
  if (heif !== undefined && !brands.some((brand) => /^(isom|mp4)/.test(brand))) {
    return image(heifBrands[heif] ?? 'image/heif', 'heif');
  }
  return video('video/mp4', 'quickTime');
}

/** QuickTime before `ftyp`, or an MP4 whose `ftyp` comes after padding. */
function sniffOldQuickTime(head: Buffer): SniffedType {
  for (const box of isoBoxes(bufferReader(head), 0, head.length)) {
    if (box.type === 'ftyp') return sniffIsoMedia(head.subarray(box.start - 8));
  }
  return video('video/quicktime', 'quickTime');
}

function sniffMatroska(head: Buffer): SniffedType {
  const header = head.toString('latin1', 0, 256);
  return video(header.includes('webm') ? 'video/webm' : 'video/x-matroska', 'matroska');
}

/** MPEG transport stream: a sync byte every 188 bytes, or every 192 with AVCHD's time stamps. */
function isTransportStream(head: Buffer): boolean {
  for (const [start, step] of [
    [0, 188],
    [4, 192],
  ] as const) {
    let at = start;
    while (at < head.length && at < start + 8 * step && head[at] === 0x47) at += step;
    if (at >= start + 3 * step && (at >= head.length || at >= start + 8 * step)) return true;
  }
  return false;
}

const bitmapHeaderSizes = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

function isBitmapHeader(head: Buffer): boolean {
  return head.length >= 26 && bitmapHeaderSizes.has(head.readUInt32LE(14));
}

/** What kind of text it is, or null if it is none. */
function describeText(head: Buffer): string | null {
  const sample = head.subarray(0, 512);
  const encoding = ['fffe', 'feff'].includes(sample.toString('hex', 0, 2))
    ? sample[0] === 0xff
      ? 'utf-16le'
      : 'utf-16be'
    : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
  } catch {
    return null;
  }
  // Text has no control characters but those that move the cursor, and Windows' end of file.
  if (/[\0-\x08\x0e-\x19\x1b-\x1f]/.test(text)) return null;
  const start = text.trimStart().slice(0, 100).toLowerCase();
  if (start.startsWith('%pdf')) return 'a PDF document';
  if (start.startsWith('<svg')) return 'an SVG drawing';
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'a web page';
  if (/^[{[]/.test(start)) return 'JSON text';
  return start.startsWith('<') ? 'XML text' : 'plain text';
}
