import type { MigrationReport, MigrationSummary } from '../model/migration.js';
import type { SqlDriver } from './driver.js';
import { fromJson, textBytes, toJson } from './jsonColumns.js';
import type { SourceFileState } from './rows.js';

export interface MigrationRow {
  readonly id: string;
  readonly catalogId: string;
  readonly originFormat: string;
  readonly originId: string;
  readonly originName: string;
  readonly originLocation: string;
  readonly startedAt: string;
}

/** What an old row became, or why it became nothing. */
export interface LegacyRecordRow {
  readonly migrationId: string;
  readonly kind: string;
  readonly legacyId: string;
  readonly entityId: string | null;
  readonly leftOut: string | null;
  /** JSON text, or null if nothing is left to keep. */
  readonly data: string | null;
}

/** A place where an old catalog had seen a content. */
export interface LegacySighting {
  readonly sourceId: string;
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly checksum: string | null;
  readonly state: SourceFileState;
  readonly importJobId: string | null;
  readonly seenAt: string;
}

/** A catalog of the old model: directories instead of sources. */
export interface OldModelCatalog {
  readonly id: string;
  readonly sourceDirectories: readonly string[];
  readonly organizedDirectory: string | null;
}

type SummaryRow = Omit<MigrationSummary, 'report'> & { readonly report: string | null };

