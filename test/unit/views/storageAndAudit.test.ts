import assert from 'node:assert/strict';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';
import { untranslated } from '../../../src/views/format.js';
import {
  auditService,
  AuditSession,
  readAuditIdentity,
} from '../../../src/views/panels/auditSession.js';
import { deedKind, deedText, detailText } from '../../../src/views/panels/auditTexts.js';
import { readStorageIdentity, StorageSession } from '../../../src/views/panels/storageSession.js';

const texts = { t: untranslated, locale: 'en' };
const identity = { folder: 'file:///ws', catalogId: 'catalog-1' };

describe('storage page', () => {
  it('says that its catalog is gone', async () => {
    const session = new StorageSession({
      engine: {
        getCatalog: () => Promise.reject(new CatalogError('CATALOG_NOT_FOUND', { catalog: 'x' })),
      } as unknown as EngineClient,
      identity,
      texts,
      showImages: () => Promise.reject(new Error('no row has a link')),
    });
    assert.equal((await session.load()).status, 'unavailable');
    assert.equal(await session.show('year:0'), null);
  });

  it('is restored with what it kept, and with nothing else', () => {
    assert.deepEqual(readStorageIdentity({ ...identity, more: 1 }), identity);
    assert.throws(() => readStorageIdentity({ folder: 'file:///ws', catalogId: 5 }));
  });
});

describe('audit log panel', () => {
  const service = auditService(
    new AuditSession({
      engine: {} as EngineClient,
      identity,
      texts,
      host: {
        showImage: () => Promise.reject(new Error('no entry was shown')),
        showJob: () => Promise.reject(new Error('no entry was shown')),
        exportLog: () => Promise.resolve(),
      },
    }),
  );
  const choice = { operation: '', catalogId: '', text: '', since: '', until: '' };

  it('reads what a webview sends', () => {
    const page = { offset: 0, limit: 200 };
    assert.deepEqual(service.rows.read({ ...page, choice }), { ...page, choice });
    for (const bad of [
      {},
      { ...page },
      { ...page, choice: { ...choice, text: 5 } },
      { ...page, choice: { ...choice, text: 'x'.repeat(1001) } },
      { ...page, limit: 501, choice },
    ]) {
      assert.throws(() => service.rows.read(bad), /Invalid value/);
    }
    assert.throws(() => service.showImage.read({ entryId: 'image-1' }), /Invalid value/);
  });

  it('opens nothing that it has not shown', async () => {
    assert.equal(await service.showImage.handle({ entryId: 1 }), null);
    assert.equal(await service.showJob.handle({ entryId: 1 }), null);
  });

  it('is restored for a catalog or for all', () => {
    assert.equal(readAuditIdentity({ folder: 'f', catalogId: null }).catalogId, null);
    assert.throws(() => readAuditIdentity({ folder: 'f' }));
  });

  it('says deeds and details in words', () => {
    assert.equal(deedText(untranslated, 'delete-image'), 'Deleted');
    assert.equal(deedText(untranslated, 'something-new'), 'something-new');
    assert.deepEqual(
      ['import-image', 'delete-image', 'undo-delete', 'relocate-image', 'file-damaged'].map(
        deedKind,
      ),
      ['added', 'removed', 'other', 'moved', 'problem'],
    );
    const entry = {
      id: 1,
      at: '',
      operation: 'relocate-image',
      catalogId: null,
      catalogName: 'Family',
      sourceId: null,
      importJobId: null,
      imageId: null,
      path: null,
      user: null,
      program: null,
      detail: {
        from: '/old/a.jpg',
        checksum: 'ab'.repeat(32),
        sidecars: [],
        counts: { a: 1 },
        n: 2,
      },
    };
    assert.equal(
      detailText(untranslated, entry),
      'from /old/a.jpg · SHA-256 abababababab… · n: 2 · catalog Family',
    );
  });
});
