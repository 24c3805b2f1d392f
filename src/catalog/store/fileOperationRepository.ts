import type { ErrorCode, ErrorData } from '../model/errors.js';
import type { FileOperation } from '../model/fileOperation.js';
import type { SqlDriver } from './driver.js';
import { fromJson, toJson } from './jsonColumns.js';

/**
 * PLANNED: written down, perhaps begun. DONE. FAILED and CANCELLED: nothing was changed. UNDOING: being taken back.
 * UNDONE. EMPTIED: its file left the trash for good.
 */
export type FileOperationItemState =
  'PLANNED' | 'DONE' | 'FAILED' | 'CANCELLED' | 'UNDOING' | 'UNDONE' | 'EMPTIED';

/** One file of an operation; the image's own is the primary, sidecars follow it. */
export interface FileOperationItem {
  readonly id: number;
  readonly operationId: string;
  readonly imageId: string;
  readonly role: 'primary' | 'sidecar';
  /** Where the file stood, relative to the managed directory; absolute if it is not managed. */
  readonly fromPath: string;
  /** Where it goes, relative to the managed directory; null if the file is not touched. */
  readonly toPath: string | null;
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly state: FileOperationItemState;
  /** The rows that went with the primary, for an undo. */
  readonly removedRows: string | null;
  readonly errorCode: ErrorCode | null;
  readonly errorData: ErrorData | null;
}

export type NewFileOperationItem = Omit<FileOperationItem, 'id' | 'errorCode' | 'errorData'>;

/** What an operation was asked to do, as its kind has it. */
export interface FileOperationRequest {
  readonly catalogId: string;
}

/** What an operation has done: images, and the files that were moved or copied. */
export interface FileOperationTally {
  images: number;
  files: number;
  bytes: number;
}

type OperationPatch = Partial<
  Omit<FileOperation, 'id' | 'kind' | 'catalogId' | 'catalogName' | 'startedAt'>
>;

const columns = `id, kind, catalog_id AS catalogId, catalog_name AS catalogName,
  managed_directory AS managedDirectory, status, images_total AS imagesTotal,
  images_done AS imagesDone, images_failed AS imagesFailed, files_moved AS filesMoved,
  bytes_moved AS bytesMoved, started_at AS startedAt, completed_at AS completedAt`;

const itemColumns = `id, operation_id AS operationId, image_id AS imageId, role,
  from_path AS fromPath, to_path AS toPath, checksum, size_bytes AS sizeBytes, state,
  removed_rows AS removedRows, error_code AS errorCode, error_data AS errorData`;

const patchColumns: Record<keyof OperationPatch, string> = {
  managedDirectory: 'managed_directory',
  status: 'status',
  imagesTotal: 'images_total',
  imagesDone: 'images_done',
  imagesFailed: 'images_failed',
  filesMoved: 'files_moved',
  bytesMoved: 'bytes_moved',
  completedAt: 'completed_at',
};

