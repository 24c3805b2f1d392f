import type { GpsPosition } from '../model/media.js';
import { isCalendarDay, isTimeOfDay } from './dateText.js';

/** GPS tags by number, as stored. */
type GpsTags = Readonly<Record<string, unknown>>;

/** A position from EXIF's GPS directory, or null if it is absent, incomplete or off the globe. */
export function gpsPosition(tags: GpsTags): GpsPosition | null {
  const latitude = degrees(tags['2'], tags['1'], 'S');
  const longitude = degrees(tags['4'], tags['3'], 'W');
  return positionOf(latitude, longitude, altitudeOf(tags['6'], tags['5']));
}

function positionOf(
  latitude: number | null,
  longitude: number | null,
  altitude: number | null,
): GpsPosition | null {
  if (latitude === null || longitude === null) return null;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude, altitude };
}

function degrees(value: unknown, reference: unknown, negative: 'S' | 'W'): number | null {
  const parts = numbersOf(value);
  const [whole, minutes = 0, seconds = 0] = parts;
  if (whole === undefined || !parts.slice(0, 3).every(Number.isFinite)) return null;
  const side = typeof reference === 'string' ? reference.trim().charAt(0).toUpperCase() : '';
  const sum = Math.abs(whole) + minutes / 60 + seconds / 3600;
  return side === negative || whole < 0 ? -sum : sum;
}

function altitudeOf(value: unknown, reference: unknown): number | null {
  const metres = numbersOf(value)[0];
  if (metres === undefined || !Number.isFinite(metres)) return null;
  return numbersOf(reference)[0] === 1 ? -metres : metres;
}

/** GPSDateStamp and GPSTimeStamp, which are UTC, or null. */
export function gpsDateValue(tags: GpsTags): string | null {
  const stamp = tags['29'];
  const match = typeof stamp === 'string' ? /^(\d{4}):(\d{2}):(\d{2})/.exec(stamp.trim()) : null;
  const [hour, minute, second] = numbersOf(tags['7']);
  if (!match || hour === undefined || minute === undefined || second === undefined) return null;
  const [, year = '', month = '', day = ''] = match;
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return null;
  const whole = Math.floor(second);
  if (!isTimeOfDay(hour, minute, whole)) return null;
  const pad = (number: number): string => String(Math.floor(number)).padStart(2, '0');
  return `${year}-${month}-${day}T${pad(hour)}:${pad(minute)}:${pad(whole)}+00:00`;
}

/** `+37.3318-122.0312+010.5/` (ISO 6709 in decimal degrees, as QuickTime stores it), or null. */
export function iso6709Position(text: string): GpsPosition | null {
  const match = /^([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?/.exec(
    text.trim(),
  );
  if (!match) return null;
  const altitude = match[3] === undefined ? null : Number(match[3]);
  return positionOf(Number(match[1]), Number(match[2]), altitude);
}

function numbersOf(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'string') {
    return value
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .map(Number);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as unknown as ArrayLike<number>).filter((n) => typeof n === 'number');
  }
  return [];
}
