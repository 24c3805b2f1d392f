import assert from 'node:assert/strict';
import path from 'node:path';
import type { MessageConnection } from 'vscode-jsonrpc';
import { encodeJpeg } from '../../scripts/sample/formats.mjs';
import { drawScene } from '../../scripts/sample/scenes.mjs';
import type { DuplicateMember } from '../../src/catalog/model/duplicates.js';
import type { CompareIdentity, CompareRequests } from '../../src/views/compareProtocol.js';
import { compareStrings } from '../../src/views/compareStrings.js';
import { untranslated } from '../../src/views/format.js';
import { compareService, CompareSession } from '../../src/views/panels/compareSession.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import { samplesService, SamplesSession } from '../../src/views/panels/samplesSession.js';
import type { AlikeChoice, SamplesRequests } from '../../src/views/samplesProtocol.js';
import { samplesStrings } from '../../src/views/samplesStrings.js';
import {
  generatedGallery,
  hostileText,
  imageId,
  type GeneratedGallery,
} from './support/generatedGallery.js';
import { closeBrowser, openWebview, type WebviewPage } from './support/webviewHarness.js';
import { poll } from './support/workbench.js';

const sea = encodeJpeg(drawScene('sea', 1, { width: 1200, height: 800 }));
const pictures: Readonly<Record<string, Uint8Array>> = {
  [imageId(1)]: sea,
  [imageId(3)]: encodeJpeg(drawScene('sea', 1, { width: 600, height: 400 })),
  [imageId(8)]: encodeJpeg(drawScene('city', 2, { width: 500, height: 700 })),
  [imageId(9)]: sea,
};

let webview: WebviewPage;
const shot = async (name: string): Promise<void> => {
  const folder = process.env['E2E_SHOTS'];
  if (folder) await webview.page.screenshot({ path: path.join(folder, `${name}.png`) });
};
const closeCleanly = async (): Promise<void> => {
  const { complaints } = webview;
  await webview.close();
  assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
};

