import { Buffer } from 'node:buffer';
import { without, type JsonObject } from './json.js';

const vectorText = /^\[[-+\d.,eE ]+\]$/;

/**
 * Embeddings come as the text of a thousand numbers. As 32-bit floats, which is what they were stored as,
 * they take less than half: `{ "float32": base64, little-endian }`.
 */
export function compactVectors(row: JsonObject): JsonObject {
  const packed = Object.entries(row).flatMap(([key, value]) => {
    if (typeof value !== 'string' || value.length < 100 || !vectorText.test(value)) return [];
    const numbers = value.slice(1, -1).split(',').map(Number);
    if (numbers.some((number) => !Number.isFinite(number))) return [];
    const bytes = Buffer.alloc(numbers.length * 4);
    for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
    return [[key, { float32: bytes.toString('base64') }] as const];
  });
  if (packed.length === 0) return row;
  return { ...without(row, new Set(packed.map(([key]) => key))), ...Object.fromEntries(packed) };
}
