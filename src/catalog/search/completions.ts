import { CatalogError } from '../model/errors.js';
import type { QueryCompletion, QuerySuggestion } from '../model/gallery.js';
import { importModes } from '../model/importJob.js';
import { keywordsIn } from './conditions.js';
import { fold } from './fold.js';
import { dayText, undatedDay } from './imageIndex/captureKey.js';
import type { DictionaryColumn } from './imageIndex/dictionaryColumn.js';
import type { ImageIndex } from './imageIndex/imageIndex.js';
import { cursorContext, type CursorContext } from './query/cursorContext.js';
import { filters, imageFlags } from './query/filters.js';
import { parseQuery } from './query/parseQuery.js';
import { quoteValue } from './query/tokens.js';

/** A value that images have, and how many. */
export interface CountedValue {
  readonly value: string;
  /** Null where it is not known: words of the language. */
  readonly count: number | null;
}

/** The values of a filter by its name; those of others are none. */
export type ValuesOf = (filter: string) => readonly CountedValue[];

const maximumSuggestions = 50;
/** Values of each filter that are offered for a plain word. */
const valuesForWord = 5;
const filtersForWord = ['camera', 'keyword', 'lens', 'source', 'folder'] as const;

/** Suggestions at the cursor of a query, and what is wrong with the query as it stands. */
export function completions(query: string, cursor: number, valuesOf: ValuesOf): QueryCompletion {
  const context = cursorContext(query, cursor);
  const suggestions =
    context.filter === null
      ? wordSuggestions(context.typed, valuesOf)
      : valueSuggestions(context.typed, valuesOf(context.filter));
  return {
    from: context.from,
    to: context.to,
    suggestions: suggestions.slice(0, maximumSuggestions),
    error: faultOf(query, context),
  };
}

function wordSuggestions(typed: string, valuesOf: ValuesOf): QuerySuggestion[] {
  const word = fold(typed);
  const names = filters
    .filter(({ name }) => name.startsWith(word))
    .map(({ name }): QuerySuggestion => ({
      insert: `${name}:`,
      label: `${name}:`,
      kind: 'filter',
      filter: name,
    }));
  if (word.length < 2) return names;
  const values = filtersForWord.flatMap((filter) =>
    matching(word, valuesOf(filter))
      .slice(0, valuesForWord)
      .map(({ value, count }): QuerySuggestion => ({
        insert: `${filter}:${quoteValue(value)}`,
        label: value,
        kind: 'word',
        filter,
        ...(count !== null && { count }),
      })),
  );
  return [...names, ...values];
}

const valueSuggestions = (typed: string, values: readonly CountedValue[]): QuerySuggestion[] =>
  matching(fold(typed), values).map(({ value, count }) => ({
    insert: quoteValue(value),
    label: value,
    kind: 'value',
    ...(count !== null && { count }),
  }));

/** Values that contain the text; those that start with it first, then the most frequent. */
function matching(folded: string, values: readonly CountedValue[]): CountedValue[] {
  const rank = (value: string): number => (fold(value).startsWith(folded) ? 0 : 1);
  return values
    .filter(({ value }) => fold(value).includes(folded))
    .map((counted) => ({ ...counted, rank: rank(counted.value) }))
    .sort((a, b) => a.rank - b.rank || (b.count ?? 0) - (a.count ?? 0));
}

/** A part that is still being typed is not told as wrong. */
function faultOf(query: string, { from, to }: CursorContext): QueryCompletion['error'] {
  try {
    parseQuery(query);
    return null;
  } catch (error) {
    if (!CatalogError.is(error, 'QUERY_INVALID')) throw error;
    const start = Number(error.data['start']);
    const end = Number(error.data['end']);
    if (start <= to && from <= end) return null;
    return { start, end, code: error.code, data: error.data };
  }
}

/** What the values come from. */
export interface CatalogContext {
  readonly index: ImageIndex;
  readonly catalogId: string;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
}

/** Completions with the values of a catalog's images. */
export function completeInCatalog(
  query: string,
  cursor: number,
  context: CatalogContext,
): QueryCompletion {
  return completions(query, cursor, (filter) => catalogValues(filter, context));
}

const fixed = (values: readonly string[]): CountedValue[] =>
  values.map((value) => ({ value, count: null }));

function catalogValues(filter: string, context: CatalogContext): readonly CountedValue[] {
  const { details } = context.index;
  switch (filter) {
    case 'camera':
      return counted(context, details.cameras);
    case 'lens':
      return counted(context, details.lenses);
    case 'ext':
      return counted(context, details.extensions);
    case 'folder':
      return counted(context, details.folders);
    case 'keyword':
      return counted(context, details.keywords, keywordsIn);
    case 'source': {
      const names = new Map(context.sources.map(({ id, name }) => [id, name]));
      return counted(context, details.sources, (id) => names.get(id) ?? []);
    }
    case 'type': {
      const types = counted(context, details.mimeTypes, (type) => type.split('/')[1] ?? []);
      return [...fixed(['image', 'video', 'raw']), ...types];
    }
    case 'taken':
      return years(context);
    case 'imported':
      return fixed(['today', 'yesterday']);
    case 'is':
      return fixed(imageFlags);
    case 'mode':
      return fixed(importModes);
    case 'rating':
      return fixed(['5', '>=4', '>=3', '>=2', '>=1', '-1']);
    case 'size':
      return fixed(['>100MB', '>20MB', '>5MB', '1MB..5MB', '<1MB', '<100KB']);
    case 'megapixels':
      return fixed(['>40', '>20', '>12', '<2']);
    default:
      return [];
  }
}

/** How many images of the catalog have each value of a column. */
function counted(
  { index, catalogId }: CatalogContext,
  column: DictionaryColumn,
  valuesIn: (text: string) => string | readonly string[] = (text) => text,
): CountedValue[] {
  const catalog = index.catalogs.codeOf(catalogId);
  const byCode = new Uint32Array(column.values.length);
  for (let slot = 0; slot < index.count; slot++) {
    if (index.catalogs.code(slot) !== catalog) continue;
    const code = column.code(slot);
    byCode[code] = (byCode[code] ?? 0) + 1;
  }
  const counts = new Map<string, number>();
  for (const [code, count] of byCode.entries()) {
    if (count === 0) continue;
    for (const value of [valuesIn(column.values[code] ?? '')].flat()) {
      if (value !== '') counts.set(value, (counts.get(value) ?? 0) + count);
    }
  }
  return Array.from(counts, ([value, count]) => ({ value, count }));
}

/** Newest first; the months of the years as well, which a typed year finds. */
function years({ index, catalogId }: CatalogContext): CountedValue[] {
  const catalog = index.catalogs.codeOf(catalogId);
  const counts = new Map<number, number>();
  for (let slot = 0; slot < index.count; slot++) {
    const day = index.days[slot] ?? undatedDay;
    if (day === undatedDay || index.catalogs.code(slot) !== catalog) continue;
    const month = Math.floor(day / 100) * 100;
    const year = Math.floor(day / 10_000) * 10_000;
    counts.set(year, (counts.get(year) ?? 0) + 1);
    if (month !== year) counts.set(month, (counts.get(month) ?? 0) + 1);
  }
  return Array.from(counts, ([day, count]) => ({ value: dayText(day), count }));
}
