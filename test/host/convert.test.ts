import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { deleteAllCatalogs, engine, run, temporaryFolder, writePicture } from './support.js';

describe('converting a source to managed through the command', () => {
  let folder: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A catalog with one picture, which stays in its source. */
  async function referenced() {
    const managedDirectory = path.join(folder, 'managed');
    const sourcePath = path.join(folder, 'photos');
    const original = path.join(sourcePath, 'IMG_20230615_143052.png');
    writePicture(original, 1);
    const { id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory,
    });
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath,
      defaultImportMode: 'reference',
    });
    await run(commands.importSource, { sourceId, confirmed: true });
    return { catalogId, sourceId, managedDirectory, original };
  }

  const picturesIn = (directory: string): string[] =>
    fs
      .readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.png'));

  it('copies its files, keeps the originals, and is undone', async () => {
    const { sourceId, managedDirectory, original } = await referenced();
    const pictures = (): string[] => picturesIn(managedDirectory);
    assert.deepEqual(pictures(), []);
    const { operation, keptCount } = await run<FileOperationReport>(commands.convertToManaged, {
      sourceId,
      confirmed: true,
    });
    assert.deepEqual([operation.status, operation.imagesDone, keptCount], ['SUCCESS', 1, 0]);
    assert.equal(pictures().length, 1);
    assert.ok(fs.existsSync(original));
    await run(commands.undoFileOperation, { operationId: operation.id });
    assert.deepEqual(pictures(), []);
    assert.ok(fs.existsSync(original));
  });

  it('goes on after it was cancelled', async () => {
    const { catalogId, managedDirectory, original } = await referenced();
    const { client } = await engine();
    const signal = AbortSignal.abort();
    const { operation } = await client.convertToManaged({ catalogId }, { signal });
    assert.deepEqual([operation.status, operation.imagesDone], ['CANCELLED', 0]);
    assert.deepEqual(picturesIn(managedDirectory), []);
    const { id: operationId } = operation;
    const resumed = await run<FileOperationReport>(commands.resumeFileOperation, { operationId });
    const { id, status, imagesDone } = resumed.operation;
    assert.deepEqual([id, status, imagesDone], [operationId, 'SUCCESS', 1]);
    assert.equal(picturesIn(managedDirectory).length, 1);
    assert.ok(fs.existsSync(original));
    await assert.rejects(run(commands.resumeFileOperation, { operationId }));
  });
});
