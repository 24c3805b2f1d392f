import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../src/catalog/model/catalog.js';
import type { WrittenExport } from '../../src/catalog/model/exports.js';
import type { FileOperationReport } from '../../src/catalog/model/fileOperation.js';
import type { CheckReport, VerifyReport } from '../../src/catalog/model/integrity.js';
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

describe('the menus of the gallery', function () {
  this.timeout(90_000);
  let folder: string;
  let catalogId: string;
  let imageIds: readonly string[];

  /** What VS Code gives to a command of the menu: what the page wrote into `data-vscode-context`. */
  const fromMenu = async <T>(
    command: string,
    chosen: readonly string[],
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<T> => {
    const [menu] = (await api()).galleryMenus();
    assert.ok(menu, 'a gallery is open');
    menu.choose(chosen);
    const webviewSection = chosen.length > 1 ? 'images' : 'image';
    return run<T>(command, { webviewSection, gallery: menu.key, ...more });
  };
  const pathsOf = async (ids: readonly string[]): Promise<readonly string[]> => {
    const { client } = await engine();
    const images = await Promise.all(ids.map((imageId) => client.getImage({ imageId })));
    return images.map(({ currentPath }) => currentPath);
  };

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
      defaultImportMode: 'reference',
    });
    await run(commands.importSource, { sourceId, confirmed: true });
    const { client } = await engine();
    imageIds = (await client.imageIds({ catalogId })).ids;
    await run(commands.openGallery, { catalogId });
    await eventually('the gallery', async () => (await api()).galleryMenus().length === 1);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually('no gallery', async () => (await api()).galleryMenus().length === 0);
    await deleteAllCatalogs();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('copy the paths of the chosen images and open one', async () => {
    const chosen = imageIds.slice(1, 3);
    await fromMenu(commands.copyImagePath, chosen);
    assert.equal(await vscode.env.clipboard.readText(), (await pathsOf(chosen)).join('\n'));
    const one = imageIds.slice(3);
    await fromMenu(commands.openImage, one);
    const [file = ''] = await pathsOf(one);
    const isOpen = (): boolean =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ label }) => label === path.basename(file));
    await eventually('the image', isOpen);
  });

  it('export, convert, check, verify and delete the chosen images only', async () => {
    const chosen = imageIds.slice(0, 2);
    const file = path.join(folder, 'chosen.csv');
    const written = await fromMenu<WrittenExport>(commands.exportImages, chosen, {
      format: 'csv',
      path: file,
    });
    assert.equal(written.count, 2);
    const converted = await fromMenu<FileOperationReport>(commands.convertToManaged, chosen, {
      confirmed: true,
    });
    assert.equal(converted.operation.imagesDone, 2);
    const checked = await fromMenu<CheckReport>(commands.checkFiles, chosen);
    assert.deepEqual([checked.images, checked.present], [2, 2]);
    const verified = await fromMenu<VerifyReport>(commands.verifyFiles, imageIds);
    assert.deepEqual([verified.images, verified.intact], [2, 2]);
    await fromMenu(commands.deleteImages, chosen, { confirmed: true });
    const { client } = await engine();
    assert.deepEqual(
      [...(await client.imageIds({ catalogId })).ids].sort(),
      imageIds.filter((id) => !chosen.includes(id)).sort(),
    );
  });

  it('relocate the one image that was chosen', async () => {
    const [imageId = ''] = imageIds;
    const [from = ''] = await pathsOf([imageId]);
    const to = path.join(folder, 'photos', 'renamed.png');
    fs.renameSync(from, to);
    await fromMenu(commands.relocateImage, [imageId], { to, confirmed: true });
    assert.deepEqual(await pathsOf([imageId]), [to]);
  });

  it('do nothing once the gallery is closed', async () => {
    const [menu] = (await api()).galleryMenus();
    menu?.choose(imageIds);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually('no gallery', async () => (await api()).galleryMenus().length === 0);
    const context = { webviewSection: 'images', gallery: menu?.key, confirmed: true };
    assert.equal(await run(commands.deleteImages, context), undefined);
    const { client } = await engine();
    assert.equal((await client.imageIds({ catalogId })).total, 4);
  });
});
