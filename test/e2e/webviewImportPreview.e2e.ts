import assert from 'node:assert/strict';
import { untranslated } from '../../src/views/format.js';
import { ImportPreviewSession } from '../../src/views/panels/importPreviewSession.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import { previewService } from '../../src/views/panels/previewService.js';
import type { PreviewIdentity, PreviewRequests } from '../../src/views/panelProtocol.js';
import { previewStrings } from '../../src/views/panelStrings.js';
import { generatedEngine, hostileName, type GeneratedEngine } from './support/generatedEngine.js';
import {
  closeBrowser,
  openWebview,
  scrollList,
  type WebviewPage,
} from './support/webviewHarness.js';

const newCount = 100_000;
/** Blue, 3 by 2 pixels. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGNQSDgAQQxwFgBHVAeBq43GzwAAAABJRU5ErkJggg==',
  'base64',
);

describe('the import preview in a browser', () => {
  let engine: GeneratedEngine;
  let opened: string[];
  let webview: WebviewPage;

  const open = async (options: { width?: number; state?: unknown } = {}): Promise<void> => {
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
            openFile: (path) => Promise.resolve(void opened.push(path)),
            addressOf: (path) => path,
            showJob: () => undefined,
            scanSource: () => Promise.resolve(null),
            chooseDirectory: () => Promise.resolve(null),
            whileImporting: (_title, work) => work(() => undefined),
            importEnded: () => undefined,
            identityChanged: () => undefined,
          },
          sendActivity: (activity) => void connection.sendNotification('activity', activity),
        });
        servePanel<PreviewRequests>(
          connection,
          previewService(session, () => undefined),
          (error) => error.message,
        );
        engine.onChanged(() => void connection.sendNotification('changed', {}));
      },
      file: (address) =>
        address.startsWith('/pictures/') ? { type: 'image/png', content: picture } : undefined,
      ...options,
    });
    await webview.page.locator('.list-row.file').first().waitFor();
  };
  const activeRow = (): Promise<string | null> =>
    webview.page.evaluate("document.activeElement?.getAttribute('aria-rowindex') ?? null");
  const focusList = (): Promise<void> =>
    webview.page.locator('.list-canvas > .list-row[tabindex="0"]').focus();

  beforeEach(() => {
    engine = generatedEngine(newCount);
    opened = [];
  });
  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('shows a hundred thousand files with a few dozen rows in the page', async () => {
    await open();
    const { page } = webview;
    const grid = page.getByRole('treegrid');
    assert.equal(await grid.getAttribute('aria-rowcount'), String(newCount + 400 + 1));
    await scrollList(webview.page, 2_000_000);
    // Row 50,000 of 40 pixels: 199 headers and 49,801 files stand above it.
    await page.locator('.list-row.file', { hasText: 'IMG_49800.jpg' }).waitFor();
    const rows = await page.locator('.list-canvas > .list-row').count();
    assert.ok(rows < 80, `${rows} rows are in the page`);
    assert.match(await page.locator('.list-sticky').innerText(), /299CANON/);
  });

  it('shows a hostile name as text', async () => {
    await open();
    const first = webview.page.locator('.list-row.file').first();
    assert.equal(await first.locator('.text').innerText(), hostileName);
    assert.equal(await webview.page.locator('img[src="x"]').count(), 0);
  });

  it('shows thumbnails of what is in view, and says why there is none', async () => {
    await open();
    const { page } = webview;
    const rows = page.locator('.list-row.file');
    const image = rows.first().locator('.thumb img');
    await image.waitFor();
    assert.equal(await image.getAttribute('alt'), '');
    await page.waitForFunction("document.querySelector('.thumb img').naturalWidth === 3");
    const failed = page.getByRole('img', { name: /^No thumbnail: / }).first();
    assert.equal(
      await failed.getAttribute('aria-label'),
      `No thumbnail: ${hostileName} is damaged: it ends too soon. Look at it, and copy it again from where it came from if you can.`,
    );
    await scrollList(page, 2_000_000);
    const shown = page.locator('.list-row.file', { hasText: 'IMG_49800.jpg' });
    await shown.waitFor();
    await page.locator('.list-canvas > .list-row.file .thumb img').nth(3).waitFor();
    const asked = engine.shownThumbnails;
    assert.equal(new Set(asked).size, asked.length, 'each once');
    assert.ok(asked.length < 150, `${asked.length} of ${newCount} were asked for`);
    assert.ok(asked.includes(49_801), 'those in view now');
    await page.getByRole('tab', { name: /Passed by/ }).click();
    await page.locator('.list-row.passed-by').first().waitFor();
    assert.equal(await page.locator('.thumb').count(), 0);
  });

  it('moves by the keyboard, one row being the tab stop', async () => {
    await open();
    const { page } = webview;
    await focusList();
    assert.equal(await activeRow(), '2');
    await page.keyboard.press('ArrowDown');
    assert.equal(await activeRow(), '3');
    await page.keyboard.press('End');
    await page.locator('.list-row.file', { hasText: 'IMG_99999.jpg' }).waitFor();
    assert.equal(await activeRow(), String(newCount + 400 + 1));
    assert.equal(await page.locator('.list-canvas > [tabindex="0"]').count(), 1);
    await page.keyboard.press('ArrowLeft');
    assert.equal(await activeRow(), String(newCount + 400 - 250 + 1), 'the header of its folder');
    await page.keyboard.press('Home');
    assert.equal(await activeRow(), '2');
    await page.keyboard.press('PageDown');
    assert.ok(Number(await activeRow()) > 5);
  });

  it('keeps the focus on a row that is scrolled out of view', async () => {
    await open();
    const { page } = webview;
    await focusList();
    await page.keyboard.press('ArrowDown');
    await scrollList(webview.page, 1_285_720);
    await page.locator('.list-row.file', { hasText: 'IMG_32020.jpg' }).waitFor();
    assert.equal(await activeRow(), '3');
  });

  it('ticks files with Space, folders and all by their boxes, and runs with Shift', async () => {
    await open();
    const { page } = webview;
    const summary = page.locator('.selection');
    await focusList();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await summary.filter({ hasText: '99,999 of 100,000' }).waitFor();
    assert.ok(!engine.selected.has(1));
    const folderTick = page.locator('.list-canvas > .list-row.folder .row-check').first();
    assert.equal(
      await folderTick.evaluate(
        (box) => (box as unknown as { indeterminate: boolean }).indeterminate,
      ),
      true,
    );

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Space');
    await summary.filter({ hasText: '99,997 of 100,000' }).waitFor();
    assert.deepEqual(
      [1, 2, 3, 4].map((id) => engine.selected.has(id)),
      [false, false, false, true],
    );

    await folderTick.click();
    await summary.filter({ hasText: '100,000 of 100,000' }).waitFor();
    await page.locator('.list-canvas > .list-row.folder .row-check').first().click();
    await summary.filter({ hasText: '99,750 of 100,000' }).waitFor();
    assert.ok(!engine.selected.has(250));
    assert.ok(engine.selected.has(251));

    await page.locator('.head-check').click();
    await summary.filter({ hasText: '100,000 of 100,000' }).waitFor();
    await page.locator('.head-check').click();
    await summary.filter({ hasText: '0 of 100,000' }).waitFor();
    await page.getByText('Select at least one file.').waitFor();
    const disabled = await page
      .locator('vscode-button.import')
      .evaluate((button) => (button as unknown as { disabled: boolean }).disabled);
    assert.equal(disabled, true);
  });

  it('opens the picture of a row by Enter, and folds folders', async () => {
    await open();
    const { page } = webview;
    await focusList();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(100);
    assert.deepEqual(opened, [`/media/card/DCIM/100CANON/${hostileName}`]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.locator('.list-canvas > [aria-rowindex="3"]', { hasText: '101CANON' }).waitFor();
    assert.equal(
      await page.getByRole('treegrid').getAttribute('aria-rowcount'),
      String(newCount + 400 - 250 + 1),
    );
  });

  it('says what duplicates equal, what is wrong with errors and why files were passed by', async () => {
    await open();
    const { page } = webview;
    await page.getByRole('tab', { name: /Duplicates/ }).click();
    await page.getByText('143052_a1b2c3d4.jpg from Old disk').first().waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Find Look-Alikes' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('is empty (0 bytes)').first().waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('notes/0.txt').waitFor();
    await page.getByText('Not a picture or video format that is read').last().waitFor();
  });

  it('shows the destination by mode, and asks the engine anew', async () => {
    await open();
    const { page } = webview;
    const detail = page.locator('.list-row.file .detail').first();
    assert.equal(await detail.innerText(), '2024/03-09/140522_00000000.jpg');
    await page.locator('vscode-radio[value=reference]').click();
    await page.locator('.list-row.file .detail', { hasText: 'stays in place' }).first().waitFor();
    await page.locator('vscode-radio[value=move]').click();
    await page.getByText('each original is removed from the source').waitFor();
  });

  it('comes back where it was', async () => {
    await open();
    await webview.page.locator('vscode-radio[value=reference]').click();
    await scrollList(webview.page, 200_000);
    await webview.page.locator('.list-row.file', { hasText: 'IMG_04985.jpg' }).waitFor();
    await webview.page.waitForTimeout(300);
    const state: unknown = await webview.page.evaluate('keptState()');
    await webview.close();
    await open({ state });
    await webview.page.locator('.list-row.file', { hasText: 'IMG_04985.jpg' }).waitFor();
    await webview.page.getByText('The files stay in place').waitFor();
  });

  it('fits a narrow editor', async () => {
    await open({ width: 400 });
    const wider: number = await webview.page.evaluate(
      "document.querySelector('preview-app').scrollWidth - window.innerWidth",
    );
    assert.ok(wider <= 0, `${wider} pixels too wide`);
  });
});
