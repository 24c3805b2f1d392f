import { CatalogError } from '../model/errors.js';
import type {
  ConvertRequest,
  DeleteImagesRequest,
  FileOperation,
  FileOperationReport,
  ReorganizeRequest,
} from '../model/fileOperation.js';
import { isResumable } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { settleOpen } from '../maintenance/recoverOperations.js';
import { requireCatalog } from './catalogs.js';
import { convertToManaged } from './convert.js';
import { deleteCatalogWithFiles } from './deleteCatalog.js';
import { requireOperation, runDeletion } from './fileOperations.js';
import { requireManagedDirectory } from './managedDirectory.js';
import type { OperationDeps } from './operationDeps.js';
import { reorganizeManaged } from './reorganize.js';

/**
 * Goes on with an operation on files that was interrupted or cancelled: with what is still referenced, still in the
 * catalog, or still elsewhere. It stays one operation: one undo takes back all that it did.
 * @throws CatalogError OPERATION_NOT_FOUND, OPERATION_NOT_RESUMABLE, and those of the operation
 */
export async function resumeOperation(
  deps: OperationDeps,
  operationId: string,
  control: OperationControl,
): Promise<FileOperationReport> {
  const operation = requireOperation(deps, operationId);
  const { id, kind, catalogId } = operation;
  if (isResumable(operation.status)) await settleOpenThere(deps, operation);
  switch (kind) {
    case 'convert':
      return convertToManaged(deps, requestOf<ConvertRequest>(deps, operation), control, id);
    case 'reorganize':
      return reorganizeManaged(deps, requestOf<ReorganizeRequest>(deps, operation), control, id);
    case 'delete': {
      const request = requestOf<DeleteImagesRequest>(deps, operation);
      const there = deps.store.pictures.byIds(request.imageIds);
      const imageIds = request.imageIds.filter((imageId) => there.has(imageId));
      const entry = { request, resumes: id };
      return runDeletion(deps, { ...request, imageIds }, control, entry);
    }
    case 'delete-catalog':
      requestOf(deps, operation);
      return deleteCatalogWithFiles(deps, catalogId, control, id);
  }
}

/** The drive of its managed directory may have been away when the catalog was opened. */
async function settleOpenThere(deps: OperationDeps, operation: FileOperation): Promise<void> {
  const { id, catalogId, managedDirectory } = operation;
  if (managedDirectory === null || deps.store.fileOperations.openItems(id).length === 0) return;
  const root = await requireManagedDirectory(deps, requireCatalog(deps, catalogId));
  if (root === managedDirectory) await settleOpen(deps, operation);
}

/** @throws CatalogError OPERATION_NOT_RESUMABLE */
function requestOf<T extends { readonly catalogId: string }>(
  { store }: OperationDeps,
  { id, catalogId, status }: FileOperation,
): T {
  const request = store.fileOperations.requestOf(id) as T | null;
  if (!isResumable(status) || request?.catalogId !== catalogId) {
    throw new CatalogError('OPERATION_NOT_RESUMABLE', { operation: id, status });
  }
  return request;
}
