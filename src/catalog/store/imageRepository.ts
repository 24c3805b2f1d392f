import type { Image, NewImage, Sidecar } from '../model/image.js';
import { CatalogError } from '../model/errors.js';
import type { SqlDriver } from './driver.js';
import { isUniqueViolation } from './driver.js';
import { textBytes } from './jsonColumns.js';
import type { ManagedRoot } from './managedPaths.js';
import { currentPath } from './managedPaths.js';
import type { ImageIdentity, NewSidecar } from './rows.js';

/** Which images of a catalog. */
export interface ImageFilter {
  readonly catalogId: string;
  readonly sourceId?: string;
  readonly importJobId?: string;
}

const columns = `i.id, i.catalog_id AS catalogId, i.current_path AS currentPath,
  i.is_managed AS isManaged, i.file_missing AS fileMissing, i.source_id AS sourceId,
  i.import_job_id AS importJobId, i.import_mode AS importMode,
  i.original_source_path AS originalSourcePath, i.checksum, i.file_type AS fileType,
  i.mime_type AS mimeType, i.size_bytes AS sizeBytes, i.captured_at AS capturedAt,
  i.captured_at_source AS capturedAtSource, i.captured_at_confidence AS capturedAtConfidence,
  i.captured_at_suspicious AS capturedAtSuspicious, i.width, i.height, i.orientation,
  i.camera_make AS cameraMake, i.camera_model AS cameraModel, i.lens_model AS lensModel,
  i.gps_latitude AS gpsLatitude, i.gps_longitude AS gpsLongitude, i.dhash, i.ahash, i.whash,
  i.created_at AS createdAt, i.updated_at AS updatedAt`;

const insertSql = `INSERT INTO images (id, catalog_id, current_path, is_managed, source_id,
    import_job_id, import_mode, original_source_path, checksum, imported_checksum, file_type,
    mime_type, size_bytes, file_mtime_ns, file_inode, captured_at, captured_at_source,
    captured_at_confidence, captured_at_suspicious, width, height, orientation, camera_make,
    camera_model, lens_model, iso, aperture, exposure_time, focal_length, gps_latitude,
    gps_longitude, gps_altitude, duration, content_identifier, group_key, metadata, created_at,
    updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?36, ?36)`;

/** Rows that one statement packs into a JSON array. */
const chunkRows = 5000;

type Row = Omit<Image, 'isManaged' | 'fileMissing'> & {
  readonly isManaged: number;
  readonly fileMissing: number;
};

/** The tables `images` and `image_sidecars`. */
export class ImageRepository {
  private readonly driver: SqlDriver;
  private readonly managedRoot: ManagedRoot;

  constructor(driver: SqlDriver, managedRoot: ManagedRoot) {
    this.driver = driver;
    this.managedRoot = managedRoot;
  }

  /** @throws CatalogError CHECKSUM_TAKEN; none of the images is then inserted */
  insertMany(images: readonly NewImage[], at = new Date().toISOString()): void {
    this.driver.transaction(() => {
      for (const image of images) this.insert(image, at);
    });
  }

  private insert(image: NewImage, at: string): void {
    const { facts } = image;
    try {
      this.driver.run(insertSql, [
        image.id,
        image.catalogId,
        image.storedPath,
        image.isManaged ? 1 : 0,
        image.sourceId,
        image.importJobId,
        image.importMode,
        image.originalSourcePath,
        image.checksum,
        facts.fileType,
        facts.mimeType,
        image.sizeBytes,
        image.fileMtimeNs,
        image.fileInode,
        facts.captureTime?.value ?? null,
        facts.captureTime?.source ?? null,
        facts.captureTime?.confidence ?? null,
        facts.captureTime?.suspicious ?? null,
        facts.width,
        facts.height,
        facts.orientation,
        facts.cameraMake,
        facts.cameraModel,
        facts.lensModel,
        facts.iso,
        facts.aperture,
        facts.exposureTime,
        facts.focalLength,
        facts.gps?.latitude ?? null,
        facts.gps?.longitude ?? null,
        facts.gps?.altitude ?? null,
        facts.duration,
        facts.contentIdentifier,
        image.groupKey ?? null,
        facts.warnings.length > 0 ? textBytes(JSON.stringify({ warnings: facts.warnings })) : null,
        at,
      ]);
    } catch (error) {
      if (!isUniqueViolation(error, 'images.checksum')) throw error;
      const existing = this.findByChecksum(image.catalogId, image.checksum)?.currentPath ?? '';
      const data = { path: image.originalSourcePath, existing };
      throw new CatalogError('CHECKSUM_TAKEN', data, { cause: error });
    }
  }

