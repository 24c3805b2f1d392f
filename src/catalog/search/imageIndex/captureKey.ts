import { wallClock } from '../query/periods.js';

/** When an image was taken, as numbers that compare in its order. */
export interface CaptureKey {
  /**
   * Milliseconds of the camera's wall clock. A date without a time comes just before the first moment it could mean,
   * the vaguer the earlier; undated is Infinity.
   */
  readonly time: number;
  /** yyyymmdd, with 0 for what is not known; undatedDay for undated. */
  readonly day: number;
}

export const undatedDay = 99_999_999;
const undated: CaptureKey = { time: Infinity, day: undatedDay };

/** How long before the start of its period a date of that precision comes: less than a millisecond. */
export const vagueness = { year: 0.9, month: 0.6, day: 0.3 } as const;

const pattern =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?)?)?/;

/** Reads CaptureTime.values, those of one day after another in a fifth of the time. */
export class CaptureKeys {
  private start = '';
  private key: CaptureKey = undated;

  read(value: string): CaptureKey {
    const seconds = secondsOfDay(value);
    if (Number.isNaN(seconds)) return captureKey(value);
    const start = value.slice(0, 10);
    if (start !== this.start) {
      this.key = captureKey(`${start}T00:00:00`);
      this.start = start;
    }
    return { time: this.key.time + seconds * 1000, day: this.key.day };
  }
}

/** Of `2023-06-15T10:20:30`, perhaps with an offset but no fraction; NaN for any other text. */
function secondsOfDay(value: string): number {
  const next = value.charCodeAt(19);
  if (value.length < 19 || next === 46 || value.charCodeAt(10) !== 84) return NaN;
  const two = (at: number): number => {
    const tens = value.charCodeAt(at) - 48;
    const ones = value.charCodeAt(at + 1) - 48;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
  };
  const colons = value.charCodeAt(13) === 58 && value.charCodeAt(16) === 58;
  return colons ? two(11) * 3600 + two(14) * 60 + two(17) : NaN;
}

/** Reads a CaptureTime.value. Offsets are left aside: the wall clock counts. */
export function captureKey(value: string): CaptureKey {
  if (value === '') return undated;
  const match = pattern.exec(value);
  if (!match) return undated;
  const [, year, month, day, hour, minute, second, fraction] = match;
  const start = wallClock({
    year: Number(year),
    month: Number(month ?? 1),
    day: Number(day ?? 1),
  });
  const date = Number(year) * 10_000 + Number(month ?? 0) * 100 + Number(day ?? 0);
  if (hour === undefined) {
    const precision = month === undefined ? 'year' : day === undefined ? 'month' : 'day';
    return { time: start - vagueness[precision], day: date };
  }
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0);
  return { time: start + seconds * 1000 + Number((fraction ?? '').padEnd(3, '0')), day: date };
}

/** The group key of a day: `2023-06-15`, `2023-06`, `2023`, or empty for undated. */
export function dayText(day: number): string {
  if (day === undatedDay) return '';
  const two = (part: number): string => String(part).padStart(2, '0');
  const year = String(Math.floor(day / 10_000)).padStart(4, '0');
  const month = Math.floor(day / 100) % 100;
  if (month === 0) return year;
  return day % 100 === 0 ? `${year}-${two(month)}` : `${year}-${two(month)}-${two(day % 100)}`;
}
