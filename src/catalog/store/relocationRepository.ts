import path from 'node:path';
import type { FileIdentity } from '../files/fileIdentity.js';
import type { SqlDriver } from './driver.js';

/** An image whose file lies at or below a place. Paths as stored. */
export interface LocatedRow {
  readonly imageId: string;
  readonly storedPath: string;
  readonly isManaged: boolean;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly checksum: string;
}

/** Where an image's file is from now on. */
export interface RelocatedRow {
  readonly imageId: string;
  readonly storedPath: string;
  /** Null: nothing is there. */
  readonly identity: FileIdentity | null;
  readonly isChanged: boolean;
}

export interface RelocatedSidecar {
  readonly imageId: string;
  readonly from: string;
  readonly to: string;
}

/** A duplicate of a scan: a file with the content of an image that the catalog knows at another path. */
export interface ScanDuplicate {
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly inode: string;
  readonly imageId: string;
  readonly currentPath: string;
  readonly imageSourceId: string | null;
}

/** A managed image as far as its name in the managed directory depends on its group. */
export interface ManagedRow {
  readonly imageId: string;
  /** Relative to the managed directory, `/` separated. */
  readonly storedPath: string;
  readonly groupKey: string | null;
  readonly sourceId: string | null;
  readonly importJobId: string | null;
}

const columns = `id AS imageId, current_path AS storedPath, is_managed AS isManaged,
  size_bytes AS sizeBytes, file_mtime_ns AS mtimeNs, checksum`;

