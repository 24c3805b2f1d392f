import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import { filesIn, runCli } from './support/imports.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

describe('duplicates in VS Code', () => {
  const session = useSession({
    fill: (workspace) => {
      makeSample(workspace);
      for (const name of ['empty.jpg', 'broken.jpg'])
        fs.rmSync(path.join(workspace, 'Old archive', 'Misc', name));
      const managed = path.join(workspace, 'Photos');
      runCli(workspace, 'create', 'Family', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
      for (const name of ['Camera card', 'Old archive']) {
        runCli(workspace, 'add-source', 'Family', path.join(workspace, name));
        runCli(workspace, 'import', name, '--mode', 'copy');
      }
    },
    settings: {
      ...(process.env['E2E_THEME'] && { 'workbench.colorTheme': process.env['E2E_THEME'] }),
    },
  });
  const webview = (): FrameLocator => session().workbench.webview();
  const shot = (name: string): Promise<void> => session().shot(name);
  const managedFiles = (): string[] =>
    filesIn(path.join(session().workspace, 'Photos')).filter(
      (name) => !name.includes('.imgcat-trash') && !name.includes('.image-catalog-managed'),
    );

  it('are found, with why they match and what to keep', async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    const row = workbench.treeRow(/^Family/, 'Catalogs');
    await row.waitFor();
    await workbench.contextMenu(row, 'Find Duplicates');
    await workbench.tab('Duplicates: Family').waitFor();
    const alike = webview().locator('.group').filter({ hasText: 'IMG_0002 small.jpg' });
    await alike.waitFor({ timeout: 60_000 });
    await alike.getByText('Looks alike').waitFor();
    await alike.locator('.suggested').filter({ hasText: 'Suggested to keep' }).waitFor();
    await alike.getByText('resolution: ').waitFor();
    await poll(async () => (await alike.locator('.member img').count()) === 2, 'two thumbnails');
    await shot('duplicates');
  });

  it('are filtered, and compared', async () => {
    const { workbench } = session();
    const groups = webview().locator('.group');
    await webview()
      .getByRole('tab', { name: /Same pixels/ })
      .click();
    await poll(
      async () => (await groups.filter({ hasText: 'IMG_0002 small.jpg' }).count()) === 0,
      'the other level',
    );
    await webview()
      .getByRole('tab', { name: /Looks alike/ })
      .click();
    const alike = groups.filter({ hasText: 'IMG_0002 small.jpg' });
    await alike.waitFor();
    const places = webview()
      .locator('.choice')
      .filter({ hasText: /^Files/ })
      .locator('select');
    await places.selectOption('Referenced');
    await webview().getByText('No group passes the filters.').waitFor();
    await places.selectOption('Any');
    await alike.getByRole('button', { name: 'Compare' }).click();
    await workbench.tab(/^Compare: /).waitFor();
    await workbench.tab('Duplicates: Family').click();
    await alike.waitFor();
  });

  it('are remembered as none when a person says so, until that is undone', async () => {
    const alike = webview().locator('.group').filter({ hasText: 'IMG_0002 small.jpg' });
    await alike.getByRole('button', { name: 'Not a Duplicate' }).click();
    await alike.waitFor({ state: 'detached' });
    await webview().locator('.message').getByRole('button', { name: 'Undo' }).click();
    await alike.waitFor();
  });

  it('leave the catalog after a dry run and a yes, and come back', async () => {
    const { workbench } = session();
    const before = managedFiles();
    const alike = webview().locator('.group').filter({ hasText: 'IMG_0002 small.jpg' });
    await alike.getByRole('button', { name: /^Keep IMG_0002\.JPG/ }).click();
    const plan = webview().locator('plan-view');
    await plan.getByText('This is a dry run').waitFor();
    await plan.locator('.list-row').filter({ hasText: 'IMG_0002 small.jpg' }).waitFor();
    await plan.locator('.list-row').getByText('To the trash').waitFor();
    await shot('duplicates-plan');
    assert.deepEqual(managedFiles(), before);
    await plan.getByRole('button', { name: 'Take Out of the Catalog' }).click();
    assert.match(
      await workbench.modal('Take Out'),
      /^Take 1 picture out of the catalog\?[^]*trash/,
    );
    await webview().getByText('Pictures that left the catalog: 1.').waitFor({ timeout: 60_000 });
    await shot('duplicates-resolved');
    assert.deepEqual(
      managedFiles(),
      before.filter((name) => !name.includes('IMG_0002 small')),
    );
    await webview().locator('.message').getByRole('button', { name: 'Undo' }).click();
    await webview().getByText('All pictures are back').waitFor({ timeout: 60_000 });
    assert.deepEqual(managedFiles(), before);
  });

  it('come back as they were looked at after a window reload', async () => {
    const { workbench, page } = session();
    await page.waitForTimeout(500);
    await session().reload();
    await workbench.tab('Duplicates: Family').waitFor();
    const chosen = webview().getByRole('tab', { name: /Looks alike/, selected: true });
    await chosen.waitFor({ timeout: 60_000 });
  });
});
