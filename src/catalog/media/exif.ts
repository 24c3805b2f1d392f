import exifr from 'exifr';
import type { GpsPosition } from '../model/media.js';
import { readAppleContentIdentifier } from './appleMakerNote.js';
import { exifDateValue, type DateCandidate } from './dateText.js';
import { gpsDateValue, gpsPosition } from './gps.js';
import { collectTiff, isSoundExif } from './tiffBlock.js';
import { bufferReader } from './boundedReader.js';

/** What EXIF says. Absent values are undefined. */
export interface ExifFacts {
  orientation?: number | undefined;
  cameraMake?: string | undefined;
  cameraModel?: string | undefined;
  lensModel?: string | undefined;
  iso?: number | undefined;
  aperture?: number | undefined;
  exposureTime?: number | undefined;
  focalLength?: number | undefined;
  width?: number | undefined;
  height?: number | undefined;
  gps?: GpsPosition | undefined;
  contentIdentifier?: string | undefined;
  /** As stored; see validRating. */
  rating?: number | undefined;
  caption?: string | undefined;
  keywords?: readonly string[] | undefined;
  colorSpace?: string | undefined;
  dates: DateCandidate[];
  damage?: string | undefined;
}

/** Tag numbers of EXIF 2.32 that are read. */
const tag = {
  imageDescription: 270,
  make: 271,
  model: 272,
  orientation: 274,
  modifyDate: 306,
  rating: 18246,
  exposureTime: 33434,
  fNumber: 33437,
  iso: 34855,
  dateTimeOriginal: 36867,
  createDate: 36868,
  offsetTime: 36880,
  offsetTimeOriginal: 36881,
  offsetTimeDigitized: 36882,
  focalLength: 37386,
  makerNote: 37500,
  subSecTime: 37520,
  subSecTimeOriginal: 37521,
  subSecTimeDigitized: 37522,
  // Windows Explorer's, in UTF-16.
  xpComment: 40092,
  xpKeywords: 40094,
  colorSpace: 40961,
  pixelXDimension: 40962,
  pixelYDimension: 40963,
  lensModel: 42036,
} as const;

/** Latitude, longitude, altitude with their references, time and date. */
const gpsTags = [1, 2, 3, 4, 5, 6, 7, 29];

/**
 * Numbers for keys and values as stored: exifr's own dates would use the host's time zone.
 * One object for all files, because exifr keeps what it derives from it.
 */
const exifrOptions = {
  pick: [...Object.values(tag), ...gpsTags],
  tiff: true,
  ifd1: false,
  interop: false,
  makerNote: false,
  userComment: false,
  xmp: false,
  icc: false,
  iptc: false,
  jfif: false,
  ihdr: false,
  mergeOutput: false,
  sanitize: false,
  translateKeys: false,
  translateValues: false,
  reviveValues: false,
};

type Tags = Readonly<Record<string, unknown>>;

interface TagGroups {
  readonly ifd0: Tags;
  readonly exif: Tags;
  readonly gps: Tags;
}

/**
 * Parses EXIF blocks; of a tag in several blocks the first valid one counts.
 * A damaged block is put together anew from the entries that can be right. Never throws.
 */
export async function readExif(blocks: readonly Uint8Array[]): Promise<ExifFacts> {
  let facts: ExifFacts = { dates: [] };
  for (const block of blocks) facts = mergeExif(facts, await readBlock(block));
  return facts;
}

function mergeExif(first: ExifFacts, second: ExifFacts): ExifFacts {
  const defined = Object.entries(first).filter(([, value]) => value !== undefined);
  return {
    ...second,
    ...Object.fromEntries(defined),
    dates: [...first.dates, ...second.dates],
  };
}

async function readBlock(block: Uint8Array): Promise<ExifFacts> {
  if (isSoundExif(block)) {
    const { groups, damage } = await parseTags(block);
    if (groups && damage === undefined) return factsOf(groups);
    if (damage === undefined) return { dates: [] };
  }
  let repaired: Uint8Array | null = null;
  try {
    repaired = collectTiff(bufferReader(block)).exifBlock;
  } catch {
    // Beyond repair.
  }
  const groups = repaired ? (await parseTags(repaired)).groups : null;
  return { ...factsOf(groups ?? noTags), damage: 'EXIF: damaged directory' };
}

const noTags: TagGroups = { ifd0: {}, exif: {}, gps: {} };

async function parseTags(
  bytes: Uint8Array,
): Promise<{ groups: TagGroups | null; damage?: string }> {
  try {
    const parsed = (await exifr.parse(bytes, exifrOptions)) as Record<string, unknown> | undefined;
    if (!parsed) return { groups: null };
    const groups = {
      ifd0: tagsOf(parsed['ifd0']),
      exif: tagsOf(parsed['exif']),
      gps: tagsOf(parsed['gps']),
    };
    const errors = parsed['errors'];
    return Array.isArray(errors) && errors.length > 0
      ? { groups, damage: damageText(errors[0]) }
      : { groups };
  } catch (error) {
    return { groups: null, damage: damageText(error) };
  }
}

