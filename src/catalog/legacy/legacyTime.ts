import { chooseCaptureTime, suspicionOf } from '../media/captureTime.js';
import { exifDateValue, isoDateValue, utcValue, type DateCandidate } from '../media/dateText.js';
import { fileNameDate } from '../media/fileNameDate.js';
import { folderNameDate } from '../media/folderNameDate.js';
import type { CaptureTime, CaptureTimeSource } from '../model/media.js';
import type { DateOutcome } from '../model/migration.js';
import type { ExifTags } from './exifTags.js';
import { momentOf, type Values } from './values.js';

/** A date of an old row with what became of it. */
export interface LegacyTime {
  readonly time: CaptureTime | null;
  readonly outcome: DateOutcome;
  /** It was stored with a `Z` although it is the camera's wall clock. */
  readonly zoneIgnored: boolean;
}

export interface LegacyTimeInput {
  readonly row: Values;
  /** The column or object `dates`. */
  readonly dates: Values;
  readonly exif: ExifTags;
  readonly fileName: string;
  /** Relative to the source, `/` separated. */
  readonly relativePath: string;
  readonly now: Date;
}

interface Stored {
  readonly value: string;
  readonly source: CaptureTimeSource;
  readonly confidence: number | null;
  readonly byUser: boolean;
  readonly zoneIgnored: boolean;
}

/**
 * When a picture was taken, from what the old catalog knew. A date that a person set stands. Else the raw
 * metadata decide, by the rules of a scan; without them the stored date as wall clock; dates that the old
 * program had read out of names are read anew, as it took counters and hashes for dates.
 */
export function legacyTime(input: LegacyTimeInput): LegacyTime {
  const { now } = input;
  const stored = storedTime(input);
  if (stored?.byUser) {
    const suspicious = suspicionOf(stored.value, now);
    const time = { value: stored.value, source: 'user', confidence: 100, suspicious } as const;
    return { time, outcome: 'KEPT', zoneIgnored: stored.zoneIgnored };
  }
  const isFromContent = stored !== null && !isGuess(stored.source);
  const own = chooseCaptureTime(input.exif.dates(), now);
  const time =
    own ??
    (isFromContent ? asTime(stored, now) : chooseStored(input, now)) ??
    chosen('filename', fileNameDate(input.fileName, now), now) ??
    chosen('folder', folderNameDate(input.relativePath, now), now) ??
    chosen('mtime', modificationValue(input.dates), now) ??
    // The day the old disk knew: better than none.
    (stored?.source === 'mtime' ? asTime(stored, now) : null);
  return {
    time: time && withStoredConfidence(time, stored),
    outcome: outcomeOf(stored, time),
    zoneIgnored: stored?.zoneIgnored === true && time?.value === stored.value,
  };
}

const isGuess = (source: CaptureTimeSource): boolean =>
  source === 'filename' || source === 'folder' || source === 'mtime';

/** The date that the old program had settled on. */
function storedTime({ row, dates }: LegacyTimeInput): Stored | null {
  const selected = dates.text('selected_date', 'selected');
  const text = selected ?? row.text('capture_time', 'date_taken');
  if (text === null) return null;
  const { value, zoneIgnored } = wallClock(text);
  if (value === null) return null;
  const name =
    selected === null
      ? (row.text('capture_time_source') ?? 'exif:DateTimeOriginal')
      : (dates.text('selected_source') ?? '');
  const confidence = selected === null ? row.whole('date_confidence') : dates.whole('confidence');
  const byUser = dates.flag('user_verified') === true || /^(?:user|manual)/i.test(name);
  return { value, source: sourceOf(name), confidence, byUser, zoneIgnored };
}

/** The dates of the content that were stored apart from the chosen one. */
function chooseStored({ dates }: LegacyTimeInput, now: Date): CaptureTime | null {
  const exif = dates.object('exif_dates') ?? {};
  const candidates: DateCandidate[] = [];
  for (const [name, text] of Object.entries(exif)) {
    if (typeof text !== 'string' || /^File/.test(name)) continue;
    const { value } = wallClock(text);
    if (value !== null) candidates.push({ source: sourceOf(`exif:${name}`), value });
  }
  return chooseCaptureTime(candidates, now);
}

function chosen(source: CaptureTimeSource, value: string | null, now: Date): CaptureTime | null {
  return value === null ? null : chooseCaptureTime([{ source, value }], now);
}

function asTime({ value, source }: Stored, now: Date): CaptureTime | null {
  return chooseCaptureTime([{ value, source }], now);
}

/** The old confidence stays with a date that stays. */
function withStoredConfidence(time: CaptureTime, stored: Stored | null): CaptureTime {
  const confidence = stored?.confidence ?? null;
  const isSame = stored?.value === time.value && stored.source === time.source;
  if (!isSame || confidence === null || confidence < 0 || confidence > 100) return time;
  return { ...time, confidence };
}

function outcomeOf(stored: Stored | null, time: CaptureTime | null): DateOutcome {
  if (stored === null) {
    return time === null ? 'NONE' : isGuess(time.source) ? 'GUESSED' : 'RECOVERED';
  }
  if (time === null) return 'DROPPED';
  const [before, after] = [stored.value.slice(0, 19), time.value.slice(0, 19)];
  if (before === after) return 'KEPT';
  if (isGuess(stored.source) && !isGuess(time.source)) return 'RECOVERED';
  if (after.startsWith(before.slice(0, 10)) && !isTimed(before)) {
    return isTimed(after) ? 'TIME_RECOVERED' : 'KEPT';
  }
  // A day stored as its first moment, and a month or year as its first day.
  if (!isTimed(after) && before.startsWith(after) && !isTimed(before)) return 'KEPT';
  return 'CORRECTED';
}

/** Midnight is what the old program wrote for a day without time. */
const isTimed = (value: string): boolean => value.length > 10 && value.slice(11, 19) !== '00:00:00';

/**
 * The wall clock of a stored date. `Z` and `+00:00` were put there by the old program; other offsets were in
 * the photo.
 */
export function wallClock(text: string): { value: string | null; zoneIgnored: boolean } {
  const value = exifDateValue(text) ?? isoDateValue(text);
  if (value?.endsWith('+00:00') !== true) return { value, zoneIgnored: false };
  return { value: value.slice(0, -6), zoneIgnored: true };
}

function sourceOf(name: string): CaptureTimeSource {
  const [group = '', field = ''] = name.split(':');
  if (group === 'filename' || group === 'file_name') return 'filename';
  if (group === 'directory' || group === 'folder') return 'folder';
  if (group.startsWith('filesystem') || group === 'mtime') return 'mtime';
  if (group === 'user' || group === 'manual') return 'user';
  if (field === 'CreateDate' || group === 'CreateDate') return 'exif:CreateDate';
  if (field === 'DateTimeOriginal' || group === 'DateTimeOriginal') return 'exif:DateTimeOriginal';
  if (/^(?:Media|Track)CreateDate$/.test(field || group)) return 'quicktime:CreateDate';
  if (/^Date(?:Created)$/.test(field || group)) return 'xmp';
  if (field === 'ModifyDate' || field === 'DateTime') return 'exif:ModifyDate';
  return group === 'exif' ? 'exif:DateTimeOriginal' : 'exif:ModifyDate';
}

/** The old program wrote file times in UTC. */
function modificationValue(dates: Values): string | null {
  const moment = momentOf(dates.text('filesystem_modified'));
  return moment === null ? null : utcValue(Date.parse(moment));
}
