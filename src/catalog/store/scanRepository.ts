import type { ScanCounts, ScanStatus, ScanSummary } from '../model/scan.js';
import type { SqlDriver } from './driver.js';
import type { ScanRow } from './rows.js';

const columns = `sc.id, sc.catalog_id AS catalogId, sc.source_id AS sourceId, sc.status, sc.request,
  sc.counts, sc.total_size AS totalSize, sc.started_at AS startedAt, sc.completed_at AS completedAt`;

type Row = Omit<ScanRow, 'request' | 'counts'> & {
  readonly request: string;
  readonly counts: string;
};

/** The table `scans`. */
export class ScanRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  insert(scan: ScanRow): void {
    this.driver.run(
      `INSERT INTO scans (id, catalog_id, source_id, status, request, counts, total_size,
        started_at, completed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        scan.id,
        scan.catalogId,
        scan.sourceId,
        scan.status,
        JSON.stringify(scan.request),
        JSON.stringify(scan.counts),
        scan.totalSize,
        scan.startedAt,
        scan.completedAt,
      ],
    );
  }

  setStatus(id: string, status: ScanStatus): void {
    this.driver.run('UPDATE scans SET status = ? WHERE id = ?', [status, id]);
  }

  complete(
    id: string,
    result: {
      readonly status: ScanStatus;
      readonly counts: ScanCounts;
      readonly totalSize: number;
      readonly completedAt: string;
    },
  ): void {
    this.driver.run(
      'UPDATE scans SET status = ?, counts = ?, total_size = ?, completed_at = ? WHERE id = ?',
      [result.status, JSON.stringify(result.counts), result.totalSize, result.completedAt, id],
    );
  }

  find(id: string): ScanRow | undefined {
    const row = this.driver.get<Row>(`SELECT ${columns} FROM scans sc WHERE sc.id = ?`, [id]);
    return row && toScan(row);
  }

  listByStatus(status: ScanStatus): ScanRow[] {
    return this.driver
      .all<Row>(`SELECT ${columns} FROM scans sc WHERE sc.status = ? ORDER BY sc.rowid`, [status])
      .map(toScan);
  }

  newestReadyForSource(sourceId: string): ScanRow | undefined {
    const row = this.driver.get<Row>(
      `SELECT ${columns} FROM scans sc WHERE sc.source_id = ? AND sc.status = 'READY'
      ORDER BY sc.started_at DESC, sc.rowid DESC LIMIT 1`,
      [sourceId],
    );
    return row && toScan(row);
  }

  /** The scan as views show it, with its source and the sums of its selection. */
  summary(id: string): ScanSummary | undefined {
    type SummaryRow = Row & {
      readonly sourceName: string;
      readonly sourcePath: string;
      readonly selectedCount: number;
      readonly selectedBytes: number;
    };
    const row = this.driver.get<SummaryRow>(
      `SELECT ${columns}, s.name AS sourceName, s.source_path AS sourcePath,
        f.selectedCount, f.selectedBytes
      FROM scans sc JOIN sources s ON s.id = sc.source_id, (
        SELECT count(*) AS selectedCount, coalesce(sum(size_bytes + CASE WHEN sidecars IS NULL THEN 0
          ELSE (SELECT coalesce(sum(value ->> 'sizeBytes'), 0) FROM json_each(sidecars)) END), 0)
          AS selectedBytes
        FROM scan_files WHERE scan_id = :id AND selected = 1 AND state = 'new') f
      WHERE sc.id = :id`,
      { id },
    );
    if (!row) return undefined;
    const { id: scanId, request: _request, counts, ...rest } = row;
    return { ...rest, scanId, counts: JSON.parse(counts) as ScanCounts };
  }

  /** Removes the source's scans with their files, but the given one. Returns how many. */
  deleteForSource(sourceId: string, exceptScanId?: string): number {
    return this.driver.run('DELETE FROM scans WHERE source_id = ? AND id IS NOT ?', [
      sourceId,
      exceptScanId ?? null,
    ]);
  }

  delete(id: string): void {
    this.driver.run('DELETE FROM scans WHERE id = ?', [id]);
  }
}

function toScan(row: Row): ScanRow {
  return {
    ...row,
    request: JSON.parse(row.request) as ScanRow['request'],
    counts: JSON.parse(row.counts) as ScanCounts,
  };
}