const tagsOf = (value: unknown): Tags =>
  typeof value === 'object' && value !== null ? (value as Tags) : {};

const damageText = (error: unknown): string =>
  `EXIF: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}`;

function factsOf({ ifd0, exif, gps }: TagGroups): ExifFacts {
  const anywhere = (number: number): unknown => exif[number] ?? ifd0[number];
  const cameraMake = textOf(ifd0[tag.make]);
  const orientation = numberOf(ifd0[tag.orientation]);
  const makerNote = anywhere(tag.makerNote);
  return {
    orientation: orientation !== undefined && isOrientation(orientation) ? orientation : undefined,
    cameraMake,
    cameraModel: textOf(ifd0[tag.model]),
    lensModel: textOf(anywhere(tag.lensModel)),
    iso: positive(numberOf(anywhere(tag.iso))),
    aperture: positive(numberOf(anywhere(tag.fNumber))),
    exposureTime: positive(numberOf(anywhere(tag.exposureTime))),
    focalLength: positive(numberOf(anywhere(tag.focalLength))),
    width: positive(numberOf(exif[tag.pixelXDimension])),
    height: positive(numberOf(exif[tag.pixelYDimension])),
    gps: gpsPosition(gps) ?? undefined,
    contentIdentifier:
      cameraMake === 'Apple' && makerNote instanceof Uint8Array
        ? (readAppleContentIdentifier(makerNote) ?? undefined)
        : undefined,
    rating: numberOf(ifd0[tag.rating]),
    caption: captionText(textOf(ifd0[tag.imageDescription])) ?? utf16Text(ifd0[tag.xpComment]),
    keywords: utf16Text(ifd0[tag.xpKeywords])?.split(';'),
    colorSpace: colorSpaces.get(numberOf(anywhere(tag.colorSpace)) ?? 0),
    dates: datesOf(ifd0, anywhere, gps),
  };
}

/** 2 is no value of the standard, but what Adobe RGB is written as. */
const colorSpaces: ReadonlyMap<number, string> = new Map([
  [1, 'sRGB'],
  [2, 'Adobe RGB'],
]);

/** What cameras write where a person's description belongs. */
const cameraCaptions =
  /^(OLYMPUS DIGITAL CAMERA|SONY DSC|SAMSUNG( DIGITAL CAMERA| CAMERA PICTURES)?|KODAK Digital Still Camera|DCIM.*|Exif_JPEG_PICTURE|Minolta DSC|MINOLTA DIGITAL CAMERA|Konica Minolta.*|DIGITAL CAMERA|default|<Digimax.*>|IMG_\d+|dav|cof|hdr|mde|vhdr)$/i;

const captionText = (text: string | undefined): string | undefined =>
  text !== undefined && cameraCaptions.test(text) ? undefined : text;

function utf16Text(value: unknown): string | undefined {
  const bytes = Array.isArray(value) ? Uint8Array.from(value as number[]) : value;
  if (!(bytes instanceof Uint8Array)) return undefined;
  return textOf(new TextDecoder('utf-16le').decode(bytes));
}

function datesOf(ifd0: Tags, anywhere: (number: number) => unknown, gps: Tags): DateCandidate[] {
  const dates: DateCandidate[] = [];
  const add = (source: DateCandidate['source'], value: string | null): void => {
    if (value !== null) dates.push({ source, value });
  };
  const date = (dateTag: unknown, subSeconds: number, offset: number): string | null =>
    exifDateValue(textOf(dateTag), textOf(anywhere(subSeconds)), textOf(anywhere(offset)));
  add(
    'exif:DateTimeOriginal',
    date(anywhere(tag.dateTimeOriginal), tag.subSecTimeOriginal, tag.offsetTimeOriginal),
  );
  add(
    'exif:CreateDate',
    date(anywhere(tag.createDate), tag.subSecTimeDigitized, tag.offsetTimeDigitized),
  );
  add('exif:ModifyDate', date(ifd0[tag.modifyDate], tag.subSecTime, tag.offsetTime));
  add('gps', gpsDateValue(gps));
  return dates;
}

export const isOrientation = (value: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= 8;

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

function numberOf(value: unknown): number | undefined {
  const single: unknown =
    Array.isArray(value) || ArrayBuffer.isView(value)
      ? (value as unknown as ArrayLike<unknown>)[0]
      : value;
  return typeof single === 'number' && Number.isFinite(single) ? single : undefined;
}

/** Text up to its first NUL, trimmed; undefined if nothing is left. */
export function textOf(value: unknown): string | undefined {
  let text: string;
  if (typeof value === 'string') text = value;
  else if (value instanceof Uint8Array) text = new TextDecoder('latin1').decode(value);
  else if (typeof value === 'number') text = String(value);
  else return undefined;
  const end = text.indexOf('\0');
  const trimmed = (end < 0 ? text : text.slice(0, end)).trim().slice(0, 1000);
  return trimmed === '' ? undefined : trimmed;
}
