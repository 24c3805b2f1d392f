import { CatalogError } from '../model/errors.js';
import type { BackupInfo } from '../model/safety.js';
import { backUp, backUpTo } from '../store/backup.js';
import { NodeSqliteDriver } from '../store/nodeSqliteDriver.js';
import { inspectBackup } from '../store/restoreBackup.js';
import { absolutePath, type OperationDeps } from './operationDeps.js';

/**
 * Copies the catalog file, to its backups or to a place of the person's choice, and checks the copy.
 * @throws CatalogError CATALOG_READ_ONLY, OUTPUT_EXISTS, CATALOG_FILE_CORRUPT, CATALOG_CANNOT_WRITE
 */
export async function backUpCatalog(
  deps: OperationDeps,
  input: { readonly path?: string; readonly overwrite?: boolean },
): Promise<BackupInfo> {
  const { store, catalogFile, now } = deps;
  const { driver } = store;
  if (!(driver instanceof NodeSqliteDriver)) {
    throw new CatalogError('CATALOG_READ_ONLY', { reason: 'it is open from a copy in memory' });
  }
  const target = input.path === undefined ? null : absolutePath(input.path);
  if (target !== null) await backUpTo(driver, catalogFile, target, input.overwrite ?? false);
  const file = target ?? (await backUp(driver, catalogFile, now()));
  store.auditLog.append({ at: now().toISOString(), operation: 'back-up', path: file });
  return inspectBackup(file);
}
