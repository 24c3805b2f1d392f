import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { encodeJpeg } from '../../scripts/sample/formats.mjs';
import { drawScene } from '../../scripts/sample/scenes.mjs';
import { untranslated } from '../../src/views/format.js';
import { ImportPreviewSession } from '../../src/views/panels/importPreviewSession.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import { previewService } from '../../src/views/panels/previewService.js';
import type { PreviewIdentity, PreviewRequests } from '../../src/views/panelProtocol.js';
import { previewStrings } from '../../src/views/panelStrings.js';
import { alikeCount } from './support/generatedAlikes.js';
import { generatedEngine, hostileName, type GeneratedEngine } from './support/generatedEngine.js';
import { closeBrowser, openWebview, type WebviewPage } from './support/webviewHarness.js';
import { poll } from './support/workbench.js';

const scene = encodeJpeg(drawScene('mountains', 1, { width: 256, height: 171 }));

describe('look-alikes in the import preview in a browser', () => {
  let engine: GeneratedEngine;
  let webview: WebviewPage;
  let opened: string[];

  const open = async (
    options: { always?: boolean; width?: number; state?: unknown } = {},
  ): Promise<void> => {
    const { always = false, ...page } = options;
    const identity: PreviewIdentity = { folder: 'file:///ws', scanId: 'scan-1', sourceId: null };
    webview = await openWebview({
      bundle: 'importPreview',
      pageData: { strings: previewStrings(untranslated), identity },
      serve: (connection) => {
        const session = new ImportPreviewSession({
          engine,
          identity,
          texts: { t: untranslated, locale: 'en' },
          host: {
            openFile: (file) => Promise.resolve(void opened.push(file)),
            addressOf: (file) => file,
            showJob: () => undefined,
            scanSource: () => Promise.resolve(null),
            chooseDirectory: () => Promise.resolve(null),
            whileImporting: (_title, work) => work(() => undefined),
            importEnded: () => undefined,
            identityChanged: () => undefined,
          },
          sendActivity: (activity) => void connection.sendNotification('activity', activity),
          alikes: {
            threshold: () => 6,
            always: () => always,
            sendProgress: (progress) => void connection.sendNotification('alikeProgress', progress),
            changed: () => void connection.sendNotification('changed', {}),
          },
        });
        servePanel<PreviewRequests>(
          connection,
          previewService(session, () => undefined),
          (error) => error.message,
        );
        engine.onChanged(() => void connection.sendNotification('changed', {}));
      },
      file: (address) =>
        address.startsWith('/pictures/') ? { type: 'image/jpeg', content: scene } : undefined,
      ...page,
    });
    await webview.page.getByRole('tab', { name: /Look alike/ }).click();
  };
  const find = async (): Promise<void> => {
    await webview.page.getByRole('button', { name: 'Find Look-Alikes' }).click();
    await webview.page.locator('.list-row.alike:not(.loading)').first().waitFor();
  };
  const row = (index: number): Locator => webview.page.locator(`[data-row="${index}"]`);
  const chosen = (index: number): Promise<string> =>
    row(index).getByRole('radio', { checked: true }).innerText();
  const tile = (): Promise<string> => webview.page.locator('.tile.alike').innerText();
  const shot = async (name: string): Promise<void> => {
    const folder = process.env['E2E_SHOTS'];
    if (folder) await webview.page.screenshot({ path: path.join(folder, `${name}.png`) });
  };

  beforeEach(() => {
    engine = generatedEngine(3000);
    opened = [];
  });
  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('are looked for when asked, with progress, and shown side by side', async () => {
    await open();
    const { page } = webview;
    assert.match(await tile(), /–/);
    await page.getByRole('button', { name: 'Find Look-Alikes' }).click();
    await page.locator('.alike-find vscode-progress-bar').waitFor();
    await page.getByText('files').first().waitFor();
    await row(0).locator('.alike-picture img').nth(1).waitFor();
    await shot('alikes');
    assert.match(await tile(), /300/);
    assert.match(await tile(), /300 to decide/);
    await page.getByText('300 of 3,000 new files look like images of the catalog.').waitFor();
    assert.equal(await row(0).locator('.alike-name').first().innerText(), hostileName);
    await row(1).getByText('Looks alike, distance 1').waitFor();
    await row(9).getByText('Same pixels').waitFor();
    await row(1).getByText('Suggested: skip. more pixels (4000 x 3000').waitFor();
    assert.ok((await page.locator('.list-row.alike').count()) < 40, 'only rows in view');
  });

  it('are looked for without being asked, if the setting says so, and not again after a cancel', async () => {
    await open({ always: true });
    const { page } = webview;
    await page.locator('.alike-find').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Find Look-Alikes' }).waitFor();
    await page.waitForTimeout(600);
    assert.equal(await page.locator('.list-row.alike').count(), 0);
    assert.equal(engine.calls.filter((name) => name === 'nearDuplicatesOfScan').length, 1);
  });

  it('are decided one by one, with the mouse and by keyboard', async () => {
    await open();
    await find();
    const { page } = webview;
    await row(1).getByRole('radio', { name: 'Skip' }).click();
    await poll(async () => (await tile()).includes('1 skipped'), 'the figure', 5000);
    assert.ok(!engine.selected.has(11), 'what is skipped is not imported');
    assert.equal(await chosen(1), 'Skip');
    await row(0).focus();
    await page.keyboard.press('Space');
    await poll(async () => (await chosen(0)) === 'Replace', 'the suggestion', 5000);
    await page.locator('.replaced').getByText('1 image of the catalog is replaced').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await poll(async () => (await chosen(1)) === 'Import as well', 'the next decision', 5000);
    assert.ok(engine.selected.has(11));
    await page.locator('[aria-live]').getByText('IMG_00010.jpg: Import as well').waitFor();
    await page.keyboard.press('Enter');
    await poll(() => opened.length === 1, 'the new picture');
    assert.match(opened[0] ?? '', /IMG_00010\.jpg$/);
    // Which of two images is replaced.
    await row(0).locator('select').selectOption('1');
    await poll(async () => {
      const { files } = await engine.listLookAlikes({ scanId: 'scan-1', limit: 1 });
      return files[0]?.replaces === 'image-2000';
    }, 'the other image');
  });

  it('are decided all at once', async () => {
    await open();
    await find();
    const { page } = webview;
    await page.getByRole('button', { name: 'As Suggested' }).click();
    await poll(
      async () => (await tile()).includes('150 skipped, 150 replace'),
      'the figures',
      5000,
    );
    assert.equal(engine.selected.size, 3000 - alikeCount / 2);
    await shot('alikes-decided');
    await page.getByRole('button', { name: 'Import All as Well' }).click();
    await poll(async () => (await tile()).includes('300 as well'), 'the figures', 5000);
    assert.equal(engine.selected.size, 3000);
  });

  it('fit a narrow editor', async () => {
    await open({ width: 520 });
    await find();
    await shot('alikes-narrow');
    const box = await row(0).getByRole('radio', { name: 'Replace' }).boundingBox();
    assert.ok(box && box.x + box.width <= 520);
  });
});
