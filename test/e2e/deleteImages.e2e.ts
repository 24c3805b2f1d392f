import assert from 'node:assert/strict';
import path from 'node:path';
import { filesIn, runCli } from './support/imports.js';
import { fillFolder } from './support/pictures.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

describe('an image is deleted with its file', function () {
  this.timeout(180_000);
  const session = useSession({
    settings: { 'imageCatalog.pictures.background': false },
    fill: (workspace) => {
      fillFolder(path.join(workspace, 'Card'), 3);
      const managed = path.join(workspace, 'Photos');
      runCli(workspace, 'create', 'Family', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Card'));
      runCli(workspace, 'import', 'Card', '--mode', 'copy');
    },
  });

  it('after a question with counts, into the trash, and comes back', async () => {
    const { workbench, workspace } = session();
    const all = (): readonly string[] => filesIn(path.join(workspace, 'Photos'));
    const trashed = (): readonly string[] => all().filter((name) => name.includes('.imgcat-trash'));
    const before = all();
    await workbench.openContainer('Image Catalog');
    await workbench.expandRow(workbench.treeRow(/^Images/, 'Catalogs'));
    const row = workbench.treeRow(/^IMG_0001\.jpg/, 'Catalogs');
    await row.waitFor();
    await workbench.contextMenu(row, 'Delete with File…');
    const text = await workbench.modal('Delete with Files');
    assert.match(text, /Delete 1 image from the catalog "Family"\?/);
    assert.match(text, /1 file \([^)]+\) to the trash of the managed directory .*Photos/);
    await workbench.notification(/1 image deleted, 1 file moved to the trash/, 'Undo');
    await poll(() => trashed().length === 0 && all().length === before.length, 'the undo');
    assert.deepEqual(all(), before);
  });
});
