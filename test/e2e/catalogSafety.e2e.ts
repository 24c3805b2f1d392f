import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { BrowserContext, FrameLocator, Locator } from 'playwright-core';
import { contentsOf, filesIn, runCli } from './support/imports.js';
import { killHolder } from './support/killed.js';
import { fillFolder } from './support/pictures.js';
import { useSession } from './support/session.js';
import { poll, Workbench } from './support/workbench.js';

const cardCount = 40;
const smallVolume = 'size=3m';
const openElsewhere =
  /Read-only: the catalog is open elsewhere \(Image Catalog, process \d+ on .+\)\./;

/** Mounts a volume of a few megabytes, where that is allowed. */
function mountSmall(folder: string): boolean {
  fs.mkdirSync(folder);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('mount', ['-t', 'tmpfs', '-o', smallVolume, 'tmpfs', folder]).status === 0;
}

describe('a catalog on a full disk, in two windows, and damaged', function () {
  this.timeout(300_000);
  let isMounted = false;
  // Before the session's own hook, which removes the folder.
  after(() => {
    if (isMounted) spawnSync('umount', ['--lazy', path.join(session().outside, 'Small')]);
  });
  const session = useSession({
    // Their thumbnails are made elsewhere.
    settings: { 'imageCatalog.pictures.background': false },
    fill: (workspace, outside) => {
      fillFolder(path.join(workspace, 'Card'), cardCount);
      runCli(workspace, 'create', 'Family', '--managed', path.join(outside, 'Photos'));
      const small = path.join(outside, 'Small');
      isMounted = mountSmall(small);
      runCli(workspace, 'create', 'Tight', '--managed', small, '--strategy', 'FLAT/ORIGINAL');
      runCli(workspace, 'add-source', 'Tight', path.join(workspace, 'Card'), '--mode', 'copy');
    },
  });
  const webview = (): FrameLocator => session().workbench.webview();
  const folder = (): string => path.join(session().workspace, '.image-catalog');
  const catalogFile = (): string => path.join(folder(), 'catalog.sqlite');
  const lockFile = (): string => path.join(folder(), 'catalog.lock');
  const banner = (workbench: Workbench, text: string | RegExp): Locator =>
    workbench.view('Catalogs').getByText(text);
  /** Closes the folder in the first window, as closing the window does. */
  const leave = async (): Promise<void> => {
    await session().page.goto('about:blank');
    await poll(() => !fs.existsSync(lockFile()), 'the window to give the catalog back', 60_000);
  };
  const rename = async (workbench: Workbench, from: string, to: string): Promise<void> => {
    const row = workbench.treeRow(new RegExp(`^${from}`), 'Catalogs');
    await workbench.contextMenu(row, 'Rename Catalog…');
    await workbench.input('Name of the catalog', to);
    await workbench.treeRow(new RegExp(`^${to}`), 'Catalogs').waitFor();
  };

  describe('with too little room for an import', () => {
    it('says so before anything starts, and starts nothing', async function () {
      if (!isMounted) {
        console.warn('      a small volume cannot be mounted here: no full disk is tried');
        return this.skip();
      }
      const { workbench, workspace, outside, shot } = session();
      const originals = contentsOf(path.join(workspace, 'Card'));
      const small = path.join(outside, 'Small');
      const before = filesIn(small);
      await workbench.openContainer('Image Catalog');
      await workbench.expandView('Import Jobs');
      const source = workbench.treeRow(/^Card/, 'Sources');
      await workbench.inlineAction(source, 'Scan');
      await workbench.tab('Import Preview: Card').waitFor();
      await webview()
        .getByText(
          /^Not enough space on .*Small: 6 MB needed and 67\.1 MB to be left free, \S+ MB free/,
        )
        .waitFor();
      await webview()
        .locator('.blocked')
        .filter({ hasText: 'Too little free space at the destination' })
        .waitFor();
      await webview().locator('vscode-button.import[disabled]').waitFor();
      await shot('disk-full');

      await workbench.inlineAction(source, 'Import');
      await workbench.notification(
        /The volume .*Small has too little free space: 73\.1 MB are needed/,
      );
      await shot('disk-full-import');
      assert.deepEqual(filesIn(small), before);
      assert.deepEqual(contentsOf(path.join(workspace, 'Card')), originals);
      await workbench.clearNotifications();
    });
  });

  describe('in a second window', () => {
    let context: BrowserContext | undefined;
    let second: Workbench;
    after(async () => {
      // Left as a user does: a page that just ends keeps its extensions, and the catalog, for hours.
      await second.page.goto('about:blank');
      await poll(() => !fs.existsSync(lockFile()), 'the second window to give it back', 60_000);
      await context?.close();
    });

    it('is read-only, and says who has it', async () => {
      const { page, workbench } = session();
      await workbench.openContainer('Image Catalog');
      await workbench.treeRow(/^Family/, 'Catalogs').waitFor();
      const browser = page.context().browser();
      assert.ok(browser);
      context = await browser.newContext({
        viewport: page.viewportSize(),
        reducedMotion: 'reduce',
      });
      const other = await context.newPage();
      other.setDefaultTimeout(60_000);
      second = new Workbench(other);
      await other.goto(page.url(), { waitUntil: 'domcontentloaded' });
      await second.ready();
      await second.openContainer('Image Catalog');
      await banner(second, openElsewhere).waitFor();
      await second.treeRow(/^Family/, 'Catalogs').waitFor();
      assert.equal(await banner(workbench, 'Read-only').count(), 0);
    });

    it('explains why a command changes nothing, and does not take over from the living', async () => {
      await second.inlineAction(second.treeRow(/^Card/, 'Sources'), 'Scan');
      await second.notification(/Nothing can be changed here while .* open elsewhere/, 'Take Over');
      await second.notification(/is open in another window or program \(Image Catalog, process/);
      await banner(second, openElsewhere).waitFor();
      await session().shotOf(second.page, 'second-window');
      await rename(session().workbench, 'Family', 'Home');
      // What the first window changes is seen here when it is looked at again.
      await second.viewAction('Catalogs', 'Refresh');
      await second.treeRow(/^Home/, 'Catalogs').waitFor();
    });

    it('can be changed once the first window was killed', async () => {
      const { page, workspace } = session();
      // Else the first window would start its extensions again, and be the first to have it again.
      await page.context().setOffline(true);
      await killHolder(workspace);
      // The window may have noticed by itself: then there is nothing left to take over.
      await second.viewAction('Catalogs', 'Take Over').catch(() => undefined);
      await banner(second, openElsewhere).waitFor({ state: 'hidden' });
      await rename(second, 'Home', 'Family');
    });
  });

  // In a suite of its own like the others: mocha runs tests before suites.
  describe('left by another computer, or damaged', () => {
    it('is taken over from another computer only if a person says so', async () => {
      const { workbench, page, open, shot } = session();
      await page.context().setOffline(false);
      await leave();
      const holder = {
        host: 'laptop',
        bootId: 'b',
        pidNamespace: null,
        pid: 1,
        processStart: null,
      };
      const lock = { ...holder, nonce: 'n', mutex: null, program: 'Image Catalog' };
      fs.writeFileSync(lockFile(), JSON.stringify(lock));
      await open();
      await workbench.openContainer('Image Catalog');
      const text = 'Read-only: the catalog is open elsewhere (Image Catalog, process 1 on laptop).';
      await banner(workbench, text).waitFor();
      await workbench.viewAction('Catalogs', 'Take Over');
      await page.locator('.monaco-dialog-box').waitFor();
      await shot('take-over');
      assert.match(await workbench.modal('Cancel'), /Another computer wrote the lock\./);
      await banner(workbench, text).waitFor();
      await workbench.viewAction('Catalogs', 'Take Over');
      await workbench.modal('Take Over');
      await workbench.notification('The catalog can be changed in this window now.');
      await banner(workbench, text).waitFor({ state: 'hidden' });
      await rename(workbench, 'Family', 'Home');
    });

    it('offers its backups when it is damaged, and keeps the damaged file', async () => {
      const { workbench, page, open, shot } = session();
      await leave();
      fs.truncateSync(catalogFile(), Math.floor(fs.statSync(catalogFile()).size / 2));
      const damaged = fs.readFileSync(catalogFile());
      await open();
      await workbench.openContainer('Image Catalog');
      const row = workbench.treeRow(/Damaged: restore a backup/, 'Catalogs');
      await banner(workbench, /catalog\.sqlite is damaged .* It was left as it is\./)
        .first()
        .waitFor();
      await row.waitFor();
      await shot('damaged');
      assert.deepEqual(fs.readFileSync(catalogFile()), damaged, 'it is not written to');

      await workbench.inlineAction(row, 'Restore Catalog From Backup');
      const backup = page.locator('.quick-input-list .monaco-list-row').first();
      await backup.waitFor();
      await shot('damaged-backups');
      await backup.click();
      assert.match(await workbench.modal('Restore Backup'), /the photos themselves stay/);
      const told = await workbench.notification('The backup was restored.');
      const kept = /kept as (catalog\.replaced-\S+\.sqlite)\./.exec(told)?.[1];
      assert.ok(kept, told);
      assert.deepEqual(fs.readFileSync(path.join(folder(), kept)), damaged);
      await workbench.treeRow(/^(Family|Home)/, 'Catalogs').waitFor();
      await row.waitFor({ state: 'hidden' });
      await shot('restored');
    });
  });
});
