import { exifDateValue } from './dateText.js';

const dateCreated = 55;
const timeCreated = 60;
const applicationRecord = 2;

/** The creation date of an IPTC-IIM record (4.2), or null. */
export function iptcDateValue(record: Uint8Array): string | null {
  let date: string | null = null;
  let time = '';
  for (let at = 0; at + 5 <= record.length && record[at] === 0x1c;) {
    const length = ((record[at + 3] ?? 0) << 8) | (record[at + 4] ?? 0);
    // Longer data sets state the length of their length; dates never do.
    if (length >= 0x8000) break;
    const text = String.fromCharCode(...record.subarray(at + 5, at + 5 + Math.min(length, 32)));
    if (record[at + 1] === applicationRecord && record[at + 2] === dateCreated) {
      const match = /^(\d{4})[-:]?(\d{2})[-:]?(\d{2})/.exec(text);
      if (match) date = `${match[1]}:${match[2]}:${match[3]}`;
    } else if (record[at + 1] === applicationRecord && record[at + 2] === timeCreated) {
      const match = /^(\d{2}):?(\d{2}):?(\d{2})([+-]\d{2}:?\d{2})?/.exec(text);
      if (match) time = ` ${match[1]}:${match[2]}:${match[3]}${match[4] ?? ''}`;
    }
    at += 5 + length;
  }
  return date === null ? null : (exifDateValue(date + time) ?? exifDateValue(date));
}
