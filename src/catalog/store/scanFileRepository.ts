import path from 'node:path';
import type { ErrorCode, ErrorData } from '../model/errors.js';
import type {
  DuplicateMatch,
  ScanFile,
  ScanFilePage,
  ScanFileState,
  ScanFolder,
  ScanSkippedEntry,
} from '../model/scan.js';
import type { SqlDriver } from './driver.js';
import { factsFromJson, fromJson, toJson } from './jsonColumns.js';
import type { ManagedRoot } from './managedPaths.js';
import { currentPath } from './managedPaths.js';
import type { NewScanFile, ScanFileRow, ScanSidecar } from './rows.js';

/** Which files of a scan. */
export interface ScanFileFilter {
  readonly scanId: string;
  readonly state?: ScanFileState;
  /** This folder and those in it, relative to the source; '' is the source itself. */
  readonly folder?: string;
}

/** Files of a scan that are to be imported. */
export interface ChosenScanFiles {
  readonly scanId: string;
  /** Without them the ticked ones. */
  readonly fileIds?: readonly number[];
}

const chosenParams = ({ scanId, fileIds }: ChosenScanFiles): Record<string, string | null> => ({
  scanId,
  ids: fileIds ? JSON.stringify(fileIds) : null,
});

const isChosen = (file: string): string =>
  `CASE WHEN :ids IS NULL THEN ${file}.selected = 1
    ELSE ${file}.id IN (SELECT value FROM json_each(:ids)) END`;

const settledSql = `f.scan_id = :scanId AND f.state = :state
  AND (:ids IS NULL OR f.id IN (SELECT value FROM json_each(:ids)))
  AND (f.duplicate_scan_file_id IS NULL OR EXISTS (SELECT 1 FROM scan_files o
    WHERE o.id = f.duplicate_scan_file_id AND o.scan_id = f.scan_id AND o.state = 'new'
      AND ${isChosen('o')}))`;

interface Row {
  readonly id: number;
  readonly scanId: string;
  readonly relativePath: string;
  readonly state: ScanFileState;
  readonly selected: number;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly checksum: string | null;
  readonly facts: string | null;
  readonly groupKey: string | null;
  readonly sidecars: string | null;
  readonly duplicateImageId: string | null;
  readonly duplicateScanFileId: number | null;
  readonly errorCode: ErrorCode | null;
  readonly errorData: string | null;
}

interface JoinedRow extends Row {
  readonly sourcePath: string;
  readonly sourceName: string;
  readonly duplicatePath: string | null;
  readonly imageCatalogId: string | null;
  readonly imagePath: string | null;
  readonly imageIsManaged: number | null;
  readonly imageSourceName: string | null;
}

// Kept once, with the sighting; a duplicate's are those of what it equals.
const facts = `(SELECT sf.facts FROM scans fs JOIN source_files sf ON sf.source_id = fs.source_id
  AND sf.relative_path = f.relative_path WHERE fs.id = f.scan_id AND f.state = 'new')`;

const columns = `f.id, f.scan_id AS scanId, f.relative_path AS relativePath, f.state, f.selected,
  f.size_bytes AS sizeBytes, f.mtime_ns AS mtimeNs, f.inode, f.checksum, ${facts} AS facts,
  f.group_key AS groupKey, f.sidecars, f.duplicate_image_id AS duplicateImageId,
  f.duplicate_scan_file_id AS duplicateScanFileId, f.error_code AS errorCode,
  f.error_data AS errorData`;

const joinedColumns = `${columns}, s.source_path AS sourcePath, s.name AS sourceName,
  d.relative_path AS duplicatePath, i.catalog_id AS imageCatalogId, i.current_path AS imagePath,
  i.is_managed AS imageIsManaged, si.name AS imageSourceName`;

