import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import { damage } from '../support/damage.js';
import {
  api,
  deleteAllCatalogs,
  engine,
  eventually,
  rows,
  run,
  temporaryFolder,
  writePicture,
} from './support.js';

describe('decorations of files', function () {
  this.timeout(60_000);
  let folder: string;
  let catalogId: string;

  /** Badge and tooltip of a file, as the Explorer gets them. */
  const decoration = async (
    file: string,
  ): Promise<readonly [badge: string | undefined, tooltip: string | undefined]> => {
    const { fileMarks } = await api();
    const found = fileMarks.provideFileDecoration(vscode.Uri.file(file));
    return [found?.badge, found?.tooltip];
  };
  const badgesOf = async (files: readonly string[]): Promise<string> =>
    (await Promise.all(files.map(decoration))).map(([badge]) => badge ?? '-').join('');

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    for (const number of [1, 2, 3, 4])
      writePicture(path.join(folder, 'photos', `IMG_000${number}.png`), number);
    ({ id: catalogId } = await run<CatalogSummary>(commands.createCatalog, {
      name: 'Family',
      managedDirectory: path.join(folder, 'managed'),
      defaultOrganizationStrategy: 'FLAT/ORIGINAL',
    }));
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
      defaultImportMode: 'copy',
    });
    await run(commands.importSource, { sourceId, confirmed: true });
  });
  afterEach(async () => {
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('tell what is missing, changed or damaged until it is put right', async () => {
    const { client } = await engine();
    const { images } = await client.listImages({ catalogId });
    const files = images.map(({ currentPath }) => currentPath);
    const [missing = '', changed = '', damaged = ''] = files;
    assert.equal(await badgesOf(files), '----');
    const moved = path.join(folder, 'managed', 'moved.png');
    fs.renameSync(missing, moved);
    fs.appendFileSync(changed, 'edited');
    damage(damaged);
    const fired: string[] = [];
    const listening = (await api()).fileMarks.onDidChangeFileDecorations((uris) => {
      for (const uri of [uris ?? []].flat()) fired.push(uri.fsPath);
    });
    await run(commands.verifyFiles, { catalogId });
    await run(commands.checkFiles, { catalogId });
    await eventually('the marks', async () => (await badgesOf(files)) === '?≠!-');
    assert.deepEqual(fired.sort(), [missing, changed, damaged].sort());
    listening.dispose();
    assert.match((await decoration(missing))[1] ?? '', /^Missing: .*"Family"/);
    assert.match((await decoration(changed))[1] ?? '', /^Changed .*"Family"/);
    assert.match((await decoration(damaged))[1] ?? '', /^Damaged: .*"Family"/);

    // The row of such an image is one of the file.
    const { catalogs } = (await api()).trees;
    const [catalog] = await rows(catalogs);
    const below = await rows(catalogs, catalog?.node);
    const list = below.find(({ label }) => label === 'Missing');
    const [row] = await rows(catalogs, list?.node);
    assert.ok(row);
    assert.equal(catalogs.getTreeItem(row.node).resourceUri?.fsPath, missing);

    const [first, ...others] = images.map(({ id }) => id);
    await run(commands.relocateImage, { imageId: first, to: moved, confirmed: true });
    await run(commands.acceptEdited, { imageIds: others, acceptDamaged: true, confirmed: true });
    await eventually('no mark', async () => (await badgesOf([...files, moved])) === '-----');
  });

  it('ask no engine that does not run', async () => {
    const host = await engine();
    await host.stop();
    await decoration(path.join(folder, 'managed', 'IMG_0001.png'));
    // What was due after the import comes to nothing.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    assert.equal(host.started, false);
  });
});
