import { isoDateValue } from './dateText.js';

/** What is read from an XMP packet. */
export interface XmpFacts {
  /** The best capture date. */
  readonly date: string | null;
  readonly orientation: number | null;
  /** As stored; see validRating. */
  readonly rating: number | null;
  readonly caption: string | null;
  readonly keywords: readonly string[];
  /** The name of the embedded profile. */
  readonly colorSpace: string | null;
}

/** A packet's text. It is UTF-8, but for a few old programs' UTF-16. */
export function xmpText(packet: Uint8Array): string {
  const zeros = packet.subarray(0, 64).filter((byte) => byte === 0).length;
  if (zeros < 16) return new TextDecoder('utf-8').decode(packet);
  // The zeros are the high bytes of plain characters.
  const isBigEndian = packet[0] === 0 || packet[0] === 0xfe;
  return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(packet);
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
 * Reads an XMP packet, written as attribute or as element. Prefixes are taken as
 * the usual ones; a packet that renames its namespaces yields nothing.
 */
export function readXmp(packet: string): XmpFacts {
  const dates = dateProperties
    .map((property) => isoDateValue(propertyText(packet, property)))
    .filter((value) => value !== null);
  // Editors write bare days, which say less than the camera's time.
  const date = dates.find((value) => value.length > 10) ?? dates[0] ?? null;
  const orientation = Number(propertyText(packet, 'tiff:Orientation') ?? 0);
  return {
    date,
    orientation: /^[1-8]$/.test(String(orientation)) ? orientation : null,
    rating: numberText(propertyText(packet, 'xmp:Rating') ?? propertyText(packet, 'xap:Rating')),
    caption: listItems(packet, 'dc:description')[0] ?? null,
    keywords: listItems(packet, 'dc:subject'),
    colorSpace: unescapeXml(propertyText(packet, 'photoshop:ICCProfile') ?? '').trim() || null,
  };
}

const numberText = (text: string | null): number | null =>
  text !== null && /^\s*-?\d{1,3}(\.\d*)?\s*$/.test(text) ? Number(text) : null;

const maximumListLength = 256 * 1024;
const maximumItems = 1000;

/** The items of a list, or of an alternative by language, whose first one is the default. */
function listItems(packet: string, property: string): string[] {
  const start = packet.indexOf(`<${property}`);
  const end = start < 0 ? -1 : packet.indexOf(`</${property}`, start);
  if (end < 0 || end - start > maximumListLength) return [];
  const items: string[] = [];
  let at = packet.indexOf('<rdf:li', start);
  while (at >= 0 && at < end && items.length < maximumItems) {
    const open = packet.indexOf('>', at);
    const close = packet.indexOf('<', open);
    if (open < 0 || close < 0 || close > end) break;
    const text = packet.charAt(open - 1) === '/' ? '' : packet.slice(open + 1, close);
    const item = unescapeXml(text).trim();
    if (item !== '') items.push(item);
    at = packet.indexOf('<rdf:li', close);
  }
  return items;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
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
