import type { CaptureTime, CaptureTimeSource } from '../model/media.js';
import type { DateCandidate } from './dateText.js';

/** Sources from the most to the least trusted, each with its confidence (0-100). */
export const captureTimeConfidence: ReadonlyMap<CaptureTimeSource, number> = new Map([
  ['user', 100],
  ['exif:DateTimeOriginal', 95],
  ['exif:CreateDate', 92],
  ['raw', 90],
  ['xmp', 88],
  ['quicktime:CreationDate', 86],
  ['riff', 82],
  ['quicktime:CreateDate', 80],
  ['matroska', 79],
  ['iptc', 78],
  ['gps', 76],
  ['png', 74],
  ['exif:ModifyDate', 72],
  ['filename', 70],
  ['folder', 40],
  ['mtime', 10],
]);

/** Days on which cameras and programs begin to count. */
const resetDays = new Set(['1904-01-01', '1970-01-01', '1980-01-01', '2000-01-01']);
const earliestUsualYear = 1990;
const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * The best of the dates found: the most trusted source wins, the first of equals.
 * Suspicious dates keep their place but lose half their confidence, as does a date without time.
 */
export function chooseCaptureTime(
  candidates: readonly DateCandidate[],
  now: Date,
): CaptureTime | null {
  let best: DateCandidate | null = null;
  let bestConfidence = -1;
  for (const candidate of candidates) {
    const confidence = captureTimeConfidence.get(candidate.source) ?? 0;
    if (confidence > bestConfidence) {
      best = candidate;
      bestConfidence = confidence;
    }
  }
  if (!best) return null;
  const suspicious = suspicionOf(best.value, now);
  const partShare = suspicious ? 0.5 : precisionShare(best.value);
  return {
    value: best.value,
    source: best.source,
    confidence: Math.round(bestConfidence * partShare),
    suspicious,
  };
}

/** A date that knows only its day, month or year is worth less. */
function precisionShare(value: string): number {
  if (value.length > 10) return 1;
  if (value.length === 10) return 0.9;
  return value.length === 7 ? 0.75 : 0.5;
}

/** Why a date looks wrong, or null. A wall clock without offset counts as future a day later. */
export function suspicionOf(value: string, now: Date): CaptureTime['suspicious'] {
  if (earliestMilliseconds(value) > now.getTime() + dayMilliseconds) return 'future';
  if (resetDays.has(value.slice(0, 10))) return 'clock-reset';
  return Number(value.slice(0, 4)) < earliestUsualYear ? 'too-early' : null;
}

/** The earliest moment that a CaptureTime.value can mean, its offset taken as UTC if unknown. */
function earliestMilliseconds(value: string): number {
  const full = value.length > 10 ? value : `${value}${'-01-01'.slice(value.length - 4)}T00:00:00`;
  const withOffset = /[+-]\d{2}:\d{2}$/.test(full.slice(19)) ? full : `${full}Z`;
  return Date.parse(withOffset.replace(/(\.\d{3})\d+/, '$1'));
}
