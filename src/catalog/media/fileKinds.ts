import type { FileType } from '../model/media.js';

/** Extensions (lower case, no dot) of raw camera files. */
export const rawExtensions: ReadonlySet<string> = new Set(
  (
    '3fr arw cr2 cr3 crw dcr dng erf gpr iiq kdc mef mos mrw nef nrw orf pef raf rw2 rwl ' +
    'sr2 srf srw x3f'
  ).split(' '),
);

/** Extensions of images that are not raw. */
export const plainImageExtensions: ReadonlySet<string> = new Set(
  'jpg jpeg jpe jfif png gif bmp tif tiff webp heic heif hif avif jxl'.split(' '),
);

export const videoExtensions: ReadonlySet<string> = new Set(
  'mov mp4 m4v avi mts m2ts 3gp mkv webm'.split(' '),
);

/** Files that describe or belong to another file and travel with it. */
export type SidecarKind = 'xmp' | 'aae' | 'thm' | 'wav' | 'json';

/** The extension of a file name, lower case without the dot; '' if there is none. */
export function extensionOfName(name: string): string {
  const dot = name.lastIndexOf('.');
  const slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
  return dot > slash + 1 ? name.slice(dot + 1).toLowerCase() : '';
}

/** What the name promises: image, video, or null for names the catalog does not import. */
export function fileTypeOfName(name: string): FileType | null {
  const extension = extensionOfName(name);
  if (plainImageExtensions.has(extension) || rawExtensions.has(extension)) return 'image';
  return videoExtensions.has(extension) ? 'video' : null;
}

export function isRawName(name: string): boolean {
  return rawExtensions.has(extensionOfName(name));
}

const plainSidecarKinds: ReadonlySet<string> = new Set(['xmp', 'aae', 'thm', 'wav']);

/** What kind of sidecar a file name promises, or null. Whether its image is there is not asked. */
export function sidecarKindOfName(name: string): SidecarKind | null {
  const extension = extensionOfName(name);
  if (plainSidecarKinds.has(extension)) return extension as SidecarKind;
  return takeoutMediaName(name) === null ? null : 'json';
}

export function isSidecarName(name: string): boolean {
  return sidecarKindOfName(name) !== null;
}

const takeoutSuffix = '.supplemental-metadata';

/**
 * The media file that a Google Takeout JSON describes, or null for any other name.
 * Takeout writes `IMG.jpg.json` or `IMG.jpg.supplemental-metadata.json`, shortens the suffix to fit
 * its limit on names (`IMG.jpg.supplem.json`), and puts a copy's number last:
 * `IMG.jpg(1).json` and `IMG.jpg.supplemental-metadata(1).json` describe `IMG(1).jpg`.
 */
export function takeoutMediaName(name: string): string | null {
  if (extensionOfName(name) !== 'json') return null;
  let stem = name.slice(0, -'.json'.length);
  const copy = /\((\d{1,4})\)$/.exec(stem)?.[0] ?? '';
  stem = stem.slice(0, stem.length - copy.length);
  if (fileTypeOfName(stem) === null) {
    const dot = stem.lastIndexOf('.');
    if (dot <= 0 || !takeoutSuffix.startsWith(stem.slice(dot).toLowerCase())) return null;
    stem = stem.slice(0, dot);
    if (fileTypeOfName(stem) === null) return null;
  }
  const dot = stem.lastIndexOf('.');
  return `${stem.slice(0, dot)}${copy}${stem.slice(dot)}`;
}