describe('the comparison of images in a browser', () => {
  let engine: GeneratedGallery;
  let ran: string[];
  let host: MessageConnection;

  const open = async (
    numbers: readonly number[],
    props: { width?: number; height?: number; state?: unknown } = {},
  ): Promise<void> => {
    engine = generatedGallery(20);
    engine.compareImages = ({ imageIds }) =>
      Promise.resolve(
        imageIds.slice(1).map((b) => ({
          a: imageIds[0] ?? '',
          b,
          level: b === imageId(9) ? ('pixels' as const) : null,
          distances: { dhash: b === imageId(8) ? 31 : 2, ahash: null, whash: null, phash: 4 },
        })),
      );
    ran = [];
    const identity: CompareIdentity = {
      folder: 'file:///ws',
      catalogId: 'catalog-1',
      imageIds: numbers.map(imageId),
    };
    webview = await openWebview({
      bundle: 'compare',
      pageData: { strings: compareStrings(untranslated), identity },
      width: props.width ?? 1100,
      height: props.height ?? 800,
      state: props.state,
      serve: (connection) => {
        host = connection;
        const session = new CompareSession({
          engine,
          identity,
          texts: { t: untranslated, locale: 'en' },
          host: {
            realPath: (file) => Promise.resolve(file),
            readFile: (file) => {
              const number = Number(/(\d{5})\.\w+$/.exec(file)?.[1] ?? '1');
              return Promise.resolve(pictures[imageId(number)] ?? sea);
            },
            run: (command, id) => Promise.resolve(void ran.push(`${command} ${id}`)),
          },
        });
        servePanel<CompareRequests>(
          connection,
          compareService(session, () => undefined),
          (error) => error.message,
        );
      },
    });
    await webview.page.locator('.viewer-picture').nth(0).waitFor({ state: 'attached' });
  };
  /** Size and place of each picture, from the middle of its stage. */
  const placed = async (): Promise<{ width: number; x: number; y: number }[]> => {
    const styles = await webview.page
      .locator('.stages img.viewer-picture')
      .evaluateAll((elements: { getAttribute(name: string): string | null }[]) =>
        elements.map((element) => element.getAttribute('style') ?? ''),
      );
    return styles.map((style) => {
      const [width = 0, height = 0, x = 0, y = 0] = [...style.matchAll(/(-?[\d.]+)px/g)].map(
        ([, number]) => Number(number),
      );
      return { width, x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
    });
  };
  const allPlaced = (count: number): Promise<void> =>
    poll(async () => (await placed()).length === count, `${count} pictures`, 10_000);

  afterEach(closeCleanly);
  after(closeBrowser);

  it('shows pictures of different sizes equally large, zoomed and moved together', async () => {
    await open([1, 3]);
    const { page } = webview;
    await allPlaced(2);
    await shot('compare-side');
    const fitted = await placed();
    assert.equal(fitted[0]?.width, fitted[1]?.width);
    assert.ok((fitted[0]?.width ?? 0) < 560);
    await page.locator('.viewer-stage').first().focus();
    await page.keyboard.press('1');
    await poll(async () => (await placed())[0]?.width === 1200, 'actual size');
    assert.equal((await placed())[1]?.width, 1200, 'as large as the larger one');
    // Dragging in one moves both.
    const box = await page.locator('.viewer-stage').nth(1).boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 200, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 120, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await poll(async () => (await placed())[0]?.x === -80, 'the first to have moved');
    assert.deepEqual((await placed())[1], (await placed())[0]);
    await page.keyboard.press('ArrowRight');
    await poll(async () => (await placed())[1]?.x === -140, 'the arrow key to move');
    await page.mouse.wheel(0, -100);
    await poll(async () => (await placed())[0]?.width === 1500, 'the wheel to enlarge');
    const [first, second] = await placed();
    assert.deepEqual(first, second);
    await page.getByRole('button', { name: 'Fit to Window' }).click();
    await poll(async () => (await placed())[1]?.width === fitted[1]?.width, 'the whole picture');
    await page.getByRole('button', { name: 'Show IMG_00003.jpg in the Gallery' }).click();
    await poll(() => ran.length === 1, 'the command');
    assert.deepEqual(ran, [`showInGallery ${imageId(3)}`]);
  });

  it('shows one in the place of the other at a key', async () => {
    await open([1, 3, 8]);
    const { page } = webview;
    await allPlaced(3);
    await page.locator('.viewer-stage').first().focus();
    await page.keyboard.press('b');
    const seen = page.locator('.stages.blink img.viewer-picture:not(.waiting)');
    await seen.waitFor();
    assert.equal(await page.locator('.stages.blink .viewer-stage').count(), 1);
    const before = await seen.getAttribute('src');
    await page.keyboard.press('Space');
    await page.locator('[aria-live]').getByText('2 of 3: IMG_00003.jpg').waitFor();
    assert.notEqual(await seen.getAttribute('src'), before);
    await shot('compare-blink');
    await page.keyboard.press('Shift+Space');
    await page.keyboard.press('Shift+Space');
    await page.locator('[aria-live]').getByText('3 of 3: IMG_00008.jpg').waitFor();
    // Another shape is shown whole inside the common frame.
    const [, , last] = await placed();
    assert.ok(last && last.width > 0 && last.width < ((await placed())[0]?.width ?? 0));
  });

  it('shows the difference of two, amplified, and says how large it is', async () => {
    await open([1, 3, 8]);
    const { page } = webview;
    await allPlaced(3);
    await page.getByRole('button', { name: 'Difference' }).click();
    const figures = page.locator('.figures-text');
    await figures.getByText('of the pixels differ visibly').waitFor();
    assert.match(await figures.innerText(), /Both pictures were brought to 1200 × 800 pixels\.$/);
    /** Sum of all channels of the canvas. */
    const brightness = (): Promise<number> =>
      page.evaluate(`{
        const canvas = document.querySelector('canvas');
        const copy = document.createElement('canvas');
        copy.width = canvas.width;
        copy.height = canvas.height;
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let at = 0; at < data.length; at += 4) sum += data[at];
        sum;
      }`);
    const plain = await brightness();
    assert.ok(plain > 0);
    await shot('compare-difference');
    await page.getByRole('slider', { name: 'Amplification' }).focus();
    await page.keyboard.press('End');
    await poll(async () => (await brightness()) > plain * 2, 'the difference to be amplified');
    await page.getByRole('combobox', { name: 'Second Picture' }).selectOption('2');
    await figures.getByText('Their shapes differ').waitFor();
    assert.ok((await brightness()) > plain * 5);
    await page.getByRole('combobox', { name: 'Second Picture' }).selectOption('0');
    await figures.getByText('the same in every pixel').waitFor();
    assert.equal(await brightness(), 0);
  });

  it('marks what differs not by colour alone, and shows hostile texts as text', async () => {
    await open([1, 3]);
    const { page } = webview;
    const table = page.getByRole('table');
    await table.waitFor();
    const row = (name: RegExp) => table.getByRole('row', { name });
    await row(/differs Path/)
      .first()
      .waitFor();
    assert.equal(
      await row(/^Camera/)
        .getByRole('img')
        .count(),
      0,
      'the same camera',
    );
    const distance = table.getByRole('row', { name: /Distance by dHash/ });
    assert.match(await distance.innerText(), /2 of 64 bits/);
    assert.ok((await table.getByText(hostileText).count()) >= 2);
    assert.equal(await table.locator('img, script').count(), 0);
    const all = await table.getByRole('row').count();
    await page.getByRole('checkbox', { name: 'Only Differences' }).check();
    await poll(async () => (await table.getByRole('row').count()) < all, 'fewer rows');
    assert.equal(await table.getByText(hostileText).count(), 0);
    await page.getByRole('button', { name: 'Facts' }).click();
    await table.waitFor({ state: 'detached' });
  });

  it('is restored as it was left', async () => {
    await open([1, 3]);
    await allPlaced(2);
    await webview.page.locator('.viewer-stage').first().focus();
    await webview.page.keyboard.press('1');
    await webview.page.keyboard.press('b');
    await webview.page.keyboard.press('Space');
    await webview.page.waitForTimeout(400);
    const state: unknown = await webview.page.evaluate('keptState()');
    await closeCleanly();
    await open([1, 3], { state });
    await webview.page.locator('.viewer-name').getByText('2 of 2: IMG_00003.jpg').waitFor();
    await allPlaced(2);
    assert.equal((await placed())[0]?.width, 1200);
  });

  it('gives pictures of the compared images only, and says why one is not shown', async () => {
    await open([1, 2], { width: 500, height: 600 });
    await webview.page.getByText('This is a video. Only pictures can be compared.').waitFor();
    await shot('compare-narrow');
    const asked = await webview.page.evaluate(`new Promise((resolve) => {
      window.addEventListener('message', ({ data }) => data?.id === 999 && resolve(data));
      toHost({ jsonrpc: '2.0', id: 999, method: 'picture', params: { imageId: '${imageId(5)}' } });
    })`);
    assert.match(JSON.stringify(asked), /Invalid value/);
    assert.ok(host);
  });
});

describe('the sheet of sample pairs in a browser', () => {
  let used: AlikeChoice[];
  let compared: string[];
  let current: AlikeChoice;
  let asked: string[];

  const member = (number: number): DuplicateMember =>
    ({ imageId: imageId(number), path: `/photos/IMG_${number}.jpg` }) as DuplicateMember;

  const open = async (): Promise<void> => {
    used = [];
    compared = [];
    asked = [];
    current = { method: 'dhash', threshold: 8 };
    const engine = generatedGallery(100);
    engine.distanceSamples = ({ method = 'dhash' }) => {
      asked.push(method);
      return Promise.resolve(
        Array.from({ length: 21 }, (_, distance) => ({
          distance,
          count: distance === 1 ? 0 : distance * 10 + 1,
          pairs:
            distance === 1
              ? []
              : Array.from({ length: 3 }, (_unused, pair) => ({
                  a: member(10 + distance + pair),
                  b: member(40 + distance + pair),
                })),
        })),
      );
    };
    const identity = { folder: 'file:///ws', catalogId: 'catalog-1' };
    webview = await openWebview({
      bundle: 'distanceSamples',
      pageData: { strings: samplesStrings(untranslated), identity },
      file: (address) =>
        address.startsWith('/thumbnails/')
          ? { type: 'image/jpeg', content: pictures[imageId(3)] ?? '' }
          : undefined,
      serve: (connection) => {
        const session = new SamplesSession({
          engine,
          identity,
          texts: { t: untranslated, locale: 'en' },
          host: {
            addressOf: (file) => `/thumbnails/${path.basename(file)}`,
            current: () => current,
            use: (choice) => {
              used.push(choice);
              current = choice;
              void connection.sendNotification('changed', {});
              return Promise.resolve();
            },
            compare: (ids) => Promise.resolve(void compared.push(ids.join(' '))),
          },
        });
        servePanel<SamplesRequests>(
          connection,
          samplesService(session, () => undefined),
          (error) => error.message,
        );
      },
    });
    await webview.page.locator('.pair img').first().waitFor();
  };

  afterEach(closeCleanly);
  after(closeBrowser);

  it('shows pairs per distance and uses the one that was chosen', async () => {
    await open();
    const { page } = webview;
    await shot('samples');
    assert.equal(await page.locator('.distance').count(), 21);
    assert.equal(await page.locator('.distance.found').count(), 9);
    await page.getByText('No pairs at this distance.').waitFor();
    const inUse = page.getByRole('button', { name: 'Use distance 8 as the threshold' });
    assert.equal(await inUse.innerText(), 'In Use');
    await page.getByRole('button', { name: 'Use distance 5 as the threshold' }).click();
    await page.getByText('use dHash up to a distance of 5.').waitFor();
    assert.deepEqual(used, [{ method: 'dhash', threshold: 5 }]);
    assert.equal(await page.locator('.distance.found').count(), 6);
    assert.deepEqual(asked, ['dhash'], 'the pictures are compared once');
  });

  it('compares by another method, and looks at a pair more closely', async () => {
    await open();
    const { page } = webview;
    await page.getByRole('combobox', { name: 'Method' }).selectOption('phash');
    await poll(() => asked.includes('phash'), 'the other method');
    await page.locator('.distance.found').first().waitFor({ state: 'detached' });
    await page
      .getByRole('button', { name: 'IMG_12.jpg and IMG_42.jpg, distance 2: compare' })
      .click();
    await poll(() => compared.length === 1, 'the comparison');
    assert.deepEqual(compared, [`${imageId(12)} ${imageId(42)}`]);
    await page.getByRole('button', { name: 'Use distance 4 as the threshold' }).click();
    await poll(() => used.length === 1, 'the choice');
    assert.deepEqual(used, [{ method: 'phash', threshold: 4 }]);
  });
});
