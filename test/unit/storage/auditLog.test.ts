import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import type { AuditFilter } from '../../../src/catalog/model/audit.js';
import { StorageFixture } from './storageFixture.js';

describe('audit log', function () {
  this.timeout(60_000);
  let fixture: StorageFixture;
  beforeEach(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
  });
  afterEach(() => fixture.remove());

  const operations = async (filter: AuditFilter = {}): Promise<string[]> =>
    (await fixture.engine.listAudit(filter)).entries.map(({ operation }) => operation);

  it('says who did what to which file, and with what', async () => {
    const { engine, card, cardId, jobId, catalogId } = fixture;
    const { entries, total } = await engine.listAudit({ importJobId: jobId });
    assert.equal(total, 2);
    const [entry] = entries;
    assert.deepEqual(
      [entry?.operation, entry?.sourceId, entry?.user, entry?.program, entry?.catalogId],
      ['import-image', cardId, os.userInfo().username, 'command-line', catalogId],
    );
    assert.deepEqual(
      entries.map(({ detail }) => path.dirname(String(detail?.['from']))),
      [card, card],
    );
  });

  it('is filtered by deed, text, file, catalog and time', async () => {
    const { engine, catalogId, archive, managed } = fixture;
    assert.deepEqual(await operations({ operation: 'create-source' }), [
      'create-source',
      'create-source',
    ]);
    assert.equal((await operations({ text: 'img_2021' })).length, 1);
    assert.deepEqual(await operations({ text: '%' }), []);
    const file = path.join(archive, 'IMG_20230617_120000.jpg');
    assert.deepEqual(await operations({ file }), ['import-image']);
    // A managed file is noted with its whole path by one deed and relative to its folder by another.
    const [image] = (await engine.listImages({ catalogId, query: 'is:managed' })).images;
    assert.ok(image && image.currentPath.startsWith(managed));
    await engine.deleteImages({ catalogId, imageIds: [image.id], deleteFiles: true });
    assert.deepEqual(await operations({ file: image.currentPath }), [
      'delete-image',
      'import-image',
    ]);
    const today = new Date();
    const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
    const all = await operations();
    assert.deepEqual(await operations({ since: '2020-01-01', until: day }), all);
    assert.deepEqual(await operations({ until: '2020-01-01' }), []);
    assert.deepEqual(await operations({ since: '2999-01-01T00:00:00Z' }), []);
    assert.deepEqual(await operations({ catalogId: 'other' }), []);
    await assert.rejects(engine.listAudit({ since: 'yesterday' }), { code: 'INVALID_ARGUMENT' });
  });

  it('is newest first, page by page, while it grows', async () => {
    const { engine } = fixture;
    const ids = async (offset: number, limit: number): Promise<number[]> =>
      (await engine.listAudit({ offset, limit })).entries.map(({ id }) => id);
    const all = await ids(0, 100);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => b - a),
    );
    assert.deepEqual([...(await ids(0, 2)), ...(await ids(2, 100))], all);
    assert.deepEqual(await ids(all.length, 10), []);
    await engine.createCatalog({ name: 'Another' });
    const [newest, ...others] = await ids(0, 100);
    assert.deepEqual(others, all);
    assert.ok(newest && newest > (all[0] ?? 0));
  });

  it('survives its catalog, with the name it had', async () => {
    const { engine, catalogId } = fixture;
    const before = await operations();
    await engine.deleteCatalog({ catalogId });
    assert.deepEqual(await operations({ catalogId }), ['delete-catalog', ...before]);
    const facets = await engine.getAuditFacets({});
    assert.deepEqual(facets.catalogs, [{ id: catalogId, name: 'Family' }]);
    assert.deepEqual(
      facets.operations.find(({ operation }) => operation === 'import-image'),
      { operation: 'import-image', count: 3 },
    );
  });

  it('is exported oldest first', async () => {
    const { engine } = fixture;
    const { text, count } = await engine.readExport({
      request: { kind: 'audit', format: 'ndjson', filter: {} },
    });
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; operation: string });
    assert.equal(rows.length, count);
    assert.deepEqual(rows.map(({ operation }) => operation).reverse(), await operations());
    const some = await engine.readExport({
      request: { kind: 'audit', format: 'csv', filter: { operation: 'import-image' } },
    });
    assert.equal(some.text.trimEnd().split('\n').length, 4);
  });
});
