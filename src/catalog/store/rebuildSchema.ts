import type { SqlDriver } from './driver.js';

const tableName = (sql: string): string | undefined => /^CREATE TABLE (\w+)/.exec(sql)?.[1];
const indexName = /^CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+)/;

/**
 * Brings a file from one format to another where columns, tables and indexes were only added: a changed table
 * is copied, made anew and filled, so that sqlite_schema holds our statements letter for letter, which
 * ALTER TABLE would not leave. Runs inside the caller's transaction with foreign keys off.
 */
export function rebuildSchema(
  driver: SqlDriver,
  from: readonly string[],
  to: readonly string[],
): void {
  const kept = new Set(from);
  const added = to.filter((sql) => !kept.has(sql));
  const existing = new Set(from.map(tableName));
  const changed = new Set<string>();
  for (const sql of from) {
    const index = indexName.exec(sql)?.[1];
    if (index !== undefined && !to.includes(sql)) driver.run(`DROP INDEX ${index}`);
  }
  for (const sql of added) {
    const name = tableName(sql);
    if (name !== undefined && existing.has(name)) {
      changed.add(name);
      rebuildTable(driver, name, sql);
    } else {
      driver.run(sql);
    }
  }
  // Dropping a table dropped its indexes with it.
  for (const sql of to) {
    const table = indexName.exec(sql)?.[2];
    if (table !== undefined && changed.has(table) && kept.has(sql)) driver.run(sql);
  }
}

function rebuildTable(driver: SqlDriver, name: string, sql: string): void {
  const columns = driver
    .all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`)
    .map((column) => column.name)
    .join(', ');
  const counter = driver.get<{ seq: number }>(
    `SELECT seq FROM sqlite_sequence WHERE name = '${name}'`,
  );
  driver.run(`CREATE TABLE upgrading_rows AS SELECT * FROM ${name}`);
  driver.run(`DROP TABLE ${name}`);
  driver.run(sql);
  driver.run(`INSERT INTO ${name} (${columns}) SELECT ${columns} FROM upgrading_rows`);
  driver.run('DROP TABLE upgrading_rows');
  // Ids that were given once are not given again.
  if (counter) {
    driver.run(`DELETE FROM sqlite_sequence WHERE name = '${name}'`);
    driver.run(`INSERT INTO sqlite_sequence (name, seq) VALUES ('${name}', ?)`, [counter.seq]);
  }
}
