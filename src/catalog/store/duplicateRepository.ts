import type { SqlDriver } from './driver.js';
import { currentPath, type ManagedRoot } from './managedPaths.js';

/** Columns of one image as text, in the order of `hashColumns`; empty for null. */
export type HashFields = readonly string[];

/** What comparing needs of every image. Dimensions are those seen, after orientation. */
const hashColumns = `rowid, coalesce(dhash, ''), coalesce(ahash, ''), coalesce(whash, ''),
  coalesce(phash, ''), coalesce(hash_version, ''), coalesce(contrast, ''),
  coalesce(iif(orientation >= 5, height, width), ''),
  coalesce(iif(orientation >= 5, width, height), ''),
  iif(captured_at_confidence >= 70, coalesce(captured_at, ''), ''),
  iif(camera_model IS NULL, '', coalesce(camera_make, '') || ' ' || camera_model),
  iif(group_key IS NULL, '', coalesce(source_id, '') || '/' || group_key)`;
export const hashFieldCount = 12;

/** An image with what a report shows and what the choice of the best asks. */
export interface DuplicateImageRow {
  readonly rowId: number;
  readonly imageId: string;
  readonly path: string;
  readonly originalSourcePath: string;
  readonly checksum: string;
  readonly sourceId: string | null;
  readonly sourceName: string | null;
  readonly isManaged: boolean;
  readonly fileMissing: boolean;
  readonly size: number;
  readonly mimeType: string;
  readonly capturedAt: string | null;
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly orientation: number | null;
  readonly qualityScore: number | null;
  /** How many of camera, lens, exposure, place, date, rating, caption and keywords are known. */
  readonly metadataCount: number;
  readonly gpsLatitude: number | null;
  readonly gpsLongitude: number | null;
  readonly dhash: string | null;
  readonly ahash: string | null;
  readonly whash: string | null;
  readonly phash: string | null;
  readonly pictureDataHash: string | null;
  readonly pixelHash: string | null;
}

/** A place where a content was seen that lies at a source. */
export interface PlaceRow {
  readonly checksum: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourcePath: string;
  readonly relativePath: string;
  readonly size: number;
}

/** An image whose picture data is not hashed yet. */
export interface UnhashedImage {
  readonly rowId: number;
  readonly imageId: string;
  readonly checksum: string;
}

/** Rows that one statement packs into a blob. */
const chunkRows = 4000;

/** What cannot be in a hash, a number or a path. */
const separator = '\u0000';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const imageColumns = `i.rowid AS rowId, i.id AS imageId, i.catalog_id AS catalogId,
  i.current_path AS currentPath, i.original_source_path AS originalSourcePath, i.checksum,
  i.source_id AS sourceId, s.name AS sourceName, i.is_managed AS isManaged,
  i.file_missing AS fileMissing, i.size_bytes AS size, i.mime_type AS mimeType,
  i.captured_at AS capturedAt, i.camera_make AS cameraMake, i.camera_model AS cameraModel,
  iif(i.orientation >= 5, i.height, i.width) AS width,
  iif(i.orientation >= 5, i.width, i.height) AS height, i.orientation,
  i.quality_score AS qualityScore,
  (i.camera_make IS NOT NULL) + (i.camera_model IS NOT NULL) + (i.lens_model IS NOT NULL)
    + (i.focal_length IS NOT NULL) + (i.aperture IS NOT NULL) + (i.exposure_time IS NOT NULL)
    + (i.iso IS NOT NULL) + (i.gps_latitude IS NOT NULL)
    + (i.captured_at IS NOT NULL AND i.captured_at_source IN (
      'exif:DateTimeOriginal', 'exif:CreateDate', 'xmp', 'raw'))
    + (i.rating IS NOT NULL) + (i.caption IS NOT NULL) + (i.keywords IS NOT NULL) AS metadataCount,
  i.gps_latitude AS gpsLatitude, i.gps_longitude AS gpsLongitude,
  i.dhash, i.ahash, i.whash, i.phash, i.picture_data_hash AS pictureDataHash,
  i.pixel_hash AS pixelHash`;

/** Where a content still lies, as far as is known. */
const seen = "f.checksum IS NOT NULL AND f.state NOT IN ('gone', 'error')";

/** What finding duplicates reads of images and sightings. */
export class DuplicateRepository {
  private readonly driver: SqlDriver;
  private readonly managedRoot: ManagedRoot;

  constructor(driver: SqlDriver, managedRoot: ManagedRoot) {
    this.driver = driver;
    this.managedRoot = managedRoot;
  }

  /** All still pictures of a catalog by checksum, so that their order does not depend on how they came in. */
  *hashRows(catalogId: string): Generator<HashFields> {
    let last = '';
    for (;;) {
      const chunk: { packed: Uint8Array | null; count: number; last: string } | undefined =
        this.driver.get(
          `SELECT CAST(group_concat(concat_ws(char(0), ${hashColumns}), char(0)) AS BLOB) AS packed,
            count(*) AS count, max(checksum) AS last
          FROM (SELECT rowid, * FROM images WHERE catalog_id = ? AND checksum > ?
            AND file_type = 'image' ORDER BY catalog_id, checksum LIMIT ${chunkRows})`,
          [catalogId, last],
        );
      if (!chunk?.packed) return;
      const values = decoder.decode(chunk.packed).split(separator);
      for (let at = 0; at + hashFieldCount <= values.length; at += hashFieldCount) {
        yield values.slice(at, at + hashFieldCount);
      }
      if (chunk.count < chunkRows) return;
      last = chunk.last;
    }
  }

  countPictures(catalogId: string): number {
    return this.count("catalog_id = ? AND file_type = 'image'", catalogId);
  }

