import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { StorageFixture } from './storageFixture.js';

describe('backups on request', function () {
  this.timeout(60_000);
  let fixture: StorageFixture;
  beforeEach(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
  });
  afterEach(() => fixture.remove());

  it('are checked, listed with what is in them, and restored', async () => {
    const { engine, catalogId } = fixture;
    const backup = await engine.backUpCatalog({});
    assert.deepEqual([backup.imageCount, backup.catalogNames], [3, ['Family']]);
    const [listed] = await engine.listBackups({});
    assert.deepEqual(listed, backup);
    await engine.updateCatalog({ catalogId, name: 'Renamed' });
    const { images } = await engine.listImages({ catalogId });
    await engine.deleteImages({
      catalogId,
      imageIds: images.map(({ id }) => id),
      deleteFiles: false,
    });
    const restored = await engine.restoreBackup({ file: backup.file });
    assert.deepEqual(
      (await engine.listCatalogs({})).map(({ name, imageCount }) => [name, imageCount]),
      [['Family', 3]],
    );
    assert.match(path.basename(restored.keptAs ?? ''), /^catalog\.replaced-.*\.sqlite$/);
    const replaced = await engine.inspectBackup({ file: restored.keptAs ?? '' });
    assert.deepEqual([replaced.imageCount, replaced.catalogNames], [0, ['Renamed']]);
    const [last] = (await engine.listAudit({ limit: 1 })).entries;
    assert.deepEqual([last?.operation, last?.path], ['restore-backup', backup.file]);
  });

  it('go to a chosen place, over no file, and can be restored from there', async () => {
    const { engine, root } = fixture;
    const file = path.join(root, 'elsewhere.sqlite');
    const backup = await engine.backUpCatalog({ path: file });
    assert.deepEqual([backup.file, backup.imageCount], [file, 3]);
    await assert.rejects(engine.backUpCatalog({ path: file }), { code: 'OUTPUT_EXISTS' });
    await engine.backUpCatalog({ path: file, overwrite: true });
    assert.deepEqual(
      fs.readdirSync(root).filter((name) => /\.(part|lock)/.test(name)),
      [],
    );
    assert.equal((await engine.listBackups({})).length, 0, 'not one of the rotating ones');
    await engine.deleteCatalog({ catalogId: fixture.catalogId });
    await engine.restoreBackup({ file });
    assert.equal((await engine.listCatalogs({})).length, 1);
  });

  it('that are damaged or no catalog at all are refused and change nothing', async () => {
    const { engine, root, workspace } = fixture;
    const { file } = await engine.backUpCatalog({});
    const damaged = path.join(root, 'damaged.sqlite');
    const bytes = fs.readFileSync(file);
    fs.writeFileSync(damaged, bytes.subarray(0, bytes.length - 8192));
    const text = path.join(root, 'text.sqlite');
    fs.writeFileSync(text, 'not a catalog');
    const catalogFile = path.join(workspace, '.image-catalog', 'catalog.sqlite');
    for (const bad of [damaged, text, path.join(root, 'none.sqlite'), root]) {
      await assert.rejects(engine.inspectBackup({ file: bad }), { code: 'BACKUP_UNUSABLE' }, bad);
      await assert.rejects(engine.restoreBackup({ file: bad }), { code: 'BACKUP_UNUSABLE' }, bad);
    }
    assert.ok(fs.existsSync(catalogFile));
    assert.equal((await engine.listCatalogs({}))[0]?.imageCount, 3);
    fs.writeFileSync(file, 'not a catalog any more');
    const [listed] = await engine.listBackups({});
    assert.equal(listed?.imageCount, null);
  });

  it('of one day do not push out those of other days', async () => {
    const { engine, workspace } = fixture;
    const folder = path.join(workspace, '.image-catalog', 'backups');
    fs.mkdirSync(folder, { recursive: true });
    for (const day of ['01', '02', '03']) {
      fs.writeFileSync(path.join(folder, `catalog-2020-01-${day}T120000000Z-v2.sqlite`), '');
    }
    for (let times = 0; times < 9; times += 1) await engine.backUpCatalog({});
    const names = fs.readdirSync(folder);
    assert.equal(names.filter((name) => name.startsWith('catalog-2020-01-')).length, 3);
    assert.equal(names.length, 10);
  });
});