/** The tables `migrations` and `legacy_records`: where everything of an old catalog has gone. */
export class MigrationRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  insert(row: MigrationRow): void {
    this.driver.run(
      `INSERT INTO migrations (id, catalog_id, origin_format, origin_id, origin_name,
        origin_location, status, started_at) VALUES (?, ?, ?, ?, ?, ?, 'RUNNING', ?)`,
      [
        row.id,
        row.catalogId,
        row.originFormat,
        row.originId,
        row.originName,
        row.originLocation,
        row.startedAt,
      ],
    );
  }

  /** The migration of an old catalog: into the given catalog, or the first one. */
  find(originId: string, catalogId: string | null): { id: string; catalogId: string } | undefined {
    return this.driver.get(
      `SELECT id, catalog_id AS catalogId FROM migrations
      WHERE origin_id = :originId AND (:catalogId IS NULL OR catalog_id = :catalogId)
      ORDER BY started_at LIMIT 1`,
      { originId, catalogId },
    );
  }

  /** Marks a migration as under way again. */
  restart(id: string): void {
    this.driver.run("UPDATE migrations SET status = 'RUNNING', completed_at = NULL WHERE id = ?", [
      id,
    ]);
  }

  complete(id: string, report: MigrationReport): void {
    this.driver.run(
      "UPDATE migrations SET status = 'DONE', completed_at = ?, report = CAST(? AS TEXT) WHERE id = ?",
      [report.completedAt, textBytes(toJson(report)), id],
    );
  }

  /** Newest first; of one catalog if it is given. */
  list(catalogId?: string): MigrationSummary[] {
    return this.driver
      .all<SummaryRow>(
        `SELECT id AS migrationId, catalog_id AS catalogId, origin_name AS originName,
          origin_location AS location, status, started_at AS startedAt,
          completed_at AS completedAt, report
        FROM migrations WHERE (:catalogId IS NULL OR catalog_id = :catalogId)
        ORDER BY started_at DESC, id`,
        { catalogId: catalogId ?? null },
      )
      .map((row) => ({ ...row, report: fromJson<MigrationReport>(row.report) }));
  }

  addRecords(rows: readonly LegacyRecordRow[]): void {
    for (const row of rows) {
      this.driver.run(
        `INSERT OR IGNORE INTO legacy_records (migration_id, kind, legacy_id, entity_id, left_out,
          data) VALUES (?, ?, ?, ?, ?, CAST(? AS TEXT))`,
        [row.migrationId, row.kind, row.legacyId, row.entityId, row.leftOut, textBytes(row.data)],
      );
    }
  }

  /** Which of the old ids are known, with what they became. */
  known(
    migrationId: string,
    kind: string,
    legacyIds: readonly string[],
  ): Map<string, { readonly entityId: string | null; readonly leftOut: string | null }> {
    const rows = this.driver.all<Omit<LegacyRecordRow, 'data'>>(
      `SELECT r.legacy_id AS legacyId, r.entity_id AS entityId, r.left_out AS leftOut
      FROM json_each(CAST(? AS TEXT)) ids JOIN legacy_records r
        ON r.migration_id = ? AND r.kind = ? AND r.legacy_id = ids.value`,
      [textBytes(JSON.stringify(legacyIds)), migrationId, kind],
    );
    return new Map(
      rows.map(({ legacyId, entityId, leftOut }) => [legacyId, { entityId, leftOut }]),
    );
  }

  /** All old ids of a kind with what they became. */
  entities(migrationId: string, kind: string): Map<string, string | null> {
    const rows = this.driver.all<{ legacyId: string; entityId: string | null }>(
      `SELECT legacy_id AS legacyId, entity_id AS entityId FROM legacy_records
      WHERE migration_id = ? AND kind = ?`,
      [migrationId, kind],
    );
    return new Map(rows.map(({ legacyId, entityId }) => [legacyId, entityId]));
  }

  /** Everything that became nothing, by kind and old id. */
  leftOut(migrationId: string): LegacyRecordRow[] {
    return this.driver.all<LegacyRecordRow>(
      `SELECT migration_id AS migrationId, kind, legacy_id AS legacyId, entity_id AS entityId,
        left_out AS leftOut, data
      FROM legacy_records WHERE migration_id = ? AND left_out IS NOT NULL
      ORDER BY kind, legacy_id`,
      [migrationId],
    );
  }

  /** What old catalogs knew about an image, apart from its columns: JSON texts. */
  dataOfEntity(entityId: string): string[] {
    return this.driver
      .all<{ data: string }>(
        'SELECT data FROM legacy_records WHERE entity_id = ? AND data IS NOT NULL ORDER BY id',
        [entityId],
      )
      .map(({ data }) => data);
  }

  /**
   * Keeps what a person said about the contents of two images, unless something was said since: they are no
   * duplicates, or they are and the first is the one to keep.
   */
  addDecision(
    migrationId: string,
    imageIds: readonly [string, string],
    decision: 'not-duplicate' | 'keep-first',
    decidedAt: string,
  ): void {
    this.driver.run(
      `INSERT OR IGNORE INTO duplicate_decisions (catalog_id, checksum_a, checksum_b, decision,
        decided_at, decision_id)
      SELECT a.catalog_id, min(a.checksum, b.checksum), max(a.checksum, b.checksum),
        CASE WHEN :decision = 'not-duplicate' THEN :decision
          WHEN a.checksum < b.checksum THEN 'keep-a' ELSE 'keep-b' END, :decidedAt, :migrationId
      FROM images a, images b WHERE a.id = :first AND b.id = :second AND a.checksum <> b.checksum`,
      { first: imageIds[0], second: imageIds[1], decision, decidedAt, migrationId },
    );
  }

  /**
   * Adds sightings where nothing was seen yet. Time and inode are not known, so a scan reads the file again:
   * an old checksum is a memory, not a proof.
   */
  addSightings(sightings: readonly LegacySighting[]): void {
    for (const each of sightings) {
      this.driver.run(
        `INSERT OR IGNORE INTO source_files (source_id, relative_path, size_bytes, mtime_ns, inode,
          checksum, state, facts, import_job_id, first_seen_at, last_seen_at)
        VALUES (?, ?, ?, '0', '0', ?, ?, NULL, ?, ?7, ?7)`,
        [
          each.sourceId,
          each.relativePath,
          each.sizeBytes,
          each.checksum,
          each.state,
          each.importJobId,
          each.seenAt,
        ],
      );
    }
  }

  /** Adds images to what a synthetic job has brought along. */
  addToJob(jobId: string, files: number, bytes: number): void {
    this.driver.run(
      `UPDATE import_jobs SET files_discovered = files_discovered + :files,
        files_imported = files_imported + :files, bytes_imported = bytes_imported + :bytes
      WHERE id = :jobId`,
      { jobId, files, bytes },
    );
  }

  setJobLegacy(jobId: string, legacy: string): void {
    this.driver.run('UPDATE import_jobs SET legacy = CAST(? AS TEXT) WHERE id = ?', [
      textBytes(legacy),
      jobId,
    ]);
  }

  /** Keeps the old model's columns of a catalog, as the import model asks. */
  setOldModel(catalogId: string, directories: readonly string[], organized: string | null): void {
    this.driver.run(
      'UPDATE catalogs SET source_directories = ?, organized_directory = ? WHERE id = ?',
      [JSON.stringify(directories), organized, catalogId],
    );
  }

  /** Catalogs that have source directories and no sources, and were never migrated. */
  oldModelCatalogs(): OldModelCatalog[] {
    return this.driver
      .all<{ id: string; directories: string; organizedDirectory: string | null }>(
        `SELECT id, source_directories AS directories, organized_directory AS organizedDirectory
        FROM catalogs c WHERE source_directories IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.catalog_id = c.id)
          AND NOT EXISTS (SELECT 1 FROM migrations m WHERE m.catalog_id = c.id)`,
      )
      .map(({ id, directories, organizedDirectory }) => ({
        id,
        sourceDirectories: textsOf(directories),
        organizedDirectory,
      }));
  }

  /** Images of no source, by id. */
  imagesWithoutSource(
    catalogId: string,
    afterId: string,
    limit: number,
  ): { id: string; path: string; originalPath: string; sizeBytes: number }[] {
    return this.driver.all(
      `SELECT id, current_path AS path, original_source_path AS originalPath,
        size_bytes AS sizeBytes
      FROM images WHERE catalog_id = ? AND id > ? AND source_id IS NULL AND is_managed = 0
      ORDER BY id LIMIT ?`,
      [catalogId, afterId, limit],
    );
  }

  linkImage(image: {
    readonly id: string;
    readonly storedPath: string;
    readonly isManaged: boolean;
    readonly sourceId: string | null;
    readonly jobId: string | null;
    readonly originalPath: string;
  }): void {
    this.driver.run(
      `UPDATE images SET current_path = ?, is_managed = ?, source_id = ?, import_job_id = ?,
        import_mode = ?, original_source_path = ? WHERE id = ?`,
      [
        image.storedPath,
        image.isManaged ? 1 : 0,
        image.sourceId,
        image.jobId,
        image.isManaged ? 'copy' : 'reference',
        image.originalPath,
        image.id,
      ],
    );
  }
}

/** The texts of a JSON list; anything else is none. */
function textsOf(json: string): string[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
