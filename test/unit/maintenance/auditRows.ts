import path from 'node:path';
import { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';

/** The operations in the audit log of a closed catalog, oldest first. */
export async function auditOperations(workspace: string): Promise<string[]> {
  const file = path.join(workspace, '.image-catalog', 'catalog.sqlite');
  const store = new CatalogStore(await NodeSqliteDriver.open({ file }));
  try {
    const { entries } = store.auditLog.page({ offset: 0, limit: 1000 });
    return entries.map(({ operation }) => operation).reverse();
  } finally {
    await store.close();
  }
}
