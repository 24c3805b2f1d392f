import type { FileIdentity } from '../files/fileIdentity.js';
import type { SqlDriver } from './driver.js';

/** A referenced image as far as its name in the managed directory depends on it. */
export interface ReferencedRow {
  readonly imageId: string;
  /** Absolute. */
  readonly path: string;
  readonly groupKey: string | null;
  readonly sourceId: string | null;
}

export interface ReferencedScope {
  readonly catalogId: string;
  readonly sourceId?: string | undefined;
  readonly imageIds?: readonly string[] | undefined;
}

/** Makes referenced images managed, and back. */
export class ConversionRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** The referenced images of a scope, by path; with a listed image come those of the same shot. */
  referenced({ catalogId, sourceId, imageIds }: ReferencedScope): ReferencedRow[] {
    return this.driver.all(
      `SELECT id AS imageId, current_path AS path, group_key AS groupKey, source_id AS sourceId
      FROM images WHERE catalog_id = :catalogId AND is_managed = 0
        AND (:sourceId IS NULL OR source_id = :sourceId)
        AND (:imageIds IS NULL OR id IN (SELECT value FROM json_each(:imageIds))
          OR group_key IS NOT NULL AND (source_id, group_key) IN
            (SELECT source_id, group_key FROM images
            WHERE id IN (SELECT value FROM json_each(:imageIds))))
      ORDER BY current_path`,
      {
        catalogId,
        sourceId: sourceId ?? null,
        imageIds: imageIds === undefined ? null : JSON.stringify(imageIds),
      },
    );
  }

  /** A key that the images of one shot have in common; images that belong to none are left out. */
  groupKeys(imageIds: readonly string[]): Map<string, string> {
    const rows = this.driver.all<{ id: string; key: string }>(
      `SELECT id, source_id || '/' || group_key AS key FROM images
      WHERE id IN (SELECT value FROM json_each(?)) AND group_key IS NOT NULL
        AND source_id IS NOT NULL`,
      [JSON.stringify(imageIds)],
    );
    return new Map(rows.map(({ id, key }) => [id, key]));
  }

  /** @param stored relative to the managed directory */
  setManaged(imageId: string, stored: string, placed: FileIdentity, at: string): void {
    this.driver.run(
      `UPDATE images SET is_managed = 1, current_path = ?, file_mtime_ns = ?, file_inode = ?,
        file_missing = 0, file_changed = 0, file_damaged = 0, verified_at = ?4, updated_at = ?4
      WHERE id = ?5`,
      [stored, placed.mtimeNs, placed.inode, at, imageId],
    );
  }

  /** @param path absolute, of a file that was just proven to have the image's content */
  setReferenced(imageId: string, path: string, original: FileIdentity, at: string): void {
    this.driver.run(
      `UPDATE images SET is_managed = 0, current_path = ?, file_mtime_ns = ?, file_inode = ?,
        file_missing = 0, file_changed = 0, file_damaged = 0, verified_at = NULL, updated_at = ?
      WHERE id = ?`,
      [path, original.mtimeNs, original.inode, at, imageId],
    );
  }

  /** A sidecar of an image at another path. */
  setSidecar(
    imageId: string,
    from: string,
    to: {
      readonly path: string;
      readonly isManaged: boolean;
      readonly checksum: string;
      readonly sizeBytes: number;
    },
  ): void {
    this.driver.run(
      `UPDATE image_sidecars SET current_path = ?, is_managed = ?, checksum = ?, size_bytes = ?
      WHERE image_id = ? AND current_path = ?`,
      [to.path, to.isManaged ? 1 : 0, to.checksum, to.sizeBytes, imageId, from],
    );
  }
}
