import { fold } from '../fold.js';
import { filters, findFilter, type Condition } from './filters.js';
import type { CalendarPeriod } from './periods.js';
import { queryError, type Span } from './queryError.js';
import { tokenize, type Token } from './tokens.js';

/** A part of a query. An image is found if it meets the condition of every term, or of a negated one not. */
export interface QueryTerm extends Span {
  readonly condition: Condition;
  readonly negated: boolean;
}

/** Longer texts are nobody's query. */
const maximumLength = 2000;

/** The day that it is, on this computer's calendar. */
function currentDay(): CalendarPeriod {
  const now = new Date();
  return { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() };
}

/**
 * Reads a query: words, "phrases", `filter:value,value`, each with `-` before it for its opposite.
 * @throws CatalogError QUERY_INVALID; its data tell `start` and `end` of the fault and, in `detail`, what is possible
 */
export function parseQuery(query: string, today: CalendarPeriod = currentDay()): QueryTerm[] {
  if (query.length > maximumLength) {
    const span = { start: maximumLength, end: query.length };
    throw queryError(query, span, `a search has at most ${maximumLength} characters.`);
  }
  return tokenize(query).flatMap((token) => {
    const condition = token.filter === null ? word(token) : filterCondition(query, token, today);
    const { negated, start, end } = token;
    return condition ? [{ condition, negated, start, end }] : [];
  });
}

function word(token: Token): Condition | null {
  const text = fold(token.values[0]?.text ?? '');
  return text === '' ? null : { kind: 'word', text };
}

function filterCondition(query: string, token: Token, today: CalendarPeriod): Condition {
  const filter = findFilter(token.filter ?? '');
  if (!filter) {
    const start = token.negated ? token.start + 1 : token.start;
    const names = filters.map(({ name }) => `${name}:`).join(' ');
    const detail = `there is no such filter. There are ${names} Put a word with a colon in quotation marks.`;
    throw queryError(query, { start, end: token.valuesStart }, detail);
  }
  const span = token.values.length === 0 ? token : { start: token.valuesStart, end: token.end };
  const values = token.values.map(({ text }) => text);
  const condition =
    values.length === 0 || values.some((value) => value.trim() === '')
      ? null
      : filter.read(values, { today, fold });
  if (!condition) throw queryError(query, span, `${filter.name}: takes ${filter.expects}.`);
  return condition;
}
