import type { ImportMode } from '../../model/importJob.js';
import { importModes } from '../../model/importJob.js';
import { numberInterval, type Interval, type NumberFormat } from './values.js';
import { periodRange, type CalendarPeriod, type PeriodRange } from './periods.js';

export const textFields = ['camera', 'lens', 'source', 'keyword', 'folder', 'ext', 'type'] as const;
/** Fields that are compared as folded texts. */
export type TextField = (typeof textFields)[number];

export const imageFlags = [
  'missing',
  'managed',
  'referenced',
  'dated',
  'undated',
  'suspicious',
  'damaged',
  'changed',
  'video',
  'image',
  'raw',
  'gps',
  'rated',
] as const;
export type ImageFlag = (typeof imageFlags)[number];

const numberFormats = {
  size: { units: 'bytes', rounds: true, whole: true },
  width: { units: 'none', rounds: false, whole: true },
  height: { units: 'none', rounds: false, whole: true },
  megapixels: { units: 'none', rounds: true, whole: false },
  rating: { units: 'none', rounds: false, whole: true },
  iso: { units: 'none', rounds: false, whole: false },
  duration: { units: 'seconds', rounds: true, whole: false },
} as const satisfies Record<string, NumberFormat>;
/** size in bytes, duration in seconds. */
export type NumberField = keyof typeof numberFormats;

/** What an image must be like. Values of one condition are alternatives. */
export type Condition =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly field: TextField; readonly values: readonly string[] }
  | { readonly kind: 'mode'; readonly modes: readonly ImportMode[] }
  | { readonly kind: 'flag'; readonly flags: readonly ImageFlag[] }
  | {
      readonly kind: 'number';
      readonly field: NumberField;
      readonly intervals: readonly Interval[];
    }
  | {
      readonly kind: 'period';
      readonly field: 'taken' | 'imported';
      readonly ranges: readonly PeriodRange[];
    }
  | {
      readonly kind: 'near';
      readonly latitude: number;
      readonly longitude: number;
      readonly km: number;
    }
  | { readonly kind: 'checksum'; readonly prefixes: readonly string[] };

/** What the filter reads its values with. */
export interface ValueContext {
  readonly today: CalendarPeriod;
  readonly fold: (text: string) => string;
}

interface FilterDefinition {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What may stand after the colon, for the message of an error. */
  readonly expects: string;
  /** Null if the values are none of the filter's. */
  readonly read: (values: readonly string[], context: ValueContext) => Condition | null;
}

const textFilter = (
  name: TextField,
  expects: string,
  aliases: string[] = [],
): FilterDefinition => ({
  name,
  aliases,
  expects,
  read: (values, { fold }) => ({ kind: 'text', field: name, values: values.map(fold) }),
});

const numberFilter = (
  name: NumberField,
  expects: string,
  aliases: string[] = [],
): FilterDefinition => ({
  name,
  aliases,
  expects,
  read: (values) => {
    const intervals = allOf(values, (value) => numberInterval(value, numberFormats[name]));
    return intervals && { kind: 'number', field: name, intervals };
  },
});

const periodFilter = (name: 'taken' | 'imported'): FilterDefinition => ({
  name,
  expects: '2023, 2023-06, 2023-06-15, 2023-06..2023-08, ..2020, 2020.., today or yesterday',
  read: (values, { today }) => {
    const ranges = allOf(values, (value) => periodRange(value, today));
    return ranges && { kind: 'period', field: name, ranges };
  },
});

/** Every filter, in the order in which they are told. */
export const filters: readonly FilterDefinition[] = [
  textFilter('camera', 'part of a camera\'s name, as in camera:canon or camera:"EOS R5"'),
  textFilter('lens', "part of a lens's name"),
  textFilter('source', "part of a source's name"),
  {
    name: 'mode',
    expects: `one of ${importModes.join(', ')}`,
    read: (values) => {
      const modes = allOf(values, (value) => oneOf(importModes, value));
      return modes && { kind: 'mode', modes };
    },
  },
  periodFilter('taken'),
  periodFilter('imported'),
  {
    name: 'is',
    aliases: ['has'],
    expects: `one of ${imageFlags.join(', ')}`,
    read: (values) => {
      const flags = allOf(values, (value) => oneOf(imageFlags, value));
      return flags && { kind: 'flag', flags };
    },
  },
  textFilter('ext', 'an extension, as in ext:jpg', ['extension']),
  textFilter('type', 'image, video, raw or part of a content type, as in type:heic'),
  numberFilter('size', '>5MB, <100KB, 1MB..5MB or 700KiB'),
  {
    name: 'near',
    expects: 'latitude, longitude and kilometres, as in near:52.37,4.89,10',
    read: readNear,
  },
  numberFilter('rating', 'a number of stars, as in rating:5 or rating:>=3', ['stars']),
  textFilter('keyword', 'part of a keyword or tag', ['tag']),
  textFilter('folder', 'a folder or the end of its path, as in folder:2023/06'),
  numberFilter('width', 'pixels, as in width:>4000'),
  numberFilter('height', 'pixels, as in height:>3000'),
  numberFilter('megapixels', 'megapixels, as in megapixels:>12', ['mp']),
  numberFilter('iso', 'a sensitivity, as in iso:>=1600'),
  numberFilter('duration', 'seconds, as in duration:>30 or duration:1min..5min'),
  {
    name: 'checksum',
    aliases: ['sha256'],
    expects: 'the first digits of a SHA-256 checksum, as in checksum:9f86d081',
    read: (values) => {
      const prefixes = allOf(values, (value) =>
        /^[0-9a-f]{1,64}$/i.test(value) ? value.toLowerCase() : null,
      );
      return prefixes && { kind: 'checksum', prefixes };
    },
  },
];

const filtersByName = new Map(
  filters.flatMap((filter) =>
    [filter.name, ...(filter.aliases ?? [])].map((name) => [name, filter] as const),
  ),
);

export const findFilter = (name: string): FilterDefinition | undefined => filtersByName.get(name);

function readNear(values: readonly string[]): Condition | null {
  const [latitude, longitude, km] = values.map((value) =>
    /^[-+]?\d{1,6}(?:\.\d{1,12})?$/.test(value) ? Number(value) : NaN,
  );
  if (latitude === undefined || longitude === undefined || values.length > 3) return null;
  const radius = km ?? 1;
  const valid = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && radius >= 0;
  return valid ? { kind: 'near', latitude, longitude, km: radius } : null;
}

function oneOf<T extends string>(known: readonly T[], value: string): T | null {
  return known.find((candidate) => candidate === value.toLowerCase()) ?? null;
}

/** All values read, or null if one of them cannot be. */
function allOf<T>(values: readonly string[], read: (value: string) => T | null): T[] | null {
  const all: T[] = [];
  for (const value of values) {
    const found = read(value);
    if (found === null) return null;
    all.push(found);
  }
  return all;
}
