import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type { EraseCheck } from '../../src/catalog/model/safety.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { deleteAllCatalogs, run, temporaryFolder, writePicture } from './support.js';

describe('undo, manifest and erase check through the commands', () => {
  let folder: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    writePicture(path.join(folder, 'photos', 'IMG_20230615_143052.png'), 1);
    writePicture(path.join(folder, 'photos', 'IMG_20230616_090000.png'), 2);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('checks a source, saves a manifest and takes a finished import back', async () => {
    const managedDirectory = path.join(folder, 'managed');
    const photos = path.join(folder, 'photos');
    const catalog = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory,
    });
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId: catalog.id,
      sourcePath: photos,
      defaultImportMode: 'copy',
    });
    const check = (): Promise<EraseCheck> =>
      run<EraseCheck>(commands.checkSafeToErase, { sourceId, quiet: true });
    assert.equal((await check()).safe, false);
    const job = await run<ImportJobReport>(commands.importSource, { sourceId, confirmed: true });
    assert.equal(job.filesImported, 2);
    assert.equal((await check()).safe, true);

    const manifest = path.join(folder, 'card.sha256');
    await run(commands.saveJobManifest, { jobId: job.id, path: manifest });
    assert.equal(fs.readFileSync(manifest, 'utf8').trim().split('\n').length, 2);

    const undone = await run<ImportJobReport>(commands.undoImportJob, {
      jobId: job.id,
      confirmed: true,
    });
    assert.equal(undone.filesImported, 0);
    assert.deepEqual(fs.readdirSync(managedDirectory), ['.image-catalog-managed']);
    assert.equal(fs.readdirSync(photos).length, 2);
    await assert.rejects(run(commands.resumeImportJob, { jobId: job.id }));
  });
});
