import type { CaptureTimeSource } from '../model/media.js';

/** A date as found, already in the form of CaptureTime.value. */
export interface DateCandidate {
  readonly source: CaptureTimeSource;
  readonly value: string;
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

const isLeapYear = (year: number): boolean =>
  (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** True for a day of the proleptic Gregorian calendar in the years 1-9999. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return false;
  const days = [31, isLeapYear(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

/** True for a time of day; a leap second's 60 is not accepted, as no camera writes one. */
export function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

/** `+02:00` for `+02:00`, `+0200`, `+02` and `Z`; '' for anything else. */
export function normaliseOffset(text: string | null | undefined): string {
  const trimmed = (text ?? '').trim();
  if (trimmed === 'Z' || trimmed === 'z') return '+00:00';
  const match = /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(trimmed);
  if (!match) return '';
  const [, sign, hours = '', minutes = '00'] = match;
  return Number(hours) <= 15 && Number(minutes) <= 59 ? `${sign}${hours}:${minutes}` : '';
}

/** `.84` for `84 `; '' if it is no number. Digits are kept as stored, up to nine. */
export function normaliseSubSeconds(text: string | null | undefined): string {
  const match = /^\s*(\d+)\s*$/.exec((text ?? '').replace(/\0+$/, ''));
  return match?.[1] ? `.${match[1].slice(0, 9)}` : '';
}

/**
 * An EXIF date (`2023:06:15 14:30:45`; writers that put `-`, `/`, `.` or `T` are understood) as
 * CaptureTime.value; null for `0000:00:00 00:00:00`, blanks and days that do not exist.
 */
export function exifDateValue(
  text: string | null | undefined,
  subSeconds?: string | null,
  offset?: string | null,
): string | null {
  const match =
    /^\s*(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?(?![\d:])/.exec(
      text ?? '',
    );
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (!isCalendarDay(year, month, day)) return null;
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  if (match[4] === undefined) return date;
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  if (!isTimeOfDay(hour, minute, second)) return null;
  return (
    `${date}T${pad(hour)}:${pad(minute)}:${pad(second)}` +
    (normaliseSubSeconds(match[7]) || normaliseSubSeconds(subSeconds)) +
    (normaliseOffset(match[8]) || normaliseOffset(offset))
  );
}

/** An ISO 8601 date as XMP writes it, also shortened to the month or the year, or null. */
export function isoDateValue(text: string | null | undefined): string | null {
  const trimmed = (text ?? '').trim();
  const short = /^(\d{4})(?:-(\d{2}))?$/.exec(trimmed);
  if (short) return isCalendarDay(Number(short[1]), Number(short[2] ?? 1), 1) ? trimmed : null;
  return exifDateValue(trimmed);
}

const textDatePattern =
  /^(?:\w{3},?\s+)?(?:(\d{1,2})\s+(\w{3})|(\w{3})\s+(\d{1,2}))\w*,?\s+(?:(\d{4})\s+)?(\d{1,2}):(\d{2}):(\d{2})\s*([+-]\d{4}|Z|GMT|UTC)?\s*(\d{4})?/;
const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** A date in words: RFC 2822 (`13 Feb 2007 06:34:38 -0600`) or C (`Mon Mar 10 15:04:43 2003`). */
export function textDateValue(text: string): string | null {
  const match = textDatePattern.exec(text.trim());
  if (!match) return null;
  const month = monthNames.indexOf((match[2] ?? match[3] ?? '').toLowerCase()) + 1;
  const offset = match[9] === 'GMT' || match[9] === 'UTC' ? 'Z' : (match[9] ?? '');
  const date = `${match[5] ?? match[10] ?? ''}:${pad(month)}:${match[1] ?? match[4] ?? ''}`;
  return exifDateValue(`${date} ${match[6]}:${match[7]}:${match[8]}`, null, offset);
}

/** A moment in milliseconds since 1970 UTC as wall clock with the offset +00:00, or null. */
export function utcValue(milliseconds: number): string | null {
  if (!Number.isFinite(milliseconds)) return null;
  const date = new Date(Math.floor(milliseconds));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) {
    return null;
  }
  return `${date.toISOString().replace(/(\.000)?Z$/, '')}+00:00`;
}
