import { convertToManaged, forecastConvert } from '../operations/convert.js';
import { deleteCatalogWithFiles, forecastCatalogDeletion } from '../operations/deleteCatalog.js';
import * as files from '../operations/fileOperations.js';
import { forecastReorganize, reorganizeManaged } from '../operations/reorganize.js';
import { resumeOperation } from '../operations/resumeOperation.js';
import type { FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { OperationDeps } from '../operations/operationDeps.js';
import type { FileOperations } from '../protocol/fileOperations.js';
import type { CatalogSession } from '../session.js';

/** Work on files that are in the catalog. */
export const fileOperations = (session: CatalogSession): FileOperations => ({
  forecastDelete(input, control = {}) {
    return session.readLong(control, (deps, own) => files.forecastDeletion(deps, input, own));
  },

  deleteImages(input, control = {}) {
    return changeFiles(session, input.catalogId, 'delete', control, (deps, own) =>
      files.runDeletion(deps, input, own),
    );
  },

  forecastConvert(input, control = {}) {
    return session.readLong(control, (deps, own) => forecastConvert(deps, input, own));
  },

  convertToManaged(input, control = {}) {
    return changeFiles(session, input.catalogId, 'convert', control, (deps, own) =>
      convertToManaged(deps, input, own),
    );
  },

  forecastReorganize(input, control = {}) {
    return session.readLong(control, (deps, own) => forecastReorganize(deps, input, own));
  },

  reorganizeFiles(input, control = {}) {
    return changeFiles(session, input.catalogId, 'reorganize', control, (deps, own) =>
      reorganizeManaged(deps, input, own),
    );
  },

  forecastDeleteCatalog(input) {
    return session.readExisting((deps) => forecastCatalogDeletion(deps, input));
  },

  deleteCatalogWithFiles({ catalogId }, control = {}) {
    const id = 'delete-catalog';
    return session.write(['catalogs', 'sources', 'scans', 'importJobs', 'images'], (deps) =>
      session.work.run({ kind: 'files', id, catalogId }, control, (own) =>
        deleteCatalogWithFiles(deps, catalogId, own),
      ),
    );
  },

  undoFileOperation({ operationId }, control = {}) {
    return changeOperation(session, operationId, control, files.undoOperation);
  },

  resumeFileOperation({ operationId }, control = {}) {
    return changeOperation(session, operationId, control, resumeOperation);
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

/** Also what a deleted catalog had may change with it. */
function changeOperation(
  session: CatalogSession,
  operationId: string,
  control: OperationControl,
  work: (
    deps: OperationDeps,
    operationId: string,
    own: OperationControl,
  ) => Promise<FileOperationReport>,
): Promise<FileOperationReport> {
  return session.write(['catalogs', 'sources', 'scans', 'importJobs', 'images'], (deps) => {
    const { catalogId } = files.requireOperation(deps, operationId);
    return session.work.run({ kind: 'files', id: operationId, catalogId }, control, (own) =>
      work(deps, operationId, own),
    );
  });
}

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
