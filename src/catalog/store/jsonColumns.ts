import type { MediaFacts } from '../model/media.js';

const encoder = new TextEncoder();

/** The text of a facts column. */
export function factsToJson(facts: MediaFacts | null): string | null {
  return facts === null ? null : JSON.stringify(facts);
}

/** The facts of a facts column. */
export function factsFromJson(text: string | null): MediaFacts | null {
  return text === null ? null : (JSON.parse(text) as MediaFacts);
}

/** A nullable JSON column read. */
export function fromJson<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}

/** A nullable JSON column written. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/**
 * A long text as bytes, for a parameter written `CAST(? AS TEXT)`: the WASM library copies bytes at once
 * but texts character by character, which halves the speed of bulk inserts.
 */
export function textBytes(text: string | null): Uint8Array | null {
  return text === null ? null : encoder.encode(text);
}