  find(id: string): Image | undefined {
    const row = this.driver.get<Row>(`SELECT ${columns} FROM images i WHERE i.id = ?`, [id]);
    return row && this.toImage(row);
  }

  findByChecksum(catalogId: string, checksum: string): Image | undefined {
    const row = this.driver.get<Row>(
      `SELECT ${columns} FROM images i WHERE i.catalog_id = ? AND i.checksum = ?`,
      [catalogId, checksum],
    );
    return row && this.toImage(row);
  }

  /** Modification time (ns) and inode of the image's file when its row was written. */
  fileStamp(id: string): { readonly mtimeNs: string; readonly inode: string } | undefined {
    return this.driver.get(
      'SELECT file_mtime_ns AS mtimeNs, file_inode AS inode FROM images WHERE id = ?',
      [id],
    );
  }

  /** Every content of the catalog with its image id: duplicates are then found without a query each. */
  lookupForDuplicates(catalogId: string): Map<string, string> {
    return new Map(this.packed<[string, string]>(catalogId, 'i.checksum, i.id'));
  }

  /** Like lookupForDuplicates, with what a check of the image's file needs. */
  checksumsOfCatalog(catalogId: string): Map<string, ImageIdentity> {
    const identities = new Map<string, ImageIdentity>();
    type Packed = [string, string, string, number, number, string | null];
    for (const [checksum, imageId, stored, isManaged, missing, sourceId] of this.packed<Packed>(
      catalogId,
      'i.checksum, i.id, i.current_path, i.is_managed, i.file_missing, i.source_id',
    )) {
      identities.set(checksum, {
        imageId,
        currentPath: currentPath(this.managedRoot, { catalogId, currentPath: stored, isManaged }),
        isManaged: isManaged !== 0,
        fileMissing: missing !== 0,
        sourceId,
      });
    }
    return identities;
  }

  /** The stored relative paths of the catalog's managed files, sidecars included. */
  managedStoredPaths(catalogId: string): string[] {
    return this.driver
      .all<{ path: string }>(
        `SELECT current_path AS path FROM images WHERE catalog_id = :catalogId AND is_managed = 1
        UNION ALL SELECT sc.current_path FROM image_sidecars sc JOIN images i ON i.id = sc.image_id
        WHERE i.catalog_id = :catalogId AND sc.is_managed = 1`,
        { catalogId },
      )
      .map((row) => row.path);
  }

