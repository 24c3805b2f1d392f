import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import { filesIn, runCli } from './support/imports.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

describe('look-alikes in VS Code', () => {
  const session = useSession({
    fill: (workspace) => {
      makeSample(workspace);
      const managed = path.join(workspace, 'Photos');
      runCli(workspace, 'create', 'Family', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Camera card'));
      runCli(workspace, 'import', 'Camera card', '--mode', 'copy');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Old archive'));
    },
    settings: {
      ...(process.env['E2E_THEME'] && { 'workbench.colorTheme': process.env['E2E_THEME'] }),
    },
  });
  const webview = (): FrameLocator => session().workbench.webview();
  const shot = (name: string): Promise<void> => session().shot(name);

  it('compares what is selected in the gallery', async () => {
    const { workbench, page } = session();
    await workbench.openContainer('Image Catalog');
    const row = workbench.treeRow(/^Family/, 'Catalogs');
    await row.waitFor();
    await workbench.inlineAction(row, 'Open Gallery');
    await webview().locator('.photo img').first().waitFor({ timeout: 60_000 });
    await webview().locator('#tile-1').click();
    await webview()
      .locator('#tile-2')
      .click({ modifiers: ['Control'] });
    const second = await webview().locator('#tile-2 .photo-name').innerText();
    await workbench.contextMenu(webview().locator('#tile-2'), 'Compare Images');
    await workbench.tab(/^Compare: /).waitFor();
    const pictures = webview().locator('.stages img.viewer-picture');
    await poll(async () => (await pictures.count()) === 2, 'two pictures', 20_000);
    await webview().getByRole('table').getByText('Distance by dHash').waitFor();
    await shot('compare');
    await webview().locator('.viewer-stage').first().focus();
    await page.keyboard.press('d');
    await webview().locator('.figures-text').getByText('of the pixels differ visibly').waitFor();
    await shot('compare-difference');
    await page.keyboard.press('b');
    await page.keyboard.press('Space');
    await webview().locator('.viewer-name').getByText(`2 of 2: ${second}`).waitFor();
  });

  it('comes back as it was after a window reload', async () => {
    const { workbench, page } = session();
    await page.waitForTimeout(500);
    await session().reload();
    await workbench.tab(/^Compare: /).waitFor();
    await webview().locator('.viewer-name').getByText('2 of 2: ').waitFor({ timeout: 60_000 });
  });

  it('takes the threshold that was chosen by looking at pairs', async () => {
    const { workbench, workspace } = session();
    await workbench.closeAllEditors();
    await workbench.openContainer('Image Catalog');
    const row = workbench.treeRow(/^Family/, 'Catalogs');
    await workbench.contextMenu(row, 'Choose the Threshold for Look-Alikes');
    await workbench.tab('Look-Alikes: Family').waitFor();
    await webview().locator('.pair img').first().waitFor({ timeout: 60_000 });
    await shot('samples');
    await webview().getByRole('button', { name: 'Use distance 6 as the threshold' }).click();
    await webview().getByText('use dHash up to a distance of 6.').waitFor();
    const settings = path.join(workspace, '.vscode', 'settings.json');
    await poll(() => fs.existsSync(settings), 'the setting');
    assert.match(fs.readFileSync(settings, 'utf8'), /"imageCatalog\.duplicates\.threshold": 6/);
  });

  it('shows new files beside what they look like, and replaces what is to be replaced', async () => {
    const { workbench, workspace } = session();
    await workbench.closeAllEditors();
    await workbench.inlineAction(workbench.treeRow('Old archive', 'Sources'), 'Scan');
    await workbench.tab('Import Preview: Old archive').waitFor();
    await webview().locator('vscode-radio[value=copy]').click();
    await webview()
      .getByRole('tab', { name: /Look alike/ })
      .click();
    await webview().getByRole('button', { name: 'Find Look-Alikes' }).click();
    const row = webview().locator('.list-row.alike').filter({ hasText: 'IMG_0002 small.jpg' });
    await row.locator('.alike-picture img').nth(1).waitFor({ timeout: 60_000 });
    await row.getByText('IMG_0002.JPG', { exact: false }).first().waitFor();
    await shot('look-alikes');
    await webview().getByRole('button', { name: 'As Suggested' }).click();
    await webview()
      .locator('.tile.alike')
      .filter({ hasText: /skipped/ })
      .waitFor();
    await row.getByRole('radio', { name: 'Replace' }).click();
    await webview().getByText('1 image of the catalog is replaced').waitFor();
    await webview()
      .locator('vscode-button.import')
      .filter({ hasText: /Import \d/ })
      .click();
    await webview()
      .locator('.message.result')
      .getByText('1 image was replaced.')
      .waitFor({ timeout: 60_000 });
    await shot('look-alikes-imported');
    const trash = filesIn(path.join(workspace, 'Photos')).filter((name) => /trash/i.test(name));
    assert.equal(trash.length, 1, 'the old picture is in the trash');
  });
});
