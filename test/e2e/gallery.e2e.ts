import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { encodeJpeg } from '../../scripts/sample/formats.mjs';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import { drawScene } from '../../scripts/sample/scenes.mjs';
import { runCli, watchDialogs } from './support/imports.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

const hostileName = '<img src=x onerror=alert(1)>.jpg';
const hostileCamera = '<script>alert(2)</script><img src=x onerror=alert(3)>';
const turnedName = 'turned.jpg';

describe('the gallery in VS Code', () => {
  const session = useSession({
    fill: (workspace) => {
      makeSample(workspace);
      const archive = path.join(workspace, 'Old archive');
      const camera = { make: hostileCamera, model: hostileCamera };
      const exif = { camera, taken: '2031:01:02 03:04:05' };
      fs.writeFileSync(path.join(archive, hostileName), encodeJpeg(drawScene('sea', 7), { exif }));
      // Stored lying, shown upright: taller than wide.
      fs.writeFileSync(
        path.join(archive, turnedName),
        encodeJpeg(drawScene('city', 5), {
          exif: { camera, taken: '2030:01:02 03:04:05', orientation: 6 },
        }),
      );
      fs.writeFileSync(
        path.join(archive, 'cut off.jpg'),
        encodeJpeg(drawScene('city', 8)).subarray(0, 700),
      );
      // An import that leaves files out is no success of the command line.
      for (const name of ['empty.jpg', 'broken.jpg']) fs.rmSync(path.join(archive, 'Misc', name));
      runCli(workspace, 'create', 'Family');
      runCli(workspace, 'add-source', 'Family', archive);
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Camera card'));
      runCli(workspace, 'import', 'Old archive');
      runCli(workspace, 'import', 'Camera card');
    },
    settings: {
      ...(process.env['E2E_THEME'] && { 'workbench.colorTheme': process.env['E2E_THEME'] }),
    },
  });
  const webview = (): FrameLocator => session().workbench.webview();
  const tile = (name: string): Locator =>
    webview().locator('.photo').filter({ hasText: name }).first();
  const status = (): Locator => webview().locator('.status-count');
  const count = async (): Promise<number> => Number(/\d+/.exec(await status().innerText())?.[0]);
  let dialogs: readonly string[] = [];
  before(() => {
    dialogs = watchDialogs(session().page);
  });

  const search = async (query: string, expected: RegExp): Promise<void> => {
    await webview().getByRole('combobox', { name: 'Search' }).fill(query);
    await session().page.keyboard.press('Enter');
    await status().filter({ hasText: expected }).waitFor();
    // The active image stays in view, wherever it is now.
    await webview().getByRole('grid').press('Home');
  };

  it("opens from the catalog's row and makes the thumbnails in view", async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    const row = workbench.treeRow(/^Family/, 'Catalogs');
    await row.waitFor();
    await workbench.inlineAction(row, 'Open Gallery');
    await workbench.tab('Gallery: Family').waitFor();
    await webview().locator('.photo img').first().waitFor({ timeout: 60_000 });
    await poll(
      async () => (await webview().locator('.photo-none.pending').count()) === 0,
      'the thumbnails in view',
      60_000,
    );
    assert.ok((await count()) > 30);
    const loaded = await webview()
      .locator('.photo img')
      .evaluateAll((images) =>
        images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      );
    assert.ok(loaded.length > 5 && loaded.every((width) => width > 100), loaded.join());
    await session().shot('gallery');
  });

  it('shows a hostile name and hostile metadata as text', async () => {
    assert.equal(await webview().locator('#tile-0 .photo-name').innerText(), hostileName);
    await tile(hostileName).click();
    await webview().getByRole('button', { name: 'Details', exact: true }).click();
    await webview().locator('details-panel').getByText(hostileCamera).first().waitFor();
    await webview().locator('details-panel').getByText('EXIF, date taken').waitFor();
    await session().shot('gallery-details');
    assert.deepEqual(dialogs, []);
  });

  it('searches in the query language and says what it did not understand', async () => {
    await search('ext:dng', /images? found/);
    const names = await webview().locator('.photo-name').allInnerTexts();
    assert.ok(names.length > 0 && names.every((name) => /\.dng$/i.test(name)), names.join());
    const box = webview().getByRole('combobox', { name: 'Search' });
    await box.fill('');
    await box.pressSequentially('cam');
    await webview()
      .getByRole('option', { name: /camera/ })
      .first()
      .waitFor();
    await session().shot('gallery-completions');
    await box.fill('taken:someday');
    await session().page.keyboard.press('Enter');
    await webview().locator('.search-problem mark').waitFor();
    await session().shot('gallery-mistake');
    await search('', /images$/);
  });

  it('shows one image as it was taken, turned and whole', async () => {
    await tile(turnedName).dblclick();
    const picture = webview().locator('.viewer-picture:not(.thumbnail):not(.waiting)');
    await picture.waitFor();
    const box = await picture.boundingBox();
    assert.ok(box && box.height > box.width * 1.2, JSON.stringify(box));
    await session().shot('gallery-viewer');
    await session().page.keyboard.press('ArrowLeft');
    await webview().locator('.viewer-name').getByText(hostileName).waitFor();
    await picture.waitFor();
    await session().page.keyboard.press('Escape');
    await webview().locator('gallery-grid').waitFor();
  });

  it('shows a picture that browsers cannot', async () => {
    await search('ext:dng', /images? found/);
    await webview().locator('#tile-0').dblclick();
    const picture = webview().locator('.viewer-picture:not(.thumbnail):not(.waiting)');
    await picture.waitFor({ timeout: 60_000 });
    await session().shot('gallery-viewer-raw');
    await session().page.keyboard.press('Escape');
    await search('', /images$/);
  });

  it('says why a picture cannot be shown', async () => {
    await search('cut', /1 image found/);
    await tile('cut off.jpg').locator('.photo-problem, img').first().waitFor({ timeout: 60_000 });
    await session().shot('gallery-damaged');
    await search('', /images$/);
  });

  it("runs the catalog's commands from its own menu", async () => {
    const { workbench, page } = session();
    await workbench.contextMenu(tile(turnedName), 'Show Import Job of Image');
    await workbench.tab(/Import Job: Old archive/).waitFor();
    await workbench.tab('Gallery: Family').click();
    await tile(turnedName).waitFor();
    await workbench.contextMenu(tile(turnedName), 'Show Source of Image');
    await workbench
      .view('Sources')
      .locator('.monaco-list-row.selected')
      .filter({ hasText: 'Old archive' })
      .waitFor();
    await tile(turnedName).click();
    await tile(hostileName).click({ modifiers: ['Control'] });
    await status().filter({ hasText: /^2 of/ }).waitFor();
    await tile(turnedName).click({ button: 'right' });
    const menu = page.locator('.context-view .monaco-menu .action-item');
    await menu.filter({ hasText: 'Open Image' }).waitFor();
    assert.equal(await menu.filter({ hasText: 'Show Import Job' }).count(), 0);
    await session().shot('gallery-menu');
    await page.keyboard.press('Escape');
    await webview().getByRole('button', { name: 'Open', exact: true }).click();
    await workbench.tab(turnedName).waitFor();
    await workbench.tab(hostileName).waitFor();
    await workbench.tab('Gallery: Family').click();
  });

  it('keeps searches in the workspace, and what is looked at over a window reload', async () => {
    const { workbench } = session();
    await search('turned', /1 image found/);
    await webview().getByRole('button', { name: 'Save This Search' }).click();
    await workbench.input('Name of the search', 'The turned one');
    await webview().getByRole('button', { name: 'Saved Searches' }).waitFor();
    await session().page.waitForTimeout(500);
    await session().reload();
    await workbench.tab('Gallery: Family').click();
    await status().filter({ hasText: '1 image found' }).waitFor();
    await tile(turnedName).waitFor();
    await webview().getByRole('button', { name: 'Clear Search' }).click();
    await status()
      .filter({ hasText: /images$/ })
      .waitFor();
    await webview().getByRole('button', { name: 'Saved Searches' }).click();
    await webview()
      .getByRole('option', { name: /The turned one/ })
      .click();
    await status().filter({ hasText: '1 image found' }).waitFor();
    await webview().getByRole('button', { name: 'Clear Search' }).click();
  });

  it('opens for a source and a job, and leads from a tree to an image', async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    await workbench.expandView('Sources');
    await workbench.inlineAction(workbench.treeRow('Camera card', 'Sources'), 'Open Gallery');
    await workbench.tab('Gallery: Camera card').waitFor();
    await webview().locator('.photo[aria-label]').first().waitFor();
    const ofSource = await count();
    await workbench.expandView('Import Jobs');
    await workbench.inlineAction(workbench.treeRow('Camera card', 'Import Jobs'), 'Open Gallery');
    await workbench.tab(/Gallery: Camera card, /).waitFor();
    await webview().locator('.photo[aria-label]').first().waitFor();
    await poll(async () => (await count()) === ofSource, 'the gallery of the job');
    const images = workbench.treeRow(/^Images/, 'Catalogs');
    await workbench.treeRow(/^Family/, 'Catalogs').waitFor();
    await workbench.expandRow(workbench.treeRow(/^Family/, 'Catalogs'));
    await workbench.expandRow(images);
    // The oldest image is the first row, and the last tile.
    const oldest = workbench.treeRow('DSC_0101.JPG', 'Catalogs');
    await workbench.contextMenu(oldest, 'Show in Gallery');
    await workbench.tab('Gallery: Family').waitFor();
    await webview().locator('.photo.active').filter({ hasText: 'DSC_0101.JPG' }).waitFor();
  });

  it('marks what is missing and what cannot be reached', async () => {
    const { workbench, workspace } = session();
    fs.renameSync(path.join(workspace, 'Camera card'), path.join(workspace, 'Camera card away'));
    await workbench.command('Image Catalog: Refresh');
    await workbench.closeAllEditors();
    await workbench.command('Image Catalog: Open Gallery');
    await search('source:card', /^15 images found$/);
    await webview().locator('.photo-badge.offline').first().waitFor();
    assert.equal(await webview().locator('.photo-badge.missing').count(), 0);
    await session().shot('gallery-offline');
    fs.renameSync(path.join(workspace, 'Camera card away'), path.join(workspace, 'Camera card'));
    assert.deepEqual(dialogs, []);
  });
});
