import { stringify } from 'csv-stringify/sync';
import type { TableFormat } from '../model/exports.js';

export type TableValue = string | number | boolean | null | readonly string[];

/** A column under a name that stays, whatever becomes of the catalog's own. */
export interface TableColumn<Row> {
  readonly name: string;
  readonly value: (row: Row) => TableValue;
}

/** Rows of a table, or a part of them: first and last say what comes before and after them. */
export function tableText<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  options: {
    readonly format: TableFormat;
    readonly byteOrderMark?: boolean | undefined;
    readonly first: boolean;
    readonly last: boolean;
  },
): string {
  const { format, first, last } = options;
  if (format === 'csv') {
    return stringify(
      rows.map((row) => columns.map(({ value }) => csvValue(value(row)))),
      {
        header: first,
        columns: columns.map(({ name }) => name),
        // A cell that begins like a formula is text in every spreadsheet.
        escape_formulas: true,
        bom: first && options.byteOrderMark === true,
      },
    );
  }
  const objects = rows.map((row) =>
    JSON.stringify(Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]))),
  );
  if (format === 'ndjson') return objects.map((object) => `${object}\n`).join('');
  const separated = objects.map((object, index) => (first && index === 0 ? '\n' : ',\n') + object);
  return `${first ? '[' : ''}${separated.join('')}${last ? '\n]\n' : ''}`;
}

function csvValue(value: TableValue): string | number {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'string' || typeof value === 'number' ? value : value.join('; ');
}
