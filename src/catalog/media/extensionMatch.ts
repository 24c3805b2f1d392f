import { extensionOfName } from './fileKinds.js';
import type { SniffedType } from './sniff.js';

/** MIME types of the raw formats built on TIFF, by extension. */
export const rawMimeTypes: Readonly<Record<string, string>> = {
  '3fr': 'image/x-hasselblad-3fr',
  arw: 'image/x-sony-arw',
  cr2: 'image/x-canon-cr2',
  dcr: 'image/x-kodak-dcr',
  dng: 'image/x-adobe-dng',
  erf: 'image/x-epson-erf',
  gpr: 'image/x-gopro-gpr',
  iiq: 'image/x-phaseone-iiq',
  kdc: 'image/x-kodak-kdc',
  mef: 'image/x-mamiya-mef',
  mos: 'image/x-leaf-mos',
  nef: 'image/x-nikon-nef',
  nrw: 'image/x-nikon-nrw',
  orf: 'image/x-olympus-orf',
  pef: 'image/x-pentax-pef',
  rw2: 'image/x-panasonic-rw2',
  rwl: 'image/x-leica-rwl',
  sr2: 'image/x-sony-sr2',
  srf: 'image/x-sony-srf',
  srw: 'image/x-samsung-srw',
};

/** Extensions that name one and the same kind of content. */
const sameKind: readonly (readonly string[])[] = [
  ['jpg', 'jpeg', 'jpe', 'jfif'],
  ['heic', 'heif', 'hif'],
  ['mov', 'mp4', 'm4v', '3gp'],
  ['mts', 'm2ts'],
  ['mkv', 'webm'],
  ['png'],
  ['gif'],
  ['bmp'],
  ['webp'],
  ['avif'],
  ['jxl'],
  ['avi'],
  ['raf'],
  ['mrw'],
  ['crw'],
  ['x3f'],
  ['cr3'],
];

const extensionByMime: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/gif': 'gif',
  'image/bmp': 'bmp',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/heic': 'heic',
  'image/heif': 'heic',
  'image/heic-sequence': 'heic',
  'image/heif-sequence': 'heic',
  'image/avci': 'heic',
  'image/avcs': 'heic',
  'image/jxl': 'jxl',
  'image/x-fujifilm-raf': 'raf',
  'image/x-minolta-mrw': 'mrw',
  'image/x-canon-crw': 'crw',
  'image/x-sigma-x3f': 'x3f',
  'image/x-canon-cr3': 'cr3',
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/x-m4v': 'mov',
  'video/3gpp': 'mov',
  'video/x-msvideo': 'avi',
  'video/mp2t': 'mts',
  'video/x-matroska': 'mkv',
  'video/webm': 'mkv',
};

/**
 * True if an extension of the catalog's tables promises another kind of content. TIFF and the raw
 * formats built on it count as one; other extensions promise nothing.
 */
export function extensionContradicts(name: string, content: SniffedType): boolean {
  const extension = extensionOfName(name);
  const isTiffName =
    extension === 'tif' || extension === 'tiff' || Object.hasOwn(rawMimeTypes, extension);
  if (content.format === 'tiff' || content.format === 'rawTiff') {
    return !isTiffName && sameKind.some((kind) => kind.includes(extension));
  }
  const promised = sameKind.find((kind) => kind.includes(extension));
  if (!promised) return isTiffName;
  return !promised.includes(extensionByMime[content.mimeType] ?? '');
}
