import type { MediaFacts } from '../model/media.js';
import type { ExifFacts } from './exif.js';
import type { IptcFacts } from './iptc.js';
import type { XmpFacts } from './xmp.js';

type DescribedFacts = Required<Pick<MediaFacts, 'rating' | 'caption' | 'keywords' | 'colorSpace'>>;

const maximumCaption = 10_000;
const maximumKeyword = 1000;
const maximumKeywords = 500;

/**
 * What people wrote about a picture. XMP first, which every program of today writes; then IPTC, then EXIF. Keywords of
 * all three are put together, as programs leave the older ones behind. A sidecar comes before what is in the file:
 * it is written where the file must not be.
 */
export function describedFacts(embedded: {
  readonly exif: ExifFacts;
  readonly xmp: XmpFacts | null;
  readonly iptc: IptcFacts | null;
  readonly sidecars: readonly XmpFacts[];
}): DescribedFacts {
  const { exif, xmp, iptc, sidecars } = embedded;
  const packets = [...sidecars, ...(xmp ? [xmp] : [])];
  const first = <T>(values: readonly (T | null | undefined)[]): T | null =>
    values.find((value) => value !== null && value !== undefined) ?? null;
  const keywords = [
    ...packets.flatMap((packet) => packet.keywords),
    ...(iptc?.keywords ?? []),
    ...(exif.keywords ?? []),
  ]
    .map((keyword) => plainText(keyword, maximumKeyword))
    .filter((keyword) => keyword !== null);
  return {
    rating: validRating(first([...packets.map((packet) => packet.rating), exif.rating])),
    caption: first(
      [...packets, iptc, exif].map((said) => plainText(said?.caption, maximumCaption)),
    ),
    keywords: [...new Set(keywords)].slice(0, maximumKeywords),
    // EXIF knows two; the profile's name, where there is one, is the truth.
    colorSpace: plainText(xmp?.colorSpace, maximumKeyword) ?? exif.colorSpace ?? null,
  };
}

/** -1 for rejected, else 0-5; null for what is no rating. */
function validRating(stored: number | null | undefined): number | null {
  if (stored === null || stored === undefined || stored < -1 || stored > 5) return null;
  return Math.round(stored);
}

/** Trimmed, without NULs, no longer than allowed; null if nothing is left. */
function plainText(text: string | null | undefined, length: number): string | null {
  const plain = (text ?? '').replaceAll('\0', ' ').trim().slice(0, length);
  return plain === '' ? null : plain;
}