const joins = `JOIN scans sc ON sc.id = f.scan_id JOIN sources s ON s.id = sc.source_id
  LEFT JOIN scan_files d ON d.id = f.duplicate_scan_file_id
  LEFT JOIN images i ON i.id = f.duplicate_image_id
  LEFT JOIN sources si ON si.id = i.source_id`;

// Whole path components: '0' is the character after '/', so the range is exactly what lies below.
const filterSql = `f.scan_id = :scanId AND (:state IS NULL OR f.state = :state)
  AND (:folder = '' OR (f.relative_path > :folder || '/' AND f.relative_path < :folder || '0'))`;

const filterParams = (filter: ScanFileFilter): Record<string, string | null> => ({
  scanId: filter.scanId,
  state: filter.state ?? null,
  folder: filter.folder ?? '',
});

/** The tables `scan_files` and `scan_skipped`. */
export class ScanFileRepository {
  private readonly driver: SqlDriver;
  private readonly managedRoot: ManagedRoot;

  constructor(driver: SqlDriver, managedRoot: ManagedRoot) {
    this.driver = driver;
    this.managedRoot = managedRoot;
  }

  /** The id of the next row that insertMany will write; the rows of a batch get ascending ids from it on. */
  nextId(): number {
    const row = this.driver.get<{ seq: number }>(
      "SELECT seq FROM sqlite_sequence WHERE name = 'scan_files'",
    );
    return (row?.seq ?? 0) + 1;
  }

