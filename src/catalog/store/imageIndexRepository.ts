import type { SqlDriver } from './driver.js';
import { packedColumns, type PackedColumns } from './packedColumns.js';

/** Bits of the column `flags`. */
export const imageFlagBits = {
  managed: 1,
  missing: 2,
  changed: 4,
  damaged: 8,
  video: 16,
  suspicious: 32,
  copied: 64,
  moved: 128,
} as const;

const expressions = {
  rowId: 'rowid',
  catalogId: 'catalog_id',
  sourceId: 'source_id',
  importJobId: 'import_job_id',
  path: 'current_path',
  // What the import renamed is looked for by its old name too.
  originalPath: "iif(is_managed, original_source_path, '')",
  mimeType: 'mime_type',
  capturedAt: 'captured_at',
  createdAt: 'created_at',
  cameraMake: 'camera_make',
  cameraModel: 'camera_model',
  lensModel: 'lens_model',
  keywords: 'keywords',
  caption: 'caption',
  flags: `is_managed + 2 * file_missing + 4 * file_changed + 8 * (picture_state = 'FAILED')
    + 16 * (file_type = 'video') + 32 * (captured_at_suspicious IS NOT NULL)
    + 64 * (import_mode = 'copy') + 128 * (import_mode = 'move')`,
  sizeBytes: 'size_bytes',
  width: 'width',
  height: 'height',
  latitude: 'gps_latitude',
  longitude: 'gps_longitude',
  rating: 'rating',
  iso: 'iso',
  duration: 'duration',
} as const;

const tagsExpression = `(SELECT group_concat(t.name, char(30)) FROM image_tags it
  JOIN tags t ON t.id = it.tag_id WHERE it.image_id = images.id)`;

/** The columns that listings and searches look at. `tags` are separated by U+001E. */
export type ImageIndexColumns = PackedColumns<keyof typeof expressions | 'tags'>;

/** Reads what the index of images in memory holds, and tells which rows changed since. */
export class ImageIndexRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /**
   * From now on every change of a row of `images` or of its tags is noted, whoever makes it. The triggers belong to
   * this connection, not to the file, and a rollback takes back their notes as well.
   */
  noteChanges(): void {
    if (this.driver.readOnly) return;
    for (const sql of changeStatements) this.driver.run(sql);
  }

  /** The rows that were inserted, changed or deleted since the last call. */
  takeChanges(): number[] {
    if (this.driver.readOnly) return [];
    const rows = this.driver.all<{ id: number }>(
      'SELECT DISTINCT id FROM image_changes ORDER BY id',
    );
    if (rows.length > 0) this.driver.run('DELETE FROM image_changes');
    return rows.map(({ id }) => id);
  }

  /** Row ids and capture times of all images from the narrow index: a tenth of the time of whole rows. */
  times(): { catalogId: string; rows: PackedColumns<'rowId' | 'capturedAt'> }[] {
    const catalogs = this.driver.all<{ id: string }>('SELECT id FROM catalogs ORDER BY id');
    return catalogs.map(({ id }) => ({
      catalogId: id,
      rows: packedColumns(
        this.driver,
        { rowId: 'rowid', capturedAt: 'captured_at' },
        'images INDEXED BY idx_images_captured_at WHERE catalog_id = ?',
        [id],
      ),
    }));
  }

  /** All rows whose ids are in the range, its ends included. */
  between(first: number, last: number): ImageIndexColumns {
    return this.read('WHERE rowid BETWEEN ? AND ?', [first, last]);
  }

  /** The given rows that are there. */
  rows(rowIds: readonly number[]): ImageIndexColumns {
    return this.read('WHERE rowid IN (SELECT value FROM json_each(?))', [JSON.stringify(rowIds)]);
  }

  /** Row ids of the images whose checksum starts with the hex digits. */
  rowsByChecksum(catalogId: string, prefix: string): number[] {
    // 'g' comes right after the last digit.
    return this.rowIds('checksum >= ? AND checksum < ?', [catalogId, prefix, `${prefix}g`]);
  }

  rowsOfSource(catalogId: string, sourceId: string): number[] {
    return this.rowIds('source_id = ?', [catalogId, sourceId]);
  }

  rowsOfJob(catalogId: string, importJobId: string): number[] {
    return this.rowIds('import_job_id = ?', [catalogId, importJobId]);
  }

  private rowIds(where: string, params: readonly string[]): number[] {
    const { rowId } = packedColumns(
      this.driver,
      { rowId: 'rowid' },
      `images WHERE catalog_id = ? AND ${where}`,
      params,
    );
    return rowId.map(Number);
  }

  private read(where: string, params: readonly (string | number)[]): ImageIndexColumns {
    const hasTags = this.driver.get('SELECT 1 FROM image_tags LIMIT 1') !== undefined;
    const all = { ...expressions, tags: hasTags ? tagsExpression : "''" };
    return packedColumns(this.driver, all, `images ${where}`, params);
  }
}

const note = (rowId: string): string => `INSERT INTO image_changes VALUES (${rowId})`;
const noteTagged = (row: string): string =>
  `INSERT INTO image_changes SELECT rowid FROM images WHERE id = ${row}.image_id`;

const changeStatements = [
  // Not unique: inside a trigger OR IGNORE gives way to the statement's own policy, and a cascade's is to fail.
  'CREATE TEMP TABLE IF NOT EXISTS image_changes (id INTEGER NOT NULL)',
  `CREATE TEMP TRIGGER IF NOT EXISTS image_added AFTER INSERT ON main.images
    BEGIN ${note('new.rowid')}; END`,
  `CREATE TEMP TRIGGER IF NOT EXISTS image_updated AFTER UPDATE ON main.images
    BEGIN ${note('new.rowid')}; END`,
  `CREATE TEMP TRIGGER IF NOT EXISTS image_deleted AFTER DELETE ON main.images
    BEGIN ${note('old.rowid')}; END`,
  `CREATE TEMP TRIGGER IF NOT EXISTS image_tagged AFTER INSERT ON main.image_tags
    BEGIN ${noteTagged('new')}; END`,
  `CREATE TEMP TRIGGER IF NOT EXISTS image_untagged AFTER DELETE ON main.image_tags
    BEGIN ${noteTagged('old')}; END`,
  `CREATE TEMP TRIGGER IF NOT EXISTS tag_renamed AFTER UPDATE OF name ON main.tags
    BEGIN INSERT INTO image_changes
      SELECT i.rowid FROM image_tags it JOIN images i ON i.id = it.image_id WHERE it.tag_id = new.id; END`,
];
