import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import sharp from 'sharp';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import { filesIn, runCli, watchDialogs } from './support/imports.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

const damagedName = 'Damaged $(trash) <img src=x onerror=alert(1)>.png';

describe('thumbnails', function () {
  this.timeout(240_000);
  const session = useSession({
    fill: async (workspace) => {
      makeSample(workspace);
      const card = path.join(workspace, 'Camera card');
      const picture = sharp({
        create: { width: 1200, height: 800, channels: 3, background: '#3070b0' },
      });
      const png = await picture.png().toBuffer();
      // Its head is whole, its picture is not there.
      fs.writeFileSync(path.join(card, damagedName), png.subarray(0, 60));
      runCli(workspace, 'create', 'Family', '--managed', path.join(workspace, 'Family photos'));
      runCli(workspace, 'add-source', 'Family', card, '--mode', 'copy');
    },
  });
  let dialogs: readonly string[] = [];
  before(() => {
    dialogs = watchDialogs(session().page);
  });
  after(() => assert.deepEqual(dialogs, [], 'no script ran'));

  const webview = (): FrameLocator => session().workbench.webview();
  const thumbnails = (): string => path.join(session().workspace, '.image-catalog', 'thumbnails');
  const made = (): readonly string[] => (fs.existsSync(thumbnails()) ? filesIn(thumbnails()) : []);

  it('appear in the import preview, and the row of a damaged file says why it has none', async () => {
    const { workbench, shot } = session();
    await workbench.openContainer('Image Catalog');
    await workbench.inlineAction(workbench.treeRow(/^Camera card/, 'Sources'), 'Scan Source');
    await workbench.tab('Import Preview: Camera card').waitFor();
    const first = webview().locator('.list-row.file .thumb img').first();
    await first.waitFor();
    await poll(
      async () =>
        (await first.evaluate((image: { naturalWidth: number }) => image.naturalWidth)) > 0,
      'the picture',
    );
    const row = webview().locator('.list-row.file').filter({ hasText: 'Damaged' });
    await row.scrollIntoViewIfNeeded();
    const mark = row.getByRole('img', { name: /^No thumbnail: Damaged .* is damaged/ });
    await mark.waitFor();
    assert.equal(await row.locator('img').count(), 0);
    assert.ok(made().length > 0);
    await shot('preview-thumbnails');
  });

  it('of all pictures are made after the import, and what failed is listed with its reason', async () => {
    const { workbench, shot } = session();
    await webview()
      .locator('vscode-button.import')
      .filter({ hasText: /^\s*Import \d/ })
      .click();
    await webview().locator('.message.result').waitFor();
    const node = workbench.treeRow(/^Thumbnails/, 'Catalogs');
    await node.filter({ hasText: '1 failed' }).waitFor();
    // Of 18 files one is a video and one is damaged.
    await poll(() => made().length === 16, 'a thumbnail of each picture', 60_000);
    for (const name of made()) assert.match(name, /^[0-9a-f]{2}[/\\][0-9a-f]{64}\.webp$/);
    await workbench.expandRow(node);
    const failed = workbench.treeRow(/^Damaged .*damaged$/, 'Catalogs');
    await failed.waitFor();
    await shot('failed-pictures');
  });

  it('are shown in the tooltip of an image', async () => {
    const { workbench, page, shot } = session();
    await workbench.expandRow(workbench.treeRow(/^Images/, 'Catalogs'));
    const image = workbench.treeRow(/^\d{6}_[0-9a-f]{8}\.JPG/, 'Catalogs').first();
    const picture = page.locator('.monaco-hover img').first();
    await workbench.hoverUntil(image, picture);
    await poll(
      async () =>
        (await picture.evaluate((shown: { naturalWidth: number }) => shown.naturalWidth)) > 100,
      'the picture in the tooltip',
    );
    await shot('tooltip');
  });

  it('are paused and resumed', async () => {
    const { workbench, shot } = session();
    await workbench.command('Image Catalog: Pause Making Thumbnails');
    const node = workbench.treeRow(/^Thumbnails/, 'Catalogs');
    await node.filter({ hasText: 'paused' }).waitFor();
    await shot('paused');
    await workbench.inlineAction(node, 'Resume Making Thumbnails');
    await node.filter({ hasNotText: 'paused' }).waitFor();
  });
});
