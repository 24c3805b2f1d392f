import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { deleteAllCatalogs, run, temporaryFolder, writePicture } from './support.js';

describe('reorganizing a catalog through the command', () => {
  let folder: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('moves its managed files to where the strategy puts them, and is undone', async () => {
    const managedDirectory = path.join(folder, 'managed');
    const sourcePath = path.join(folder, 'photos');
    writePicture(path.join(sourcePath, 'IMG_20230615_143052.png'), 1);
    const { id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory,
      defaultOrganizationStrategy: 'FLAT/ORIGINAL',
    });
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath,
      defaultImportMode: 'copy',
    });
    await run(commands.importSource, { sourceId, confirmed: true });
    const pictures = (): string[] =>
      fs
        .readdirSync(managedDirectory, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.png'));
    assert.deepEqual(pictures(), ['IMG_20230615_143052.png']);
    const reorganize = (strategy?: string): Promise<FileOperationReport> =>
      run<FileOperationReport>(commands.reorganize, {
        catalogId,
        ...(strategy !== undefined && { organizationStrategy: strategy }),
        confirmed: true,
      });
    assert.equal((await reorganize()).operation.imagesTotal, 0);
    const { operation, keptCount } = await reorganize('YEAR_ONLY/ORIGINAL');
    assert.deepEqual([operation.status, operation.imagesDone, keptCount], ['SUCCESS', 1, 0]);
    assert.deepEqual(pictures(), [path.join('2023', 'IMG_20230615_143052.png')]);
    await run(commands.undoFileOperation, { operationId: operation.id });
    assert.deepEqual(pictures(), ['IMG_20230615_143052.png']);
  });
});
