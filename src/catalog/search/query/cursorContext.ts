import { CatalogError } from '../../model/errors.js';
import { findFilter } from './filters.js';
import { tokenize, type Token } from './tokens.js';

/** The part of a query at the cursor, which a suggestion replaces. */
export interface CursorContext {
  readonly from: number;
  readonly to: number;
  /** The filter whose value is typed, by its own name; null where a word or a filter's name is typed. */
  readonly filter: string | null;
  /** What stands there, without quotation marks. */
  readonly typed: string;
}

/** What is being typed at the cursor. Any text, also a wrong one, has an answer. */
export function cursorContext(query: string, cursor: number): CursorContext {
  const at = Math.max(0, Math.min(query.length, Math.trunc(cursor) || 0));
  const token = tokensOf(query).find(({ start, end }) => start < at && at <= end);
  if (!token) return { from: at, to: at, filter: null, typed: '' };
  if (token.filter === null || at < token.valuesStart) {
    const from = token.negated ? token.start + 1 : token.start;
    if (at < from) return { from: at, to: at, filter: null, typed: '' };
    const to = token.filter === null ? token.end : token.valuesStart;
    const typed = token.filter ?? token.values[0]?.text ?? '';
    return { from, to, filter: null, typed };
  }
  const filter = findFilter(token.filter)?.name ?? token.filter;
  const value = token.values.find(({ start, end }) => start <= at && at <= end);
  if (!value) return { from: at, to: at, filter, typed: '' };
  return { from: value.start, to: Math.min(value.end, token.end), filter, typed: value.text };
}

/** An open quotation mark is closed at the end: its value is being typed. */
function tokensOf(query: string): Token[] {
  try {
    return tokenize(query);
  } catch (error) {
    if (!CatalogError.is(error, 'QUERY_INVALID')) throw error;
  }
  // A backslash before the closing mark would hide it.
  const closed = tokenize(query.endsWith('\\') ? `${query}\\"` : `${query}"`);
  return closed.map((token) => ({ ...token, end: Math.min(token.end, query.length) }));
}
