import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { createCatalogFile, openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { TemporaryWorkspace, at, catalog, source } from './support.js';

/** Every file below a folder with its content's hash. */
function tree(directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(directory, name);
    files[name] = fs.statSync(file).isDirectory()
      ? 'folder'
      : createHash('sha256').update(fs.readFileSync(file)).digest('hex');
  }
  return files;
}

describe('opening a catalog', () => {
  let workspace: TemporaryWorkspace;
  beforeEach(() => {
    workspace = new TemporaryWorkspace();
  });
  afterEach(() => workspace.remove());

  /** A closed catalog file with a few rows. */
  async function makeCatalog(): Promise<void> {
    const store = await workspace.create();
    store.catalogs.insert(catalog());
    store.sources.insert(source());
    await store.close();
  }

  /** Changes the closed file with plain SQL, as another program would. */
  async function tamper(...statements: string[]): Promise<void> {
    const driver = await NodeSqliteDriver.open({ file: workspace.file });
    for (const statement of statements) driver.run(statement);
    driver.close();
  }

  async function assertRefused(code: string, detail: RegExp, trusted = true): Promise<void> {
    const before = tree(workspace.directory);
    await assert.rejects(openCatalogStore({ ...workspace.options, trusted }), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, code);
      assert.match(error.message, detail);
      return true;
    });
    assert.deepEqual(tree(workspace.directory), before);
  }

  it('writes nothing before the first catalog', async () => {
    const opened = await openCatalogStore(workspace.options);
    assert.equal(opened.store, null);
    assert.deepEqual(
      [opened.state.exists, opened.state.readOnly, opened.state.catalogFile],
      [false, false, workspace.file],
    );
    assert.deepEqual(tree(workspace.directory), {});
  });

  it('creates the file, keeps it out of git, and finds its rows again', async () => {
    await makeCatalog();
    assert.deepEqual(Object.keys(tree(workspace.directory)), [
      '.image-catalog',
      path.join('.image-catalog', '.gitignore'),
      path.join('.image-catalog', 'catalog.sqlite'),
    ]);
    assert.equal(
      fs.readFileSync(path.join(workspace.catalogDirectory, '.gitignore'), 'utf8').trim(),
      '*',
    );
    const { store, state } = await openCatalogStore(workspace.options);
    assert.deepEqual([state.exists, state.readOnly, state.lockHolder], [true, false, null]);
    assert.deepEqual(store?.catalogs.list(), [catalog()]);
    await store?.close();
  });

  it('needs the workspace folder', async () => {
    fs.rmdirSync(workspace.directory);
    await assert.rejects(createCatalogFile(workspace.options), { code: 'WORKSPACE_NOT_FOUND' });
    assert.equal(fs.existsSync(workspace.directory), false);
  });

  it('reads an untrusted workspace without writing anything', async () => {
    await makeCatalog();
    const before = tree(workspace.root);
    const { store, state } = await openCatalogStore({ ...workspace.options, trusted: false });
    assert.deepEqual([state.readOnly, state.readOnlyReason], [true, 'untrusted']);
    assert.deepEqual(store?.catalogs.list(), [catalog()]);
    assert.equal(store?.sources.listWithFigures()[0]?.catalogName, 'Photos');
    assert.throws(() => store?.catalogs.delete('catalog-1'), { code: 'CATALOG_READ_ONLY' });
    assert.throws(() => store?.transaction(() => 1), { code: 'CATALOG_READ_ONLY' });
    await store?.close();
    assert.deepEqual(tree(workspace.root), before);
    await assert.rejects(createCatalogFile({ ...workspace.options, trusted: false }), {
      code: 'CATALOG_READ_ONLY',
    });
  });

  for (const trusted of [true, false]) {
    describe(trusted ? 'refuses and leaves alone' : 'refuses in an untrusted workspace', () => {
      beforeEach(makeCatalog);

      it('an empty file', async () => {
        fs.writeFileSync(workspace.file, '');
        await assertRefused('CATALOG_FILE_CORRUPT', /empty/, trusted);
      });
      it('a file that is cut off', async () => {
        fs.truncateSync(workspace.file, fs.statSync(workspace.file).size - 4096);
        await assertRefused('CATALOG_FILE_CORRUPT', /cut off/, trusted);
      });
      it('a file that is no database', async () => {
        fs.writeFileSync(workspace.file, 'hello\n'.repeat(1000));
        await assertRefused('CATALOG_FILE_FOREIGN', /not an SQLite database/, trusted);
      });
      it('the database of another program', async () => {
        await tamper('PRAGMA application_id = 7');
        await assertRefused('CATALOG_FILE_FOREIGN', /another program/, trusted);
      });
      it('a newer format', async () => {
        await tamper('PRAGMA user_version = 99');
        await assertRefused('CATALOG_FILE_TOO_NEW', /format 99/, trusted);
      });
      it('an added trigger', async () => {
        await tamper(
          `CREATE TRIGGER t AFTER INSERT ON images BEGIN
            UPDATE images SET current_path = '/elsewhere' WHERE id = new.id; END`,
        );
        await assertRefused('CATALOG_FILE_FOREIGN', /trigger "t"/, trusted);
      });
      it('a view in the place of a table', async () => {
        await tamper(
          'DROP TABLE duplicate_decisions',
          'CREATE VIEW duplicate_decisions AS SELECT 1',
        );
        await assertRefused('CATALOG_FILE_FOREIGN', /view "duplicate_decisions"/, trusted);
      });
      it('a missing table', async () => {
        await tamper('DROP TABLE duplicate_decisions');
        await assertRefused('CATALOG_FILE_FOREIGN', /"duplicate_decisions" is missing/, trusted);
      });
      it('an index over other columns', async () => {
        await tamper(
          'DROP INDEX idx_images_source_id',
          'CREATE INDEX idx_images_source_id ON images(id)',
        );
        await assertRefused('CATALOG_FILE_FOREIGN', /"idx_images_source_id"/, trusted);
      });
      it('a reference to nothing', async () => {
        fs.rmSync(workspace.options.machineStateDirectory, { recursive: true });
        await tamper('PRAGMA foreign_keys = OFF', 'DELETE FROM catalogs');
        await assertRefused('CATALOG_FILE_CORRUPT', /sources refers to a missing row/, trusted);
      });
      it('damaged pages', async () => {
        fs.rmSync(workspace.options.machineStateDirectory, { recursive: true });
        const size = fs.statSync(workspace.file).size;
        const handle = fs.openSync(workspace.file, 'r+');
        // All but the pages of the schema.
        fs.writeSync(handle, Buffer.alloc(4096, 0xee), 0, 4096, size - 4096);
        fs.closeSync(handle);
        await assertRefused('CATALOG_FILE_CORRUPT', /damaged/, trusted);
      });
      it('the unfinished change of another program', async () => {
        fs.writeFileSync(`${workspace.file}-journal`, Buffer.alloc(512, 0xd9));
        await assertRefused('CATALOG_FILE_CORRUPT', /unfinished change/, trusted);
      });
    });
  }

  it('opens a folder that cannot be written read-only', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) return this.skip();
    await makeCatalog();
    fs.chmodSync(workspace.catalogDirectory, 0o500);
    try {
      const { store, state } = await openCatalogStore(workspace.options);
      assert.equal(state.readOnlyReason, 'file-system');
      assert.deepEqual(store?.catalogs.list(), [catalog()]);
      await store?.close();
    } finally {
      fs.chmodSync(workspace.catalogDirectory, 0o700);
    }
  });

  describe('while it is open for writing', () => {
    it('goes read-only when another program has written the file', async () => {
      const store = await workspace.create();
      store.catalogs.insert(catalog());
      const wal = `${workspace.file}-wal`;
      fs.appendFileSync(wal, Buffer.alloc(4120));
      const changed = fs.readFileSync(wal);
      for (let attempt = 0; attempt < 2; attempt++) {
        assert.throws(() => store.sources.insert(source()), { code: 'CATALOG_READ_ONLY' });
        assert.throws(() => store.transaction(() => 1), { code: 'CATALOG_READ_ONLY' });
      }
      assert.equal(store.catalogs.list().length, 1);
      await store.close();
      assert.deepEqual(fs.readFileSync(wal), changed);
    });

    it('goes read-only when the file was replaced', async () => {
      const store = await workspace.create();
      store.catalogs.insert(catalog());
      fs.copyFileSync(workspace.file, `${workspace.file}.copy`);
      fs.renameSync(`${workspace.file}.copy`, workspace.file);
      const before = fs.readFileSync(workspace.file);
      assert.throws(() => store.catalogs.delete('catalog-1'), { code: 'CATALOG_READ_ONLY' });
      await store.close();
      assert.deepEqual(fs.readFileSync(workspace.file), before);
    });

    it('goes read-only when the lock was taken over, and leaves the new lock', async () => {
      const store = await workspace.create();
      const lockFile = path.join(workspace.catalogDirectory, 'catalog.lock');
      const holder = JSON.parse(fs.readFileSync(lockFile, 'utf8')) as object;
      fs.writeFileSync(lockFile, JSON.stringify({ ...holder, nonce: 'other', host: 'elsewhere' }));
      assert.throws(() => store.catalogs.insert(catalog()), /taken over the lock/);
      await store.close();
      assert.equal(fs.existsSync(lockFile), true);
    });

    it('goes on writing over many checkpoints of its own', async () => {
      const store = await workspace.create();
      store.driver.get('PRAGMA wal_autocheckpoint = 5');
      for (let index = 0; index < 40; index++) {
        store.auditLog.append({ at, operation: 'test', path: 'x'.repeat(9000) });
      }
      assert.equal(store.auditLog.page({ offset: 0, limit: 1 }).total, 40);
      await store.close();
    });
  });
});
