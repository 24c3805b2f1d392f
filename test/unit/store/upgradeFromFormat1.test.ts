import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createEmptyCatalog } from '../../../src/catalog/store/catalogFile.js';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import type { SqlDriver, SqlValue } from '../../../src/catalog/store/driver.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { rebuildSchema } from '../../../src/catalog/store/rebuildSchema.js';
import { schemaVersion } from '../../../src/catalog/store/schema.js';
import { schemaVersion1Statements } from '../../../src/catalog/store/schemaVersion1.js';
import { TemporaryWorkspace } from './support.js';

interface Column {
  readonly name: string;
  readonly type: string;
}

const tables = schemaVersion1Statements.flatMap(
  (sql) => /^CREATE TABLE (\w+)/.exec(sql)?.[1] ?? [],
);

const columnsOf = (driver: SqlDriver, table: string): Column[] =>
  driver.all<Column>(`SELECT name, type FROM pragma_table_info('${table}')`);

/** A row with a value of its own in every column, referring to the rows of the tables before it. */
function insertRow(driver: SqlDriver, table: string): void {
  const parents = new Map(
    driver
      .all<{ from: string; table: string }>(
        `SELECT "from", "table" FROM pragma_foreign_key_list('${table}')`,
      )
      .map((key) => [key.from, key.table]),
  );
  const columns = columnsOf(driver, table);
  const values = columns.map(({ name, type }, index): SqlValue => {
    if (parents.has(name)) return `${parents.get(name)}.id`;
    if (type === 'TEXT') return name === 'file_type' ? 'image' : `${table}.${name}`;
    return type === 'REAL' ? index + 0.5 : index + 1;
  });
  driver.run(
    `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
    VALUES (${values.map(() => '?').join(', ')})`,
    values,
  );
}

const rowsOf = (driver: SqlDriver, columns: ReadonlyMap<string, readonly Column[]>): unknown =>
  Object.fromEntries(
    [...columns].map(([table, own]) => [
      table,
      driver.all(`SELECT ${own.map(({ name }) => name).join(', ')} FROM ${table}`),
    ]),
  );

describe('a catalog file of format 1', () => {
  let workspace: TemporaryWorkspace;
  let columns: ReadonlyMap<string, readonly Column[]>;
  let rows: unknown;

  beforeEach(async () => {
    workspace = new TemporaryWorkspace();
    fs.mkdirSync(workspace.catalogDirectory);
    await createEmptyCatalog(workspace.file, schemaVersion1Statements, 1);
    const driver = await NodeSqliteDriver.open({ file: workspace.file });
    for (const table of tables) insertRow(driver, table);
    columns = new Map(tables.map((table) => [table, columnsOf(driver, table)]));
    rows = rowsOf(driver, columns);
    driver.close();
  });
  afterEach(() => workspace.remove());

  const hash = (): string =>
    createHash('sha256').update(fs.readFileSync(workspace.file)).digest('hex');

  function assertUpgraded(store: CatalogStore | null): asserts store is CatalogStore {
    assert.ok(store);
    const { driver } = store;
    assert.deepEqual(driver.get('PRAGMA user_version'), { user_version: schemaVersion });
    assert.equal(tables.length, 12);
    assert.deepEqual(rowsOf(driver, columns), rows);
    assert.deepEqual(driver.get('PRAGMA foreign_keys'), { foreign_keys: 1 });
    assert.equal(driver.get('PRAGMA foreign_key_check'), undefined);
    assert.deepEqual(driver.get('SELECT picture_state AS s, review_status AS r FROM images'), {
      s: 'PENDING',
      r: 'active',
    });
  }

  it('is upgraded with every row of every table, and its references still work', async () => {
    const { store, state } = await openCatalogStore(workspace.options);
    assert.equal(state.readOnly, false);
    assertUpgraded(store);
    assert.throws(() => store.driver.run("UPDATE images SET source_id = 'nobody'"), /FOREIGN KEY/);
    store.catalogs.delete('catalogs.id');
    const left = tables.filter((table) => store.driver.get(`SELECT 1 FROM ${table}`));
    assert.deepEqual(left, ['audit_log']);
    await store.close();
  });

  it('is upgraded once, after a backup', async () => {
    for (let times = 0; times < 2; times++) {
      const { store } = await openCatalogStore(workspace.options);
      assertUpgraded(store);
      await store.close();
    }
    const backups = fs.readdirSync(path.join(workspace.catalogDirectory, 'backups'));
    assert.deepEqual(
      backups.map((name) => /-v\d+\./.exec(name)?.[0]),
      ['-v1.'],
    );
  });

  it('is read in an untrusted workspace without being changed', async () => {
    const before = hash();
    const { store, state } = await openCatalogStore({ ...workspace.options, trusted: false });
    assert.equal(state.readOnlyReason, 'untrusted');
    assertUpgraded(store);
    assert.throws(() => store.catalogs.delete('catalogs.id'), { code: 'CATALOG_READ_ONLY' });
    await store.close();
    assert.deepEqual(
      [hash(), fs.readdirSync(workspace.catalogDirectory)],
      [before, ['catalog.sqlite']],
    );
  });

  it('is read while another window holds it, without being changed', async () => {
    // The lock's holder is of the older program: the file stays in format 1.
    const { child } = await workspace.startChild('lock');
    const before = hash();
    const { store, state } = await openCatalogStore(workspace.options);
    assert.equal(state.readOnlyReason, 'locked');
    assertUpgraded(store);
    assert.throws(() => store.catalogs.delete('catalogs.id'), { code: 'CATALOG_READ_ONLY' });
    await store.close();
    assert.equal(hash(), before);
    await workspace.kill(child);
  });
});

describe('rebuilding a schema', () => {
  it('keeps counters, drops indexes that are gone and makes those that are left', async () => {
    const workspace = new TemporaryWorkspace();
    const from = [
      'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT) STRICT',
      'CREATE INDEX kept ON a(b)',
      'CREATE TABLE c (d TEXT) STRICT',
      'CREATE INDEX gone ON c(d)',
    ];
    const to = [
      "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, e TEXT DEFAULT 'x') STRICT",
      'CREATE INDEX kept ON a(b)',
      'CREATE TABLE c (d TEXT) STRICT',
      'CREATE INDEX fresh ON a(e)',
    ];
    const file = path.join(workspace.root, 'file.sqlite');
    await createEmptyCatalog(file, from, 1);
    const driver = await NodeSqliteDriver.open({ file });
    driver.run("INSERT INTO a VALUES (1, 'one'), (9, 'nine')");
    driver.run('DELETE FROM a WHERE id = 9');
    driver.transaction(() => {
      rebuildSchema(driver, from, to);
    });
    driver.run("INSERT INTO a (b) VALUES ('ten')");
    assert.deepEqual(driver.all('SELECT * FROM a ORDER BY id'), [
      { id: 1, b: 'one', e: 'x' },
      { id: 10, b: 'ten', e: 'x' },
    ]);
    assert.deepEqual(
      driver.all("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name"),
      [{ name: 'fresh' }, { name: 'kept' }],
    );
    driver.close();
    await workspace.remove();
  });
});
