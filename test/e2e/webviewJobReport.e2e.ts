import assert from 'node:assert/strict';
import { untranslated } from '../../src/views/format.js';
import { JobReportSession } from '../../src/views/panels/jobReportSession.js';
import { jobService } from '../../src/views/panels/jobService.js';
import { servePanel } from '../../src/views/panels/panelServer.js';
import type { JobIdentity, JobReportRequests } from '../../src/views/panelProtocol.js';
import { jobReportStrings } from '../../src/views/panelStrings.js';
import { generatedEngine, hostileName } from './support/generatedEngine.js';
import {
  closeBrowser,
  openWebview,
  scrollList,
  type WebviewPage,
} from './support/webviewHarness.js';

describe('the job report in a browser', () => {
  let webview: WebviewPage;
  let opened: string[];

  const open = async (width = 1100): Promise<void> => {
    const identity: JobIdentity = { folder: 'file:///ws', jobId: 'job-1' };
    opened = [];
    webview = await openWebview({
      bundle: 'jobReport',
      pageData: { strings: jobReportStrings(untranslated), identity },
      width,
      serve: (connection) => {
        const session = new JobReportSession({
          engine: generatedEngine(100_000),
          identity,
          texts: { t: untranslated, locale: 'en' },
          host: {
            openFile: (path) => Promise.resolve(void opened.push(`open ${path}`)),
            revealFile: (path) => Promise.resolve(void opened.push(`reveal ${path}`)),
            openPreview: (scanId) => Promise.resolve(void opened.push(`preview ${scanId}`)),
            runAction: (action) => Promise.resolve(void opened.push(action)),
          },
        });
        servePanel<JobReportRequests>(
          connection,
          jobService(session, () => undefined),
          (error) => error.message,
        );
      },
    });
    await webview.page.locator('.list-row.imported').first().waitFor();
  };

  afterEach(async () => {
    const { complaints } = webview;
    await webview.close();
    assert.deepEqual(complaints, [], 'no policy violation, no script error, no dialog');
  });
  after(closeBrowser);

  it('shows the result of every file and lets them be opened by id', async () => {
    await open();
    const { page } = webview;
    await page.getByText('Finished with errors').waitFor();
    assert.equal(await page.locator('.list-row .text').first().innerText(), hostileName);
    assert.equal(await page.locator('img').count(), 0);
    await scrollList(webview.page, 280_000);
    const row = page.locator('.list-row', { hasText: 'IMG_10004.jpg' });
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Open Picture' }).click();
    await row.getByRole('button', { name: 'Show in Folder' }).click();
    await page.getByRole('button', { name: 'Open Source Preview' }).click();
    await page.getByRole('button', { name: 'Undo Import…' }).click();
    await page.waitForTimeout(100);
    assert.deepEqual(opened, [
      'open /pictures/managed/2024/03-09/140522_10004.jpg',
      'reveal /pictures/managed/2024/03-09/140522_10004.jpg',
      'preview scan-1',
      'undo',
    ]);
  });

  it('filters by result, and lists errors by cause with examples', async () => {
    await open();
    const { page } = webview;
    await page.getByRole('tab', { name: /Failed/ }).click();
    await page.locator('.list-row.failed').first().waitFor();
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '3');
    const group = page.locator('.errors details').first();
    await group.locator('summary').click();
    assert.equal(await group.locator('li').innerText(), `/media/card/DCIM/${hostileName}`);
  });

  it('fits a narrow editor', async () => {
    await open(400);
    const wider: number = await webview.page.evaluate(
      "document.querySelector('report-app').scrollWidth - window.innerWidth",
    );
    assert.ok(wider <= 0, `${wider} pixels too wide`);
  });
});
