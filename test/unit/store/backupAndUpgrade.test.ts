import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { backUp, isBackupDue, listBackups } from '../../../src/catalog/store/backup.js';
import type { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { schemaStatements, schemaVersion } from '../../../src/catalog/store/schema.js';
import type { SchemaHistory } from '../../../src/catalog/store/upgrades.js';
import { TemporaryWorkspace, catalog } from './support.js';

const day = (number: number): Date => new Date(Date.UTC(2024, 0, number, 12));

const dropped = 'duplicate_decisions';
const oldSchema = {
  version: schemaVersion,
  statements: schemaStatements.filter((sql) => !sql.includes(`TABLE ${dropped}`)),
};
const added = schemaStatements.filter((sql) => sql.includes(`TABLE ${dropped}`));
const newer: SchemaHistory = {
  current: {
    version: schemaVersion + 1,
    statements: schemaStatements.map((sql) =>
      sql.includes('TABLE catalogs')
        ? sql.replace('updated_at TEXT NOT NULL', 'updated_at TEXT NOT NULL, note TEXT')
        : sql,
    ),
  },
  steps: [
    {
      from: oldSchema,
      run(driver) {
        for (const sql of added) driver.run(sql);
        driver.run('ALTER TABLE catalogs ADD COLUMN note TEXT');
        driver.run("UPDATE catalogs SET note = 'upgraded ' || name");
      },
    },
  ],
};

describe('backups and upgrades', () => {
  let workspace: TemporaryWorkspace;
  beforeEach(() => {
    workspace = new TemporaryWorkspace();
  });
  afterEach(() => workspace.remove());

  const names = (): string[] => listBackups(workspace.file).map((file) => path.basename(file));
  const openAt = (now: Date, schemas?: SchemaHistory) =>
    openCatalogStore({ ...workspace.options, now: () => now, ...(schemas && { schemas }) });

  it('makes one backup a day, on use, and keeps the last seven', async () => {
    const first = await workspace.create({ now: () => day(1) });
    first.catalogs.insert(catalog());
    await first.close();
    for (let number = 1; number <= 10; number++) {
      for (let times = 0; times < 2; times++) {
        const { store } = await openAt(day(number));
        assert.equal(isBackupDue(workspace.file, day(number)), false);
        await store?.close();
      }
    }
    assert.deepEqual(
      names(),
      [4, 5, 6, 7, 8, 9, 10].map(
        (number) =>
          `catalog-2024-01-${String(number).padStart(2, '0')}T120000000Z-v${schemaVersion}.sqlite`,
      ),
    );
  });

  it('makes a backup that can take the place of the file', async () => {
    const store = await workspace.create();
    store.catalogs.insert(catalog());
    const backup = await backUp(store.driver as NodeSqliteDriver, workspace.file, day(3));
    store.catalogs.insert(catalog({ id: 'later', name: 'Later' }));
    assert.equal(store.catalogs.list().length, 2);
    await store.close();
    fs.copyFileSync(backup, workspace.file);
    const restored = await openAt(day(3));
    assert.deepEqual(restored.store?.catalogs.list(), [catalog()]);
    await restored.store?.close();
    assert.deepEqual(fs.readdirSync(path.dirname(backup)), [path.basename(backup)]);
  });

  it('backs up an older file, then upgrades it', async () => {
    const store = await workspace.create({ schemas: { current: oldSchema, steps: [] } });
    store.catalogs.insert(catalog());
    await store.close();
    const { store: upgraded } = await openAt(day(5), newer);
    assert.deepEqual(upgraded?.driver.get('SELECT name, note FROM catalogs'), {
      name: 'Photos',
      note: 'upgraded Photos',
    });
    assert.deepEqual(upgraded?.driver.get('PRAGMA user_version'), {
      user_version: schemaVersion + 1,
    });
    assert.deepEqual(upgraded?.driver.get('PRAGMA foreign_keys'), { foreign_keys: 1 });
    await upgraded?.close();
    assert.deepEqual(names(), [`catalog-2024-01-05T120000000Z-v${schemaVersion}.sqlite`]);
    // It opens again as a file of the new format, and the old program refuses it.
    await (await openAt(day(5), newer)).store?.close();
    await assert.rejects(openAt(day(5)), { code: 'CATALOG_FILE_TOO_NEW' });
  });

  for (const [what, step] of [
    ['fails', 'INSERT INTO nowhere VALUES (1)'],
    ['does not lead to the new format', 'CREATE TABLE unexpected (a TEXT) STRICT'],
  ] as const) {
    it(`leaves the old format when a step ${what}`, async () => {
      const old = { current: oldSchema, steps: [] };
      const store = await workspace.create({ schemas: old });
      store.catalogs.insert(catalog());
      await store.close();
      const broken: SchemaHistory = {
        current: newer.current,
        steps: [
          {
            from: oldSchema,
            run(driver) {
              driver.run('DELETE FROM catalogs');
              driver.run(step);
            },
          },
        ],
      };
      await assert.rejects(openAt(day(5), broken));
      const reopened = await openAt(day(5), old);
      assert.equal(reopened.state.readOnly, false);
      assert.deepEqual(reopened.store?.catalogs.list(), [catalog()]);
      await reopened.store?.close();
    });
  }
});
