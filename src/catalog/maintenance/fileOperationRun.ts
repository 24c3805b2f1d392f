import { dirname, join } from 'node:path';
import type { FilePort } from '../files/filePort.js';
import { lstatIfThere } from '../files/publish.js';
import { temporaryName } from '../files/temporaryName.js';
import type { Log } from '../model/log.js';
import type { Catalog } from '../model/catalog.js';
import type { ErrorCode, ErrorData } from '../model/errors.js';
import { CatalogError } from '../model/errors.js';
import type { FileOperationKind, FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { KeptFile } from '../model/safety.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type {
  FileOperationItem,
  FileOperationRequest,
  FileOperationTally,
} from '../store/fileOperationRepository.js';

/** What work on catalogued files needs. */
export interface MaintenanceDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Log;
}

/** How an operation is written down. */
export interface OperationEntry {
  /** What it goes on by after it was cut off; null for a part of other work, which is not resumed by itself. */
  readonly request: FileOperationRequest | null;
  /** The id of the operation that goes on. */
  readonly resumes?: string | undefined;
}

/** An operation that begins, or goes on. */
export interface BegunOperation {
  readonly id: string;
  /** What it has done before. */
  readonly done: FileOperationTally;
  /** Files of which it is not certain where they stand, since it was cut off. */
  readonly open: readonly FileOperationItem[];
}

/** Images that the operation was cut off with and that are open still are left alone, and told. @returns the others */
export function settledOnly<T>(
  { id, open }: BegunOperation,
  kept: KeptFiles,
  all: readonly T[],
  imageIdsOf: (one: T) => readonly string[],
): readonly T[] {
  if (open.length === 0) return all;
  const paths = new Map(open.map(({ imageId, fromPath }) => [imageId, fromPath]));
  return all.filter((one) => {
    const ids = imageIdsOf(one);
    const path = ids.flatMap((imageId) => paths.get(imageId) ?? [])[0];
    if (path === undefined) return true;
    const error = new CatalogError('OPERATION_UNSETTLED', { path, operation: id });
    for (const imageId of ids) kept.add(paths.get(imageId) ?? path, error);
    return false;
  });
}

/**
 * Writes an operation down before it does anything, or takes up one that was cut off.
 * @param begun.imagesTotal images that it has before it
 * @throws CatalogError OPERATION_NOT_RESUMABLE if the catalog has another managed directory by now
 */
export function beginOperation(
  deps: MaintenanceDeps,
  { request, resumes }: OperationEntry,
  begun: {
    readonly kind: FileOperationKind;
    readonly catalog: Pick<Catalog, 'id' | 'name'>;
    /** Real path of the managed directory; null if no managed file is touched. */
    readonly realRoot: string | null;
    readonly imagesTotal: number;
  },
): BegunOperation {
  const { fileOperations } = deps.store;
  const { kind, catalog, realRoot, imagesTotal } = begun;
  const known = resumes === undefined ? undefined : fileOperations.find(resumes);
  if (known) {
    const { id, status, managedDirectory } = known;
    if (managedDirectory !== null && realRoot !== null && managedDirectory !== realRoot) {
      throw new CatalogError('OPERATION_NOT_RESUMABLE', { operation: id, status });
    }
    const done = fileOperations.tally(id);
    fileOperations.update(id, {
      status: 'RUNNING',
      imagesTotal: done.images + imagesTotal,
      imagesFailed: 0,
      completedAt: null,
      ...(realRoot !== null && { managedDirectory: realRoot }),
    });
    return { id, done, open: fileOperations.openItems(id) };
  }
  const id = deps.newId();
  fileOperations.insert(
    {
      id,
      kind,
      catalogId: catalog.id,
      catalogName: catalog.name,
      managedDirectory: realRoot,
      status: 'RUNNING',
      imagesTotal,
      imagesDone: 0,
      imagesFailed: 0,
      filesMoved: 0,
      bytesMoved: 0,
      startedAt: deps.now().toISOString(),
      completedAt: null,
    },
    request,
  );
  return { id, done: { images: 0, files: 0, bytes: 0 }, open: [] };
}

/** Writes down how an operation ended. @param stoppedBy what ended it before its last file: it can be resumed */
export function endOperation(
  deps: MaintenanceDeps,
  id: string,
  done: FileOperationTally,
  kept: KeptFiles,
  { signal }: OperationControl,
  stoppedBy: CatalogError | null = null,
): void {
  const all = kept.count > 0 ? 'PARTIAL' : 'SUCCESS';
  deps.store.fileOperations.update(id, {
    status: signal?.aborted ? 'CANCELLED' : stoppedBy ? 'INTERRUPTED' : all,
    imagesDone: done.images,
    imagesFailed: kept.count,
    filesMoved: done.files,
    bytesMoved: done.bytes,
    completedAt: deps.now().toISOString(),
  });
}

const listedKept = 1000;

/** Files that stay as they are, and why: all are counted, the first are listed. */
export class KeptFiles {
  count = 0;
  readonly listed: KeptFile[] = [];

  add(path: string, error: { readonly code: ErrorCode; readonly data: ErrorData }): void {
    this.count += 1;
    if (this.listed.length >= listedKept) return;
    this.listed.push({ path, code: error.code, data: error.data });
  }
}

/** @throws Error if the operation was never written down */
export function reportOf(
  deps: MaintenanceDeps,
  operationId: string,
  kept: KeptFiles,
  stoppedBy: CatalogError | null = null,
): FileOperationReport {
  const operation = deps.store.fileOperations.find(operationId);
  if (!operation) throw new Error(`operation ${operationId} is gone`);
  return {
    operation,
    stoppedBy: stoppedBy && { code: stoppedBy.code, data: stoppedBy.data },
    keptCount: kept.count,
    kept: kept.listed,
  };
}

/** The name of a copy under way, where a volume has no hard links. */
export const temporaryNameOf = (item: Pick<FileOperationItem, 'operationId' | 'id'>): string =>
  temporaryName(`${item.operationId}-${item.id}`);

/** Items of one image belong together: its own file first, then its sidecars. */
export function byImage(items: readonly FileOperationItem[]): FileOperationItem[][] {
  const families: FileOperationItem[][] = [];
  for (const item of items) {
    const last = families.at(-1);
    if (item.role === 'sidecar' && last?.[0]?.imageId === item.imageId) last.push(item);
    else families.push([item]);
  }
  return families;
}

/**
 * True if it is certain that the files of an image stand where the wanted side says, and nowhere else: nothing is
 * left for recovery to look at.
 */
export function standsOnlyAt(
  deps: MaintenanceDeps,
  root: string,
  items: readonly FileOperationItem[],
  wanted: 'from' | 'to',
): boolean {
  const at = (stored: string): string => join(root, ...stored.split('/'));
  try {
    return items.every((item) => {
      if (item.toPath === null) return true;
      const [keep, other] =
        wanted === 'from'
          ? [at(item.fromPath), at(item.toPath)]
          : [at(item.toPath), at(item.fromPath)];
      const temporary = join(dirname(other), temporaryNameOf(item));
      return (
        lstatIfThere(deps.files, keep) !== null &&
        lstatIfThere(deps.files, other) === null &&
        lstatIfThere(deps.files, temporary) === null
      );
    });
  } catch {
    return false;
  }
}

export interface FamilyFailure {
  readonly path: string;
  readonly error: CatalogError;
}
