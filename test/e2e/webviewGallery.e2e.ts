import assert from 'node:assert/strict';
import path from 'node:path';
import { encodeJpeg } from '../../scripts/sample/formats.mjs';
import { drawScene } from '../../scripts/sample/scenes.mjs';
import { untranslated } from '../../src/views/format.js';
import type {
  GalleryPlace,
  GalleryRequests,
  SavedSearch,
} from '../../src/views/galleryProtocol.js';
import { galleryStrings } from '../../src/views/galleryStrings.js';
import { galleryService } from '../../src/views/panels/galleryService.js';
import { GallerySession } from '../../src/views/panels/gallerySession.js';
import type { ThumbnailSource } from '../../src/views/panels/thumbnailReader.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import { hostileName } from './support/generatedEngine.js';
import {
  generatedGallery,
  hostileText,
  imageId,
  type GeneratedGallery,
} from './support/generatedGallery.js';
import { closeBrowser, openWebview, type WebviewPage } from './support/webviewHarness.js';
import { poll } from './support/workbench.js';

const scenes = (['mountains', 'sea', 'city'] as const).map((kind, index) =>
  encodeJpeg(drawScene(kind, index + 1, { width: 256, height: index === 1 ? 256 : 171 })),
);
const large = encodeJpeg(drawScene('sea', 1, { width: 1200, height: 800 }));

/** Every image has one of the scenes. */
const thumbnailScenes: ThumbnailSource = {
  read: (checksums) =>
    Promise.resolve(
      checksums.map((checksum) => {
        const scene = scenes[Number.parseInt(checksum.slice(0, 2), 16) % scenes.length];
        return scene ? Buffer.from(scene).toString('base64') : null;
      }),
    ),
};

