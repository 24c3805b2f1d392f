/** The values of rows by a key, in the rows' order. */
export function grouped<Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const earlier = groups.get(key);
    if (earlier) earlier.push(valueOf(row));
    else groups.set(key, [valueOf(row)]);
  }
  return groups;
}
