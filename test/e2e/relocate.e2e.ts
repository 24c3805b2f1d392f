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

  it('is missing after a check, and found again after it was relocated', async () => {
    const { workbench, workspace } = session();
    await workbench.openContainer('Image Catalog');
    const catalog = workbench.treeRow(/^Family/, 'Catalogs');
    await catalog.waitFor();
    await workbench.contextMenu(catalog, 'Check Files');
    assert.match(await workbench.modal('Mark as Missing'), /Many files are missing at once/);
    const missing = workbench.treeRow(/^Missing/, 'Catalogs');
    await missing.waitFor();
    await workbench.expandRow(missing);
    const row = workbench.treeRow(/· missing/, 'Catalogs');
    await workbench.contextMenu(row, 'Relocate Folder…');
    const archive = path.join(workspace, 'Archive');
    await workbench.pickFolder(archive, path.join(archive, 'Summer'), 'Relocate');
    assert.match(await workbench.modal('Relocate'), /12 found/);
    await missing.waitFor({ state: 'detached' });
  });
});
