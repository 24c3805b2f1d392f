import type { SqlDriver } from './driver.js';
import { textBytes } from './jsonColumns.js';
import type { Sighting, SourceFileRow, SourceFileState, SourceFileUpsert } from './rows.js';

/** Rows that one statement packs into a blob. */
const chunkRows = 2000;

/** Values per packed row, separated by NUL, which neither a path nor JSON can hold. */
const packedColumns = 7;

// Keeps a U+FEFF at the start of a path.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The table `source_files`: what was last seen where. */
export class SourceFileRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** Everything known about a source, files that are gone included. */
  mapForSource(sourceId: string): Map<string, SourceFileRow> {
    const files = new Map<string, SourceFileRow>();
    let last = '';
    for (;;) {
      // One blob per chunk crosses the WASM border in a third of the time of single columns.
      const chunk: { packed: Uint8Array | null; count: number; last: string } | undefined =
        this.driver.get(
          `SELECT CAST(group_concat(concat_ws(char(0), relative_path, size_bytes, mtime_ns, inode,
            coalesce(checksum, ''), state, coalesce(facts, '')), char(0)) AS BLOB) AS packed,
            count(*) AS count, max(relative_path) AS last
          FROM (SELECT * FROM source_files WHERE source_id = ? AND relative_path > ?
            ORDER BY source_id, relative_path LIMIT ${chunkRows})`,
          [sourceId, last],
        );
      if (!chunk?.packed) return files;
      const values = decoder.decode(chunk.packed).split('\0');
      for (let at = 0; at + packedColumns <= values.length; at += packedColumns) {
        const relativePath = values[at] ?? '';
        files.set(relativePath, {
          relativePath,
          sizeBytes: Number(values[at + 1]),
          mtimeNs: values[at + 2] ?? '',
          inode: values[at + 3] ?? '',
          checksum: values[at + 4] || null,
          state: values[at + 5] as SourceFileState,
          factsJson: values[at + 6] || null,
        });
      }
      if (chunk.count < chunkRows) return files;
      last = chunk.last;
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

  /** Forgets that the job brought these paths in: a scan finds them new again. */
  forgetImport(sourceId: string, relativePaths: readonly string[], importJobId: string): void {
    this.driver.run(
      `UPDATE source_files SET import_job_id = NULL, state = iif(state = 'imported', 'new', state)
      WHERE source_id = ? AND import_job_id = ?
        AND relative_path IN (SELECT value FROM json_each(CAST(? AS TEXT)))`,
      [sourceId, importJobId, textBytes(JSON.stringify(relativePaths))],
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
