import { operationsInTrash } from '../files/moveInside.js';
import { deleteImages } from '../maintenance/deleteImages.js';
import type { DeletePlace } from '../maintenance/judgeDeletion.js';
import { forecastDelete } from '../maintenance/judgeDeletion.js';
import { emptyTrash } from '../maintenance/emptyTrash.js';
import type { OperationEntry } from '../maintenance/fileOperationRun.js';
import { KeptFiles, reportOf } from '../maintenance/fileOperationRun.js';
import { returnTrashed } from '../maintenance/returnTrashed.js';
import { undoReorganize } from '../maintenance/reorganizeFiles.js';
import { undoConvert } from '../maintenance/undoConvert.js';
import { undoDelete } from '../maintenance/undoDelete.js';
import { settleOpen } from '../maintenance/recoverOperations.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type {
  DeleteForecast,
  DeleteImagesRequest,
  EmptiedTrash,
  FileOperation,
  FileOperationReport,
} from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { requireCatalog } from './catalogs.js';
import { lookAtManagedDirectory, requireManagedDirectory } from './managedDirectory.js';
import { pageOf, type OperationDeps } from './operationDeps.js';
import { requireImages } from './plannedImages.js';

const isDeletion = ({ kind }: FileOperation): boolean =>
  kind === 'delete' || kind === 'delete-catalog';

/** @throws CatalogError OPERATION_NOT_FOUND */
export function requireOperation(deps: OperationDeps, operationId: string): FileOperation {
  const operation = deps.store.fileOperations.find(operationId);
  if (!operation) throw new CatalogError('OPERATION_NOT_FOUND', { operation: operationId });
  return operation;
}

/**
 * Files are only touched in a managed directory that was chosen on this machine and is there.
 * @param realRootOf makes sure of that
 */
async function deletePlace(
  deps: OperationDeps,
  request: DeleteImagesRequest,
  realRootOf: (catalog: Catalog) => string | Promise<string>,
): Promise<DeletePlace> {
  const catalog = requireCatalog(deps, request.catalogId);
  const hasManaged = deps.store.catalogs.figures(catalog.id).managedCount > 0;
  if (!request.deleteFiles || !hasManaged || catalog.managedDirectory === null) {
    return { catalog, realRoot: null };
  }
  return { catalog, realRoot: await realRootOf(catalog) };
}

export async function forecastDeletion(
  deps: OperationDeps,
  request: DeleteImagesRequest,
  control: OperationControl,
): Promise<DeleteForecast> {
  requireImages(deps, requireCatalog(deps, request.catalogId).id, request.imageIds);
  const look = (catalog: Catalog): string => lookAtManagedDirectory(deps, catalog).root;
  return forecastDelete(deps, await deletePlace(deps, request, look), request, control);
}

/**
 * @param entry without it the deletion is one of its own
 * @throws CatalogError CATALOG_NOT_FOUND, MANAGED_DIRECTORY_*; IMAGE_NOT_FOUND without an entry
 */
export async function runDeletion(
  deps: OperationDeps,
  request: DeleteImagesRequest,
  control: OperationControl,
  entry?: OperationEntry,
): Promise<FileOperationReport> {
  const { id } = requireCatalog(deps, request.catalogId);
  if (!entry) requireImages(deps, id, request.imageIds);
  const place = await deletePlace(deps, request, (catalog) =>
    requireManagedDirectory(deps, catalog),
  );
  return deleteImages(deps, place, request, control, entry);
}

/**
 * @throws CatalogError also CATALOG_NOT_FOUND: nothing comes back into a catalog that is gone; OPERATION_ELSEWHERE
 */
export async function undoOperation(
  deps: OperationDeps,
  operationId: string,
  control: OperationControl,
): Promise<FileOperationReport> {
  const operation = requireOperation(deps, operationId);
  const catalog = requireCatalog(deps, operation.catalogId);
  const { managedDirectory: path } = operation;
  if (path !== null) {
    // A journal from elsewhere could name any folder.
    if (path !== (await requireManagedDirectory(deps, catalog))) {
      throw new CatalogError('OPERATION_ELSEWHERE', { operation: operationId, path });
    }
    // Its drive may have been away when the catalog was opened.
    await settleOpen(deps, operation);
  }
  if (isDeletion(operation)) {
    if (path !== null && operation.status !== 'UNDONE') {
      // A backup from before it was restored while the directory was out of reach.
      await returnTrashed(deps, catalog, path, control, operationId);
      const isBack = requireOperation(deps, operationId).status === 'UNDONE';
      if (isBack) return reportOf(deps, operationId, new KeptFiles());
    }
    return undoDelete(deps, operationId, control);
  }
  if (operation.status === 'UNDONE' || operation.status === 'RUNNING') {
    const { status } = operation;
    throw new CatalogError('OPERATION_NOT_UNDOABLE', { operation: operationId, status });
  }
  if (operation.kind === 'reorganize') return undoReorganize(deps, operation, control);
  const isStillAt = (imageId: string, stored: string): boolean =>
    deps.store.relocations.managedAt(catalog.id, [stored]).get(stored) === imageId;
  return undoConvert(deps, operation, isStillAt, control);
}

export function listOperations(
  deps: OperationDeps,
  input: { readonly catalogId?: string; readonly offset?: number; readonly limit?: number },
): { total: number; operations: FileOperation[] } {
  return deps.store.fileOperations.page({ ...input, ...pageOf(input) });
}

/** @param input without an operation, the whole trash of the catalog */
export async function emptyCatalogTrash(
  deps: OperationDeps,
  input: { readonly catalogId: string; readonly operationId?: string },
  control: OperationControl,
): Promise<EmptiedTrash> {
  const { operationId } = input;
  const catalog = deps.store.catalogs.find(input.catalogId) ?? goneCatalog(deps, input);
  const root = await requireManagedDirectory(deps, catalog);
  const chosen = operationsToEmpty(deps, catalog.id, root).filter(
    ({ id }) => operationId === undefined || id === operationId,
  );
  return emptyTrash(deps, root, chosen, control);
}

/** What emptying needs of a catalog that was deleted: by any deletion of its files. @throws CatalogError CATALOG_NOT_FOUND */
function goneCatalog(
  deps: OperationDeps,
  { catalogId, operationId }: { readonly catalogId: string; readonly operationId?: string },
): Pick<Catalog, 'id' | 'name' | 'managedDirectory'> {
  const operation = operationId && deps.store.fileOperations.find(operationId);
  if (!operation || operation.catalogId !== catalogId || !isDeletion(operation)) {
    throw new CatalogError('CATALOG_NOT_FOUND', { catalog: catalogId });
  }
  const { catalogName, managedDirectory } = operation;
  return { id: catalogId, name: catalogName, managedDirectory };
}

/** Also operations that count as emptied, if something of theirs lies in the trash still. */
function operationsToEmpty(deps: OperationDeps, catalogId: string, root: string): FileOperation[] {
  const { fileOperations } = deps.store;
  const chosen = fileOperations.notEmptied(catalogId);
  const known = new Set(chosen.map(({ id }) => id));
  for (const id of operationsInTrash(deps.files, root)) {
    const operation = known.has(id) ? undefined : fileOperations.find(id);
    if (operation?.catalogId === catalogId) chosen.push(operation);
  }
  return chosen;
}