describe('the gallery in a browser', () => {
  let webview: WebviewPage;
  let engine: GeneratedGallery;
  let session: GallerySession;
  let ran: string[];
  let saved: readonly SavedSearch[];

  const open = async (
    props: { count?: number; width?: number; height?: number; state?: unknown } = {},
  ): Promise<void> => {
    engine = generatedGallery(props.count ?? 100_000);
    ran = [];
    saved = [];
    const place: GalleryPlace = {
      folder: 'file:///ws',
      catalogId: 'catalog-1',
      sourceId: null,
      importJobId: null,
      key: 'key-1',
    };
    webview = await openWebview({
      bundle: 'gallery',
      pageData: { strings: galleryStrings(untranslated), identity: place },
      width: props.width ?? 1100,
      height: props.height ?? 800,
      state: props.state,
      file: (address) =>
        /^\/renderings\/[0-9a-f]{64}\.webp$/.test(address)
          ? { type: 'image/jpeg', content: large }
          : undefined,
      serve: (connection) => {
        session = new GallerySession({
          engine,
          identity: place,
          texts: { t: untranslated, locale: 'en' },
          thumbnails: thumbnailScenes,
          host: {
            addressOf: (file) => `/renderings/${path.basename(file)}`,
            readFile: () => Promise.resolve(large),
            realPath: (file) => Promise.resolve(file),
            askSearchName: (query) => Promise.resolve(`My ${query}`),
            savedSearches: () => saved,
            saveSearches: (searches) => {
              saved = searches;
              return Promise.resolve();
            },
            isOnline: () => Promise.resolve(true),
            run: (command, ids) => Promise.resolve(void ran.push(`${command} ${ids.join(' ')}`)),
          },
        });
        servePanel<GalleryRequests>(
          connection,
          galleryService(session, () => undefined),
          (error) => error.message,
        );
        engine.onPictures(
          (event) =>
            void connection.sendNotification('pictures', { states: session.pictureStates(event) }),
        );
        engine.onChanged(() => void connection.sendNotification('changed', {}));
      },
    });
    await webview.page.locator('.photo img').first().waitFor();
  };
  const shot = async (name: string): Promise<void> => {
    const folder = process.env['E2E_SHOTS'];
    if (folder) await webview.page.screenshot({ path: path.join(folder, `${name}.png`) });
  };
  const activeId = (): Promise<string | null> =>
    webview.page.getByRole('grid').getAttribute('aria-activedescendant');
  const status = (): Promise<string> => webview.page.locator('.status-count').innerText();
  const isStatus = (text: string): Promise<void> =>
    poll(async () => (await status()) === text, `the status "${text}"`, 5000);

  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('shows only the tiles in view of 100,000, as a grid that assistive technology can count', async () => {
    await open();
    await shot('grid');
    const { page } = webview;
    const grid = page.getByRole('grid');
    assert.equal(await status(), '100,000 images');
    const columns = Number(await grid.getAttribute('aria-colcount'));
    assert.ok(columns >= 4);
    const days = Math.ceil(100_000 / 23);
    const rows =
      (days - 1) * (1 + Math.ceil(23 / columns)) + 1 + Math.ceil((100_000 % 23) / columns);
    assert.equal(Number(await grid.getAttribute('aria-rowcount')), rows);
    const inPage = await page.locator('.photo').count();
    assert.ok(inPage < 120, `${inPage} tiles`);
    assert.match(
      (await page.locator('#tile-1').getAttribute('aria-label')) ?? '',
      /^IMG_00001\.jpg, 2024-06-15 14:30, 4\.2 MB$/,
    );
    await page.locator('.grid-header').first().getByText('Saturday, June 15, 2024').waitFor();
  });

  it('reaches the far end, keeps the header of the day at the top, and takes nothing along', async () => {
    await open();
    const { page } = webview;
    await page.evaluate(
      "document.querySelector('.grid-viewport').scrollTop = document.querySelector('.grid-viewport').scrollHeight / 2",
    );
    await page.locator('.photo[aria-label] img').first().waitFor();
    const sticky = await page.locator('.grid-sticky .grid-header-label').innerText();
    assert.notEqual(sticky, 'Saturday, June 15, 2024');
    await shot('grid-middle');
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.locator('#tile-99999[aria-label]').waitFor();
    assert.equal(await activeId(), 'tile-99999');
    assert.ok((await page.locator('.photo').count()) < 120);
    await page.keyboard.press('Home');
    await page.locator('#tile-0[aria-label]').waitFor();
    assert.equal(await page.evaluate("document.querySelector('.grid-viewport').scrollTop"), 0);
  });

  it('is used by keyboard: moves, selects, extends, all, none', async () => {
    await open();
    const { page } = webview;
    const columns = Number(await page.getByRole('grid').getAttribute('aria-colcount'));
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    assert.equal(await activeId(), `tile-${columns + 1}`);
    await page.keyboard.press('Space');
    await isStatus('1 of 100,000 selected');
    await page.keyboard.press('Shift+ArrowDown');
    await isStatus(`${columns + 1} of 100,000 selected`);
    await page.keyboard.press('Shift+ArrowLeft');
    await isStatus(`${columns} of 100,000 selected`);
    assert.equal(await page.locator('.photo[aria-selected=true]').count(), columns);
    await page.keyboard.press('Shift+End');
    await isStatus(
      '99,994 of 100,000 selected'.replace('99,994', (100_000 - columns - 1).toLocaleString('en')),
    );
    await page.keyboard.press('Control+a');
    await isStatus('100,000 of 100,000 selected');
    await poll(
      async () => (await page.locator('.unseen').innerText()) === '100,000 of 100,000 selected',
      'the announcement',
      5000,
    );
    await page.keyboard.press('Escape');
    await isStatus('100,000 images');
    await page.keyboard.press('PageDown');
    assert.ok(Number((await activeId())?.slice(5)) > columns);
  });

  it('selects with the mouse and runs commands on what is selected, by id', async () => {
    await open();
    const { page } = webview;
    await page.locator('#tile-1').click();
    await page.locator('#tile-3').click({ modifiers: ['Control'] });
    await isStatus('2 of 100,000 selected');
    await page.locator('#tile-7').click({ modifiers: ['Shift'] });
    await isStatus('5 of 100,000 selected');
    await page.locator('#tile-1').hover();
    await page.locator('#tile-1 .photo-check').click();
    await isStatus('6 of 100,000 selected');
    await page.getByRole('button', { name: 'Copy Path' }).click();
    await poll(() => ran.length === 1, 'the command');
    const expected = [3, 4, 5, 6, 7, 1].map(imageId).join(' ');
    assert.deepEqual(ran, [`copyPath ${expected}`]);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Shift+Delete');
    await page.keyboard.press('Delete');
    await poll(() => ran.length === 2, 'the deletion');
    assert.equal(ran[1], `delete ${expected}`);
    await page.getByRole('combobox', { name: 'Search' }).focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Delete from Catalog…' }).click();
    await poll(() => ran.length === 3, 'the button');
    const header = page.locator('.grid-canvas .grid-header').first();
    await header.locator('button').click({ force: true });
    await isStatus('23 of 100,000 selected');
    await shot('selected');
    // The menu of a selected tile is about all of them, of another tile about that one only.
    await page.locator('#tile-3').click({ button: 'right' });
    await poll(() => session.targets.length === 23, 'the target');
    const context = await page.locator('.gallery-body').getAttribute('data-vscode-context');
    assert.deepEqual(JSON.parse(context ?? ''), {
      webviewSection: 'images',
      preventDefaultContextMenuItems: true,
      gallery: 'key-1',
    });
  });

  it('opens the menu of the active tile by keyboard', async () => {
    await open();
    const { page } = webview;
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+F10');
    await poll(() => session.targets.join() === imageId(1), 'the target', 5000);
  });

  it('shows hostile names and metadata as text', async () => {
    await open();
    const { page } = webview;
    assert.equal(await page.locator('#tile-0 .photo-name').innerText(), hostileName);
    await page.locator('#tile-0').click();
    await page.getByRole('button', { name: 'Details' }).click();
    const details = page.locator('details-panel');
    await details.getByText(hostileText).first().waitFor();
    await shot('details');
    const camera = details.locator('dd').filter({ hasText: hostileText });
    assert.ok((await camera.count()) >= 2);
    assert.equal(await details.locator('img, script').count(), 0);
    await page.locator('#tile-0').dblclick();
    await page.locator('.viewer-name').getByText(hostileName).waitFor();
  });

  it('searches, completes by keyboard, marks mistakes and keeps searches', async () => {
    await open({ count: 5000 });
    const { page } = webview;
    await page.getByRole('grid').focus();
    await page.keyboard.press('/');
    const box = page.getByRole('combobox', { name: 'Search' });
    assert.equal(
      await page.evaluate("document.activeElement.getAttribute('aria-label')"),
      'Search',
    );
    await page.keyboard.type('img_001');
    await isStatus('100 images found');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('i');
    await page.getByRole('option', { name: /^is:/ }).waitFor();
    await shot('completions');
    await page.keyboard.press('ArrowDown');
    assert.equal(await box.getAttribute('aria-activedescendant'), 'offer-0');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: /is:missing/ }).click();
    assert.equal(await box.inputValue(), 'is:missing ');
    await box.fill('img colour:red');
    await page.keyboard.press('Enter');
    const problem = page.locator('.search-problem');
    await problem.waitFor();
    assert.equal(await problem.locator('mark').innerText(), 'colour:red');
    assert.equal(await box.getAttribute('aria-invalid'), 'true');
    await shot('mistake');
    await box.fill('img_0000');
    await page.keyboard.press('Enter');
    await isStatus('10 images found'.replace('10', '9'));
    await page.getByRole('button', { name: 'Save This Search' }).click();
    await poll(() => saved.length === 1, 'the saved search');
    await page.getByRole('button', { name: 'Clear Search' }).click();
    await isStatus('5,000 images');
    await page.getByRole('button', { name: 'Saved Searches' }).click();
    await page.getByRole('option', { name: /My img_0000/ }).click();
    await isStatus('9 images found');
    await page.getByRole('button', { name: 'Saved Searches' }).click();
    await page
      .getByRole('option', { name: /My img_0000/ })
      .getByRole('button', { name: 'Delete' })
      .click();
    await poll(() => saved.length === 0, 'the search to be deleted');
  });

  it('asks for the thumbnails in view, shows those that come and says why one does not', async () => {
    await open();
    const { page } = webview;
    await poll(() => engine.wanted.has(imageId(5)), 'the request for a pending thumbnail');
    await page.locator('#tile-5 img').waitFor();
    await page
      .locator('#tile-6 .photo-problem')
      .getByText('is damaged: the file ends early')
      .waitFor();
    assert.ok(!engine.wanted.has(imageId(1)), 'what is there is not asked for');
    assert.ok(engine.wanted.size < 10);
    assert.equal(await page.locator('#tile-2 .photo-mark').innerText(), '1:23');
    await page.locator('#tile-4 .photo-badge.missing').waitFor();
    engine.emit('pictures', { ready: [], failed: [imageId(1)] });
    await poll(() => engine.wanted.has(imageId(1)), 'the reason of a failure to be asked for');
    engine.emit('pictures', { ready: [imageId(1)], failed: [] });
    await page.locator('#tile-1 img').waitFor();
  });

  it('shows one image: whole, at 100 %, next and previous, and comes back to it', async () => {
    await open();
    const { page } = webview;
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const picture = page.locator('.viewer-picture:not(.thumbnail):not(.waiting)');
    await picture.waitFor();
    await shot('viewer');
    const size = async (): Promise<{ width: number; height: number }> => {
      const box = await picture.boundingBox();
      return { width: Math.round(box?.width ?? 0), height: Math.round(box?.height ?? 0) };
    };
    const fit = await size();
    assert.ok(Math.abs(fit.width / fit.height - 1.5) < 0.02);
    await page.keyboard.press('1');
    assert.deepEqual(await size(), { width: 1200, height: 800 });
    await page.keyboard.press('+');
    assert.equal((await size()).width, 1500);
    await shot('viewer-zoomed');
    await page.keyboard.press('0');
    assert.deepEqual(await size(), fit);
    await page.mouse.move(500, 400);
    await page.mouse.wheel(0, -100);
    assert.ok((await size()).width > fit.width);
    await page.keyboard.press('ArrowRight');
    await page.getByText('This is a video').waitFor();
    await shot('viewer-video');
    await page.keyboard.press('PageDown');
    await page.locator('.viewer-name').getByText('IMG_00003.jpg').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('gallery-grid').waitFor();
    assert.equal(await activeId(), 'tile-3');
    assert.equal(await page.evaluate("document.activeElement.getAttribute('role')"), 'grid');
  });

  it('sorts and groups, keeping the active image, and remembers all of it', async () => {
    await open({ count: 5000 });
    const { page } = webview;
    await page.locator('#tile-3').click();
    await page.getByLabel('Group by').selectOption('none');
    await page.locator('.grid-header').first().waitFor({ state: 'detached' });
    assert.equal(await activeId(), 'tile-3');
    await page.getByRole('button', { name: 'Descending Order' }).click();
    await poll(async () => (await activeId()) === 'tile-4996', 'the image at its new place');
    await page.locator('#tile-4996[aria-label]').waitFor();
    await page.locator('input.size').fill('304');
    await page.waitForTimeout(400);
    await shot('large-tiles');
    const kept: unknown = await page.evaluate('keptState()');
    await webview.close();
    await open({ count: 5000, state: kept });
    await webview.page.locator('#tile-4996[aria-label]').waitFor();
    assert.equal(await webview.page.getByLabel('Group by').inputValue(), 'none');
    assert.equal(await webview.page.locator('input.size').inputValue(), '304');
  });

  it('follows changes of the catalog', async () => {
    await open({ count: 100 });
    const { page } = webview;
    await page.locator('#tile-1').click();
    const before = engine.calls.length;
    engine.emit('changed', { entities: ['images'] });
    await poll(() => engine.calls.slice(before).includes('imageGroups'), 'the list again');
    await isStatus('1 of 100 selected');
  });

  it('shows what a command wants, also when the page is loaded again', async () => {
    await open({ count: 2000 });
    const { page } = webview;
    session.want({ imageId: imageId(1500) });
    engine.emit('changed', { entities: ['images'] });
    await page.locator('#tile-1500[aria-label]').waitFor();
    assert.equal(await activeId(), 'tile-1500');
    session.want({ query: 'img_0000' });
    await page.reload();
    await isStatus('9 images found');
  });

  it('says so when there is nothing to show', async () => {
    await open({ count: 10 });
    const { page } = webview;
    await page.getByRole('combobox', { name: 'Search' }).fill('nothing like that');
    await page.keyboard.press('Enter');
    await page.getByText('No image matches the search.').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    await page.locator('.photo img').first().waitFor();
  });

  it('fits a narrow editor', async () => {
    await open({ width: 360 });
    await shot('narrow');
    const wider: number = await webview.page.evaluate(
      "document.querySelector('gallery-app').scrollWidth - window.innerWidth",
    );
    assert.ok(wider <= 0, `${wider} pixels too wide`);
  });
});
