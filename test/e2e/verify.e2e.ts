import assert from 'node:assert/strict';
import path from 'node:path';
import { damage } from '../support/damage.js';
import { runCli } from './support/imports.js';
import { fillFolder } from './support/pictures.js';
import { useSession } from './support/session.js';

describe('managed files are verified', function () {
  this.timeout(180_000);
  const session = useSession({
    settings: { 'imageCatalog.pictures.background': false },
    fill: (workspace) => {
      fillFolder(path.join(workspace, 'Card'), 4);
      const managed = path.join(workspace, 'Photos');
      runCli(workspace, 'create', 'Family', '--managed', managed, '--strategy', 'FLAT/ORIGINAL');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Card'));
      runCli(workspace, 'import', 'Card', '--mode', 'copy');
      damage(path.join(managed, 'IMG_0003.jpg'));
    },
  });

  it('as chosen, and what rotted is named with a good copy', async () => {
    const { workbench, workspace, shot } = session();
    await workbench.openContainer('Image Catalog');
    const catalog = workbench.treeRow(/^Family/, 'Catalogs');
    await catalog.waitFor();
    await workbench.contextMenu(catalog, 'Verify Managed Files…');
    await workbench.quickRow(/A Sample of 10 %1 image · /).waitFor();
    await shot('verify-choices');
    await workbench.pickOne(/Not Verified for 30 Days4 images · /);
    await workbench.notification(/4 files .* read: 3 intact, 1 damaged/, 'Show Report');
    const report = workbench.webview().locator('body');
    await report.getByText('Damaged (1)').waitFor();
    const text = await report.innerText();
    assert.match(text, /Photos\/IMG_0003\.jpg/);
    assert.ok(text.includes(`a good copy: ${path.join(workspace, 'Card', 'IMG_0003.jpg')}`), text);
    await shot('verify-report');
    await workbench.treeRow(/^Changed or Damaged/, 'Catalogs').waitFor();
  });
});
