/** Old JSON as it is: read with care, kept without loss. */

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** Deeper nesting is no catalog but an attack on the stack. */
export const maximumDepth = 200;

/** A value that cannot be JSON of a catalog; the reader adds where. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

// Python's json module writes these three, which JSON does not have.
const pythonNumbers = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** Parses a JSON text; the NaN and Infinity that Python writes become null. @throws JsonFault */
export function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (!/\b(?:NaN|Infinity)\b/.test(text)) throw new JsonFault(detail, { cause: error });
    const repaired = text.replace(pythonNumbers, (token) =>
      token.startsWith('"') ? token : 'null',
    );
    try {
      return JSON.parse(repaired) as JsonValue;
    } catch {
      throw new JsonFault(detail, { cause: error });
    }
  }
}

/** @throws JsonFault if brackets nest deeper than any catalog's */
export function checkDepth(text: string): void {
  // Most rows have fewer brackets than that altogether.
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maximumDepth)
        throw new JsonFault(`it nests deeper than ${maximumDepth} levels`);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** An object without some keys. */
export function without(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key)));
}
