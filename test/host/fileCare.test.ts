import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type {
  AcceptReport,
  CheckReport,
  RelocateReport,
  VerifyReport,
} from '../../src/catalog/model/integrity.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { chooseMissingFolder } from '../../src/extension/commands/missingFolders.js';
import { commands } from '../../src/extension/contributions.js';
import { damage } from '../support/damage.js';
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

  it('relocates the folder that a Missing row is about, after a dry run of all of it', async () => {
    await importPhotos('reference');
    const moved = path.join(folder, 'pictures');
    fs.renameSync(photos(), moved);
    const dry = await run<CheckReport>(commands.previewCheck, { catalogId });
    assert.deepEqual([dry.dryRun, dry.missing, dry.newlyMissing], [true, 3, 3]);
    const { client } = await engine();
    assert.equal((await client.getCatalog({ catalogId })).filesCheckedAt, null);
    await run(commands.checkFiles, { catalogId });

    const { catalogs } = (await api()).trees;
    const [catalog] = await rows(catalogs);
    const missing = (await rows(catalogs, catalog?.node)).find(({ label }) => label === 'Missing');
    assert.ok(missing);
    // The only folder that is gone: nothing is to be asked. The rest a menu would ask for.
    assert.ok(missing.node instanceof Object && 'catalogId' in missing.node);
    assert.equal(await chooseMissingFolder(client, catalogId), photos());
    const [image] = await rows(catalogs, missing.node);
    assert.equal(image?.contextValue, 'image.missing');
    const imageId = (await client.imageIds({ catalogId, query: 'is:missing' })).ids[0];
    const one = { imageId, to: path.join(moved, image?.label ?? '') };
    const plan = await run<RelocateReport>(commands.relocateImage, { ...one, dryRun: true });
    assert.deepEqual([plan.counts.found, plan.images], [1, 1]);
    assert.equal((await client.getCatalog({ catalogId })).missingCount, 3);
    await run<RelocateReport>(commands.relocateImage, { ...one, confirmed: true });
    assert.equal((await client.getCatalog({ catalogId })).missingCount, 2);
  });

  it('takes edited files as they are, and damaged ones only when told to', async () => {
    const [edited, damaged] = await importPhotos('copy');
    const { client } = await engine();
    const fileOf = async (imageId = ''): Promise<string> =>
      (await client.getImage({ imageId })).currentPath;
    fs.appendFileSync(await fileOf(edited), 'edited');
    damage(await fileOf(damaged));
    const imageIds = [edited, damaged];
    const accept = (more: object): Promise<AcceptReport> =>
      run<AcceptReport>(commands.acceptEdited, { imageIds, ...more });
    const plan = await accept({ dryRun: true });
    assert.deepEqual([plan.accepted.length, plan.refusals.damaged], [1, 1]);
    assert.deepEqual((await accept({ dryRun: true })).accepted, plan.accepted);
    const report = await accept({ confirmed: true });
    assert.deepEqual(report.accepted, plan.accepted);
    assert.equal((await accept({ confirmed: true })).accepted.length, 0);
    const all = await accept({ confirmed: true, acceptDamaged: true });
    assert.deepEqual([all.accepted.length, all.unchanged], [1, 1]);
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

  it('verifies a sample, a selection, or what was not verified for long', async () => {
    const imageIds = await importPhotos('copy');
    const verify = (more: object): Promise<VerifyReport> =>
      run<VerifyReport>(commands.verifyFiles, { catalogId, ...more });
    const dry = await verify({ samplePercent: 40, dryRun: true });
    assert.deepEqual([dry.images, dry.filesRead], [2, 0]);
    assert.equal((await verify({ samplePercent: 40 })).filesRead, 2);
    assert.equal((await verify({ notVerifiedForDays: 30 })).filesRead, 1);
    assert.equal((await verify({ notVerifiedForDays: 30 })).filesRead, 0);
    assert.equal((await verify({ imageIds: imageIds.slice(0, 1) })).filesRead, 1);
    assert.equal((await verify({ sampleCount: 2 })).filesRead, 2);
  });
});
