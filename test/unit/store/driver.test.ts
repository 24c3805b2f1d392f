import assert from 'node:assert/strict';
import type { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { SqlError } from '../../../src/catalog/store/driver.js';
import { TemporaryWorkspace, catalog } from './support.js';

describe('the SQLite driver', () => {
  let workspace: TemporaryWorkspace;
  let store: CatalogStore;
  beforeEach(async () => {
    workspace = new TemporaryWorkspace();
    store = await workspace.create();
  });
  afterEach(async () => {
    await store.close();
    await workspace.remove();
  });
  const names = (): string[] => store.catalogs.list().map((row) => row.name);

  it('undoes a whole transaction when its work throws, nested calls included', () => {
    const failure = new Error('stop');
    assert.throws(
      () =>
        store.transaction(() => {
          store.catalogs.insert(catalog({ id: '1', name: 'a' }));
          store.transaction(() => store.catalogs.insert(catalog({ id: '2', name: 'b' })));
          throw failure;
        }),
      failure,
    );
    assert.deepEqual(names(), []);
    store.transaction(() => store.catalogs.insert(catalog({ id: '1', name: 'a' })));
    assert.deepEqual(names(), ['a']);
  });

  it('goes on after a failed statement, inside and outside a transaction', () => {
    store.catalogs.insert(catalog({ id: '1', name: 'a' }));
    for (let attempt = 0; attempt < 3; attempt++) {
      assert.throws(() => store.catalogs.insert(catalog({ id: '2', name: 'a' })), {
        code: 'CATALOG_NAME_TAKEN',
      });
    }
    store.transaction(() => {
      assert.throws(() => store.catalogs.insert(catalog({ id: '2', name: 'a' })));
      store.catalogs.insert(catalog({ id: '3', name: 'c' }));
    });
    assert.deepEqual(names(), ['a', 'c']);
  });

  it('binds positional and named parameters, with and without the colon', () => {
    const { driver } = store;
    const row = { a: 1, b: 'zwei', c: null, d: 2.5 };
    assert.deepEqual(
      driver.get('SELECT ? AS a, ? AS b, ? AS c, ? AS d', [1, 'zwei', null, 2.5]),
      row,
    );
    assert.deepEqual(
      driver.get('SELECT :a AS a, :b AS b, :c AS c, :d AS d', {
        a: 1,
        ':b': 'zwei',
        c: null,
        d: 2.5,
      }),
      row,
    );
    assert.deepEqual(driver.all('SELECT value FROM json_each(?)', ['[3,1]']), [
      { value: 3 },
      { value: 1 },
    ]);
    assert.equal(driver.get('SELECT 1 WHERE 0'), undefined);
  });

  it('leaves no half-read statement behind', () => {
    store.catalogs.insert(catalog({ id: '1', name: 'a' }));
    store.catalogs.insert(catalog({ id: '2', name: 'b' }));
    assert.deepEqual(store.driver.get('SELECT id FROM catalogs ORDER BY id'), { id: '1' });
    store.driver.run('VACUUM');
    assert.deepEqual(names(), ['a', 'b']);
  });

  it('says what is wrong with a statement, and refuses work after closing', async () => {
    assert.throws(() => store.driver.all('SELECT nothing'), SqlError);
    assert.throws(() => store.driver.run('INSERT INTO sources (id) VALUES (1)'), SqlError);
    await store.close();
    assert.throws(() => store.catalogs.list(), SqlError);
  });

  it('runs as the design asks: WAL, full syncs, foreign keys, no trust in the schema', () => {
    const pragma = (name: string): unknown =>
      Object.values(store.driver.get<Record<string, unknown>>(`PRAGMA ${name}`) ?? {})[0];
    assert.equal(pragma('journal_mode'), 'wal');
    assert.equal(pragma('locking_mode'), 'exclusive');
    assert.equal(pragma('synchronous'), 2);
    assert.equal(pragma('foreign_keys'), 1);
    assert.equal(pragma('trusted_schema'), 0);
    assert.equal(pragma('cell_size_check'), 1);
  });
});
