import type { ErrorCode, ErrorData } from '../model/errors.js';
import type { ImportItemCounts, ImportItemState, ImportJobReport } from '../model/importJob.js';
import type { SqlDriver, SqlValue } from './driver.js';
import { factsFromJson, factsToJson, fromJson, textBytes, toJson } from './jsonColumns.js';
import type { ImportItemRow, ImportItemUpdate, NewImportItem } from './rows.js';

const columns = `it.id, it.import_job_id AS importJobId, it.parent_item_id AS parentItemId,
  it.group_key AS groupKey, it.role, it.source_path AS sourcePath, it.size_bytes AS sizeBytes,
  it.mtime_ns AS mtimeNs, it.inode, it.checksum, it.facts, it.destination_path AS destinationPath,
  it.temporary_path AS temporaryPath, it.publish_method AS publishMethod,
  it.placed_inode AS placedInode, it.state, it.image_id AS imageId,
  it.duplicate_image_id AS duplicateOfImageId, it.duplicate_path AS duplicateOfPath,
  it.error_code AS errorCode, it.error_data AS errorData, it.updated_at AS updatedAt`;

const updatable: Readonly<Record<Exclude<keyof ImportItemUpdate, 'id'>, string>> = {
  checksum: 'checksum',
  destinationPath: 'destination_path',
  temporaryPath: 'temporary_path',
  publishMethod: 'publish_method',
  placedInode: 'placed_inode',
  state: 'state',
  imageId: 'image_id',
  duplicateOfImageId: 'duplicate_image_id',
  duplicateOfPath: 'duplicate_path',
  errorCode: 'error_code',
  errorData: 'error_data',
};
const updatableKeys = Object.keys(updatable) as (keyof typeof updatable)[];

const exampleCount = 5;
const stateStep = 5000;

type Row = Omit<ImportItemRow, 'facts' | 'errorData'> & {
  readonly facts: string | null;
  readonly errorData: string | null;
};

