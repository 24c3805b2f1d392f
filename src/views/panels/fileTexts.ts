/** Texts about single files, for the preview and the report. */
import path from 'node:path';
import {
  errorMessages,
  fillMessage,
  type ErrorCode,
  type ErrorData,
} from '../../catalog/model/errors.js';
import type { CaptureTime, CaptureTimeSource, FileWarning } from '../../catalog/model/media.js';
import type { SkipReason } from '../../catalog/model/scan.js';
import type { Translate } from '../format.js';

/** The translated message of an error. */
export function errorText(
  t: Translate,
  error: { readonly code: ErrorCode; readonly data: ErrorData },
): string {
  return fillMessage(t(errorMessages[error.code]), error.data);
}

/** The error with the file's name for its path, which would push the reason out of sight. */
export function shortError<E extends { readonly code: ErrorCode; readonly data: ErrorData }>(
  error: E,
): { readonly code: ErrorCode; readonly data: ErrorData } {
  const file = error.data['path'];
  const data = typeof file === 'string' ? { ...error.data, path: path.basename(file) } : error.data;
  return { code: error.code, data };
}

/** The wall clock to the second, as far as it is known: `2023-06-15 14:30:45`. */
export function captureTimeText(time: CaptureTime): string {
  const [date = '', clock = ''] = time.value.split('T');
  return clock === '' ? date : `${date} ${clock.slice(0, 8)}`;
}

/** Where a capture time was read from. */
export function captureSourceText(t: Translate, source: CaptureTimeSource): string {
  const texts: Record<CaptureTimeSource, string> = {
    'exif:DateTimeOriginal': t('EXIF, date taken'),
    'exif:CreateDate': t('EXIF, date digitized'),
    'exif:ModifyDate': t('EXIF, date modified'),
    xmp: t('XMP'),
    'quicktime:CreationDate': t('Video, local time'),
    'quicktime:CreateDate': t('Video, universal time'),
    matroska: t('Video header'),
    riff: t('Video header'),
    png: t('PNG text'),
    iptc: t('IPTC'),
    gps: t('GPS'),
    raw: t('Camera raw header'),
    filename: t('File name'),
    folder: t('Folder name'),
    mtime: t('File modification date'),
    user: t('Set by hand'),
  };
  return texts[source];
}

/** Why the walk passed something by. */
export function skipReasonText(t: Translate, reason: SkipReason): string {
  const texts: Record<SkipReason, string> = {
    'unsupported-extension': t('Not a picture or video format that is read'),
    hidden: t('Hidden'),
    'system-folder': t('Folder of the system or of a program'),
    excluded: t('Excluded by a pattern'),
    symlink: t('Symbolic link; links are not followed'),
    'not-a-file': t('Not a regular file'),
    'sidecar-without-image': t('Sidecar without its picture'),
    'folder-unreadable': t('Folder could not be read'),
    'folder-vanished': t('Folder vanished during the scan'),
  };
  return texts[reason];
}

/** What a warning means for the person who imports. */
export function warningText(t: Translate, warning: FileWarning): string {
  const data = warning.data;
  switch (warning.code) {
    case 'EXTENSION_MISMATCH': {
      const found = data['mimeType'] ?? data['found'] ?? data['detail'];
      return found === undefined || found === null
        ? t('The content is of another format than the file name says')
        : t('The file name says another format than the content: {0}', String(found));
    }
    case 'TRUNCATED':
      return t('The file ends early; part of it is missing');
    case 'METADATA_DAMAGED':
      return t('Part of the metadata is damaged');
    case 'DATE_SUSPICIOUS':
      return t('The capture date looks wrong');
  }
}

/** Why a capture date looks wrong, or null if it does not. */
export function suspiciousText(t: Translate, suspicious: CaptureTime['suspicious']): string | null {
  switch (suspicious) {
    case null:
      return null;
    case 'future':
      return t('The capture date lies in the future');
    case 'too-early':
      return t('The capture date lies before photography');
    case 'clock-reset':
      return t('The capture date is one that a camera shows after its clock was reset');
  }
}

/** A path inside the directory relative to it, any other as it is. */
export function pathInside(directory: string | null, absolute: string): string {
  if (directory === null) return absolute;
  const relative = path.relative(directory, absolute);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative)
    ? absolute
    : relative;
}

/** What errors of a code have in common, for a list by cause. */
export function errorCauseText(t: Translate, code: ErrorCode): string {
  const causes: Partial<Record<ErrorCode, string>> = {
    FILE_UNREADABLE: t('The file could not be read'),
    FILE_VANISHED: t('The file was no longer there'),
    FILE_CHANGED: t('The file changed after the scan'),
    FILE_EMPTY: t('The file is empty'),
    FILE_NOT_MEDIA: t('The content is not a photo or video'),
    FILE_NOT_REGULAR: t('Not a regular file'),
    COPY_MISMATCH: t('The copy did not read back equal'),
    DESTINATION_OUTSIDE: t('The destination would lie outside the managed directory'),
    DESTINATION_UNWRITABLE: t('The destination could not be written'),
    DESTINATION_NAMES_EXHAUSTED: t('No free name was found'),
    CHECKSUM_TAKEN: t('The same content is already in the catalog'),
    UNDO_CONVERTED: t('Kept: it became managed after the import'),
    UNDO_ONLY_COPY: t('Kept: the original is gone, this is the only copy'),
    UNDO_ORIGINAL_CHANGED: t('Kept: the original has changed, this is the only copy'),
    UNDO_FILE_CHANGED: t('Kept: changed since the import'),
    UNDO_FILE_MISSING: t('The file is not there or cannot be read'),
    UNDO_PLACE_TAKEN: t('Kept: there is another file at its old place now'),
    UNDO_IN_CATALOG: t('Not brought back: its image is in the catalog already'),
    UNDO_COMPANION: t('Kept with a file that it belongs to'),
    COMPANION_FAILED: t('A file that belongs to it could not be imported'),
    UNDATED: t('No capture date'),
    DISK_FULL: t('Too little free space'),
    CANCELLED: t('Cancelled'),
    INTERNAL: t('Something unexpected went wrong'),
  };
  // Without a text of its own the whole message, its placeholders taken out.
  return (
    causes[code] ??
    t(errorMessages[code])
      .replace(/\s*\(?\{\w+(:bytes)?\}\)?:?/g, '')
      .trim()
  );
}
