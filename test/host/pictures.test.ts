import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { PictureProgress } from '../../src/catalog/model/pictureWork.js';
import type { SourceSummary } from '../../src/catalog/model/source.js';
import { commands } from '../../src/extension/contributions.js';
import {
  api,
  deleteAllCatalogs,
  engine,
  eventually,
  rows,
  run,
  temporaryFolder,
  workspaceFolder,
  writePicture,
} from './support.js';

describe('thumbnails in the editor', function () {
  this.timeout(90_000);
  let folder: string;

  beforeEach(async () => {
    await deleteAllCatalogs();
    folder = temporaryFolder();
    writePicture(path.join(folder, 'photos', 'good.png'), 1);
    const bad = path.join(folder, 'photos', 'bad.png');
    writePicture(bad, 2);
    // Its head is whole, its picture is not there.
    fs.writeFileSync(bad, fs.readFileSync(bad).subarray(0, 40));
  });
  afterEach(async () => {
    await run(commands.resumePictures, {});
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('are made after an import; failures are listed, paused work waits, and all can be made anew', async () => {
    const { client } = await engine();
    const { trees } = await api();
    const { id: catalogId } = await run<CatalogSummary>(commands.createCatalog, { name: 'Family' });
    const [progress] = await run<readonly PictureProgress[]>(commands.pausePictures, {});
    assert.equal(progress?.status, 'paused');
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
    });
    await run(commands.importSource, { sourceId, confirmed: true });
    const thumbnailsRow = async () => {
      const [catalog] = await rows(trees.catalogs);
      assert.ok(catalog);
      return (await rows(trees.catalogs, catalog.node)).find(({ label }) => label === 'Thumbnails');
    };
    assert.equal((await thumbnailsRow())?.description, 'paused · 2 to make');
    assert.equal((await thumbnailsRow())?.contextValue, 'pictures.paused');

    await run(commands.resumePictures, {});
    await eventually('all tried', async () => {
      return (await client.getPictureState({ catalogId })).counts.PENDING === 0;
    });
    const { counts, failures } = await client.getPictureState({ catalogId });
    assert.deepEqual([counts.DONE, counts.FAILED], [1, 1]);
    assert.deepEqual(failures, [{ code: 'PICTURE_DAMAGED', count: 1 }]);
    const row = await thumbnailsRow();
    assert.ok(row);
    assert.match(row.description, /1 failed$/);
    const [failed] = await rows(trees.catalogs, row.node);
    assert.deepEqual([failed?.label, failed?.description], ['bad.png', 'damaged']);

    const thumbnails = path.join(workspaceFolder().uri.fsPath, '.image-catalog', 'thumbnails');
    assert.ok(fs.readdirSync(thumbnails).length > 0);
    const again = await run<{ count: number }>(commands.rebuildThumbnails, {
      catalogId,
      confirmed: true,
    });
    assert.deepEqual(again, { count: 2 });
    await eventually('all made anew', async () => {
      return (await client.getPictureState({ catalogId })).counts.PENDING === 0;
    });
  });

  it('stand in the tooltip of an image, with its name as text', async () => {
    const { trees } = await api();
    const { id: catalogId } = await run<CatalogSummary>(commands.createCatalog, { name: 'Family' });
    const name = '![x](command:y) $(trash) good.png';
    writePicture(path.join(folder, 'photos', name), 3);
    const { id: sourceId } = await run<SourceSummary>(commands.addSource, {
      catalogId,
      sourcePath: path.join(folder, 'photos'),
    });
    await run(commands.importSource, { sourceId, confirmed: true });
    const [catalog] = await rows(trees.catalogs);
    const images = (await rows(trees.catalogs, catalog?.node)).find(
      ({ label }) => label === 'Images',
    );
    const image = (await rows(trees.catalogs, images?.node)).find(({ label }) => label === name);
    assert.ok(image);
    const token = new vscode.CancellationTokenSource().token;
    const item = trees.catalogs.getTreeItem(image.node);
    const { tooltip } = await trees.catalogs.resolveTreeItem(item, image.node, token);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.match(tooltip.value, /^!\[\]\(file:\/\/\/\S+\.webp\)\n\n\*\*/);
    assert.ok(!tooltip.value.includes('](command:y)'), tooltip.value);
    assert.equal(tooltip.supportHtml, false);
    assert.equal(tooltip.supportThemeIcons, false);
    assert.equal(tooltip.isTrusted, false);
  });
});