  /** Inserts in the given order, which must be path order. Returns the ids, ascending. */
  insertMany(rows: readonly NewScanFile[]): number[] {
    return this.driver.transaction(() => {
      const first = this.nextId();
      return rows.map((row, index) => {
        const id = first + index;
        this.driver.run(
          `INSERT INTO scan_files (id, scan_id, relative_path, state, selected, size_bytes, mtime_ns,
            inode, checksum, group_key, sidecars, duplicate_image_id, duplicate_scan_file_id,
            error_code, error_data)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            id,
            row.scanId,
            row.relativePath,
            row.state,
            row.selected ? 1 : 0,
            row.sizeBytes,
            row.mtimeNs,
            row.inode,
            row.checksum,
            row.groupKey,
            row.sidecars.length > 0 ? JSON.stringify(row.sidecars) : null,
            row.duplicateImageId,
            row.duplicateScanFileId,
            row.error?.code ?? null,
            toJson(row.error?.data),
          ],
        );
        return id;
      });
    });
  }

  /** A page of a scan in path order, without planned destinations. */
  page(
    request: ScanFileFilter & { readonly offset: number; readonly limit: number },
  ): ScanFilePage {
    // The inner query finds the page by the narrow index before anything is joined.
    const rows = this.driver.all<JoinedRow>(
      `SELECT ${joinedColumns} FROM scan_files f ${joins} WHERE f.id IN (
        SELECT f.id FROM scan_files f WHERE ${filterSql} ORDER BY f.id LIMIT :limit OFFSET :offset)
      ORDER BY f.id`,
      { ...filterParams(request), limit: request.limit, offset: request.offset },
    );
    return { total: this.count(request), files: rows.map((row) => this.toScanFile(row)) };
  }

  count(filter: ScanFileFilter): number {
    return (
      this.driver.get<{ n: number }>(
        `SELECT count(*) AS n FROM scan_files f WHERE ${filterSql}`,
        filterParams(filter),
      )?.n ?? 0
    );
  }

  find(id: number): ScanFileRow | undefined {
    return this.byIds([id])[0];
  }

  /** The chosen new files, by the bytes of their paths: all that an import needs to take them in turn. */
  newInPathOrder(chosen: ChosenScanFiles): { id: number; groupKey: string | null }[] {
    return this.driver.all(
      `SELECT f.id, f.group_key AS groupKey FROM scan_files f
      WHERE f.scan_id = :scanId AND f.state = 'new' AND ${isChosen('f')} ORDER BY f.relative_path`,
      chosenParams(chosen),
    );
  }

  /** How many new files are chosen, and their bytes with those of their sidecars. */
  newFigures(chosen: ChosenScanFiles): { count: number; bytes: number } {
    const row = this.driver.get<{ count: number; bytes: number | null }>(
      `SELECT count(*) AS count, sum(f.size_bytes + coalesce((SELECT
          sum(json_extract(value, '$.sizeBytes')) FROM json_each(f.sidecars)), 0)) AS bytes
      FROM scan_files f
      WHERE f.scan_id = :scanId AND f.state = 'new' AND ${isChosen('f')}`,
      chosenParams(chosen),
    );
    return { count: row?.count ?? 0, bytes: row?.bytes ?? 0 };
  }

  /**
   * Files of another state than new after an id, in path order. A duplicate of a file that is not chosen is left
   * out with it; of files that were named one by one only those named are taken.
   */
  settledAfter(
    chosen: ChosenScanFiles,
    state: ScanFileState,
    afterId: number,
    limit: number,
  ): ScanFileRow[] {
    return this.driver
      .all<Row>(
        `SELECT ${columns} FROM scan_files f WHERE ${settledSql} AND f.id > :afterId
        ORDER BY f.id LIMIT :limit`,
        { ...chosenParams(chosen), state, afterId, limit },
      )
      .map(toRow);
  }

  countSettled(chosen: ChosenScanFiles, state: ScanFileState): number {
    const row = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM scan_files f WHERE ${settledSql}`,
      { ...chosenParams(chosen), state },
    );
    return row?.n ?? 0;
  }

  /** In path order; unknown ids are left out. */
  byIds(ids: readonly number[]): ScanFileRow[] {
    return this.driver
      .all<Row>(
        `SELECT ${columns} FROM scan_files f
        WHERE f.id IN (SELECT value FROM json_each(?)) ORDER BY f.id`,
        [JSON.stringify(ids)],
      )
      .map(toRow);
  }

  /**
   * Ticks or unticks new files: the given ones, those of a folder, or all. Files of one group follow
   * each other. Returns the number of rows written.
   */
  setSelected(
    scanId: string,
    selected: boolean,
    which: { readonly fileIds?: readonly number[]; readonly folder?: string } = {},
  ): number {
    return this.driver.transaction(() => {
      const value = selected ? 1 : 0;
      const chosen = which.fileIds
        ? 'id IN (SELECT value FROM json_each(:ids))'
        : `(:folder = '' OR (relative_path > :folder || '/' AND relative_path < :folder || '0'))`;
      const params: Record<string, string | number> = which.fileIds
        ? { scanId, ids: JSON.stringify(which.fileIds) }
        : { scanId, folder: which.folder ?? '' };
      // With all files every group is whole.
      const isPart = which.fileIds !== undefined || params['folder'] !== '';
      const groups = this.driver.all<{ groupKey: string }>(
        `SELECT DISTINCT group_key AS groupKey FROM scan_files
        WHERE ${isPart} AND scan_id = :scanId AND state = 'new' AND group_key IS NOT NULL
          AND ${chosen}`,
        params,
      );
      const changed = this.driver.run(
        `UPDATE scan_files SET selected = :value
        WHERE scan_id = :scanId AND state = 'new' AND selected <> :value AND ${chosen}`,
        { ...params, value },
      );
      if (groups.length === 0) return changed;
      return (
        changed +
        this.driver.run(
          `UPDATE scan_files SET selected = :value WHERE scan_id = :scanId AND state = 'new'
            AND selected <> :value AND group_key IN (SELECT value FROM json_each(:groups))`,
          { value, scanId, groups: JSON.stringify(groups.map((group) => group.groupKey)) },
        )
      );
    });
  }

  /** Counts of the files directly in each folder that holds any, in the order in which the files are listed. */
  folders(scanId: string): ScanFolder[] {
    return this.driver
      .all<ScanFolder>(
        // Trimming every character but '/' from the end leaves the folder with its slash.
        `SELECT rtrim(relative_path, replace(relative_path, '/', '')) AS folder,
          sum(state = 'new') AS newCount, sum(state = 'new' AND selected = 1) AS selectedCount,
          sum(state = 'duplicate') AS duplicateCount, sum(state = 'error') AS errorCount,
          sum(CASE WHEN state = 'new' THEN size_bytes ELSE 0 END) AS newBytes
        FROM scan_files WHERE scan_id = ? GROUP BY 1 ORDER BY min(id)`,
        [scanId],
      )
      .map((row) => ({ ...row, folder: row.folder.slice(0, -1) }));
  }

  insertSkipped(scanId: string, entries: readonly ScanSkippedEntry[]): void {
    this.driver.transaction(() => {
      for (const entry of entries) {
        this.driver.run(
          'INSERT INTO scan_skipped (scan_id, relative_path, reason, detail) VALUES (?, ?, ?, ?)',
          [scanId, entry.relativePath, entry.reason, entry.detail],
        );
      }
    });
  }

  pageSkipped(request: {
    readonly scanId: string;
    readonly offset: number;
    readonly limit: number;
  }): { total: number; entries: ScanSkippedEntry[] } {
    const { scanId, offset, limit } = request;
    const entries = this.driver.all<ScanSkippedEntry>(
      `SELECT relative_path AS relativePath, reason, detail FROM scan_skipped
      WHERE scan_id = ? ORDER BY id LIMIT ? OFFSET ?`,
      [scanId, limit, offset],
    );
    const total = this.driver.get<{ n: number }>(
      'SELECT count(*) AS n FROM scan_skipped WHERE scan_id = ?',
      [scanId],
    );
    return { total: total?.n ?? 0, entries };
  }

  private toScanFile(row: JoinedRow): ScanFile {
    const {
      facts,
      sidecars,
      error,
      duplicateImageId: _i,
      duplicateScanFileId: _s,
      ...rest
    } = toRow(row);
    return {
      ...rest,
      path: path.join(row.sourcePath, ...row.relativePath.split('/')),
      facts,
      error,
      sidecars: sidecars.map((sidecar) => sidecar.relativePath),
      duplicateOf: this.duplicateOf(row),
      plannedPath: null,
    };
  }

  private duplicateOf(row: JoinedRow): DuplicateMatch | null {
    if (row.duplicateScanFileId !== null) {
      return {
        kind: 'scan',
        imageId: null,
        scanFileId: row.duplicateScanFileId,
        path: path.join(row.sourcePath, ...(row.duplicatePath ?? '').split('/')),
        sourceName: row.sourceName,
      };
    }
    if (row.duplicateImageId === null) return null;
    const image =
      row.imageCatalogId !== null && row.imagePath !== null
        ? {
            catalogId: row.imageCatalogId,
            currentPath: row.imagePath,
            isManaged: row.imageIsManaged ?? 0,
          }
        : null;
    return {
      kind: 'catalog',
      imageId: row.duplicateImageId,
      scanFileId: null,
      // An image that was deleted after the scan has no path any more.
      path: image ? currentPath(this.managedRoot, image) : '',
      sourceName: row.imageSourceName,
    };
  }
}

function toRow(row: Row): ScanFileRow {
  return {
    id: row.id,
    scanId: row.scanId,
    relativePath: row.relativePath,
    state: row.state,
    selected: row.selected !== 0,
    sizeBytes: row.sizeBytes,
    mtimeNs: row.mtimeNs,
    inode: row.inode,
    checksum: row.checksum,
    facts: factsFromJson(row.facts),
    groupKey: row.groupKey,
    sidecars: fromJson<ScanSidecar[]>(row.sidecars) ?? [],
    duplicateImageId: row.duplicateImageId,
    duplicateScanFileId: row.duplicateScanFileId,
    error:
      row.errorCode === null
        ? null
        : { code: row.errorCode, data: fromJson<ErrorData>(row.errorData) ?? {} },
  };
}
