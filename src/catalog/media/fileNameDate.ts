import { isCalendarDay, isTimeOfDay } from './dateText.js';

const earliestYear = 1990;
const dayMilliseconds = 24 * 60 * 60 * 1000;

/** `20230415`, `2023-04-15`, `2023_04_15`, `2023.04.15`. */
const dayPattern = /(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?=\D|$|\d{6}(?!\d)|\d{9}(?!\d))/g;
/** `_143218`, `-14-32-18`, ` 14.32.18`, `T143218`, ` at 2.32.18 PM`, with attached milliseconds. */
const timePattern =
  /^(?:[-_. T]|[-_ ]{2,3}| at )?(\d{1,2})([-_.:h]?)(\d{2})(?:\2|[m.:])(\d{2})(?:\.?(\d{3}))?(?!\d)(?:\s?([AP]M)\b)?/i;

/**
 * The date, and the time if there is one, in the name of a file, or null. Names of cameras, phones,
 * messengers and screenshots are understood; counters, hashes and days outside 1990 to tomorrow
 * are not taken for dates.
 */
export function fileNameDate(name: string, now: Date): string | null {
  const stem = name.replace(/\.(?!\d+$)[^.]*$/, '').slice(0, 255);
  if (isHashLike(stem)) return null;
  for (const match of stem.matchAll(dayPattern)) {
    const [whole, year = '', , month = '', day = ''] = match;
    const rest = stem.slice(match.index + whole.length);
    if (!standsAlone(stem.slice(0, match.index), rest)) continue;
    if (!isPlausibleDay(Number(year), Number(month), Number(day), now)) continue;
    return `${year}-${month}-${day}${timeIn(rest)}`;
  }
  return null;
}

/** True for a day from 1990 to tomorrow, as seen from anywhere on earth. */
export function isPlausibleDay(year: number, month: number, day: number, now: Date): boolean {
  if (year < earliestYear || !isCalendarDay(year, month, day)) return false;
  return Date.UTC(year, month - 1, day) <= now.getTime() + dayMilliseconds;
}

/** UUIDs and words of 16 and more hex digits with a letter among them. */
function isHashLike(stem: string): boolean {
  return (
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(stem) ||
    (/^[0-9a-f]{16,}$/i.test(stem) && /[a-f]/i.test(stem))
  );
}

/** A date may follow a word (`IMG20230415`), but not sit inside hex digits (`8f14e45f20230415`). */
function standsAlone(before: string, after: string): boolean {
  const word = /[0-9A-Za-z]*$/.exec(before)?.[0] ?? '';
  if (word !== '' && !/^[A-Za-z]*[G-Zg-z][A-Za-z]*$/.test(word)) return false;
  return !/^(?!T\d)[A-Za-z][0-9A-Za-z]/.test(after);
}

function timeIn(rest: string): string {
  const match = timePattern.exec(rest);
  if (!match) return '';
  const [, hours = '', , minutes = '', seconds = '', milliseconds, half] = match;
  if (half === undefined && hours.length === 1) return '';
  let hour = Number(hours);
  if (half !== undefined) hour = (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  if (!isTimeOfDay(hour, Number(minutes), Number(seconds))) return '';
  const fraction = milliseconds === undefined ? '' : `.${milliseconds}`;
  return `T${String(hour).padStart(2, '0')}:${minutes}:${seconds}${fraction}`;
}
