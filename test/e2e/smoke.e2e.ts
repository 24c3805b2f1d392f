import assert from 'node:assert/strict';
import { useSession } from './support/session.js';

describe('smoke', () => {
  const session = useSession();

  it('shows the Image Catalog container with its views', async () => {
    const { workbench } = session();
    await workbench.openContainer('Image Catalog');
    const headers = workbench.page.locator('.sidebar .pane-header');
    await headers.first().waitFor();
    assert.ok((await headers.count()) > 0);
  });
});
