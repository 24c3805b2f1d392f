import type { SqlDriver } from './driver.js';
import { fromJson, toJson } from './jsonColumns.js';
import type { AuditEntry, NewAuditEntry } from './rows.js';

type Row = Omit<AuditEntry, 'detail'> & { readonly detail: string | null };

/** The table `audit_log`: it outlives what it tells about. */
export class AuditLogRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** Returns the entry's id. */
  append(entry: NewAuditEntry): number {
    this.driver.run(
      `INSERT INTO audit_log (at, operation, catalog_id, catalog_name, source_id, import_job_id,
        image_id, path, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        entry.at,
        entry.operation,
        entry.catalogId ?? null,
        entry.catalogName ?? null,
        entry.sourceId ?? null,
        entry.importJobId ?? null,
        entry.imageId ?? null,
        entry.path ?? null,
        toJson(entry.detail),
      ],
    );
    return this.driver.lastInsertRowId();
  }

  /** Newest first; of one catalog if it is given. */
  page(request: { readonly catalogId?: string; readonly offset: number; readonly limit: number }): {
    total: number;
    entries: AuditEntry[];
  } {
    const where = '(:catalogId IS NULL OR catalog_id = :catalogId)';
    const params = { catalogId: request.catalogId ?? null };
    const entries = this.driver
      .all<Row>(
        `SELECT id, at, operation, catalog_id AS catalogId, catalog_name AS catalogName,
          source_id AS sourceId, import_job_id AS importJobId, image_id AS imageId, path, detail
        FROM audit_log WHERE ${where} ORDER BY id DESC LIMIT :limit OFFSET :offset`,
        { ...params, limit: request.limit, offset: request.offset },
      )
      .map((row) => ({ ...row, detail: fromJson<Record<string, unknown>>(row.detail) }));
    const total = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM audit_log WHERE ${where}`,
      params,
    );
    return { total: total?.n ?? 0, entries };
  }
}
