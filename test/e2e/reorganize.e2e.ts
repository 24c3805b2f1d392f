import assert from 'node:assert/strict';
import path from 'node:path';
import { contentsOf, filesIn, runCli } from './support/imports.js';
import { fillFolder } from './support/pictures.js';
import { useSession } from './support/session.js';
import { poll } from './support/workbench.js';

describe('managed files are reorganized', function () {
  this.timeout(240_000);
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

  it('by another strategy after a list of old and new places, and an undo takes it back', async () => {
    const { workbench, workspace, shot } = session();
    const photos = path.join(workspace, 'Photos');
    const before = filesIn(photos);
    const contents = contentsOf(photos);
    assert.deepEqual(before, ['IMG_0001.jpg', 'IMG_0002.jpg', 'IMG_0003.jpg']);
    await workbench.openContainer('Image Catalog');
    const catalog = workbench.treeRow(/^Family/, 'Catalogs');
    await catalog.waitFor();
    await workbench.contextMenu(catalog, 'Reorganize Files…');
    await workbench.quickTitle('(1/2)');
    await workbench.pickOne(/YEAR_ONLY/);
    await workbench.quickTitle('(2/2)');
    await workbench.pickOne(/(?<!_)ORIGINAL/);

    const move = /Move 3 files of 3 images/;
    await workbench.quickRow(move).waitFor();
    await workbench.pickOne('Show What Would Be Done');
    const list = workbench.webview().locator('body');
    await list.getByText('would be moved within').waitFor();
    assert.match(await list.innerText(), /IMG_0002\.jpg → \S+\/IMG_0002\.jpg/);
    assert.deepEqual(filesIn(photos), before);
    await shot('reorganize-list');

    await workbench.pickOne(move);
    const done = workbench.notification(/3 images reorganized/, 'Undo');
    await poll(() => filesIn(photos).every((name) => name.includes(path.sep)), 'the moves');
    assert.deepEqual(contentsOf(photos), contents);
    await done;
    await poll(() => filesIn(photos).join() === before.join(), 'the undo');
    assert.deepEqual(contentsOf(photos), contents);
    await workbench.notification(/Undone: Reorganized 3 images/);
  });
});
