import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { deleteAllCatalogs, run, temporaryFolder, writePicture } from './support.js';

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

  it('copies its files, keeps the originals, and is undone', async () => {
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
    const pictures = (): string[] =>
      fs
        .readdirSync(managedDirectory, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.png'));
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
});
