import { CatalogError } from '../model/errors.js';
import type { ImportJobStatus } from '../model/importJob.js';
import type { SqlDriver, SqlValue } from './driver.js';
import type { ImportJobRow } from './rows.js';

const columnOf: Readonly<Record<keyof ImportJobRow, string>> = {
  id: 'id',
  catalogId: 'catalog_id',
  sourceId: 'source_id',
  sourceName: 'source_name',
  sourcePath: 'source_path',
  scanId: 'scan_id',
  importMode: 'import_mode',
  organizationStrategy: 'organization_strategy',
  skipDuplicates: 'skip_duplicates',
  undatedByModificationDate: 'undated_by_modification_date',
  filesDiscovered: 'files_discovered',
  filesImported: 'files_imported',
  filesSkipped: 'files_skipped',
  filesFailed: 'files_failed',
  bytesImported: 'bytes_imported',
  startedAt: 'started_at',
  completedAt: 'completed_at',
  status: 'status',
  error: 'error',
};
const keys = Object.keys(columnOf) as (keyof ImportJobRow)[];
const columns = keys.map((key) => `${columnOf[key]} AS ${key}`).join(', ');

type Row = Omit<ImportJobRow, 'skipDuplicates' | 'undatedByModificationDate'> & {
  readonly skipDuplicates: number;
  readonly undatedByModificationDate: number;
};

/** The values of a job that change. */
export type ImportJobUpdate = Partial<
  Pick<
    ImportJobRow,
    | 'filesDiscovered'
    | 'filesImported'
    | 'filesSkipped'
    | 'filesFailed'
    | 'bytesImported'
    | 'startedAt'
    | 'completedAt'
    | 'status'
    | 'error'
  >
>;

/** The table `import_jobs`. */
export class ImportJobRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  insert(job: ImportJobRow): void {
    this.driver.run(
      `INSERT INTO import_jobs (${keys.map((key) => columnOf[key]).join(', ')})
      VALUES (${keys.map(() => '?').join(', ')})`,
      keys.map((key) => sqlValue(job[key])),
    );
  }

  /** @throws CatalogError JOB_NOT_FOUND */
  update(id: string, changes: ImportJobUpdate): void {
    const changed = keys.filter((key) => Object.hasOwn(changes, key)) as (keyof ImportJobUpdate)[];
    if (changed.length === 0) return;
    const rows = this.driver.run(
      `UPDATE import_jobs SET ${changed.map((key) => `${columnOf[key]} = ?`).join(', ')}
      WHERE id = ?`,
      [...changed.map((key) => sqlValue(changes[key] ?? null)), id],
    );
    if (rows === 0) throw new CatalogError('JOB_NOT_FOUND', { job: id });
  }

  /** With its items. */
  delete(id: string): void {
    this.driver.run('DELETE FROM import_jobs WHERE id = ?', [id]);
  }

  find(id: string): ImportJobRow | undefined {
    const row = this.driver.get<Row>(`SELECT ${columns} FROM import_jobs WHERE id = ?`, [id]);
    return row && toJob(row);
  }

  /** Newest first; of one catalog if it is given. */
  list(request: { readonly catalogId?: string; readonly offset: number; readonly limit: number }): {
    total: number;
    jobs: ImportJobRow[];
  } {
    const catalogId = request.catalogId ?? null;
    const where = '(:catalogId IS NULL OR catalog_id = :catalogId)';
    const jobs = this.driver
      .all<Row>(
        `SELECT ${columns} FROM import_jobs WHERE ${where}
        ORDER BY started_at DESC, rowid DESC LIMIT :limit OFFSET :offset`,
        { catalogId, limit: request.limit, offset: request.offset },
      )
      .map(toJob);
    const total = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM import_jobs WHERE ${where}`,
      { catalogId },
    );
    return { total: total?.n ?? 0, jobs };
  }

  /** Oldest first. */
  listByStatus(status: ImportJobStatus): ImportJobRow[] {
    return this.driver
      .all<Row>(`SELECT ${columns} FROM import_jobs WHERE status = ? ORDER BY started_at, rowid`, [
        status,
      ])
      .map(toJob);
  }
}

function sqlValue(value: string | number | boolean | null): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}

function toJob(row: Row): ImportJobRow {
  return {
    ...row,
    skipDuplicates: row.skipDuplicates !== 0,
    undatedByModificationDate: row.undatedByModificationDate !== 0,
  };
}