  /** Row ids of images with equal picture data or pixels, each list by checksum. */
  equalImages(catalogId: string, column: 'picture_data_hash' | 'pixel_hash'): number[][] {
    return this.driver
      .all<{ rowIds: string }>(
        `SELECT json_group_array(rowId) AS rowIds FROM (
          SELECT rowid AS rowId, ${column} AS value FROM images
          WHERE catalog_id = ? AND ${column} > '' AND file_type = 'image' ORDER BY checksum)
        GROUP BY value HAVING count(*) > 1 ORDER BY value`,
        [catalogId],
      )
      .map((row) => JSON.parse(row.rowIds) as number[]);
  }

  /** Contents that were seen at more than one place, or at another place than their image's file. */
  checksumsSeenTwice(catalogId: string): string[] {
    return this.driver
      .all<{ checksum: string }>(
        `SELECT f.checksum FROM source_files f JOIN sources s ON s.id = f.source_id
        WHERE s.catalog_id = :catalogId AND ${seen} GROUP BY f.checksum HAVING count(*) > 1
        UNION
        SELECT i.checksum FROM images i JOIN source_files f ON f.checksum = i.checksum
        JOIN sources s ON s.id = f.source_id AND s.catalog_id = i.catalog_id
        WHERE i.catalog_id = :catalogId AND ${seen}
          AND replace(s.source_path || '/' || f.relative_path, '\\', '/')
            NOT IN (replace(i.original_source_path, '\\', '/'), replace(i.current_path, '\\', '/'))
        ORDER BY 1`,
        { catalogId },
      )
      .map((row) => row.checksum);
  }

  /** Every place where the contents were seen, by checksum, source name and path. */
  places(catalogId: string, checksums: readonly string[]): PlaceRow[] {
    return this.driver.all<PlaceRow>(
      `SELECT f.checksum, f.source_id AS sourceId, s.name AS sourceName,
        s.source_path AS sourcePath, f.relative_path AS relativePath, f.size_bytes AS size
      FROM json_each(CAST(? AS TEXT)) j JOIN source_files f ON f.checksum = j.value
      JOIN sources s ON s.id = f.source_id WHERE s.catalog_id = ? AND ${seen}
      ORDER BY f.checksum, s.name, f.relative_path`,
      [JSON.stringify(checksums), catalogId],
    );
  }

  imagesByRowId(rowIds: readonly number[]): Map<number, DuplicateImageRow> {
    return this.images('i.rowid', rowIds, (row) => row.rowId);
  }

  imagesById(imageIds: readonly string[]): Map<string, DuplicateImageRow> {
    return this.images('i.id', imageIds, (row) => row.imageId);
  }

  imagesByChecksum(
    catalogId: string,
    checksums: readonly string[],
  ): Map<string, DuplicateImageRow> {
    return this.images('i.checksum', checksums, (row) => row.checksum, catalogId);
  }

  private images<Key extends string | number>(
    column: string,
    keys: readonly Key[],
    keyOf: (row: DuplicateImageRow) => Key,
    catalogId?: string,
  ): Map<Key, DuplicateImageRow> {
    type Row = Omit<DuplicateImageRow, 'isManaged' | 'fileMissing' | 'path'> & {
      readonly catalogId: string;
      readonly currentPath: string;
      readonly isManaged: number;
      readonly fileMissing: number;
    };
    const found = new Map<Key, DuplicateImageRow>();
    for (let from = 0; from < keys.length; from += chunkRows) {
      for (const row of this.driver.all<Row>(
        `SELECT ${imageColumns} FROM json_each(:keys) j JOIN images i ON ${column} = j.value
        ${catalogId === undefined ? '' : 'AND i.catalog_id = :catalogId'}
        LEFT JOIN sources s ON s.id = i.source_id`,
        {
          keys: JSON.stringify(keys.slice(from, from + chunkRows)),
          ...(catalogId !== undefined && { catalogId }),
        },
      )) {
        const { catalogId: owner, currentPath: stored, ...rest } = row;
        const image = {
          ...rest,
          path: currentPath(this.managedRoot, {
            catalogId: owner,
            currentPath: stored,
            isManaged: row.isManaged,
          }),
          isManaged: row.isManaged !== 0,
          fileMissing: row.fileMissing !== 0,
        };
        found.set(keyOf(image), image);
      }
    }
    return found;
  }

  /** Images whose picture data was not hashed yet, in import order. */
  withoutDataHash(catalogId: string, afterRowId: number, limit: number): UnhashedImage[] {
    return this.driver.all<UnhashedImage>(
      `SELECT rowid AS rowId, id AS imageId, checksum FROM images
      WHERE catalog_id = ? AND picture_data_hash IS NULL AND file_type = 'image'
        AND file_missing = 0 AND rowid > ? ORDER BY rowid LIMIT ?`,
      [catalogId, afterRowId, limit],
    );
  }

  countWithoutDataHash(catalogId: string): number {
    return this.count(
      "catalog_id = ? AND picture_data_hash IS NULL AND file_type = 'image' AND file_missing = 0",
      catalogId,
    );
  }

  /** Rows whose content has changed meanwhile, or that are gone, stay as they are. */
  saveHashes(
    column: 'picture_data_hash' | 'pixel_hash',
    hashes: readonly { imageId: string; checksum: string; hash: string }[],
  ): void {
    this.driver.transaction(() => {
      for (const { imageId, checksum, hash } of hashes) {
        this.driver.run(`UPDATE images SET ${column} = ? WHERE id = ? AND checksum = ?`, [
          hash,
          imageId,
          checksum,
        ]);
      }
    });
  }

  private count(where: string, catalogId: string): number {
    return (
      this.driver.get<{ n: number }>(`SELECT count(*) AS n FROM images WHERE ${where}`, [catalogId])
        ?.n ?? 0
    );
  }
}
