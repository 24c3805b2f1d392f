import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { runCli } from './support/imports.js';
import { fillFolder } from './support/pictures.js';
import { useSession } from './support/session.js';

describe('a folder of photos is renamed outside the catalog', function () {
  this.timeout(180_000);
  const session = useSession({
    settings: { 'imageCatalog.pictures.background': false },
    fill: (workspace) => {
      fillFolder(path.join(workspace, 'Archive', '2021'), 12);
      runCli(workspace, 'create', 'Family');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Archive'));
      runCli(workspace, 'import', 'Archive', '--mode', 'reference');
      fs.renameSync(
        path.join(workspace, 'Archive', '2021'),
        path.join(workspace, 'Archive', 'Summer'),
      );
    },
  });

  it('is told in a report, and found again after it was relocated', async () => {
    const { workbench, workspace, shot } = session();
    await workbench.openContainer('Image Catalog');
    const catalog = workbench.treeRow(/^Family/, 'Catalogs');
    await catalog.waitFor();
    const report = workbench.webview().locator('body');
    await workbench.contextMenu(catalog, 'Check Files (Dry Run)');
    await report.getByText('This was a dry run').waitFor();
    assert.match(await report.innerText(), /Much Is Missing, so Nothing Was Marked/);
    await shot('check-report');
    await workbench.closeAllEditors();

    await workbench.contextMenu(catalog, /^Check Files$/);
    assert.match(await workbench.modal('Mark as Missing'), /Many files are missing at once/);
    await workbench.notification(/12 files checked: 0 there, 12 missing/, 'Show Report');
    await report.getByText('Missing (12)').waitFor();
    assert.match(await report.innerText(), /2021\/IMG_0001\.jpg/);
    await workbench.closeAllEditors();

    const missing = workbench.treeRow(/^Missing/, 'Catalogs');
    await missing.waitFor();
    // The only folder that is gone: only where it is now is asked.
    await workbench.contextMenu(missing, 'Relocate Folder…');
    const archive = path.join(workspace, 'Archive');
    await workbench.pickFolder(archive, path.join(archive, 'Summer'), 'Relocate');
    await workbench.pickOne('Show What Would Be Done');
    await report.getByText('This was a dry run').waitFor();
    assert.match(await report.innerText(), /2021\/IMG_0001\.jpg → .*Summer\/IMG_0001\.jpg/);
    await shot('relocate-report');
    await workbench.pickOne(/Relocate 12 files.*12 found/);
    await missing.waitFor({ state: 'detached' });
    await workbench.notification(/12 files were relocated/);
  });

  it('has its tooltip tell when the files were checked', async () => {
    const { workbench, page } = session();
    // What it shows has no-break spaces.
    const tooltip = page.locator('.monaco-hover').filter({ hasText: /Files\schecked:\s(?!never)/ });
    await workbench.hoverUntil(workbench.treeRow(/^Family/, 'Catalogs'), tooltip.first());
  });
});
