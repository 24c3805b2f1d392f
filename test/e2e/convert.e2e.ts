import assert from 'node:assert/strict';
import path from 'node:path';
import { contentsOf, filesIn, imagesOf, runCli } from './support/imports.js';
import { fillFolder } from './support/pictures.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

describe('a source is converted to managed', function () {
  this.timeout(240_000);
  const session = useSession({
    settings: { 'imageCatalog.pictures.background': false },
    fill: (workspace) => {
      fillFolder(path.join(workspace, 'Card'), 3);
      const managed = path.join(workspace, 'Photos');
      runCli(workspace, 'create', 'Family', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Card'));
      runCli(workspace, 'import', 'Card', '--mode', 'reference');
    },
  });

  it('after its figures and a list on request; the originals stay, and an undo takes it back', async () => {
    const { workbench, workspace, shot } = session();
    const card = path.join(workspace, 'Card');
    const photos = path.join(workspace, 'Photos');
    const originals = contentsOf(card);
    await workbench.openContainer('Image Catalog');
    const managedRow = workbench.treeRow(/^Managed(?! directory)/, 'Catalogs');
    await managedRow.filter({ hasText: /^Managed0$/ }).waitFor();
    const source = workbench.treeRow(/^Card/, 'Sources');
    await workbench.contextMenu(source, 'Convert to Managed…');
    await workbench.quickTitle('Convert to Managed');
    const convert = /Copy 3 files of 3 images into the managed directory/;
    await workbench.quickRow(convert).filter({ hasText: photos }).waitFor();

    await workbench.pickOne('Show What Would Be Done');
    const list = workbench.webview().locator('body');
    await list.getByText('would be copied. Nothing has been done yet').waitFor();
    assert.match(await list.innerText(), /Card\/IMG_0002\.jpg → IMG_0002\.jpg/);
    assert.deepEqual(filesIn(photos), []);
    await shot('convert-list');

    await workbench.pickOne(convert);
    await managedRow.filter({ hasText: /^Managed3 · / }).waitFor();
    assert.deepEqual(contentsOf(photos), originals);
    assert.deepEqual(contentsOf(card), originals);
    await workbench.notification(/3 images converted to managed/, 'Undo');
    await managedRow.filter({ hasText: /^Managed0$/ }).waitFor();
    await poll(() => filesIn(photos).length === 0, 'the copies to be gone');
    assert.deepEqual(contentsOf(card), originals);
    await workbench.notification(/Undone: Converted 3 images to managed/);
  });

  it('through the command palette, for the whole catalog', async () => {
    const { workbench, workspace } = session();
    await workbench.closeAllEditors();
    await workbench.command('Image Catalog: Convert to Managed');
    await workbench.pickOne(/Copy 3 files of 3 images into the managed directory/);
    await workbench.notification(/3 images converted to managed/);
    const { length } = filesIn(path.join(workspace, 'Photos'));
    assert.equal(length, 3);
    // The command line opens what the editor holds for reading.
    const managed = imagesOf(workspace, 'Family').filter(({ currentPath }) =>
      currentPath.startsWith(path.join(workspace, 'Photos')),
    );
    assert.equal(managed.length, 3);
  });
});
