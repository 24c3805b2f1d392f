import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { encodeJpeg } from '../../scripts/sample/formats.mjs';
import { drawScene } from '../../scripts/sample/scenes.mjs';
import type { DuplicatesIdentity, DuplicatesRequests } from '../../src/views/duplicatesProtocol.js';
import { duplicatesStrings } from '../../src/views/duplicatesStrings.js';
import { untranslated } from '../../src/views/format.js';
import { duplicatesService } from '../../src/views/panels/duplicatesService.js';
import { DuplicatesSession } from '../../src/views/panels/duplicatesSession.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import {
  generatedDuplicates,
  memberId,
  type GeneratedDuplicates,
} from './support/generatedDuplicates.js';
import { hostileName } from './support/generatedEngine.js';
import { closeBrowser, openWebview, type WebviewPage } from './support/webviewHarness.js';
import { poll } from './support/workbench.js';

const scene = encodeJpeg(drawScene('sea', 1, { width: 256, height: 171 }));

describe('the duplicates report in a browser', () => {
  let webview: WebviewPage;
  let engine: GeneratedDuplicates;
  let asked: string[];
  let ran: string[];

  const open = async (
    props: { count?: number; width?: number; state?: unknown; held?: Promise<void> } = {},
  ): Promise<void> => {
    engine = generatedDuplicates(props.count ?? 10_000);
    engine.held = props.held ?? null;
    asked = [];
    ran = [];
    const identity: DuplicatesIdentity = {
      folder: 'file:///ws',
      catalogId: 'catalog-1',
      sourceId: null,
    };
    webview = await openWebview({
      bundle: 'duplicates',
      pageData: { strings: duplicatesStrings(untranslated), identity },
      width: props.width ?? 1100,
      height: 800,
      state: props.state,
      file: (address) =>
        address.startsWith('/thumbnails/') ? { type: 'image/jpeg', content: scene } : undefined,
      serve: (connection) => {
        const session = new DuplicatesSession({
          engine,
          identity,
          texts: { t: untranslated, locale: 'en' },
          onChanged: () => void connection.sendNotification('changed', {}),
          host: {
            addressOf: (file) => file,
            settings: () => ({ method: 'dhash', threshold: 8, keepOrder: {} }),
            progress: (report) => void connection.sendNotification('progress', report),
            confirm: (title) => {
              asked.push(title);
              return Promise.resolve(true);
            },
            chooseOutput: (format) => Promise.resolve(`/ws/duplicates.${format}`),
            compare: (imageIds) => Promise.resolve(void ran.push(`compare ${imageIds.join(' ')}`)),
            show: (imageId) => Promise.resolve(void ran.push(`show ${imageId}`)),
          },
        });
        servePanel<DuplicatesRequests>(
          connection,
          duplicatesService(session, () => undefined),
          (error) => error.message,
        );
      },
    });
  };
  const groups = (): Locator => webview.page.locator('.group');
  const message = (text: string): Locator => webview.page.locator('.message').getByText(text);
  const shot = async (name: string): Promise<void> => {
    const folder = process.env['E2E_SHOTS'];
    if (folder) await webview.page.screenshot({ path: path.join(folder, `${name}.png`) });
  };
  const focused = (): Promise<string> =>
    webview.page.evaluate(
      "document.activeElement.closest('.group')?.querySelector('.member-name')?.textContent.trim() ?? ''",
    );

  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('shows a page of 10,000 groups with thumbnails, a large group in part, hostile names as text', async () => {
    await open();
    const { page } = webview;
    await groups().first().waitFor();
    await page.getByText('10,000 groups, 10 GB to win').waitFor();
    assert.equal(await groups().count(), 20);
    const first = groups().first();
    assert.equal(await first.locator('.member').count(), 12);
    assert.equal((await first.locator('.member-name').first().innerText()).trim(), hostileName);
    await poll(async () => (await first.locator('img').count()) === 12, 'the thumbnails');
    await first.getByRole('button', { name: 'Show 18 More' }).click();
    assert.equal(await first.locator('.member').count(), 30);
    await page.getByText('2 flat pictures are not compared by looks.').waitFor();
    await shot('report');
    await page.getByRole('button', { name: 'Next Page' }).click();
    await page.getByText('Page 2 of 500').waitFor();
    await groups().filter({ hasText: 'IMG_20_0.jpg' }).waitFor();
  });

  it('filters by level and file, and shows bursts as bursts', async () => {
    await open({ count: 40 });
    const { page } = webview;
    await page.getByRole('tab', { name: /Looks alike/ }).click();
    await poll(async () => (await groups().count()) === 10, 'the groups that look alike');
    await groups().first().getByText('at most 3 of 64 bits differ').waitFor();
    await page
      .locator('.choice')
      .filter({ hasText: /^\s*Files/ })
      .locator('select')
      .selectOption('Referenced');
    await poll(async () => (await groups().count()) < 10, 'the referenced ones');
    await page.locator('input.folder').fill('/nowhere');
    await page.keyboard.press('Enter');
    await page.getByText('No group passes the filters.').waitFor();
    await page.getByRole('tab', { name: /Bursts/ }).click();
    await poll(async () => (await groups().count()) === 3, 'the bursts');
    await groups().first().getByText('Best by quality').waitFor();
    await page.getByText('3 bursts').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Not a Duplicate' }).count(), 0);
    await shot('bursts');
  });

  it('tells how far a search is, and ends it when asked', async () => {
    await open({ held: new Promise(() => undefined) });
    const { page } = webview;
    await page.getByText('12 of 48 files · 9 s left').waitFor();
    await shot('searching');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The search was cancelled.').waitFor();
    engine.held = null;
    await page.getByRole('button', { name: 'Search Again' }).click();
    await groups().first().waitFor();
  });

  it('is used by keyboard: from group to group, through one, and with a letter for each decision', async () => {
    await open({ count: 40 });
    const { page } = webview;
    await groups().first().waitFor();
    assert.equal(await page.locator('.group[tabindex="0"]').count(), 1);
    await groups().first().focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), 'IMG_1_0.jpg');
    assert.equal(await page.locator('.group[tabindex="0"]').count(), 1);
    await page.keyboard.press('c');
    await poll(() => ran.length === 1, 'the comparison');
    assert.deepEqual(ran, [`compare ${memberId(1, 0)} ${memberId(1, 1)}`]);
    await page.keyboard.press('n');
    await message('Remembered: they are not duplicates of each other.').waitFor();
    await poll(async () => (await focused()) === 'IMG_2_0.jpg', 'the focus on what took its place');
    await page.keyboard.press('End');
    assert.equal(await focused(), 'IMG_20_0.jpg');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    await page.getByText('This is a dry run').waitFor();
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H2');
    await page.getByRole('button', { name: 'Back to the Report' }).click();
    await poll(async () => (await focused()) === 'IMG_2_0.jpg', 'the focus back on the group');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await poll(() => ran.length === 2, 'the button');
  });

  it('resolves after a dry run of every file and a yes, and undoes', async () => {
    await open({ count: 400 });
    const { page } = webview;
    await groups().first().waitFor();
    await page.getByRole('button', { name: 'Resolve These Groups' }).click();
    const plan = page.locator('plan-view');
    await plan.locator('.list-row').first().waitFor();
    assert.equal(await plan.getByRole('grid').getAttribute('aria-rowcount'), '429');
    await plan.getByText('Only the entry goes, the file stays').first().waitFor();
    await plan.getByText('Left alone (1)').waitFor();
    await shot('plan');
    await plan.getByRole('checkbox', { name: /sidecars/ }).click();
    await poll(
      () => engine.calls.filter(([name]) => name === 'planResolve').length === 2,
      'the plan to be made anew',
    );
    await plan.getByRole('button', { name: 'Take Out of the Catalog' }).click();
    await message('Pictures that left the catalog: 428.').waitFor();
    assert.deepEqual(asked, ['Take 428 pictures out of the catalog?']);
    await page.getByText('No group passes the filters.').waitFor();
    await page.locator('.message').getByRole('button', { name: 'Undo' }).click();
    await message('All pictures are back in the catalog.').waitFor();
    await groups().first().waitFor();
  });

  it('comes back as it was left: filters, page and the dry run', async () => {
    await open({ count: 400 });
    await groups().first().waitFor();
    await webview.page.getByRole('tab', { name: /Same pixels/ }).click();
    await webview.page.getByRole('button', { name: 'Next Page' }).click();
    const chosen = (): Locator => groups().filter({ hasText: 'IMG_82_0.jpg' });
    await chosen()
      .getByRole('button', { name: /^Keep IMG_82_1\.jpg/ })
      .click();
    await webview.page.locator('plan-view .list-row').first().waitFor();
    const keptState = (): Promise<{ planned: unknown }> =>
      webview.page.evaluate<{ planned: unknown }>('keptState()');
    await poll(async () => (await keptState()).planned !== null, 'the state to be kept');
    const state = await keptState();
    await webview.close();
    await open({ count: 400, state, width: 560 });
    await webview.page.locator('plan-view .list-row').getByText('IMG_82_0.jpg').waitFor();
    await webview.page.getByRole('button', { name: 'Back to the Report' }).click();
    await chosen().waitFor();
    await webview.page.getByText('Page 2 of 5').waitFor();
    await shot('narrow');
    const wide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
    assert.equal(await webview.page.evaluate(wide), false);
  });
});