/** The table `import_items`: the journal of the jobs. */
export class ImportItemRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** Inserts in order. Returns the ids, ascending. */
  insertMany(rows: readonly NewImportItem[], at = new Date().toISOString()): number[] {
    return this.driver.transaction(() =>
      rows.map((row) => {
        this.driver.run(
          `INSERT INTO import_items (import_job_id, parent_item_id, group_key, role, source_path,
            size_bytes, mtime_ns, inode, checksum, facts, destination_path, temporary_path,
            publish_method, state, image_id, duplicate_image_id, duplicate_path, error_code,
            error_data, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            row.importJobId,
            row.parentItemId,
            row.groupKey,
            row.role,
            row.sourcePath,
            row.sizeBytes,
            row.mtimeNs,
            row.inode,
            row.checksum,
            textBytes(factsToJson(row.facts)),
            row.destinationPath,
            row.temporaryPath,
            row.publishMethod,
            row.state,
            row.imageId ?? null,
            row.duplicateOfImageId ?? null,
            row.duplicateOfPath ?? null,
            row.errorCode ?? null,
            toJson(row.errorData),
            row.updatedAt ?? at,
          ],
        );
        return this.driver.lastInsertRowId();
      }),
    );
  }

  /** Writes the values that each update names, null included. */
  updateMany(updates: readonly ImportItemUpdate[], at = new Date().toISOString()): void {
    this.driver.transaction(() => {
      for (const update of updates) {
        const changed = updatableKeys.filter((key) => Object.hasOwn(update, key));
        const values = changed.map((key): SqlValue => {
          const value = update[key] ?? null;
          return typeof value === 'object' ? toJson(value) : value;
        });
        const sets = [...changed.map((key) => `${updatable[key]} = ?`), 'updated_at = ?'];
        this.driver.run(`UPDATE import_items SET ${sets.join(', ')} WHERE id = ?`, [
          ...values,
          at,
          update.id,
        ]);
      }
    });
  }

  find(id: number): ImportItemRow | undefined {
    const row = this.driver.get<Row>(`SELECT ${columns} FROM import_items it WHERE it.id = ?`, [
      id,
    ]);
    return row && toItem(row);
  }

  /** In the order of the plan; all states if none is given. */
  page(request: {
    readonly jobId: string;
    readonly states?: readonly ImportItemState[];
    readonly offset: number;
    readonly limit: number;
  }): { total: number; items: ImportItemRow[] } {
    const where = `it.import_job_id = :jobId
      AND (:states IS NULL OR it.state IN (SELECT value FROM json_each(:states)))`;
    const params = { jobId: request.jobId, states: toJson(request.states) };
    const items = this.driver
      .all<Row>(
        `SELECT ${columns} FROM import_items it WHERE ${where}
        ORDER BY it.id LIMIT :limit OFFSET :offset`,
        { ...params, limit: request.limit, offset: request.offset },
      )
      .map(toItem);
    const total = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM import_items it WHERE ${where}`,
      params,
    );
    return { total: total?.n ?? 0, items };
  }

  /**
   * Items of any job with a temporary file that may still be there, or with a file placed without its row, in
   * order. A small index holds them.
   */
  listUnfinished(): ImportItemRow[] {
    return this.driver
      .all<Row>(
        `SELECT ${columns} FROM import_items it WHERE it.temporary_path IS NOT NULL ORDER BY it.id`,
      )
      .map(toItem);
  }

  /** Items of a job after an id, in order, in the given states: pages that stay whole while states change. */
  listAfter(
    jobId: string,
    states: readonly ImportItemState[],
    afterId: number,
    limit: number,
  ): ImportItemRow[] {
    return this.driver
      .all<Row>(
        `SELECT ${columns} FROM import_items it WHERE it.import_job_id = ? AND it.id > ?
        AND it.state IN (SELECT value FROM json_each(?)) ORDER BY it.id LIMIT ?`,
        [jobId, afterId, toJson(states), limit],
      )
      .map(toItem);
  }

  /** Bytes of a job's files in the given states, sidecars included. */
  bytes(jobId: string, states: readonly ImportItemState[]): number {
    const row = this.driver.get<{ n: number | null }>(
      `SELECT sum(size_bytes) AS n FROM import_items
      WHERE import_job_id = ? AND state IN (SELECT value FROM json_each(?))`,
      [jobId, toJson(states)],
    );
    return row?.n ?? 0;
  }

  /** Where the items of a job are planned to go, after an id, in order. */
  destinationsAfter(
    jobId: string,
    afterId: number,
    limit: number,
  ): { id: number; destination: string }[] {
    return this.driver.all(
      `SELECT id, destination_path AS destination FROM import_items
      WHERE import_job_id = ? AND id > ? AND destination_path IS NOT NULL ORDER BY id LIMIT ?`,
      [jobId, afterId, limit],
    );
  }

  /** Bytes of what a job has still to do; known duplicates are only told of. */
  plannedBytes(jobId: string): number {
    const row = this.driver.get<{ n: number | null }>(
      `SELECT sum(size_bytes) AS n FROM import_items WHERE import_job_id = ?
      AND state = 'PLANNED' AND (role = 'sidecar' OR facts IS NOT NULL)`,
      [jobId],
    );
    return row?.n ?? 0;
  }

  /** Sets all items of a job that are in one state to another. Returns how many. */
  setStates(
    jobId: string,
    from: ImportItemState,
    to: ImportItemState,
    at = new Date().toISOString(),
    errorCode: ErrorCode | null = null,
  ): number {
    return this.driver.transaction(() => {
      let total = 0;
      // In steps: SQLite holds what a statement has changed until its end.
      for (let changed = stateStep; changed === stateStep && from !== to; total += changed) {
        changed = this.driver.run(
          `UPDATE import_items SET state = ?, updated_at = ?, error_code = coalesce(?, error_code)
          WHERE id IN (SELECT id FROM import_items
            WHERE import_job_id = ? AND state = ? LIMIT ${stateStep})`,
          [to, at, errorCode, jobId, from],
        );
      }
      return total;
    });
  }

  /** Counts of images by state, and of imported sidecars. Rolled back and undone items count as cancelled. */
  counts(jobId: string): ImportItemCounts {
    return this.countWhere('import_job_id = ?', jobId);
  }

  /** The same of some items. */
  countsOf(ids: readonly number[]): ImportItemCounts {
    return this.countWhere('id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  }

  private countWhere(condition: string, value: string): ImportItemCounts {
    const rows = this.driver.all<{ role: string; state: ImportItemState; n: number }>(
      `SELECT role, state, count(*) AS n FROM import_items
      WHERE ${condition} GROUP BY role, state`,
      [value],
    );
    const count = (role: string, ...states: ImportItemState[]): number =>
      rows
        .filter((row) => row.role === role && states.includes(row.state))
        .reduce((total, row) => total + row.n, 0);
    return {
      imported: count('primary', 'DONE', 'RELEASED', 'SOURCE_KEPT', 'UNDOING'),
      duplicate: count('primary', 'DUPLICATE'),
      failed: count('primary', 'FAILED'),
      cancelled: count('primary', 'CANCELLED', 'ROLLED_BACK', 'UNDONE'),
      planned: count('primary', 'PLANNED', 'PLACED'),
      sidecars: count('sidecar', 'DONE', 'RELEASED', 'SOURCE_KEPT', 'UNDOING'),
      sourceKept: count('primary', 'SOURCE_KEPT') + count('sidecar', 'SOURCE_KEPT'),
    };
  }

  /** Items with an error by its code, the most frequent first, with a few paths each. */
  errorGroups(jobId: string): ImportJobReport['errorGroups'] {
    const groups = this.driver.all<{ errorCode: ErrorCode; count: number }>(
      `SELECT error_code AS errorCode, count(*) AS count FROM import_items
      WHERE import_job_id = ? AND error_code IS NOT NULL
      GROUP BY error_code ORDER BY count(*) DESC, error_code`,
      [jobId],
    );
    return groups.map(({ errorCode, count }) => ({
      errorCode,
      count,
      examplePaths: this.driver
        .all<{ path: string }>(
          `SELECT source_path AS path FROM import_items
          WHERE import_job_id = ? AND error_code = ? ORDER BY id LIMIT ${exampleCount}`,
          [jobId, errorCode],
        )
        .map((row) => row.path),
    }));
  }
}

function toItem(row: Row): ImportItemRow {
  return {
    ...row,
    facts: factsFromJson(row.facts),
    errorData: fromJson<ErrorData>(row.errorData),
  };
}
