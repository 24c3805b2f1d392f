import { join } from 'node:path';
import { identityOf, isSameFile, sameContentStamp } from '../files/fileIdentity.js';
import type { FilePort } from '../files/filePort.js';
import { lstatOrNull } from '../files/publish.js';
import { CatalogError, errorMessages, fillMessage } from '../model/errors.js';
import type { ImportItemRow, ImportItemUpdate, ImportJobRow } from '../store/rows.js';
import { forgetRows } from './forgetRows.js';
import type { ImportDeps } from './importRun.js';
import { recoverUnit } from './recoverUnit.js';

/**
 * True if a moved file that still has both its names was written to since the scan: the file in the managed
 * directory is the source itself, so it is no longer what its row says.
 * @param root real path of the managed directory
 */
export function isWrittenTo(files: FilePort, root: string, item: ImportItemRow): boolean {
  if (item.destinationPath === null) return false;
  const source = lstatOrNull(files, item.sourcePath);
  const placed = lstatOrNull(files, join(root, ...item.destinationPath.split('/')));
  if (!source?.isFile() || !placed || !isSameFile(source, placed)) return false;
  return !sameContentStamp(identityOf(source), item);
}

/**
 * Takes files of a unit, one of which was written to, out of the catalog again: they stand at the source, and
 * fail as changed. Their rows go first, so that a crash on the way leaves what recovery knows.
 * @param root real path of the managed directory
 * @param ids items with rows, whose sources have not been removed
 * @throws CatalogError of the store
 */
export async function takeBackWritten(
  deps: ImportDeps,
  job: ImportJobRow,
  root: string,
  ids: readonly number[],
): Promise<void> {
  const { store, now } = deps;
  const rows = (): ImportItemRow[] => ids.flatMap((id) => store.importItems.find(id) ?? []);
  const items = rows();
  const written = items.find((item) => isWrittenTo(deps.files, root, item)) ?? items[0];
  store.transaction(() => {
    forgetRows(store, job, items);
    store.importItems.updateMany(
      items.map(({ id, temporaryPath, destinationPath }): ImportItemUpdate => ({
        id,
        state: 'PLANNED',
        imageId: null,
        temporaryPath: temporaryPath ?? destinationPath,
      })),
      now().toISOString(),
    );
  });
  await recoverUnit(deps, job, root, rows());
  const updates = rows().map((item): ImportItemUpdate => {
    const { errorCode, errorData } = failureOf(item, written ?? item);
    // Its content is the same after all: it is in the catalog again, and its source was not removed.
    const state = item.state === 'PLANNED' ? 'FAILED' : 'SOURCE_KEPT';
    return { id: item.id, state, errorCode, errorData };
  });
  store.importItems.updateMany(updates, now().toISOString());
  for (const { sourcePath } of items) {
    deps.log('warn', `${sourcePath} was written to while it was moved and stays where it is`);
  }
}

function failureOf(
  item: ImportItemRow,
  written: ImportItemRow,
): Required<Pick<ImportItemUpdate, 'errorCode' | 'errorData'>> {
  const changed = { path: written.sourcePath };
  if (item.id === written.id) return { errorCode: 'FILE_CHANGED', errorData: changed };
  const error = new CatalogError('COMPANION_FAILED', {
    path: item.sourcePath,
    companion: written.sourcePath,
    detail: fillMessage(errorMessages.FILE_CHANGED, changed),
  });
  return { errorCode: error.code, errorData: error.data };
}
