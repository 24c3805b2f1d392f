import type { SqlDriver } from './driver.js';
import { textBytes } from './jsonColumns.js';
import type { Sighting, SourceFileRow, SourceFileState, SourceFileUpsert } from './rows.js';

/** Rows that one statement packs into a JSON array. */
const chunkRows = 5000;

type PackedRow = [string, number, string, string, string | null, SourceFileState, string | null];

/** The table `source_files`: what was last seen where. */
export class SourceFileRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** Everything known about a source, files that are gone included. */
  mapForSource(sourceId: string): Map<string, SourceFileRow> {
    const files = new Map<string, SourceFileRow>();
    let last: string | null = null;
    for (;;) {
      // One JSON text per chunk crosses the WASM border at half the cost of single columns.
      const packed: { rows: string } | undefined = this.driver.get(
        `SELECT json_group_array(json_array(relative_path, size_bytes, mtime_ns, inode, checksum,
          state, facts)) AS rows FROM (SELECT * FROM source_files
          WHERE source_id = :sourceId AND (:last IS NULL OR relative_path > :last)
          ORDER BY source_id, relative_path LIMIT ${chunkRows})`,
        { sourceId, last },
      );
      const rows = JSON.parse(packed?.rows ?? '[]') as PackedRow[];
      for (const [relativePath, sizeBytes, mtimeNs, inode, checksum, state, factsJson] of rows) {
        files.set(relativePath, {
          relativePath,
          sizeBytes,
          mtimeNs,
          inode,
          checksum,
          state,
          factsJson,
        });
      }
      if (rows.length < chunkRows) return files;
      last = rows[rows.length - 1]?.[0] ?? null;
    }
  }

  /** Writes what was seen now. The import job of a path is kept while its checksum stays. */
  upsertMany(rows: readonly SourceFileUpsert[]): void {
    this.driver.transaction(() => {
      for (const row of rows) {
        this.driver.run(
          `INSERT INTO source_files (source_id, relative_path, size_bytes, mtime_ns, inode, checksum,
            state, facts, import_job_id, first_seen_at, last_seen_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), NULL, ?9, ?9)
          ON CONFLICT (source_id, relative_path) DO UPDATE SET size_bytes = excluded.size_bytes,
            mtime_ns = excluded.mtime_ns, inode = excluded.inode, checksum = excluded.checksum,
            state = excluded.state, facts = excluded.facts, last_seen_at = excluded.last_seen_at,
            import_job_id = iif(checksum IS excluded.checksum, import_job_id, NULL)`,
          [
            row.sourceId,
            row.relativePath,
            row.sizeBytes,
            row.mtimeNs,
            row.inode,
            row.checksum,
            row.state,
            textBytes(row.factsJson),
            row.seenAt,
          ],
        );
      }
    });
  }

  /** Sets the time of the last sighting of all of a source's files that are not gone. */
  touchAll(sourceId: string, seenAt: string): void {
    this.driver.run(
      "UPDATE source_files SET last_seen_at = ? WHERE source_id = ? AND state <> 'gone'",
      [seenAt, sourceId],
    );
  }

  markGone(sourceId: string, relativePaths: readonly string[]): void {
    this.setState(sourceId, relativePaths, 'gone');
  }

  setState(sourceId: string, relativePaths: readonly string[], state: SourceFileState): void {
    this.driver.run(
      `UPDATE source_files SET state = ? WHERE source_id = ?
        AND relative_path IN (SELECT value FROM json_each(CAST(? AS TEXT)))`,
      [state, sourceId, textBytes(JSON.stringify(relativePaths))],
    );
  }

  /** Notes that the job handled these paths, as imported or as a duplicate. */
  setImportJob(
    sourceId: string,
    relativePaths: readonly string[],
    importJobId: string,
    state: SourceFileState = 'imported',
  ): void {
    this.driver.run(
      `UPDATE source_files SET import_job_id = ?, state = ? WHERE source_id = ?
        AND relative_path IN (SELECT value FROM json_each(CAST(? AS TEXT)))`,
      [importJobId, state, sourceId, textBytes(JSON.stringify(relativePaths))],
    );
  }

  /** Every place in a catalog's sources where a content was seen, by source and path. */
  sightings(catalogId: string, checksum: string): Sighting[] {
    return this.driver.all<Sighting>(
      `SELECT f.source_id AS sourceId, s.name AS sourceName, s.source_path AS sourcePath,
        f.relative_path AS relativePath, f.state, f.import_job_id AS importJobId,
        f.last_seen_at AS lastSeenAt
      FROM source_files f JOIN sources s ON s.id = f.source_id
      WHERE f.checksum = ? AND s.catalog_id = ? ORDER BY s.name, f.relative_path`,
      [checksum, catalogId],
    );
  }
}
