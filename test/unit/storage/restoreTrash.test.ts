import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';
import { listFiles } from '../import/importFixture.js';
import { StorageFixture } from './storageFixture.js';

describe('restoring a backup from before a deletion', function () {
  this.timeout(60_000);
  let fixture: StorageFixture;
  let engine: CatalogEngine;
  let catalogId: string;
  let backup: string;
  let before: Map<string, string>;
  beforeEach(async () => {
    fixture = new StorageFixture();
    await fixture.fill();
    ({ engine, catalogId } = fixture);
    backup = (await engine.backUpCatalog({})).file;
    before = content();
    assert.equal(before.size, 4, 'two photos, a sidecar, the mark');
  });
  afterEach(() => fixture.remove());

  const content = (): Map<string, string> =>
    new Map(
      listFiles(fixture.managed).map((file) => [
        file,
        fs.readFileSync(path.join(fixture.managed, file), 'latin1'),
      ]),
    );

  async function managedImages(): Promise<{ id: string; currentPath: string }[]> {
    const { images } = await engine.listImages({ catalogId });
    return images.filter(({ isManaged }) => isManaged);
  }

  async function deleteAll(deleteFiles = true): Promise<string> {
    const imageIds = (await managedImages()).map(({ id }) => id);
    const { operation } = await engine.deleteImages({ catalogId, imageIds, deleteFiles });
    return operation.id;
  }

  const auditOf = async (operation: string): Promise<(string | null)[]> =>
    (await engine.listAudit({ operation, limit: 100 })).entries.map((entry) => entry.path).sort();

  it('brings the files back from the trash, with their sidecars, and tells each', async () => {
    const paths = (await managedImages()).map(({ currentPath }) => currentPath);
    const operationId = await deleteAll();
    const restored = await engine.restoreBackup({ file: backup });
    assert.deepEqual([restored.imagesReturned, restored.notLookedAt], [2, []]);
    assert.equal(restored.carriedOver.operations, 1);
    assert.deepEqual(content(), before);
    assert.deepEqual(
      await auditOf('return-from-trash'),
      paths.map((file) => path.relative(fixture.managed, file)).sort(),
    );
    const { entries } = await engine.listAudit({ file: paths[0] ?? '', limit: 100 });
    assert.ok(entries.some(({ operation }) => operation === 'return-from-trash'));
    const { operations } = await engine.listFileOperations({ catalogId });
    assert.deepEqual(
      operations.map(({ id, status }) => [id, status]),
      [[operationId, 'UNDONE']],
    );
    assert.equal((await engine.recover({})).imagesReturned, 0);
    assert.equal((await auditOf('return-from-trash')).length, 2);
  });

  it('brings back those of a catalog that was deleted', async () => {
    await engine.deleteCatalogWithFiles({ catalogId });
    assert.equal((await engine.restoreBackup({ file: backup })).imagesReturned, 2);
    assert.deepEqual(content(), before);
    assert.equal((await managedImages()).length, 2);
  });

  it('brings them back where nothing is known of the deletion', async () => {
    await deleteAll();
    await engine.close();
    const catalogFile = path.join(fixture.workspace, '.image-catalog', 'catalog.sqlite');
    fs.writeFileSync(catalogFile, 'damaged');
    engine = fixture.open();
    const restored = await engine.restoreBackup({ file: backup });
    assert.notEqual(restored.carriedOver.failure, null);
    assert.equal(restored.imagesReturned, 2);
    assert.deepEqual(content(), before);
    assert.equal((await auditOf('return-from-trash')).length, 2);
  });

  it('brings them back where the deletion was cut off before its rows went', async () => {
    await deleteAll();
    await engine.close();
    const file = path.join(fixture.workspace, '.image-catalog', 'catalog.sqlite');
    const driver = await NodeSqliteDriver.open({ file });
    driver.run("UPDATE file_operations SET status = 'RUNNING'");
    driver.run("UPDATE file_operation_items SET state = 'PLANNED'");
    driver.close();
    engine = fixture.open();
    assert.equal((await engine.restoreBackup({ file: backup })).imagesReturned, 2);
    assert.equal((await managedImages()).length, 2);
    assert.deepEqual(content(), before);
    assert.equal((await engine.listFileOperations({ catalogId })).operations[0]?.imagesDone, 0);
  });

  it('leaves them in the trash while their drive is away, until recovery', async () => {
    const operationId = await deleteAll();
    const away = `${fixture.managed}-away`;
    fs.renameSync(fixture.managed, away);
    const restored = await engine.restoreBackup({ file: backup });
    assert.deepEqual([restored.imagesReturned, restored.notLookedAt], [0, ['Family']]);
    fs.renameSync(away, fixture.managed);
    const trashed = content();
    // Three files: two photos and a sidecar. They are the only ones that there are.
    assert.deepEqual(await engine.emptyTrash({ catalogId }), { files: 0, bytes: 0, keptCount: 3 });
    assert.deepEqual(content(), trashed);
    assert.equal((await engine.recover({})).imagesReturned, 2);
    assert.deepEqual(content(), before);
    await assert.rejects(engine.undoFileOperation({ operationId }), {
      code: 'OPERATION_NOT_UNDOABLE',
    });
  });

  it('brings them back with an undo of the deletion, too', async () => {
    const operationId = await deleteAll();
    const away = `${fixture.managed}-away`;
    fs.renameSync(fixture.managed, away);
    await engine.restoreBackup({ file: backup });
    fs.renameSync(away, fixture.managed);
    const { keptCount, operation } = await engine.undoFileOperation({ operationId });
    assert.deepEqual([keptCount, operation.status], [0, 'UNDONE']);
    assert.deepEqual(content(), before);
  });

  it('puts nothing over a file, and nothing back that is not what the catalog knows', async () => {
    const [taken, edited] = (await managedImages()).map(({ currentPath }) => currentPath);
    assert.ok(taken !== undefined && edited !== undefined);
    const operationId = await deleteAll();
    fs.mkdirSync(path.dirname(taken), { recursive: true });
    fs.writeFileSync(taken, 'another');
    const trash = path.join(fixture.managed, '.imgcat-trash', operationId);
    fs.appendFileSync(path.join(trash, path.relative(fixture.managed, edited)), 'more');
    const trashed = content();
    assert.equal((await engine.restoreBackup({ file: backup })).imagesReturned, 0);
    assert.deepEqual(content(), trashed);
    const { kept, operation } = await engine.undoFileOperation({ operationId });
    assert.deepEqual(
      kept.map(({ code }) => code),
      ['UNDO_IN_CATALOG', 'UNDO_IN_CATALOG'],
    );
    assert.equal(operation.imagesDone, 2);
    assert.deepEqual(content(), trashed);
    // Moved away, what was deleted comes.
    fs.rmSync(taken);
    assert.equal((await engine.recover({})).imagesReturned, 1);
    assert.equal(
      content().get(path.relative(fixture.managed, taken))?.length,
      before.get(path.relative(fixture.managed, taken))?.length,
    );
  });

  it('lets the undo of a deletion of entries alone say that they are there', async () => {
    const operationId = await deleteAll(false);
    await engine.restoreBackup({ file: backup });
    assert.deepEqual(content(), before);
    const { keptCount, kept } = await engine.undoFileOperation({ operationId });
    assert.deepEqual([keptCount, kept[0]?.code], [2, 'UNDO_IN_CATALOG']);
  });

  it('lets the trash of an image that only the replaced file knew be undone and emptied', async () => {
    fixture.put(fixture.card, 'IMG_20240101_120000.jpg', 'later', 3000);
    const { scanId } = await engine.scanSource({ sourceId: fixture.cardId });
    await engine.importSource({ sourceId: fixture.cardId, scanId, importMode: 'copy' });
    const later = (await managedImages()).find(
      ({ currentPath }) => !before.has(path.relative(fixture.managed, currentPath)),
    );
    const imageIds = [later?.id ?? ''];
    const { operation } = await engine.deleteImages({ catalogId, imageIds, deleteFiles: true });
    assert.equal((await engine.restoreBackup({ file: backup })).imagesReturned, 0);
    const undone = await engine.undoFileOperation({ operationId: operation.id });
    assert.deepEqual([undone.keptCount, undone.operation.status], [0, 'UNDONE']);
    assert.equal((await managedImages()).length, 3);
    await engine.deleteImages({ catalogId, imageIds, deleteFiles: true });
    await engine.restoreBackup({ file: backup });
    assert.equal((await engine.emptyTrash({ catalogId })).files, 1);
    assert.deepEqual(content(), before);
  });
});
