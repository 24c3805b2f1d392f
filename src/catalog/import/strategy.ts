import { safeName, splitExtension } from '../files/safeNames.js';
import type { CaptureTime } from '../model/media.js';
import type { OrganizationStrategy } from '../model/organizationStrategy.js';

/** What the folder and the name of a file depend on, and nothing else: no clock, no time zone, no locale. */
export interface NamedFile {
  /** File name at the source, without folders. */
  readonly originalName: string;
  /** SHA-256 hex. */
  readonly checksum: string;
  readonly captureTime: CaptureTime | null;
}

export interface NamingSettings {
  readonly strategy: OrganizationStrategy;
  /** Files without a capture time are dated by their modification time instead of put into `undated/`. */
  readonly undatedByModificationDate: boolean;
}

/** Where files without a date go. */
export const undatedFolder = 'undated';

const shortChecksumLength = 8;
const datePattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?)?)?)?/;

/** The known parts of a capture time as its own digits; '' for an unknown part. */
interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** `143045`. */
  readonly time: string;
}

/** The date that a file is organized by, or null if it counts as undated. Never goes through a Date. */
function dateOf(file: NamedFile, settings: NamingSettings): DateParts | null {
  const { captureTime } = file;
  if (!captureTime) return null;
  if (captureTime.source === 'mtime' && !settings.undatedByModificationDate) return null;
  const match = datePattern.exec(captureTime.value);
  if (!match) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match;
  return { year, month, day, time: hour === '' ? '' : hour + minute + second };
}

/** True if a file goes to `undated/` (or, with FLAT, gets a name without a date). */
export function isUndated(file: NamedFile, settings: NamingSettings): boolean {
  return dateOf(file, settings) === null;
}

/**
 * The folder of a file relative to the managed directory, `/` separated, '' for the directory itself.
 * A date of which only the year or the month is known goes as deep as it is known: with
 * YEAR_SLASH_MONTH_DAY a file of `2023-06` goes to `2023/06`, one of `2023` to `2023`.
 */
export function destinationFolder(file: NamedFile, settings: NamingSettings): string {
  const structure = settings.strategy.directoryStructure;
  if (structure === 'FLAT') return '';
  const date = dateOf(file, settings);
  if (!date) return undatedFolder;
  const { year, month, day } = date;
  switch (structure) {
    case 'YEAR_ONLY':
      return year;
    case 'YEAR_MONTH':
      return joinKnown('-', year, month);
    case 'YEAR_SLASH_MONTH':
      return joinKnown('/', year, month);
    case 'YEAR_MONTH_DAY':
      return joinKnown('-', year, month, day);
    case 'YEAR_SLASH_MONTH_DAY':
      return joinKnown('/', year, joinKnown('-', month, day));
  }
}

/**
 * The file name without its extension. Parts of the date that are not known are left out; a name that
 * consists of the time and a checksum becomes the whole checksum if there is no time, as do the other
 * names with a checksum if there is no date at all.
 */
export function destinationStem(file: NamedFile, settings: NamingSettings): string {
  const date = dateOf(file, settings);
  const day = date ? joinKnown('-', date.year, date.month, date.day) : '';
  const short = file.checksum.slice(0, shortChecksumLength);
  switch (settings.strategy.namingStrategy) {
    case 'CHECKSUM':
      return file.checksum;
    case 'TIME_CHECKSUM':
      return date?.time ? `${date.time}_${short}` : file.checksum;
    case 'DATE_TIME_CHECKSUM':
      return date ? joinKnown('_', day, date.time, short) : file.checksum;
    case 'DATE_TIME_ORIGINAL':
      return date ? joinKnown('_', day, date.time, originalStem(file)) : originalStem(file);
    case 'ORIGINAL':
      return originalStem(file);
  }
}

/** The extension as it is at the source, case kept, safe. */
export function destinationExtension(originalName: string): string {
  return splitExtension(safeName(originalName)).extension;
}

/** Room for a date in front and a collision suffix behind. */
const stemBytes = 160;

function originalStem(file: NamedFile): string {
  const fallback = file.checksum.slice(0, shortChecksumLength);
  const { stem } = splitExtension(safeName(file.originalName, { fallback }));
  return safeName(`${stem}.x`, { fallback, maximumBytes: stemBytes }).slice(0, -2);
}

const joinKnown = (separator: string, ...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(separator);
