import { CatalogError } from '../../model/errors.js';

/** A part of a query's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The error for a part of a query; its data tell where it is, and `detail` what is possible there. */
export function queryError(query: string, span: Span, detail: string): CatalogError {
  const { start, end } = span;
  return new CatalogError('QUERY_INVALID', { text: query.slice(start, end), detail, start, end });
}
