import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { sampleJpeg } from '../../bench/lib/sampleFiles.js';
import { contentsOf, filesIn, imagesOf, runCli, sha256 } from './support/imports.js';
import { importKilled, killHolder, someFilesIn } from './support/killed.js';
import { fillFolder, pictureBytes } from './support/pictures.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

const cardCount = 300;

describe('imports that were cut off, and imports taken back', function () {
  this.timeout(300_000);
  const session = useSession({
    // Their thumbnails are made elsewhere.
    settings: { 'imageCatalog.pictures.background': false },
    fill: (workspace, outside) => {
      fillFolder(path.join(workspace, 'Card'), cardCount);
      fillFolder(path.join(workspace, 'Phone'), cardCount);
      const managed = path.join(outside, 'Photos');
      runCli(workspace, 'create', 'Family', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Card'), '--mode', 'copy');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Phone'), '--mode', 'move');
    },
  });
  const managed = (): string => path.join(session().outside, 'Photos');
  const card = (): string => path.join(session().workspace, 'Card');
  const phone = (): string => path.join(session().workspace, 'Phone');
  const webview = (): FrameLocator => session().workbench.webview();
  const badge = (text: string): Locator => webview().locator('.badge').filter({ hasText: text });
  const job = (source: string): Locator =>
    session().workbench.treeRow(new RegExp(`^${source}`), 'Import Jobs');
  let cardContents: readonly string[];
  let phoneContents: readonly string[];
  before(() => {
    cardContents = contentsOf(card());
    phoneContents = contentsOf(phone());
  });

  it('tells at the next start of an import that was cut off, and resumes it', async () => {
    const { workbench, workspace, reload, shot } = session();
    await workbench.openContainer('Image Catalog');
    await workbench.expandView('Import Jobs');
    const source = workbench.treeRow(/^Card/, 'Sources');
    await workbench.inlineAction(source, 'Scan');
    await workbench.tab('Import Preview: Card').waitFor();
    await webview()
      .locator('vscode-button.import')
      .filter({ hasText: `Import ${String(cardCount)} files` })
      .click();
    await someFilesIn(managed());
    await killHolder(workspace);
    assert.ok(filesIn(managed()).length < cardCount, 'it was cut off in the middle');
    assert.deepEqual(contentsOf(card()), cardContents);

    await reload();
    await workbench.openContainer('Image Catalog');
    await job('Card').filter({ hasText: 'interrupted' }).waitFor();
    await shot('interrupted');
    await workbench.notification(
      /The import from Card was interrupted after \d+ of 300 files/,
      'Resume',
    );
    await workbench.notification(/300 files imported into Family/, 'Show Report');
    await badge('Succeeded').waitFor();
    await shot('resumed');
    assert.deepEqual(contentsOf(managed()), cardContents, 'as if nothing had happened');
    assert.deepEqual(contentsOf(card()), cardContents);
    assert.equal(imagesOf(workspace, 'Family').length, cardCount);
  });

  it('rolls an import back that another program could not finish', async () => {
    const { workbench, workspace, page, open, shot } = session();
    // The window has the catalog; the command line gets it once the window is closed.
    await page.goto('about:blank');
    const lock = path.join(workspace, '.image-catalog', 'catalog.lock');
    await poll(() => !fs.existsSync(lock), 'the window to give the catalog back', 60_000);
    await importKilled(workspace, 'Phone', managed());
    const left = filesIn(managed()).length;
    assert.ok(left > cardCount && left < 2 * cardCount, `${String(left)} files`);

    await open();
    await workbench.openContainer('Image Catalog');
    const row = job('Phone').filter({ hasText: 'interrupted' });
    await row.waitFor();
    await workbench.inlineAction(row, 'Roll Back Import');
    await shot('roll-back-modal');
    const question = await workbench.modal('Roll Back');
    assert.match(question, /Roll back the import from Phone\?/);
    await workbench.notification('The import from Phone was taken back.', 'Show Report');
    await badge('Cancelled').waitFor();
    await shot('rolled-back');
    assert.deepEqual(contentsOf(phone()), phoneContents, 'every original is where it was');
    assert.deepEqual(contentsOf(managed()), cardContents, 'nothing of it is left');
    assert.equal(imagesOf(workspace, 'Family').length, cardCount);
  });

  it('says that a source is safe to erase, and else what would be lost', async () => {
    const { workbench, page, shot } = session();
    const ask = async (): Promise<void> => {
      await workbench.closeAllEditors();
      const row = workbench.treeRow(/^Card/, 'Sources');
      await workbench.contextMenu(row, 'Is It Safe to Erase This Source?…');
    };
    await ask();
    await page.locator('.monaco-dialog-box').waitFor();
    await shot('safe-to-erase');
    const safe = await workbench.modal('OK');
    assert.match(safe, /It is safe to erase Card\./);
    assert.match(safe, /300 files \(45 MB\) were read and compared/);

    fs.writeFileSync(path.join(card(), 'IMG_9999.jpg'), sampleJpeg('new', pictureBytes));
    fs.appendFileSync(path.join(card(), 'IMG_0007.jpg'), 'edited');
    fs.writeFileSync(path.join(card(), 'notes.txt'), 'notes');
    try {
      await ask();
      const unsafe = await workbench.modal('Show Details');
      assert.match(unsafe, /It is NOT safe to erase Card\./);
      assert.match(unsafe, /2 files would be lost\./);
      await poll(
        async () => (await page.locator('.view-lines').innerText()).includes('notes.txt'),
        'the list of files',
      );
      await shot('not-safe-to-erase');
      const list = (await page.locator('.view-lines').innerText()).replaceAll('\u00a0', ' ');
      assert.match(list, /Not in the catalog \(1\)\s+- IMG_9999\.jpg/);
      assert.match(list, /Changed since the import \(1\)\s+- IMG_0007\.jpg/);
      assert.match(list, /No photos or videos \(1\)\s+- notes\.txt/);
    } finally {
      fs.rmSync(path.join(card(), 'IMG_9999.jpg'));
      fs.rmSync(path.join(card(), 'notes.txt'));
      fs.truncateSync(path.join(card(), 'IMG_0007.jpg'), pictureBytes);
    }
    await workbench.closeAllEditors();
  });

  it('saves a manifest that sha256sum accepts', async function () {
    if (spawnSync('sha256sum', ['--version']).status !== 0) {
      console.warn('sha256sum is not installed: the manifest is not checked');
      return this.skip();
    }
    const { workbench, outside } = session();
    await job('Card').click();
    await badge('Succeeded').waitFor();
    await webview().getByRole('button', { name: 'Save Checksum Manifest…' }).click();
    const file = path.join(outside, 'card.sha256');
    await workbench.saveAs(file, /\.sha256$/);
    await workbench.notification(/300 checksums saved/);
    const check = (): number | null =>
      spawnSync('sha256sum', ['--strict', '--quiet', '-c', file], { cwd: managed() }).status;
    assert.equal(check(), 0);
    const first = path.join(managed(), 'IMG_0001.jpg');
    fs.appendFileSync(first, 'x');
    assert.equal(check(), 1, 'it would tell');
    fs.truncateSync(first, pictureBytes);
  });

  it('undoes an import: not if dismissed, else all but what was edited since', async () => {
    const { workbench, workspace, page, shot } = session();
    const undo = (): Promise<void> => workbench.inlineAction(job('Card'), 'Undo Import');
    await undo();
    await page.locator('.monaco-dialog-box').waitFor();
    await shot('undo-modal');
    const question = await workbench.modal('Cancel');
    assert.match(question, /Undo the import from Card\?/);
    assert.match(question, /300 images leave the catalog\./);
    assert.match(
      question,
      /300 files are removed from the managed directory; their originals stay/,
    );
    assert.match(question, /Together 45 MB\./);
    assert.deepEqual(contentsOf(managed()), cardContents);
    assert.equal(imagesOf(workspace, 'Family').length, cardCount);

    const edited = path.join(managed(), 'IMG_0042.jpg');
    fs.appendFileSync(edited, 'edited by hand');
    const editedContent = sha256(edited);
    await undo();
    await page.locator('.monaco-dialog-box').waitFor();
    await shot('undo-modal-edited');
    const warning = await workbench.modal('Undo Import');
    assert.match(warning, /299 images leave the catalog\./);
    assert.match(warning, /1 file .*kept.*\s+.*IMG_0042\.jpg was kept: it has changed/);
    await workbench.notification(/1 image of the import from Card was kept/, 'Show Report');
    await webview()
      .getByRole('tab', { name: /^Imported/ })
      .click();
    const row = webview().locator('.list-row').filter({ hasText: 'IMG_0042.jpg' });
    await row.filter({ hasText: 'it has changed since it was imported' }).waitFor();
    await shot('undone');
    assert.deepEqual(filesIn(managed()), ['IMG_0042.jpg']);
    assert.equal(sha256(edited), editedContent);
    assert.deepEqual(contentsOf(card()), cardContents, 'every original is where it was');
    assert.equal(imagesOf(workspace, 'Family').length, 1);
  });
});
