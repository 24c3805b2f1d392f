import type { Image, NewImage, Sidecar } from '../model/image.js';
import { CatalogError } from '../model/errors.js';
import type { SqlDriver } from './driver.js';
import { isUniqueViolation } from './driver.js';
import { grouped } from './grouped.js';
import type { ImageRow } from './imageColumns.js';
import { imageColumns, imageOfRow, insertImageSql, insertImageValues } from './imageColumns.js';
import type { ManagedRoot } from './managedPaths.js';
import { currentPath } from './managedPaths.js';
import type { ImageIdentity, NewSidecar } from './rows.js';

/** Rows that one statement packs into a JSON array. */
const chunkRows = 5000;

/** Where an image's file is, and what it should hold. */
export type ImageChecksum = Pick<Image, 'id' | 'currentPath' | 'checksum'>;

interface RowSelection {
  readonly catalogId: string;
  readonly sourceId?: string;
  readonly importJobId?: string;
}

const selected = `catalog_id = :catalogId AND (:sourceId IS NULL OR source_id = :sourceId)
  AND (:importJobId IS NULL OR import_job_id = :importJobId)`;

const selectionParams = (selection: RowSelection): Record<string, string | null> => ({
  catalogId: selection.catalogId,
  sourceId: selection.sourceId ?? null,
  importJobId: selection.importJobId ?? null,
});

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
    try {
      this.driver.run(insertImageSql, insertImageValues(image, at));
    } catch (error) {
      if (!isUniqueViolation(error, 'images.checksum')) throw error;
      const existing = this.findByChecksum(image.catalogId, image.checksum)?.currentPath ?? '';
      const data = { path: image.originalSourcePath, existing };
      throw new CatalogError('CHECKSUM_TAKEN', data, { cause: error });
    }
  }

  find(id: string): Image | undefined {
    const row = this.driver.get<ImageRow>(`SELECT ${imageColumns} FROM images i WHERE i.id = ?`, [
      id,
    ]);
    return row && imageOfRow(row, this.managedRoot);
  }

  findByChecksum(catalogId: string, checksum: string): Image | undefined {
    const row = this.driver.get<ImageRow>(
      `SELECT ${imageColumns} FROM images i WHERE i.catalog_id = ? AND i.checksum = ?`,
      [catalogId, checksum],
    );
    return row && imageOfRow(row, this.managedRoot);
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

  /** The first of some ids that no image of the catalog has; null if all of them are known. */
  firstUnknown(catalogId: string, imageIds: readonly string[]): string | null {
    const row = this.driver.get<{ id: string }>(
      `SELECT value AS id FROM json_each(:ids) WHERE NOT EXISTS
        (SELECT 1 FROM images WHERE id = value AND catalog_id = :catalogId)
      ORDER BY key LIMIT 1`,
      { catalogId, ids: JSON.stringify(imageIds) },
    );
    return row?.id ?? null;
  }

  /** By path. */
  managedIds(catalogId: string): string[] {
    return this.driver
      .all<{ id: string }>(
        'SELECT id FROM images WHERE catalog_id = ? AND is_managed = 1 ORDER BY current_path, id',
        [catalogId],
      )
      .map(({ id }) => id);
  }

  /** Managed files of a catalog with their sidecars. */
  managedFigures(catalogId: string): { readonly files: number; readonly bytes: number } {
    const figures = this.driver.get<{ files: number; bytes: number }>(
      `SELECT count(*) AS files, coalesce(sum(size_bytes), 0) AS bytes FROM (
        SELECT size_bytes FROM images WHERE catalog_id = :catalogId AND is_managed = 1
        UNION ALL SELECT sc.size_bytes FROM image_sidecars sc JOIN images i ON i.id = sc.image_id
        WHERE i.catalog_id = :catalogId AND sc.is_managed = 1)`,
      { catalogId },
    );
    return figures ?? { files: 0, bytes: 0 };
  }

  /** In the order of the row ids; those that are gone are left out. */
  byRowIds(rowIds: readonly number[]): Image[] {
    const rows = this.driver.all<ImageRow & { readonly rowId: number }>(
      `SELECT i.rowid AS rowId, ${imageColumns} FROM images i
      WHERE i.rowid IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(rowIds)],
    );
    const images = new Map(
      rows.map(({ rowId, ...row }) => [rowId, imageOfRow(row, this.managedRoot)]),
    );
    return rowIds.flatMap((rowId) => images.get(rowId) ?? []);
  }

  /** What a manifest needs, in the order of the row ids; those of other catalogs are left out. */
  checksumsByRowIds(catalogId: string, rowIds: readonly number[]): ImageChecksum[] {
    const rows = this.driver.all<ImageChecksum & { rowId: number; isManaged: number }>(
      `SELECT rowid AS rowId, id, current_path AS currentPath, is_managed AS isManaged, checksum
      FROM images WHERE rowid IN (SELECT value FROM json_each(?)) AND +catalog_id = ?`,
      [JSON.stringify(rowIds), catalogId],
    );
    const found = new Map(
      rows.map(({ rowId, isManaged, ...row }) => {
        const place = { catalogId, currentPath: row.currentPath, isManaged };
        return [rowId, { ...row, currentPath: currentPath(this.managedRoot, place) }];
      }),
    );
    return rowIds.flatMap((rowId) => found.get(rowId) ?? []);
  }

  /** Referenced images of a catalog at some paths, by path. */
  referencesAt(catalogId: string, paths: readonly string[]): Map<string, string> {
    const rows = this.driver.all<{ path: string; id: string }>(
      `SELECT current_path AS path, id FROM images INDEXED BY idx_images_reference_path
      WHERE is_managed = 0 AND current_path IN (SELECT value FROM json_each(?)) AND catalog_id = ?`,
      [JSON.stringify(paths), catalogId],
    );
    return new Map(rows.map(({ path, id }) => [path, id]));
  }

  /** What people said about an image goes to the one that takes its place; its own row goes. */
  replace(oldId: string, newId: string): void {
    const params = { oldId, newId };
    this.driver.transaction(() => {
      this.driver.run(
        `UPDATE images SET review_status = (SELECT review_status FROM images WHERE id = :oldId)
        WHERE id = :newId`,
        params,
      );
      this.driver.run(
        'UPDATE OR IGNORE image_tags SET image_id = :newId WHERE image_id = :oldId',
        params,
      );
      this.deleteMany([oldId]);
    });
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
    return this.sidecarsOf([imageId]).get(imageId) ?? [];
  }

  /** Of several images, each by path. */
  sidecarsOf(imageIds: readonly string[]): Map<string, Sidecar[]> {
    type SidecarRow = Omit<Sidecar, 'isManaged'> & {
      readonly catalogId: string;
      readonly isManaged: number;
    };
    const rows = this.driver.all<SidecarRow>(
      `SELECT sc.image_id AS imageId, sc.current_path AS currentPath, sc.checksum,
        sc.is_managed AS isManaged, sc.original_source_path AS originalSourcePath,
        sc.size_bytes AS sizeBytes, i.catalog_id AS catalogId
      FROM image_sidecars sc JOIN images i ON i.id = sc.image_id
      WHERE sc.image_id IN (SELECT value FROM json_each(?)) ORDER BY sc.current_path`,
      [JSON.stringify(imageIds)],
    );
    return grouped(
      rows,
      (row) => row.imageId,
      (row) => ({
        imageId: row.imageId,
        currentPath: currentPath(this.managedRoot, row),
        isManaged: row.isManaged !== 0,
        originalSourcePath: row.originalSourcePath,
        checksum: row.checksum,
        sizeBytes: row.sizeBytes,
      }),
    );
  }

  /** Row ids of a catalog, or of a source or job of it, after one, in their order. */
  rowsOfSelection(selection: RowSelection, afterRow: number, limit: number): number[] {
    return this.driver
      .all<{ rowId: number }>(
        `SELECT rowid AS rowId FROM images NOT INDEXED WHERE rowid > :afterRow AND ${selected}
        ORDER BY rowid LIMIT :limit`,
        { ...selectionParams(selection), afterRow, limit },
      )
      .map(({ rowId }) => rowId);
  }

  countSelection(selection: RowSelection): number {
    const row = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM images WHERE ${selected}`,
      selectionParams(selection),
    );
    return row?.n ?? 0;
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
    const rows = this.driver.all<{ checksum: string; path: string }>(
      `SELECT sc.checksum, sc.current_path AS path FROM image_sidecars sc
      JOIN images i ON i.id = sc.image_id WHERE i.catalog_id = ? AND sc.is_managed = 1`,
      [catalogId],
    );
    const place = { catalogId, isManaged: 1 };
    return grouped(
      rows,
      ({ checksum }) => checksum,
      ({ path }) => currentPath(this.managedRoot, { ...place, currentPath: path }),
    );
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
}
