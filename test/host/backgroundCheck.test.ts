import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import {
  api,
  deleteAllCatalogs,
  engine,
  eventually,
  run,
  temporaryFolder,
  writePicture,
} from './support.js';

const often = { firstMs: 10, intervalMs: 20 };
const setting = 'imageCatalog.check.everyDays';

describe('checking files in the background', () => {
  let folder: string;
  let catalogId: string;
  let sourceId: string;
  let check: vscode.Disposable | undefined;

  const checkedAt = async (): Promise<string | null> => {
    const { client } = await engine();
    return (await client.getCatalog({ catalogId })).filesCheckedAt;
  };
  const changeSetting = (days: number | undefined): Thenable<void> =>
    vscode.workspace.getConfiguration().update(setting, days, vscode.ConfigurationTarget.Workspace);

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    for (let number = 0; number < 300; number += 1)
      writePicture(path.join(folder, 'photos', `IMG_${1000 + number}.png`), number);
    ({ id: catalogId } = await run<CatalogSummary>(commands.createCatalog, { name: 'Family' }));
    ({ id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
      defaultImportMode: 'reference',
    }));
  });
  afterEach(async () => {
    check?.dispose();
    await changeSetting(undefined);
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('waits until no job runs, and shows what is gone as a number on the view', async () => {
    const { startBackgroundCheck, trees } = await api();
    trees.showNewlyMissing(0);
    const { client } = await engine();
    const importing = run<ImportJobReport>(commands.importSource, { sourceId, confirmed: true });
    await eventually('the job', async () => (await client.listImportJobs({})).total === 1);
    check = startBackgroundCheck(often);
    const job = await importing;
    assert.equal(job.filesImported, 300);
    await eventually('the check', async () => (await checkedAt()) !== null);
    assert.ok(((await checkedAt()) ?? '') >= (job.completedAt ?? '?'), 'not beside the import');
    check.dispose();
    assert.equal(trees.catalogs.view.badge, undefined);
  });

  it('tells what is missing, and checks again only when the days are over', async () => {
    const { startBackgroundCheck, trees } = await api();
    await run(commands.importSource, { sourceId, confirmed: true });
    for (const name of ['IMG_1001.png', 'IMG_1002.png'])
      fs.rmSync(path.join(folder, 'photos', name));
    check = startBackgroundCheck(often);
    await eventually('the number', () => trees.catalogs.view.badge?.value === 2);
    const first = await checkedAt();
    fs.rmSync(path.join(folder, 'photos', 'IMG_1003.png'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await checkedAt(), first);
    const { client } = await engine();
    assert.equal((await client.getCatalog({ catalogId })).missingCount, 2);
  });

  it('does nothing where the setting says 0', async () => {
    await changeSetting(0);
    await run(commands.importSource, { sourceId, confirmed: true });
    check = (await api()).startBackgroundCheck(often);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await checkedAt(), null);
  });
});
