import { exifDateValue, isoDateValue, type DateCandidate } from '../media/dateText.js';
import { isList, type JsonObject, type JsonValue } from './json.js';

/**
 * The raw metadata that the old program kept: ExifTool's output with `Group:Tag` keys. Its own reader looked
 * for keys without groups until late 2025 and so overlooked all of it.
 */
export class ExifTags {
  private readonly tags: JsonObject;

  constructor(tags: JsonObject | null) {
    this.tags = tags ?? {};
  }

  get isEmpty(): boolean {
    return Object.keys(this.tags).length === 0;
  }

  /** The first of the keys that has a value, as text. */
  text(...keys: readonly string[]): string | null {
    for (const key of keys) {
      const text = textOf(Object.hasOwn(this.tags, key) ? this.tags[key] : undefined);
      if (text !== null) return text;
    }
    return null;
  }

  /** The texts of the first of the keys that has any; ExifTool writes a single one without a list. */
  list(...keys: readonly string[]): readonly string[] {
    for (const key of keys) {
      const value = Object.hasOwn(this.tags, key) ? this.tags[key] : undefined;
      const texts = (isList(value) ? value : [value]).flatMap((each) => textOf(each) ?? []);
      if (texts.length > 0) return [...new Set(texts)];
    }
    return [];
  }

  /** A number: `50`, `50.0 mm`, `1/250`. */
  number(...keys: readonly string[]): number | null {
    const text = this.text(...keys);
    if (text === null) return null;
    const fraction = /^\s*(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)/.exec(text);
    if (fraction) {
      const divisor = Number(fraction[2]);
      return divisor === 0 ? null : Number(fraction[1]) / divisor;
    }
    const number = Number.parseFloat(text);
    return Number.isFinite(number) ? number : null;
  }

  /** Decimal degrees; `37 deg 46' 29.64" N` is understood too. */
  degrees(axis: 'Latitude' | 'Longitude'): number | null {
    const text = this.text(
      `Composite:GPS${axis}`,
      `EXIF:GPS${axis}`,
      `XMP:GPS${axis}`,
      `GPS${axis}`,
    );
    if (text === null) return null;
    const parts = /^(-?\d+(?:\.\d+)?)(?:\s*deg\s*(\d+(?:\.\d+)?)'\s*(\d+(?:\.\d+)?)")?/.exec(text);
    if (!parts) return null;
    const value = Number(parts[1]) + Number(parts[2] ?? 0) / 60 + Number(parts[3] ?? 0) / 3600;
    const hemisphere =
      /[NSEW]$/.exec(text.trim())?.[0] ??
      this.text(`EXIF:GPS${axis}Ref`, `GPS${axis}Ref`)?.charAt(0).toUpperCase();
    const isNegative = value > 0 && (hemisphere === 'S' || hemisphere === 'W');
    return isNegative ? -value : value;
  }

  /** Every date in it, each with where it stood. */
  dates(): DateCandidate[] {
    const found: DateCandidate[] = [];
    const add = (source: DateCandidate['source'], value: string | null): void => {
      if (value !== null) found.push({ source, value });
    };
    const exif = (name: string, subSeconds: string, offset: string): string | null =>
      exifDateValue(
        this.text(`EXIF:${name}`, name),
        this.text(`EXIF:${subSeconds}`, subSeconds),
        this.text(`EXIF:${offset}`, offset),
      );
    add(
      'exif:DateTimeOriginal',
      exif('DateTimeOriginal', 'SubSecTimeOriginal', 'OffsetTimeOriginal'),
    );
    add('exif:CreateDate', exif('CreateDate', 'SubSecTimeDigitized', 'OffsetTimeDigitized'));
    add('exif:ModifyDate', exif('ModifyDate', 'SubSecTime', 'OffsetTime'));
    for (const name of ['DateTimeOriginal', 'DateCreated', 'CreateDate']) {
      add('xmp', isoDateValue(this.text(`XMP:${name}`)?.replace(/^(\d{4}):(\d{2}):/, '$1-$2-')));
    }
    add('quicktime:CreationDate', exifDateValue(this.text('QuickTime:CreationDate')));
    // Universal time by the format's definition.
    for (const name of ['CreateDate', 'MediaCreateDate', 'TrackCreateDate']) {
      add('quicktime:CreateDate', exifDateValue(this.text(`QuickTime:${name}`), null, 'Z'));
    }
    add('gps', exifDateValue(this.text('Composite:GPSDateTime')));
    const iptcDay = this.text('IPTC:DateCreated');
    const iptcTime = this.text('IPTC:TimeCreated');
    add('iptc', exifDateValue(iptcDay === null ? null : `${iptcDay} ${iptcTime ?? ''}`.trim()));
    return found;
  }
}

function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' || text === '-' ? null : text;
}