/** The tables `file_operations` and `file_operation_items`: the journal of work on catalogued files. */
export class FileOperationRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** @param request by which it can go on after it was cut off; null if it cannot */
  insert(operation: FileOperation, request: FileOperationRequest | null): void {
    this.driver.run(
      `INSERT INTO file_operations (id, kind, catalog_id, catalog_name, managed_directory, status,
        images_total, images_done, images_failed, files_moved, bytes_moved, started_at, completed_at,
        request)
      VALUES (:id, :kind, :catalogId, :catalogName, :managedDirectory, :status, :imagesTotal,
        :imagesDone, :imagesFailed, :filesMoved, :bytesMoved, :startedAt, :completedAt, :request)`,
      { ...operation, request: toJson(request) },
    );
  }

  /** As it was inserted, unchecked: whoever can write the file can write anything there. Null if it is no JSON. */
  requestOf(id: string): unknown {
    const row = this.driver.get<{ request: string | null }>(
      `SELECT CASE WHEN json_valid(request) THEN request END AS request
      FROM file_operations WHERE id = ?`,
      [id],
    );
    return fromJson(row?.request ?? null);
  }

  /** What its items say is done. */
  tally(id: string): FileOperationTally {
    const row = this.driver.get<FileOperationTally>(
      `SELECT count(*) FILTER (WHERE role = 'primary') AS images, count(to_path) AS files,
        coalesce(sum(size_bytes) FILTER (WHERE to_path IS NOT NULL), 0) AS bytes
      FROM file_operation_items WHERE operation_id = ? AND state = 'DONE'`,
      [id],
    );
    return row ?? { images: 0, files: 0, bytes: 0 };
  }

  update(id: string, patch: OperationPatch): void {
    const changed = (Object.keys(patchColumns) as (keyof OperationPatch)[]).filter(
      (key) => patch[key] !== undefined,
    );
    this.driver.run(
      `UPDATE file_operations SET ${changed.map((key) => `${patchColumns[key]} = ?`).join(', ')}
      WHERE id = ?`,
      [...changed.map((key) => patch[key] ?? null), id],
    );
  }

  find(id: string): FileOperation | undefined {
    return this.driver.get(`SELECT ${columns} FROM file_operations WHERE id = ?`, [id]);
  }

  /** Newest first; of one catalog if it is given. */
  page(request: { readonly catalogId?: string; readonly offset: number; readonly limit: number }): {
    total: number;
    operations: FileOperation[];
  } {
    const where = '(:catalogId IS NULL OR catalog_id = :catalogId)';
    const params = { catalogId: request.catalogId ?? null };
    const operations = this.driver.all<FileOperation>(
      `SELECT ${columns} FROM file_operations WHERE ${where}
      ORDER BY started_at DESC, id LIMIT :limit OFFSET :offset`,
      { ...params, limit: request.limit, offset: request.offset },
    );
    const count = `SELECT count(*) AS n FROM file_operations WHERE ${where}`;
    return { total: this.driver.get<{ n: number }>(count, params)?.n ?? 0, operations };
  }

  /** Operations that were cut off: under way, or with items of which it is not certain where their files stand. */
  unsettled(): FileOperation[] {
    // The states as they stand in the partial index, which a parameter would not match.
    return this.driver.all(
      `SELECT ${columns} FROM file_operations WHERE status = 'RUNNING' OR id IN
        (SELECT operation_id FROM file_operation_items WHERE state IN ('PLANNED', 'UNDOING'))
      ORDER BY started_at, id`,
    );
  }

  /** Items of which it is not certain where their files stand, whatever became of their operation. */
  openItems(operationId: string): FileOperationItem[] {
    const states = ['PLANNED', 'UNDOING'] as const;
    return this.items({ operationId, states, afterId: 0, limit: 1_000_000 });
  }

  /** Ended operations of a catalog whose files may lie in the trash still. */
  notEmptied(catalogId: string): FileOperation[] {
    return this.driver.all(
      `SELECT ${columns} FROM file_operations
      WHERE catalog_id = ? AND kind IN ('delete', 'delete-catalog')
        AND status NOT IN ('RUNNING', 'EMPTIED') ORDER BY started_at, id`,
      [catalogId],
    );
  }

  /** Returns their ids, in order. */
  insertItems(items: readonly NewFileOperationItem[], at: string): number[] {
    return this.driver.transaction(() =>
      items.map((item) => {
        this.driver.run(
          `INSERT INTO file_operation_items (operation_id, image_id, role, from_path,
            to_path, checksum, size_bytes, state, removed_rows, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            item.operationId,
            item.imageId,
            item.role,
            item.fromPath,
            item.toPath,
            item.checksum,
            item.sizeBytes,
            item.state,
            item.removedRows,
            at,
          ],
        );
        return this.driver.lastInsertRowId();
      }),
    );
  }

  setState(
    ids: readonly number[],
    state: FileOperationItemState,
    at: string,
    error: { readonly code: ErrorCode; readonly data: ErrorData } | null = null,
  ): void {
    this.driver.run(
      `UPDATE file_operation_items SET state = ?, error_code = ?, error_data = ?, updated_at = ?
      WHERE id IN (SELECT value FROM json_each(?))`,
      [state, error?.code ?? null, toJson(error?.data), at, JSON.stringify(ids)],
    );
  }

  /** By id, after a given one. */
  items(request: {
    readonly operationId: string;
    readonly states: readonly FileOperationItemState[];
    readonly afterId: number;
    readonly limit: number;
  }): FileOperationItem[] {
    type Row = Omit<FileOperationItem, 'errorData'> & { readonly errorData: string | null };
    return this.driver
      .all<Row>(
        `SELECT ${itemColumns} FROM file_operation_items WHERE operation_id = ? AND id > ?
          AND state IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?`,
        [request.operationId, request.afterId, JSON.stringify(request.states), request.limit],
      )
      .map((row) => ({ ...row, errorData: fromJson<ErrorData>(row.errorData) }));
  }

  /** Files that were moved and are in one of the states. */
  countFiles(operationId: string, states: readonly FileOperationItemState[]): number {
    const row = this.driver.get<{ n: number }>(
      `SELECT count(to_path) AS n FROM file_operation_items WHERE operation_id = ?
        AND state IN (SELECT value FROM json_each(?))`,
      [operationId, JSON.stringify(states)],
    );
    return row?.n ?? 0;
  }

  /** Primaries in one of the states. */
  countImages(operationId: string, states: readonly FileOperationItemState[]): number {
    const row = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM file_operation_items WHERE operation_id = ? AND role = 'primary'
        AND state IN (SELECT value FROM json_each(?))`,
      [operationId, JSON.stringify(states)],
    );
    return row?.n ?? 0;
  }
}
