import { decodePathBytes } from '../files/pathBytes.js';
import { isObject, parseJson, type JsonObject, type JsonValue } from './json.js';

/** Counts values whose type is not the column's: they are kept as they were but not used. */
export interface ValueTally {
  ignored: number;
}

/** Typed looks at the values of an old row. Absent and null are null; a wrong type is null and counted. */
export class Values {
  readonly row: JsonObject;
  private readonly tally: ValueTally;

  constructor(row: JsonObject, tally: ValueTally) {
    this.row = row;
    this.tally = tally;
  }

  text(...keys: readonly string[]): string | null {
    return this.first(keys, (value) => {
      if (typeof value === 'number') return String(value);
      if (typeof value !== 'string') return undefined;
      return value.trim() === '' ? null : value;
    });
  }

  real(...keys: readonly string[]): number | null {
    return this.first(keys, numberOf);
  }

  whole(...keys: readonly string[]): number | null {
    return this.first(keys, (value) => {
      const number = numberOf(value);
      if (number === null || number === undefined) return number;
      return Number.isSafeInteger(Math.round(number)) ? Math.round(number) : undefined;
    });
  }

  flag(...keys: readonly string[]): boolean | null {
    return this.first(keys, (value) =>
      typeof value === 'boolean' ? value : value === 0 || value === 1 ? value === 1 : undefined,
    );
  }

  /** An object, also one that is stored as JSON text. */
  object(...keys: readonly string[]): JsonObject | null {
    return this.first(keys, (value) => {
      const parsed = typeof value === 'string' ? parsedOrUndefined(value) : value;
      return parsed === undefined || isObject(parsed) ? parsed : undefined;
    });
  }

  /** A list of texts, also one that is stored as JSON text. */
  texts(...keys: readonly string[]): readonly string[] | null {
    return this.first(keys, (value) => {
      const parsed = typeof value === 'string' ? parsedOrUndefined(value) : value;
      if (!Array.isArray(parsed)) return undefined;
      const texts = parsed.filter((item) => typeof item === 'string');
      return texts.length === parsed.length ? texts : undefined;
    });
  }

  private first<T>(
    keys: readonly string[],
    read: (value: JsonValue) => T | null | undefined,
  ): T | null {
    for (const key of keys) {
      const value = Object.hasOwn(this.row, key) ? this.row[key] : undefined;
      if (value === undefined || value === null) continue;
      const found = read(value);
      if (found === undefined) this.tally.ignored++;
      else if (found !== null) return found;
    }
    return null;
  }
}

function parsedOrUndefined(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function numberOf(value: JsonValue): number | null | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '' || text === 'NaN' || text === 'undef' || text === 'inf') return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** A moment as the old databases wrote it, without zone in UTC, as ISO 8601 UTC; null if it is none. */
export function momentOf(text: string | null): string | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text?.trim() ?? '',
    );
  if (!match) return null;
  const [, day = '', time = '', zone = 'Z'] = match;
  const offset = /^[+-]\d{2}$/.test(zone)
    ? `${zone}:00`
    : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const date = new Date(`${day}T${time.slice(0, 12)}${offset}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/**
 * A path as the old program stored it as a path string of ours. Python writes a byte that is not UTF-8 as the
 * lone surrogate U+DC00 + byte.
 */
export function legacyPathText(stored: string): string {
  if (!/[\udc80-\udcff\uf780-\uf7ff]/.test(stored)) return stored;
  const bytes: Buffer[] = [];
  for (const character of stored) {
    const code = character.codePointAt(0) ?? 0;
    bytes.push(
      code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character, 'utf8'),
    );
  }
  return decodePathBytes(Buffer.concat(bytes));
}
