import assert from 'node:assert/strict';
import type { AuditFilter } from '../../src/catalog/model/audit.js';
import type { AuditIdentity, AuditRequests } from '../../src/views/auditProtocol.js';
import { auditStrings } from '../../src/views/auditStrings.js';
import { untranslated } from '../../src/views/format.js';
import { auditService, AuditSession } from '../../src/views/panels/auditSession.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import { generatedAudit, type GeneratedAudit } from './support/generatedAudit.js';
import {
  closeBrowser,
  openWebview,
  scrollList,
  type WebviewPage,
} from './support/webviewHarness.js';

describe('the audit log in a browser', () => {
  let webview: WebviewPage;
  let engine: GeneratedAudit;
  let asked: unknown[];

  const open = async (width = 1300): Promise<void> => {
    const identity: AuditIdentity = { folder: 'file:///ws', catalogId: null };
    engine = generatedAudit(100_000);
    asked = [];
    webview = await openWebview({
      bundle: 'audit',
      pageData: { strings: auditStrings(untranslated), identity },
      width,
      serve: (connection) => {
        const session = new AuditSession({
          engine,
          identity,
          texts: { t: untranslated, locale: 'en' },
          host: {
            showImage: (imageId) => Promise.resolve(void asked.push(imageId)),
            showJob: (jobId) => Promise.resolve(void asked.push(jobId)),
            exportLog: (filter: AuditFilter) => Promise.resolve(void asked.push(filter)),
          },
        });
        servePanel<AuditRequests>(connection, auditService(session), (error) => error.message);
      },
    });
    await webview.page.locator('.list-row.added').first().waitFor();
  };

  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('shows who did what to which file, however many there are', async () => {
    await open();
    const { page } = webview;
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '100001');
    await page.getByText('100,000 entries').waitFor();
    await scrollList(page, 28 * 50_000);
    const row = page.locator('.list-row', { hasText: 'IMG_49999.jpg' });
    await row.waitFor();
    assert.match(await row.innerText(), /alice, command line/);
    await row.hover();
    await row.getByRole('button', { name: 'Show in Gallery' }).click();
    await row.getByRole('button', { name: 'Show Import Job' }).click();
    await page.waitForTimeout(100);
    assert.deepEqual(asked, ['image-50000', 'job-1']);
    assert.ok(engine.pages < 20, `${engine.pages} pages for three screens`);
    assert.equal(await page.locator('img').count(), 0);
  });

  it('filters by action, catalog, text and time, and exports what is chosen', async () => {
    await open();
    const { page } = webview;
    await page.getByLabel('Action').selectOption({ label: 'Deleted' });
    await page.locator('.list-row.removed').first().waitFor();
    await page.getByText('1,000 entries').waitFor();
    await page.getByLabel('Catalog').selectOption({ label: 'Old <i>one</i>' });
    await page.getByRole('searchbox').fill('IMG_100.jpg');
    await page.getByText('1 entry', { exact: true }).waitFor();
    await page.getByLabel('From').fill('2024-01-01');
    await page.getByLabel('From').press('Tab');
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.waitForTimeout(300);
    assert.deepEqual(asked, [
      { operation: 'delete-image', catalogId: 'old', text: 'IMG_100.jpg', since: '2024-01-01' },
    ]);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No entry is like that.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.locator('.list-row.removed').first().waitFor();
  });

  it('opens an entry with the keyboard, and shows new ones', async () => {
    await open();
    const { page } = webview;
    await page.locator('.list-canvas > [data-row="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(100);
    assert.deepEqual(asked, ['image-99999']);
    engine.grow();
    await webview.connection.sendNotification('changed', {});
    await page.getByText('100,001 entries').waitFor();
  });

  it('fits a narrow editor', async () => {
    await open(400);
    const wider: number = await webview.page.evaluate(
      "document.querySelector('audit-app').scrollWidth - window.innerWidth",
    );
    assert.ok(wider <= 0, `${wider} pixels too wide`);
  });
});
