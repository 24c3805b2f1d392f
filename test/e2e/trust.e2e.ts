import { runCli } from './support/imports.js';
import { useSession } from './support/session.js';
import { makeSample } from '../../scripts/sample/makeSample.mjs';
import path from 'node:path';

describe('a catalog in a folder that is not trusted', () => {
  const session = useSession({
    trust: true,
    fill: (workspace) => {
      makeSample(workspace);
      runCli(workspace, 'create', 'Family');
      runCli(workspace, 'add-source', 'Family', path.join(workspace, 'Phone backup'));
      runCli(workspace, 'import', 'Phone backup', '--mode', 'reference');
    },
  });

  it('is shown read-only, and the views say so', async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    await workbench.treeRow(/^Family\d+ images/, 'Catalogs').waitFor();
    for (const view of ['Catalogs', 'Sources', 'Import Jobs']) {
      const pane = await workbench.expandView(view);
      await pane.getByText('Read-only: this workspace is not trusted.').waitFor();
    }
    const source = workbench.treeRow(/^Phone backup/, 'Sources');
    await source.hover();
    const scan = source.locator('.action-label[aria-label^="Scan Source"]');
    await scan.and(session().page.locator('.disabled')).waitFor();
  });

  it('can be changed once the folder is trusted', async () => {
    const { workbench } = session();
    await workbench.trustThroughBanner();
    await workbench.openContainer('Image Catalog');
    await workbench
      .view('Catalogs')
      .getByText('Read-only: this workspace is not trusted.')
      .waitFor({ state: 'hidden' });
    await workbench.inlineAction(workbench.treeRow(/^Phone backup/, 'Sources'), 'Scan');
    await workbench.tab('Import Preview: Phone backup').waitFor();
    await workbench.webview().getByText('There is nothing new in this source.').waitFor();
  });
});
