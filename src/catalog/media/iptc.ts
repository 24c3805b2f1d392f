import { exifDateValue } from './dateText.js';

const dateCreated = 55;
const timeCreated = 60;
const keyword = 25;
const captionAbstract = 120;
const applicationRecord = 2;

/** What is read from an IPTC-IIM record (4.2). */
export interface IptcFacts {
  /** The creation date. */
  readonly date: string | null;
  readonly caption: string | null;
  readonly keywords: readonly string[];
}

export function readIptc(record: Uint8Array): IptcFacts {
  let date: string | null = null;
  let time = '';
  let caption: string | null = null;
  const keywords: string[] = [];
  for (let at = 0; at + 5 <= record.length && record[at] === 0x1c;) {
    const length = ((record[at + 3] ?? 0) << 8) | (record[at + 4] ?? 0);
    // Longer data sets state the length of their length; what is read here never does.
    if (length >= 0x8000) break;
    const data = record.subarray(at + 5, at + 5 + length);
    const dataSet = record[at + 1] === applicationRecord ? record[at + 2] : undefined;
    if (dataSet === dateCreated) {
      const match = /^(\d{4})[-:]?(\d{2})[-:]?(\d{2})/.exec(asciiText(data));
      if (match) date = `${match[1]}:${match[2]}:${match[3]}`;
    } else if (dataSet === timeCreated) {
      const match = /^(\d{2}):?(\d{2}):?(\d{2})([+-]\d{2}:?\d{2})?/.exec(asciiText(data));
      if (match) time = ` ${match[1]}:${match[2]}:${match[3]}${match[4] ?? ''}`;
    } else if (dataSet === keyword) keywords.push(decodedText(data));
    else if (dataSet === captionAbstract) caption ??= decodedText(data);
    at += 5 + length;
  }
  const value = date === null ? null : (exifDateValue(date + time) ?? exifDateValue(date));
  return { date: value, caption, keywords };
}

const asciiText = (data: Uint8Array): string => String.fromCharCode(...data.subarray(0, 32));

/** The record's own statement of its character set is often missing: what is valid UTF-8 is UTF-8. */
function decodedText(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return new TextDecoder('latin1').decode(data);
  }
}
