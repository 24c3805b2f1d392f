import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import {
  contentsOf,
  filesIn,
  imagesOf,
  sha256,
  varyPicture,
  watchDialogs,
} from './support/imports.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

// Markup for a page, an icon for a label and a command for a tooltip.
const hostileName = '<img src=x onerror=alert(1)>$(trash)[x](command:workbench.action.quit).jpg';
const excludedName = 'IMG_0007.JPG';
const manyCount = 2000;

/** What the tests use of the page's DOM: they are checked without the types of a browser. */
interface PageElement {
  readonly localName: string;
  readonly className: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
}
interface PageBody {
  readonly ownerDocument: { readonly activeElement: PageElement | null };
  querySelector(selector: string): PageElement | null;
}

describe('a person imports photos', () => {
  const session = useSession({
    fill: (workspace) => {
      makeSample(workspace);
      const folder = path.join(workspace, 'Camera card/DCIM/100CANON');
      varyPicture(path.join(folder, 'IMG_0001.JPG'), path.join(folder, hostileName), 'hostile');
    },
  });
  let dialogs: readonly string[] = [];
  before(() => {
    dialogs = watchDialogs(session().page);
  });
  after(() => assert.deepEqual(dialogs, [], 'no script ran'));

  const webview = (): FrameLocator => session().workbench.webview();
  const managed = (): string => path.join(session().workspace, 'Family photos');
  const card = (): string => path.join(session().workspace, 'Camera card');
  const fileRow = (name: string): Locator =>
    webview().locator('.list-row.file').filter({ hasText: name });
  const tile = (tab: string): Locator =>
    webview()
      .getByRole('tab', { name: new RegExp(`^${tab}`) })
      .locator('.tile-count');
  const importAll = async (): Promise<void> => {
    await webview()
      .locator('vscode-button.import')
      .filter({ hasText: /^\s*Import \d/ })
      .click();
  };
  const result = (): Locator => webview().locator('.message.result');

  it('finds empty views that say what they are for, with a button for what to do', async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    for (const [view, ...buttons] of [
      ['Catalogs', 'Create Catalog', 'Migrate Legacy Catalog'],
      ['Sources', 'Create Catalog'],
      ['Import Jobs', 'Create Catalog'],
    ] as const) {
      const welcome = (await workbench.expandView(view)).locator('.welcome-view-content');
      for (const name of buttons) await welcome.getByRole('button', { name }).waitFor();
      assert.equal(await welcome.getByRole('button').count(), buttons.length);
      const text = await welcome.innerText();
      assert.ok(text.length > buttons.join('').length + 20, 'it says what it is for');
    }
  });

  it('creates a catalog in four steps, and can go back', async () => {
    const { workbench, page } = session();
    await workbench.welcomeButton('Create Catalog').click();
    await workbench.quickTitle('Create Catalog (1/4)');
    await workbench.input('Name of the catalog', 'Family');
    await workbench.quickTitle('Create Catalog (2/4)');
    await page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
    await workbench.quickTitle('Create Catalog (1/4)');
    assert.equal(await workbench.quickInput.inputValue(), 'Family');
    await page.keyboard.press('Enter');
    await workbench.quickTitle('Create Catalog (2/4)');
    await workbench.pickOne('Type a Path…');
    await workbench.input('Where imports by copy or move go', managed());
    await workbench.quickTitle('Create Catalog (3/4)');
    await workbench.pickOne('A folder per month inside a folder per year');
    await workbench.quickTitle('Create Catalog (4/4)');
    await page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
    await workbench.quickTitle('Create Catalog (3/4)');
    await page.keyboard.press('Enter');
    await workbench.quickTitle('Create Catalog (4/4)');
    await workbench.pickOne('Date, time and original name');

    await workbench.treeRow(/^Family/, 'Catalogs').waitFor();
    await workbench.treeRow('Managed directoryFamily photos', 'Catalogs').waitFor();
    await workbench.treeRow(/^Organization2023\/06\/2023-06-1/, 'Catalogs').waitFor();
  });

  it('adds a source with the folder dialog', async () => {
    const { workbench, workspace } = session();
    await workbench.view('Sources').getByRole('button', { name: 'Add Source' }).click();
    await workbench.quickTitle('Add Source to Family (1/3)');
    await workbench.pickOne('Choose a Folder…');
    await workbench.pickFolder(workspace, card(), 'Use as Source');
    await workbench.quickTitle('Add Source to Family (2/3)');
    assert.equal(await workbench.quickInput.inputValue(), 'Camera card');
    await session().page.keyboard.press('Enter');
    await workbench.quickTitle('Add Source to Family (3/3)');
    await workbench.pickOne('Reference');
    await workbench.treeRow(/Camera card.*never scanned/, 'Sources').waitFor();
  });

  it('scans it, leaves one file out and imports the others by copy', async () => {
    const { workbench } = session();
    await workbench.inlineAction(workbench.treeRow('Camera card', 'Sources'), 'Scan');
    await workbench.tab('Import Preview: Camera card').waitFor();
    await fileRow(excludedName).waitFor();
    const count = Number(await tile('New').innerText());
    await fileRow(hostileName).waitFor();
    assert.equal(await webview().locator('img').count(), 0);

    await fileRow(excludedName).locator('.row-check').click();
    const selected = `${String(count - 1)} of ${String(count)}`;
    await webview().locator('.selection').filter({ hasText: selected }).waitFor();
    await webview().locator('vscode-radio[value=copy]').click();
    await fileRow('IMG_0001.JPG')
      .locator('.detail')
      .filter({ hasText: /^\d{4}\/\d\d\/.*_IMG_0001\.jpg$/i })
      .waitFor();
    await importAll();
    await result().filter({ hasText: 'imported' }).waitFor({ timeout: 60_000 });

    const originals = contentsOf(card(), excludedName, 'M0100.CTG');
    assert.deepEqual(contentsOf(managed()), originals, 'the copies are equal to the originals');
    const excluded = path.join(card(), 'DCIM/100CANON', excludedName);
    assert.ok(!contentsOf(managed()).includes(sha256(excluded)));
    assert.match(filesIn(managed())[0] ?? '', /^\d{4}\/\d\d\/[\d_-]+_/);
    for (const name of filesIn(managed())) {
      // The tags in the name are not names that every system takes.
      assert.doesNotMatch(name, /[<>:"|?*]/);
    }
  });

  it('lists the job with its counts and opens its report', async () => {
    const { workbench, workspace } = session();
    const rows = imagesOf(workspace, 'Family');
    const imported = String(rows.length);
    await workbench.expandView('Import Jobs');
    const job = workbench.treeRow(`Camera card${imported} imported`, 'Import Jobs');
    await job.click();
    await workbench.tab('Import Job: Camera card').waitFor();
    await webview().locator('.badge').filter({ hasText: 'Succeeded' }).waitFor();
    assert.equal(await tile('Imported').innerText(), imported);
    const row = webview().locator('.list-row.imported').filter({ hasText: hostileName });
    await row.waitFor();
    assert.equal(await webview().locator('img').count(), 0);
    for (const { checksum, currentPath } of rows) {
      assert.equal(sha256(path.join(managed(), path.relative(managed(), currentPath))), checksum);
    }
  });

  it('shows a hostile name as it is in the trees', async () => {
    const { workbench, page } = session();
    await workbench.expandRow(workbench.treeRow(/^Images/, 'Catalogs'));
    const row = workbench.treeRow('onerror=alert(1)$(trash)[x](command', 'Catalogs');
    await row.waitFor();
    await row.hover();
    const tooltip = page.locator('.workbench-hover-container').filter({ hasText: 'Imported from' });
    await tooltip.waitFor();
    // A tooltip's spaces do not break.
    const text = (await tooltip.innerText()).replaceAll(/\s/g, ' ');
    assert.ok(text.includes(hostileName), text);
    assert.equal(await tooltip.locator('a, .codicon').count(), 0);
    // Nothing but its own thumbnail is shown.
    for (const image of await tooltip.locator('img').all()) {
      assert.match((await image.getAttribute('src')) ?? '', /[0-9a-f]{64}\.webp/);
    }
    await page.mouse.move(1000, 500);
  });

  it('imports a folder from the explorer with the keyboard alone', async () => {
    const { workbench, page } = session();
    await workbench.closeAllEditors();
    await workbench.openExplorer();
    await workbench.contextMenu(
      workbench.explorerRow('Phone backup'),
      'Import Folder into Catalog…',
    );
    await workbench.tab('Import Preview: Phone backup').waitFor();
    await fileRow('IMG_4711.JPG').waitFor();
    const count = Number(await tile('New').innerText());
    const before = filesIn(managed()).length;

    // From here on no mouse. The page takes the focus with the first Tab at the latest.
    const focused = (): Promise<string> =>
      webview()
        .locator('body')
        .evaluate((body) => {
          const element = (body as unknown as PageBody).ownerDocument.activeElement;
          return `${element?.localName ?? ''} ${element?.className ?? ''} ${element?.getAttribute('role') ?? ''}`;
        });
    const tabTo = async (wanted: RegExp): Promise<void> => {
      const passed: string[] = [];
      for (let i = 0; i < 25; i++) {
        const now = await focused();
        if (wanted.test(now)) return;
        passed.push(now);
        await page.keyboard.press('Tab');
      }
      assert.fail(`Tab does not reach ${String(wanted)}: ${passed.join(' | ')}`);
    };
    await tabTo(/vscode-radio/);
    await page.keyboard.press('ArrowRight');
    await webview().getByText('The originals stay.').waitFor();
    await tabTo(/tile new/);
    await page.keyboard.press('ArrowRight');
    await webview().locator('.tile.duplicate[aria-selected=true]').waitFor();
    await page.keyboard.press('ArrowLeft');
    await webview().locator('.tile.new[aria-selected=true]').waitFor();
    await fileRow('IMG_4711.JPG').waitFor();
    await tabTo(/treegrid|list-viewport|row/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    const selected = `${String(count - 1)} of ${String(count)}`;
    await webview().locator('.selection').filter({ hasText: selected }).waitFor();
    await tabTo(/vscode-button import/);
    await page.keyboard.press('Enter');
    await result().filter({ hasText: 'imported' }).waitFor({ timeout: 60_000 });
    assert.ok(filesIn(managed()).length >= before + count - 1);
  });

  it('imports only the images selected in the explorer', async () => {
    const { workbench } = session();
    await workbench.closeAllEditors();
    await workbench.openExplorer();
    await workbench.explorerRow('Old archive').click();
    await workbench.explorerRow('2019 Holidays').click();
    await workbench.selectInExplorer('DSC_0102.JPG', 'DSC_0104.JPG');
    await workbench.contextMenu(
      workbench.explorerRow('DSC_0104.JPG'),
      'Import Images into Catalog…',
    );
    await workbench.tab('Import Preview: 2019 Holidays').waitFor();
    await fileRow('DSC_0102.JPG').waitFor();
    await fileRow('DSC_0104.JPG').waitFor();
    assert.equal(await tile('New').innerText(), '2');
    assert.equal(await webview().locator('.list-row.file').count(), 2);
    await importAll();
    await result().filter({ hasText: '2 files imported' }).waitFor({ timeout: 60_000 });
  });

  it('cancels a running import: what is in the catalog is on the disk', async () => {
    const { workbench, workspace, outside } = session();
    const many = path.join(outside, 'Many');
    const picture = path.join(workspace, 'Old archive/Edited/IMG_0002 small.jpg');
    for (let i = 0; i < manyCount; i++)
      varyPicture(picture, path.join(many, `IMG_${String(i)}.jpg`), `picture ${String(i)}`);
    const before = { files: filesIn(managed()).length, rows: imagesOf(workspace, 'Family').length };

    await workbench.command('Image Catalog: Add Source…');
    await workbench.pickOne('Type a Path…');
    await workbench.input('The folder that images come from', many);
    await workbench.input('Name of the source', 'Many');
    await workbench.pickOne('Copy');
    // The new source is shown in its view, which so comes to the front.
    await workbench.treeRow(/^Many/, 'Sources').waitFor();
    await workbench.inlineAction(workbench.treeRow(/^Many/, 'Sources'), 'Scan');
    await workbench.tab('Import Preview: Many').waitFor({ timeout: 60_000 });
    await fileRow('IMG_0.jpg').waitFor();
    await importAll();
    // In the page itself: on a busy machine the import would be over before a click from outside gets there.
    await webview()
      .locator('body')
      .evaluate(async (node) => {
        const body = node as unknown as PageBody;
        // No named function here: the loader marks those with a helper that the page does not have.
        const end = Date.now() + 30_000;
        while (
          !/^[1-9]/.test(body.querySelector('.progress-text')?.textContent.trim() ?? '') &&
          Date.now() < end
        )
          await new Promise((resolve) => void setTimeout(resolve, 10));
        const cancel = body.querySelector('.import-bar vscode-button');
        (cancel as unknown as { click(): void } | null)?.click();
      });
    await result().filter({ hasText: 'cancelled' }).waitFor({ timeout: 60_000 });

    const job = workbench.treeRow(/^Many[\d,]+ imported/, 'Import Jobs');
    await job.click();
    await webview().locator('.badge').filter({ hasText: 'Cancelled' }).waitFor();
    const imported = Number((await tile('Imported').innerText()).replaceAll(/\D/g, ''));
    assert.ok(imported > 0 && imported < manyCount, `${String(imported)} imported`);
    assert.equal(filesIn(managed()).length - before.files, imported);
    assert.equal(imagesOf(workspace, 'Family').length - before.rows, imported);
    assert.equal(filesIn(many).length, manyCount);
  });

  it('renames the catalog', async () => {
    const { workbench } = session();
    await workbench.contextMenu(workbench.treeRow(/^Family/, 'Catalogs'), 'Rename Catalog…');
    await workbench.input('Name of the catalog', 'Home');
    await workbench.treeRow(/^Home\d/, 'Catalogs').waitFor();
  });

  it('removes a source and keeps its images', async () => {
    const { workbench, workspace } = session();
    const before = filesIn(managed());
    const rows = imagesOf(workspace, 'Home').length;
    const row = workbench.treeRow(/^Camera card/, 'Sources');
    await workbench.contextMenu(row, 'Remove Source…');
    assert.match(await workbench.modal('Remove Source'), /no file is touched/);
    await row.waitFor({ state: 'hidden' });
    assert.deepEqual(filesIn(managed()), before);
    assert.equal(imagesOf(workspace, 'Home').length, rows);
  });

  it('marks a source that cannot be reached', async () => {
    const { workbench, workspace } = session();
    const folder = path.join(workspace, 'Phone backup');
    const row = workbench.treeRow(/^Phone backup/, 'Sources');
    fs.renameSync(folder, `${folder} away`);
    await workbench.viewAction('Sources', 'Refresh');
    await row.filter({ hasText: 'offline' }).waitFor();
    await workbench.inlineAction(row, 'Scan');
    await workbench.notification(/Phone backup/);
    fs.renameSync(`${folder} away`, folder);
    await workbench.viewAction('Sources', 'Refresh');
    await poll(async () => !(await row.innerText()).includes('offline'), 'the source to be back');
  });
});
