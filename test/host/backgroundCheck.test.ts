import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { ImportJobReport } from '../../src/catalog/model/importJob.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { answerMessages, type Messages } from './messages.js';
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
  let messages: Messages | undefined;

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
    messages?.dispose();
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

  it('asks once when so much is missing that nothing is marked, and checks as told', async () => {
    const { client } = await engine();
    await run(commands.importSource, { sourceId, confirmed: true });
    const moved = path.join(folder, 'moved');
    fs.mkdirSync(moved);
    for (let number = 1000; number < 1100; number += 1) {
      const name = `IMG_${number}.png`;
      fs.renameSync(path.join(folder, 'photos', name), path.join(moved, name));
    }
    messages = answerMessages(({ buttons }) =>
      ['Mark as Missing', 'Check Files'].find((button) => buttons.includes(button)),
    );
    const { trees, startBackgroundCheck } = await api();
    check = startBackgroundCheck(often);
    await eventually('the mark', async () => {
      return (await client.getCatalog({ catalogId })).missingCount === 100;
    });
    await eventually('what came of it', () => messages?.shown.length === 3);
    const [question, confirmation, outcome] = messages.shown;
    assert.match(question?.text ?? '', /"Family".* 100 of 300\. Nothing was marked/);
    assert.deepEqual([question?.isModal, question?.buttons], [false, ['Check Files']]);
    assert.equal(confirmation?.isModal, true);
    assert.match(outcome?.text ?? '', /100 missing/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(messages.shown.length, 3);
    assert.notEqual(trees.catalogs.view.badge?.value, 200, 'every file counts once');
  });

  it('goes on with the next catalog when one cannot be checked', async () => {
    const { client } = await engine();
    await run(commands.importSource, { sourceId, confirmed: true });
    const other = await run<CatalogSummary>(commands.createCatalog, { name: 'Aardvark' });
    const checkFiles = client.checkFiles.bind(client);
    client.checkFiles = (input, control) =>
      input.catalogId === other.id
        ? Promise.reject(new Error('no disk'))
        : checkFiles(input, control);
    try {
      check = (await api()).startBackgroundCheck(often);
      await eventually('the check of the other catalog', async () => (await checkedAt()) !== null);
    } finally {
      client.checkFiles = checkFiles;
    }
  });

  it('does nothing where the setting says 0', async () => {
    await changeSetting(0);
    await run(commands.importSource, { sourceId, confirmed: true });
    check = (await api()).startBackgroundCheck(often);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await checkedAt(), null);
  });
});
