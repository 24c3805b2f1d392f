import { queryError, type Span } from './queryError.js';

/** A value as it was written, its quotes and escapes undone. */
export interface TokenValue extends Span {
  readonly text: string;
  readonly quoted: boolean;
}

/** `-name:value,value`, each part of it optional but one value. */
export interface Token extends Span {
  readonly negated: boolean;
  /** In lower case; null for a plain word or phrase. */
  readonly filter: string | null;
  /** Where the filter's values begin, after the colon. */
  readonly valuesStart: number;
  readonly values: readonly TokenValue[];
}

// One letter is a drive, a digit a time of day: those are words.
const filterName = /^([\p{L}_][\p{L}\p{N}_]+):/u;
const space = /\s/u;

/**
 * Cuts a query into tokens at its spaces, those inside quotation marks apart.
 * @throws CatalogError QUERY_INVALID for a quotation mark that is not closed
 */
export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (at < query.length && space.test(query.charAt(at))) at++;
    if (at >= query.length) return tokens;
    const token = readToken(query, at);
    tokens.push(token);
    at = token.end;
  }
}

function readToken(query: string, start: number): Token {
  let at = start;
  const follows = query.charAt(at + 1);
  const negated = query.charAt(at) === '-' && follows !== '' && !space.test(follows);
  if (negated) at++;
  const filter = filterName.exec(query.slice(at, at + 40))?.[1] ?? null;
  if (filter !== null) at += filter.length + 1;
  const valuesStart = at;
  const values: TokenValue[] = [];
  for (;;) {
    const value = readValue(query, at, filter !== null);
    at = value.end;
    if (value.text !== '' || value.quoted) values.push(value);
    if (filter === null || query.charAt(at) !== ',') break;
    at++;
  }
  return { negated, filter: filter?.toLowerCase() ?? null, valuesStart, values, start, end: at };
}

function readValue(query: string, start: number, isListed: boolean): TokenValue {
  if (query.charAt(start) === '"') return readQuoted(query, start);
  let end = start;
  while (end < query.length) {
    const character = query.charAt(end);
    if (space.test(character) || (isListed && character === ',')) break;
    end++;
  }
  return { text: query.slice(start, end), quoted: false, start, end };
}

function readQuoted(query: string, start: number): TokenValue {
  let text = '';
  for (let at = start + 1; at < query.length; at++) {
    const character = query.charAt(at);
    if (character === '"') return { text, quoted: true, start, end: at + 1 };
    // Only what has a meaning is escaped: Windows paths are pasted as they are.
    const escapes = character === '\\' && /["\\]/.test(query.charAt(at + 1));
    text += escapes ? query.charAt(++at) : character;
  }
  const span = { start, end: query.length };
  throw queryError(query, span, 'the quotation mark is not closed. Write "two words".');
}

/** A value as it is written in a query: in quotation marks where it would be read as something else. */
export function quoteValue(text: string): string {
  if (/^[^\s",:\\-][^\s",\\]*$/u.test(text) && !filterName.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
