import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type {
  CheckReport,
  RelocateReport,
  VerifyReport,
} from '../../src/catalog/model/integrity.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import {
  api,
  deleteAllCatalogs,
  engine,
  rows,
  run,
  temporaryFolder,
  writePicture,
} from './support.js';

describe('care for files in the catalog through the commands', () => {
  let folder: string;
  let catalogId: string;

  const photos = (): string => path.join(folder, 'photos');
  const importPhotos = async (mode: 'copy' | 'reference'): Promise<readonly string[]> => {
    ({ id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory: path.join(folder, 'managed'),
      defaultOrganizationStrategy: 'FLAT/ORIGINAL',
    }));
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: folder,
      defaultImportMode: mode,
    });
    await run<ImportJobReport>(commands.importSource, { sourceId, confirmed: true });
    const { client } = await engine();
    return (await client.imageIds({ catalogId })).ids;
  };
  const managed = (): string[] =>
    fs.readdirSync(path.join(folder, 'managed')).filter((name) => !name.startsWith('.'));
  const labels = async (): Promise<readonly string[]> => {
    const { catalogs } = (await api()).trees;
    const [catalog] = await rows(catalogs);
    return (await rows(catalogs, catalog?.node)).map(({ label }) => label);
  };

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    for (const number of [1, 2, 3])
      writePicture(path.join(photos(), `IMG_000${number}.png`), number);
  });
  afterEach(async () => {
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('deletes an image with its file, which an undo brings back', async () => {
    const [imageId] = await importPhotos('copy');
    const before = managed();
    assert.equal(before.length, 3);
    const report = await run<FileOperationReport>(commands.deleteImagesWithFiles, {
      imageIds: [imageId],
      confirmed: true,
    });
    assert.equal(report.operation.filesMoved, 1);
    assert.equal(managed().length, 2);
    assert.equal(fs.readdirSync(photos()).length, 3);
    await run(commands.undoFileOperation, { operationId: report.operation.id });
    assert.deepEqual(managed(), before);
  });

  it('takes an image out of the catalog and leaves its file alone', async () => {
    const [imageId] = await importPhotos('copy');
    await run(commands.deleteImages, { imageIds: [imageId], confirmed: true });
    assert.equal(managed().length, 3);
    const { client } = await engine();
    assert.equal((await client.imageIds({ catalogId })).total, 2);
  });

  it('empties the trash for good', async () => {
    const imageIds = await importPhotos('copy');
    await run(commands.deleteImagesWithFiles, { imageIds, confirmed: true });
    const emptied = await run<{ files: number }>(commands.emptyTrash, {
      catalogId,
      confirmed: true,
    });
    assert.equal(emptied.files, 3);
  });

  it('shows what a renamed folder made missing until it is relocated', async () => {
    await importPhotos('reference');
    assert.ok(!(await labels()).includes('Missing'));
    const moved = path.join(folder, 'pictures');
    fs.renameSync(photos(), moved);
    const check = await run<CheckReport>(commands.checkFiles, { catalogId, confirmed: true });
    assert.equal(check.missing, 3);
    assert.ok((await labels()).includes('Missing'));
    const { client } = await engine();
    const [imageId] = (await client.imageIds({ catalogId })).ids;
    const report = await run<RelocateReport>(commands.relocateFolder, {
      imageId,
      to: moved,
      confirmed: true,
    });
    assert.equal(report.relocated, 3);
    assert.ok(!(await labels()).includes('Missing'));
  });

  it('verifies what is managed and shows what was changed', async () => {
    await importPhotos('copy');
    const first = await run<VerifyReport>(commands.verifyFiles, { catalogId });
    assert.equal(first.intact, 3);
    fs.appendFileSync(path.join(folder, 'managed', managed()[0] ?? ''), 'x');
    const second = await run<VerifyReport>(commands.verifyFiles, { catalogId });
    assert.equal(second.findings.length, 1);
    assert.ok((await labels()).includes('Changed or Damaged'));
  });
});