/** Changes where the catalog looks for files. */
export class RelocationRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** Referenced images at an absolute path or below it, by path. */
  referencedBelow(catalogId: string, place: string): LocatedRow[] {
    return this.below(catalogId, 0, place, path.sep);
  }

  /** Managed images at a path relative to the managed directory, or below it; '' for all. */
  managedBelow(catalogId: string, place: string): LocatedRow[] {
    return this.below(catalogId, 1, place, '/');
  }

  private below(
    catalogId: string,
    isManaged: number,
    place: string,
    separator: string,
  ): LocatedRow[] {
    const prefix = place === '' || place.endsWith(separator) ? place : place + separator;
    // Everything that starts with the prefix stands before the first text that is larger.
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    const range = prefix === '' ? '' : 'AND current_path >= :prefix AND current_path < :end';
    type Row = Omit<LocatedRow, 'isManaged'>;
    const params = { catalogId, ...(prefix !== '' && { prefix, end }) };
    const rows = this.driver.all<Row>(
      `SELECT ${columns} FROM images
      WHERE is_managed = ${isManaged} AND catalog_id = :catalogId ${range} ORDER BY current_path`,
      params,
    );
    const self = this.driver.all<Row>(
      `SELECT ${columns} FROM images
      WHERE is_managed = ${isManaged} AND catalog_id = ? AND current_path = ?`,
      [catalogId, place],
    );
    return [...self, ...rows].map((row) => ({ ...row, isManaged: isManaged !== 0 }));
  }

  /** True if a managed image or sidecar of the catalog has this stored path. */
  isManagedAt(catalogId: string, storedPath: string): boolean {
    const row = this.driver.get(
      `SELECT 1 FROM images WHERE catalog_id = :catalogId AND is_managed = 1
        AND current_path = :storedPath
      UNION ALL SELECT 1 FROM image_sidecars s JOIN images i ON i.id = s.image_id
        WHERE i.catalog_id = :catalogId AND s.is_managed = 1 AND s.current_path = :storedPath
      LIMIT 1`,
      { catalogId, storedPath },
    );
    return row !== undefined;
  }

  /** The images that have these stored paths, by path. */
  managedAt(catalogId: string, storedPaths: readonly string[]): Map<string, string> {
    const rows = this.driver.all<{ path: string; id: string }>(
      `SELECT current_path AS path, id FROM images
      WHERE catalog_id = ? AND is_managed = 1 AND current_path IN (SELECT value FROM json_each(?))`,
      [catalogId, JSON.stringify(storedPaths)],
    );
    return new Map(rows.map(({ path: stored, id }) => [stored, id]));
  }

  /** The managed images of a scope, and those that belong together with them, by path. */
  managedIn(scope: {
    readonly catalogId: string;
    readonly sourceId?: string | undefined;
    readonly imageIds?: readonly string[] | undefined;
  }): ManagedRow[] {
    const { catalogId, sourceId, imageIds } = scope;
    const chosen = 'id IN (SELECT value FROM json_each(:imageIds))';
    return this.driver.all(
      `SELECT id AS imageId, current_path AS storedPath, group_key AS groupKey,
        source_id AS sourceId, import_job_id AS importJobId
      FROM images WHERE catalog_id = :catalogId AND is_managed = 1
        AND (:sourceId IS NULL OR source_id = :sourceId)
        ${
          imageIds === undefined
            ? ''
            : `AND (${chosen} OR id IN (
                SELECT other.id FROM images one JOIN images other ON other.group_key = one.group_key
                  AND other.catalog_id = one.catalog_id AND other.source_id IS one.source_id
                  AND other.import_job_id IS one.import_job_id
                WHERE one.${chosen} AND one.group_key IS NOT NULL))`
        }
      ORDER BY current_path, id`,
      {
        catalogId,
        sourceId: sourceId ?? null,
        ...(imageIds && { imageIds: JSON.stringify(imageIds) }),
      },
    );
  }

  /** The stored paths of a managed image and of its managed sidecars; empty if there is no such image. */
  managedPathsOf(imageId: string): Set<string> {
    const rows = this.driver.all<{ path: string }>(
      `SELECT current_path AS path FROM images WHERE id = :imageId AND is_managed = 1
      UNION ALL SELECT current_path FROM image_sidecars WHERE image_id = :imageId AND is_managed = 1`,
      { imageId },
    );
    return new Set(rows.map((row) => row.path));
  }

  /** A managed image's own file at another place, proven to be what the catalog knows. */
  moveManaged(imageId: string, stored: string, identity: FileIdentity, at: string): void {
    this.driver.run(
      `UPDATE images SET current_path = ?, file_mtime_ns = ?, file_inode = ?, file_missing = 0,
        file_changed = 0, file_damaged = 0, verified_at = ?4, updated_at = ?4
      WHERE id = ?5 AND is_managed = 1`,
      [stored, identity.mtimeNs, identity.inode, at, imageId],
    );
  }

  /** Rows get their new paths; a row without a file is missing. original_source_path never changes. */
  relocate(rows: readonly RelocatedRow[], at: string): void {
    for (const { imageId, storedPath, identity, isChanged } of rows) {
      this.driver.run(
        `UPDATE images SET current_path = ?, file_missing = ?, file_changed = ?, file_damaged = 0,
          file_mtime_ns = coalesce(?, file_mtime_ns), file_inode = coalesce(?, file_inode),
          file_checked_at = ?6, updated_at = ?6
        WHERE id = ?`,
        [
          storedPath,
          identity === null ? 1 : 0,
          isChanged ? 1 : 0,
          isChanged ? null : (identity?.mtimeNs ?? null),
          isChanged ? null : (identity?.inode ?? null),
          at,
          imageId,
        ],
      );
    }
  }

  /** The stored paths of an image's sidecars. */
  sidecarPaths(imageId: string): string[] {
    return this.driver
      .all<{ path: string }>(
        'SELECT current_path AS path FROM image_sidecars WHERE image_id = ? ORDER BY current_path',
        [imageId],
      )
      .map((row) => row.path);
  }

  relocateSidecars(sidecars: readonly RelocatedSidecar[]): void {
    for (const { imageId, from, to } of sidecars) {
      this.driver.run(
        'UPDATE OR IGNORE image_sidecars SET current_path = ? WHERE image_id = ? AND current_path = ?',
        [to, imageId, from],
      );
    }
  }

  /** Files of a scan whose content a referenced image of another path has, in path order. */
  scanDuplicates(scanId: string): ScanDuplicate[] {
    return this.driver.all<ScanDuplicate>(
      `SELECT f.relative_path AS relativePath, f.size_bytes AS sizeBytes, f.mtime_ns AS mtimeNs,
        f.inode, i.id AS imageId, i.current_path AS currentPath, i.source_id AS imageSourceId
      FROM scan_files f JOIN images i ON i.id = f.duplicate_image_id
      WHERE f.scan_id = ? AND f.state = 'duplicate' AND i.is_managed = 0 ORDER BY f.id`,
      [scanId],
    );
  }
}
