import { isoDateValue } from './dateText.js';

/** What is read from an XMP packet. */
export interface XmpFacts {
  /** The best capture date. */
  readonly date: string | null;
  readonly orientation: number | null;
}

/** The order of the Metadata Working Group, with the older names of the same things. */
const dateProperties = [
  'exif:DateTimeOriginal',
  'photoshop:DateCreated',
  'exif:DateTimeDigitized',
  'xmp:CreateDate',
  'xap:CreateDate',
];

/**
 * Reads date and orientation from XMP, written as attribute or as element. Prefixes are taken as
 * the usual ones; a packet that renames its namespaces yields nothing.
 */
export function readXmp(packet: string): XmpFacts {
  const dates = dateProperties
    .map((property) => isoDateValue(propertyText(packet, property)))
    .filter((value) => value !== null);
  // Editors write bare days, which say less than the camera's time.
  const date = dates.find((value) => value.length > 10) ?? dates[0] ?? null;
  const orientation = Number(propertyText(packet, 'tiff:Orientation') ?? 0);
  return { date, orientation: /^[1-8]$/.test(String(orientation)) ? orientation : null };
}

/** The text of a simple property. Plain searches, so that no packet can make it slow. */
function propertyText(packet: string, property: string): string | null {
  for (let at = packet.indexOf(property); at >= 0; at = packet.indexOf(property, at + 1)) {
    const after = packet.slice(at + property.length, at + property.length + 100);
    const before = packet.charAt(at - 1);
    if (before === '<') {
      const text = /^[^<>]*>([^<]*)</.exec(after)?.[1];
      if (text !== undefined && text.trim() !== '') return text;
    } else if (before !== '/') {
      const text = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(after);
      if (text) return text[1] ?? text[2] ?? '';
    }
  }
  return null;
}
