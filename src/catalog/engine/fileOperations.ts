import * as files from '../operations/fileOperations.js';
import { CatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import type { OperationDeps } from '../operations/operationDeps.js';
import type { FileOperations } from '../protocol/fileOperations.js';
import type { CatalogSession } from '../session.js';

/** Being built. */
const soon = (): Promise<never> =>
  Promise.reject(new CatalogError('INTERNAL', { detail: 'not built yet' }));

/** Work on files that are in the catalog. */
export const fileOperations = (session: CatalogSession): FileOperations => ({
  forecastDelete(input, control = {}) {
    return session.readExisting((deps) => files.forecastDeletion(deps, input, control));
  },

  deleteImages(input, control = {}) {
    return changeFiles(session, input.catalogId, 'delete', control, (deps, own) =>
      files.runDeletion(deps, input, own),
    );
  },

  forecastConvert: soon,
  convertToManaged: soon,
  forecastReorganize: soon,
  reorganize: soon,
  resumeFileOperation: soon,
  forecastDeleteCatalog: soon,
  deleteCatalogWithFiles: soon,
  getTrash: soon,

  undoFileOperation({ operationId }, control = {}) {
    return session.write(['images', 'catalogs', 'sources'], (deps) => {
      const { catalogId } = files.requireOperation(deps, operationId);
      return session.work.run({ kind: 'files', id: operationId, catalogId }, control, (own) =>
        files.undoOperation(deps, operationId, own),
      );
    });
  },

  listFileOperations(input) {
    return session.read({ total: 0, operations: [] }, (deps) => files.listOperations(deps, input));
  },

  emptyTrash(input, control = {}) {
    return changeFiles(session, input.catalogId, 'trash', control, (deps, own) =>
      files.emptyCatalogTrash(deps, input, own),
    );
  },
});

function changeFiles<T>(
  session: CatalogSession,
  catalogId: string,
  id: string,
  control: OperationControl,
  work: (deps: OperationDeps, own: OperationControl) => Promise<T>,
): Promise<T> {
  return session.write(['images', 'catalogs', 'sources'], (deps) =>
    session.work.run({ kind: 'files', id, catalogId }, control, (own) => work(deps, own)),
  );
}