  /** By capture time with undated images last, then path. */
  page(request: ImageFilter & { readonly offset: number; readonly limit: number }): {
    total: number;
    images: Image[];
  } {
    const where = `i.catalog_id = :catalogId AND (:sourceId IS NULL OR i.source_id = :sourceId)
      AND (:importJobId IS NULL OR i.import_job_id = :importJobId)`;
    const params = {
      catalogId: request.catalogId,
      sourceId: request.sourceId ?? null,
      importJobId: request.importJobId ?? null,
    };
    const images = this.driver
      .all<Row>(
        `SELECT ${columns} FROM images i WHERE ${where}
        ORDER BY i.captured_at IS NULL, i.captured_at, i.current_path, i.id
        LIMIT :limit OFFSET :offset`,
        { ...params, limit: request.limit, offset: request.offset },
      )
      .map((row) => this.toImage(row));
    const total = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM images i WHERE ${where}`,
      params,
    );
    return { total: total?.n ?? 0, images };
  }

  /** Removes rows and their sidecar rows, never a file. */
  deleteMany(ids: readonly string[]): number {
    return this.driver.run('DELETE FROM images WHERE id IN (SELECT value FROM json_each(?))', [
      JSON.stringify(ids),
    ]);
  }

  /** Removes the row of a sidecar, never its file. */
  deleteSidecar(imageId: string, originalSourcePath: string): void {
    this.driver.run('DELETE FROM image_sidecars WHERE image_id = ? AND original_source_path = ?', [
      imageId,
      originalSourcePath,
    ]);
  }

  setFileMissing(ids: readonly string[], missing: boolean, at = new Date().toISOString()): void {
    this.driver.run(
      `UPDATE images SET file_missing = ?, updated_at = ?
      WHERE id IN (SELECT value FROM json_each(?))`,
      [missing ? 1 : 0, at, JSON.stringify(ids)],
    );
  }

  insertSidecars(sidecars: readonly NewSidecar[]): void {
    this.driver.transaction(() => {
      for (const sidecar of sidecars) {
        this.driver.run(
          `INSERT INTO image_sidecars (image_id, current_path, is_managed, original_source_path,
            checksum, size_bytes) VALUES (?, ?, ?, ?, ?, ?)`,
          [
            sidecar.imageId,
            sidecar.storedPath,
            sidecar.isManaged ? 1 : 0,
            sidecar.originalSourcePath,
            sidecar.checksum,
            sidecar.sizeBytes,
          ],
        );
      }
    });
  }

  /** By path. */
  listSidecars(imageId: string): Sidecar[] {
    type SidecarRow = Sidecar & { readonly catalogId: string; readonly isManaged: number };
    return this.driver
      .all<SidecarRow>(
        `SELECT sc.image_id AS imageId, sc.current_path AS currentPath, sc.checksum,
          sc.is_managed AS isManaged, sc.original_source_path AS originalSourcePath,
          sc.size_bytes AS sizeBytes, i.catalog_id AS catalogId
        FROM image_sidecars sc JOIN images i ON i.id = sc.image_id
        WHERE sc.image_id = ? ORDER BY sc.current_path`,
        [imageId],
      )
      .map((row) => ({
        imageId: row.imageId,
        currentPath: currentPath(this.managedRoot, row),
        originalSourcePath: row.originalSourcePath,
        checksum: row.checksum,
        sizeBytes: row.sizeBytes,
      }));
  }

  /** Where the images that came from a source stood there, absolute. */
  originalPathsOfSource(sourceId: string): string[] {
    return this.driver
      .all<{ path: string }>(
        'SELECT original_source_path AS path FROM images WHERE source_id = ?',
        [sourceId],
      )
      .map((row) => row.path);
  }

  /** Absolute paths of the catalog's managed sidecars by checksum. */
  managedSidecarsByChecksum(catalogId: string): Map<string, string[]> {
    const paths = new Map<string, string[]>();
    for (const row of this.driver.all<{ checksum: string; path: string }>(
      `SELECT sc.checksum, sc.current_path AS path FROM image_sidecars sc
      JOIN images i ON i.id = sc.image_id WHERE i.catalog_id = ? AND sc.is_managed = 1`,
      [catalogId],
    )) {
      const place = { catalogId, currentPath: row.path, isManaged: 1 };
      const absolute = currentPath(this.managedRoot, place);
      const same = paths.get(row.checksum);
      if (same) same.push(absolute);
      else paths.set(row.checksum, [absolute]);
    }
    return paths;
  }

  /** Columns of all images of a catalog; the first one must be the checksum. */
  private *packed<T extends [string, ...unknown[]]>(
    catalogId: string,
    selected: string,
  ): Generator<T> {
    let last = '';
    for (;;) {
      const packed: { rows: string } | undefined = this.driver.get(
        `SELECT json_group_array(json_array(${selected})) AS rows FROM (SELECT * FROM images
          WHERE catalog_id = ? AND checksum > ? ORDER BY catalog_id, checksum
          LIMIT ${chunkRows}) i`,
        [catalogId, last],
      );
      const rows = JSON.parse(packed?.rows ?? '[]') as T[];
      yield* rows;
      if (rows.length < chunkRows) return;
      last = rows[rows.length - 1]?.[0] ?? '';
    }
  }

  private toImage(row: Row): Image {
    return {
      ...row,
      currentPath: currentPath(this.managedRoot, row),
      isManaged: row.isManaged !== 0,
      fileMissing: row.fileMissing !== 0,
    };
  }
}
