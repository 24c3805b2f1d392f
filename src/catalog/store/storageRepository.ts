import type { StorageFigure } from '../model/storage.js';
import type { SqlDriver } from './driver.js';

/** Images that are alike in what storage is told by. */
export interface ImageFigures extends StorageFigure {
  readonly isManaged: number;
  readonly sourceId: string | null;
  readonly mimeType: string;
  /** The first four characters of the capture time. */
  readonly year: string | null;
  readonly isMissing: number;
  readonly isChanged: number;
  readonly isDamaged: number;
}

/** Sums over the rows of a catalog. Over many rows in parts, so that other work gets its turn in between. */
export class StorageRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  lastImageRow(): number {
    return this.driver.get<{ id: number | null }>('SELECT max(rowid) AS id FROM images')?.id ?? 0;
  }

  /** Of the images in a range of rows, both ends included. */
  imageFigures(catalogId: string, firstRow: number, lastRow: number): ImageFigures[] {
    return this.driver.all(
      `SELECT is_managed AS isManaged, source_id AS sourceId, mime_type AS mimeType,
        substr(captured_at, 1, 4) AS year, file_missing AS isMissing, file_changed AS isChanged,
        file_damaged AS isDamaged, count(*) AS count, sum(size_bytes) AS bytes
      FROM images WHERE rowid BETWEEN ? AND ? AND +catalog_id = ?
      GROUP BY 1, 2, 3, 4, 5, 6, 7`,
      [firstRow, lastRow, catalogId],
    );
  }

  /** Sightings of contents that are in the catalog from elsewhere, of a source after a path; up to a number of rows. */
  duplicateSightings(
    sourceId: string,
    afterPath: string,
    limit: number,
  ): StorageFigure & { readonly lastPath: string | null } {
    const row = this.driver.get<StorageFigure & { readonly lastPath: string | null }>(
      `SELECT coalesce(sum(state = 'duplicate'), 0) AS count,
        coalesce(sum(iif(state = 'duplicate', size_bytes, 0)), 0) AS bytes,
        iif(count(*) = :limit, max(relative_path), NULL) AS lastPath
      FROM (SELECT relative_path, state, size_bytes FROM source_files
        WHERE source_id = :sourceId AND relative_path > :afterPath
        ORDER BY relative_path LIMIT :limit)`,
      { sourceId, afterPath, limit },
    );
    return row ?? { count: 0, bytes: 0, lastPath: null };
  }

  sidecars(catalogId: string): StorageFigure {
    return this.figure(
      `SELECT count(*) AS count, coalesce(sum(s.size_bytes), 0) AS bytes
      FROM image_sidecars s JOIN images i ON i.id = s.image_id WHERE i.catalog_id = ?`,
      catalogId,
    );
  }

  /** Files that deletions moved to the trash and that are there still. */
  trash(catalogId: string): StorageFigure {
    return this.figure(
      `SELECT count(*) AS count, coalesce(sum(i.size_bytes), 0) AS bytes
      FROM file_operations o JOIN file_operation_items i ON i.operation_id = o.id
      WHERE o.catalog_id = ? AND o.kind IN ('delete', 'delete-catalog') AND i.state = 'DONE'
        AND i.to_path IS NOT NULL`,
      catalogId,
    );
  }

  private figure(sql: string, catalogId: string): StorageFigure {
    return this.driver.get<StorageFigure>(sql, [catalogId]) ?? { count: 0, bytes: 0 };
  }
}
