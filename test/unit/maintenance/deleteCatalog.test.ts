import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { openCatalogEngine } from '../../../src/catalog/engine.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import type { ImportMode } from '../../../src/catalog/model/importJob.js';
import { listFiles } from '../import/importFixture.js';

describe('deleting a catalog with its files', () => {
  let base: string;
  let card: string;
  let managed: string;
  let engine: CatalogEngine;
  let catalogId: string;

  beforeEach(async () => {
    base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-delete-catalog-')));
    card = path.join(base, 'card');
    managed = path.join(base, 'managed');
    const workspaceDirectory = path.join(base, 'workspace');
    for (const folder of [card, workspaceDirectory]) fs.mkdirSync(folder);
    engine = openCatalogEngine({
      workspaceDirectory,
      trusted: true,
      machineStateDirectory: path.join(base, 'state'),
    });
    const catalog = await engine.createCatalog({ name: 'Photos', managedDirectory: managed });
    catalogId = catalog.id;
  });
  afterEach(async () => {
    await engine.close();
    fs.rmSync(base, { recursive: true, force: true });
  });

  async function bring(name: string, importMode: ImportMode): Promise<void> {
    const sourcePath = path.join(card, importMode);
    fs.mkdirSync(sourcePath, { recursive: true });
    fs.writeFileSync(path.join(sourcePath, name), sampleJpeg(name, 2000));
    const { id: sourceId } = await engine.createSource({ catalogId, sourcePath });
    const { scanId } = await engine.scanSource({ sourceId });
    await engine.importSource({ sourceId, scanId, importMode });
  }

  const inManaged = (): string[] =>
    listFiles(managed).filter((file) => file !== '.image-catalog-managed');

  it('says first what it is about', async () => {
    await bring('a.jpg', 'copy');
    await bring('b.jpg', 'reference');
    assert.deepEqual(await engine.forecastDeleteCatalog({ catalogId }), {
      images: 2,
      sources: 2,
      jobs: 2,
      managedFiles: 1,
      managedBytes: 2000,
      managedDirectory: managed,
      referencedImages: 1,
    });
  });

  it('moves managed files to the trash, leaves referenced ones, and keeps the audit log', async () => {
    await bring('a.jpg', 'move');
    await bring('b.jpg', 'reference');
    const { operation, keptCount } = await engine.deleteCatalogWithFiles({ catalogId });
    assert.deepEqual([operation.kind, operation.status], ['delete-catalog', 'SUCCESS']);
    assert.deepEqual([operation.filesMoved, operation.bytesMoved, keptCount], [1, 2000, 0]);
    assert.deepEqual(await engine.listCatalogs({}), []);
    assert.equal(inManaged().length, 1);
    assert.match(inManaged()[0] ?? '', new RegExp(`^.imgcat-trash/${operation.id}/`));
    assert.deepEqual(listFiles(card), ['reference/b.jpg']);
    const { entries } = await engine.listAudit({ catalogId });
    const operations = new Set(entries.map((entry) => entry.operation));
    assert.ok(operations.has('delete-catalog') && operations.has('delete-image'));
    assert.ok((await engine.listBackups({})).length > 0);
    await assert.rejects(engine.undoFileOperation({ operationId: operation.id }), {
      code: 'CATALOG_NOT_FOUND',
    });
    await assert.rejects(engine.emptyTrash({ catalogId }), { code: 'CATALOG_NOT_FOUND' });
    const emptied = await engine.emptyTrash({ catalogId, operationId: operation.id });
    assert.deepEqual([emptied.files, emptied.bytes], [1, 2000]);
    assert.deepEqual(inManaged(), []);
  });

  it('leaves the trash of earlier deletions to be emptied, however the catalog goes', async () => {
    for (const withFiles of [true, false]) {
      await bring('a.jpg', 'copy');
      await bring('b.jpg', 'move');
      const { images } = await engine.listImages({ catalogId });
      const imageIds = images.slice(0, 1).map(({ id }) => id);
      const { operation } = await engine.deleteImages({ catalogId, imageIds, deleteFiles: true });
      if (withFiles) await engine.deleteCatalogWithFiles({ catalogId });
      else await engine.deleteCatalog({ catalogId });
      const other = { catalogId: 'another', operationId: operation.id };
      await assert.rejects(engine.emptyTrash(other), { code: 'CATALOG_NOT_FOUND' });
      const before = inManaged();
      const emptied = await engine.emptyTrash({ catalogId, operationId: operation.id });
      assert.deepEqual([emptied.files, emptied.keptCount], [1, 0]);
      assert.equal(inManaged().length, before.length - 1);
      const next = { name: 'Photos', managedDirectory: managed };
      catalogId = (await engine.createCatalog(next)).id;
    }
  });

  it('keeps the catalog if a file could not go, and what went can come back', async () => {
    await bring('a.jpg', 'copy');
    await bring('z.jpg', 'move');
    const files = inManaged();
    const stuck = path.join(managed, files[0] ?? '');
    const content = fs.readFileSync(stuck);
    fs.unlinkSync(stuck);
    fs.symlinkSync(path.join(card, 'copy', 'a.jpg'), stuck);
    const { operation, keptCount } = await engine.deleteCatalogWithFiles({ catalogId });
    assert.deepEqual([operation.status, operation.imagesDone, keptCount], ['PARTIAL', 1, 1]);
    assert.equal((await engine.listCatalogs({})).length, 1);
    fs.unlinkSync(stuck);
    fs.writeFileSync(stuck, content);
    const undone = await engine.undoFileOperation({ operationId: operation.id });
    assert.equal(undone.operation.status, 'UNDONE');
    assert.deepEqual(inManaged(), files);
  });

  it('goes on with a cancelled deletion, in the same operation', async () => {
    await bring('a.jpg', 'copy');
    const options = { signal: AbortSignal.abort() };
    const { operation } = await engine.deleteCatalogWithFiles({ catalogId }, options);
    const { id: operationId } = operation;
    const resumed = await engine.resumeFileOperation({ operationId });
    assert.deepEqual(
      [resumed.operation.id, resumed.operation.status, resumed.operation.filesMoved],
      [operationId, 'SUCCESS', 1],
    );
    assert.deepEqual(await engine.listCatalogs({}), []);
    await assert.rejects(engine.resumeFileOperation({ operationId }), {
      code: 'OPERATION_NOT_RESUMABLE',
    });
  });

  it('touches nothing of a cancelled deletion, nor outside the managed directory', async () => {
    await bring('a.jpg', 'copy');
    const files = inManaged();
    const controller = new AbortController();
    controller.abort();
    const options = { signal: controller.signal };
    const { operation } = await engine.deleteCatalogWithFiles({ catalogId }, options);
    assert.equal(operation.status, 'CANCELLED');
    assert.equal((await engine.listCatalogs({})).length, 1);
    assert.deepEqual(inManaged(), files);
    fs.renameSync(managed, `${managed}-away`);
    await assert.rejects(engine.deleteCatalogWithFiles({ catalogId }), {
      code: 'MANAGED_DIRECTORY_UNUSABLE',
    });
    assert.equal((await engine.listCatalogs({})).length, 1);
  });
});
