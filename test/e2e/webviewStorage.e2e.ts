import assert from 'node:assert/strict';
import type { EngineClient } from '../../src/catalog/rpc/engineConnection.js';
import { untranslated } from '../../src/views/format.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import type { GalleryLink } from '../../src/views/panels/storageSections.js';
import { storageService, StorageSession } from '../../src/views/panels/storageSession.js';
import type { StorageIdentity, StorageRequests } from '../../src/views/storageProtocol.js';
import { storageStrings } from '../../src/views/storageStrings.js';
import { generatedStorage } from './support/generatedStorage.js';
import { closeBrowser, openWebview, type WebviewPage } from './support/webviewHarness.js';

describe('the storage page in a browser', () => {
  let webview: WebviewPage;
  let shown: GalleryLink[];
  let images: number;

  const open = async (width = 1100): Promise<void> => {
    const identity: StorageIdentity = { folder: 'file:///ws', catalogId: 'catalog-1' };
    shown = [];
    images = 1234;
    webview = await openWebview({
      bundle: 'storage',
      pageData: { strings: storageStrings(untranslated), identity },
      width,
      serve: (connection) => {
        const session = new StorageSession({
          engine: {
            getCatalog: () => Promise.resolve({ name: 'Family', sourceCount: 2 }),
            getStorageReport: () => Promise.resolve(generatedStorage(images)),
          } as unknown as EngineClient,
          identity,
          texts: { t: untranslated, locale: 'en' },
          showImages: (link) => Promise.resolve(void shown.push(link)),
        });
        servePanel<StorageRequests>(
          connection,
          storageService(session, () => undefined),
          (error) => error.message,
        );
      },
    });
    await webview.page.getByRole('heading', { name: 'Family' }).waitFor();
  };

  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('says every figure as text in a table, with a bar beside it', async () => {
    await open();
    const { page } = webview;
    const table = page.getByRole('table', { name: 'Sources' });
    const row = table.getByRole('row').filter({ hasText: 'Card' });
    assert.deepEqual(await row.getByRole('cell').allInnerTexts(), ['', '1,000', '4 GB']);
    const widthOf = (name: string): Promise<string | null> =>
      table.getByRole('row').filter({ hasText: name }).locator('.bar-filled').getAttribute('style');
    assert.equal(await widthOf('Card'), 'width: 100%;');
    assert.equal(await widthOf('Archive'), 'width: 25%;');
    await page.getByText('about 40 MB').waitFor();
    await page.getByText('cannot be reached now', { exact: true }).waitFor();
    assert.equal(await page.locator('img').count(), 0);
  });

  it('leads to the images of a row', async () => {
    await open();
    const { page } = webview;
    for (const name of ['Managed', '2021', 'Undated', 'Card', 'CR2', 'Missing']) {
      await page.getByRole('button', { name: `Show ${name} in the gallery`, exact: true }).click();
    }
    await page.waitForTimeout(100);
    assert.deepEqual(shown, [
      { query: 'is:managed' },
      { query: 'taken:2021' },
      { query: 'is:undated' },
      { sourceId: 'source-1' },
      { query: 'type:"image/x-canon-cr2"' },
      { query: 'is:missing' },
    ]);
    // Nothing is damaged, and nobody can look for it.
    const damaged = page.getByRole('row').filter({ hasText: 'Damaged' });
    assert.equal(await damaged.getByRole('button').count(), 0);
  });

  it('shows anew what changed', async () => {
    await open();
    images = 4321;
    await webview.connection.sendNotification('changed', {});
    await webview.page.getByText('4,321').first().waitFor();
  });

  it('fits a narrow editor', async () => {
    await open(360);
    const wider: number = await webview.page.evaluate(
      "document.querySelector('storage-app').scrollWidth - window.innerWidth",
    );
    assert.ok(wider <= 0, `${wider} pixels too wide`);
  });
});
