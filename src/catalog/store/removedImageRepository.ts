import type { SqlDriver, SqlValue } from './driver.js';

type Row = Readonly<Record<string, SqlValue>>;

/** All that is known of one image, as it stood in its tables. */
interface RemovedRows {
  readonly images: readonly Row[];
  readonly image_sidecars: readonly Row[];
  readonly image_tags: readonly Row[];
}

const tables = ['images', 'image_sidecars', 'image_tags'] as const;

/** Takes an image's rows out of the catalog so that they can come back as they were. */
export class RemovedImageRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** The rows of an image as JSON; null if there is none. */
  capture(imageId: string): string | null {
    const rows: RemovedRows = {
      images: this.driver.all<Row>('SELECT * FROM images WHERE id = ?', [imageId]),
      image_sidecars: this.driver.all<Row>('SELECT * FROM image_sidecars WHERE image_id = ?', [
        imageId,
      ]),
      image_tags: this.driver.all<Row>('SELECT * FROM image_tags WHERE image_id = ?', [imageId]),
    };
    return rows.images.length === 0 ? null : JSON.stringify(rows);
  }

  /**
   * Puts captured rows back. What they refer to and is gone meanwhile (a source, a job, a tag) is left out.
   * @throws the store's error if the id, or the content in its catalog, is taken
   */
  restore(captured: string): void {
    const rows = JSON.parse(captured) as RemovedRows;
    this.driver.transaction(() => {
      for (const table of tables) {
        for (const row of rows[table]) this.insert(table, this.withoutLostReferences(table, row));
      }
    });
  }

  private withoutLostReferences(table: (typeof tables)[number], row: Row): Row | null {
    if (table === 'image_tags') return this.exists('tags', row['tag_id']) ? row : null;
    if (table !== 'images') return row;
    return {
      ...row,
      source_id: this.exists('sources', row['source_id']) ? (row['source_id'] ?? null) : null,
      import_job_id: this.exists('import_jobs', row['import_job_id'])
        ? (row['import_job_id'] ?? null)
        : null,
    };
  }

  private exists(table: 'sources' | 'import_jobs' | 'tags', id: SqlValue | undefined): boolean {
    if (id === null || id === undefined) return false;
    return this.driver.get(`SELECT 1 FROM ${table} WHERE id = ?`, [id]) !== undefined;
  }

  private insert(table: (typeof tables)[number], row: Row | null): void {
    if (row === null) return;
    // Names come from the table, never from the captured text.
    const known = this.driver
      .all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
      .map(({ name }) => name)
      .filter((name) => name in row);
    const marks = known.map(() => '?').join(', ');
    this.driver.run(
      `INSERT INTO ${table} (${known.join(', ')}) VALUES (${marks})`,
      known.map((name) => row[name] ?? null),
    );
  }
}
