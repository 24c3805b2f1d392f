/** Values from `min` up to, but not including, `max`. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** Bytes. Decimal units as drives and cameras use them, binary ones with an i. */
const byteUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...['k', 'm', 'g', 't'].flatMap((letter, index): [string, number][] => [
    [letter, 1000 ** (index + 1)],
    [`${letter}b`, 1000 ** (index + 1)],
    [`${letter}ib`, 1024 ** (index + 1)],
  ]),
]);

/** Seconds. */
const timeUnits: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['min', 60],
  ['h', 3600],
]);

const noUnits: ReadonlyMap<string, number> = new Map([['', 1]]);

interface Quantity {
  readonly value: number;
  /** Of the last digit that was written; 0 for a figure that says exactly what it means. */
  readonly precision: number;
}

export interface NumberFormat {
  readonly units: 'bytes' | 'seconds' | 'none';
  /** A figure alone means what rounds to it: `megapixels:12` finds 12.2. */
  readonly rounds: boolean;
  /** Only whole numbers occur. */
  readonly whole: boolean;
}

const unitsOf = { bytes: byteUnits, seconds: timeUnits, none: noUnits } as const;

function quantity(text: string, format: NumberFormat): Quantity | null {
  const match = /^(-?\d{1,15})(?:\.(\d{1,9}))?\s*([a-z]*)$/i.exec(text);
  const unit = unitsOf[format.units].get((match?.[3] ?? '').toLowerCase());
  if (!match || unit === undefined) return null;
  const decimals = match[2] ?? '';
  const rounds = format.rounds && (format.units === 'none' || unit > 1);
  return {
    value: Number(`${match[1]}.${decimals}`) * unit,
    precision: rounds ? unit * 10 ** -decimals.length : 0,
  };
}

/** The least number above one that occurs in the field. */
const after = (value: number, format: NumberFormat): number =>
  format.whole ? Math.floor(value) + 1 : value + Math.max(Math.abs(value) * 1e-9, 1e-9);

/** Reads `5MB`, `>5MB`, `>=5`, `<5`, `<=5`, `1MB..5MB`, `..5MB`, `1MB..`; null if it is none of them. */
export function numberInterval(text: string, format: NumberFormat): Interval | null {
  const range = /^(.*?)\.\.(.*)$/.exec(text);
  if (range) {
    const [low, high] = [range[1] ?? '', range[2] ?? ''];
    const from = low === '' ? null : quantity(low, format);
    const to = high === '' ? null : quantity(high, format);
    if ((low !== '' && !from) || (high !== '' && !to) || (!from && !to)) return null;
    return { min: from?.value ?? -Infinity, max: to ? after(to.value, format) : Infinity };
  }
  const compared = /^(>=|<=|>|<|=)?(.*)$/.exec(text);
  const found = quantity(compared?.[2] ?? '', format);
  if (!found) return null;
  const { value, precision } = found;
  switch (compared?.[1]) {
    case '>':
      return { min: after(value, format), max: Infinity };
    case '>=':
      return { min: value, max: Infinity };
    case '<':
      return { min: -Infinity, max: value };
    case '<=':
      return { min: -Infinity, max: after(value, format) };
    default:
      if (precision === 0) return { min: value, max: after(value, format) };
      return { min: value - precision / 2, max: value + precision / 2 };
  }
}
