import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { deleteAllCatalogs, run, temporaryFolder, writePicture } from './support.js';

describe('deleting a catalog through the command', () => {
  let folder: string;
  let managedDirectory: string;
  let catalogId: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    managedDirectory = path.join(folder, 'managed');
    const sourcePath = path.join(folder, 'photos');
    writePicture(path.join(sourcePath, 'IMG_20230615_143052.png'), 1);
    const catalog = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory,
    });
    catalogId = catalog.id;
    const source = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath,
      defaultImportMode: 'copy',
    });
    await run(commands.importSource, { sourceId: source.id, confirmed: true });
  });
  afterEach(async () => {
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const pictures = (): string[] =>
    fs
      .readdirSync(managedDirectory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.png'));

  it('leaves the managed files where they are', async () => {
    assert.equal(await run(commands.deleteCatalog, { catalogId, confirmed: true }), true);
    assert.equal(pictures().filter((name) => !name.startsWith('.imgcat-trash')).length, 1);
  });

  it('moves them to the trash if that is asked', async () => {
    const deleteFiles = { catalogId, confirmed: true, deleteFiles: true };
    assert.equal(await run(commands.deleteCatalog, deleteFiles), true);
    assert.deepEqual(
      pictures().map((name) => name.split(path.sep)[0]),
      ['.imgcat-trash'],
    );
    assert.equal(fs.readdirSync(path.join(folder, 'photos')).length, 1);
  });
});
