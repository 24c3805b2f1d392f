import path from 'node:path';
import { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';

/** Works on the catalog file of a workspace that no engine has open. */
export async function withStoreOf(
  workspace: string,
  work: (store: CatalogStore) => void,
): Promise<void> {
  const file = path.join(workspace, '.image-catalog', 'catalog.sqlite');
  const store = new CatalogStore(await NodeSqliteDriver.open({ file }));
  try {
    work(store);
  } finally {
    await store.close();
  }
}
