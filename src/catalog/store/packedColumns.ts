import type { SqlDriver, SqlParams } from './driver.js';

/** Columns of the same length, everything as text; NULL is the empty text. */
export type PackedColumns<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** A character that no text of ours is likely to hold; if one does, the rows are read one by one. */
const separator = '\u001f';

/**
 * Reads many rows of a few columns: one text a column crosses the border of the WASM library instead of every value,
 * which takes a third of the time.
 * @param expressions SQL by the name of the result, over what `from` gives
 * @param from the rest of the statement after FROM, without ORDER BY: all columns have one order, but any
 */
export function packedColumns<Name extends string>(
  driver: SqlDriver,
  expressions: Readonly<Record<Name, string>>,
  from: string,
  params: SqlParams = [],
): PackedColumns<Name> {
  const names = Object.keys(expressions) as Name[];
  const values = names.map((name) => `coalesce(${expressions[name]}, '')`);
  const packed = values.map((value, index) => `group_concat(${value}, char(31)) AS packed${index}`);
  type Row = Readonly<Record<string, string | number | null>>;
  const row = driver.get<Row>(
    `SELECT count(*) AS packedRows, ${packed.join(', ')} FROM ${from}`,
    params,
  );
  const count = Number(row?.['packedRows'] ?? 0);
  const columns = {} as Record<Name, readonly string[]>;
  for (const [index, name] of names.entries()) {
    columns[name] = count === 0 ? [] : String(row?.[`packed${index}`] ?? '').split(separator);
  }
  if (names.every((name) => columns[name].length === count)) return columns;
  const single = values.map((value, index) => `${value} AS packed${index}`);
  const rows = driver.all<Row>(`SELECT ${single.join(', ')} FROM ${from}`, params);
  for (const [index, name] of names.entries()) {
    columns[name] = rows.map((each) => String(each[`packed${index}`]));
  }
  return columns;
}

// Keeps a U+FEFF at the start of a text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * As packedColumns, for texts that cannot hold NUL, such as paths: the values of all rows one after another, as many
 * for each as there are expressions. None of them may be NULL.
 */
export function packedValues(
  driver: SqlDriver,
  expressions: readonly string[],
  from: string,
  params: SqlParams,
): readonly string[] {
  const row = driver.get<{ packed: Uint8Array | null }>(
    `SELECT CAST(group_concat(concat_ws(char(0), ${expressions.join(', ')}), char(0)) AS BLOB)
      AS packed FROM ${from}`,
    params,
  );
  return row?.packed ? decoder.decode(row.packed).split('\0') : [];
}
