import type { ErrorCode, ErrorData } from '../model/errors.js';
import type { FileType } from '../model/media.js';
import type { PictureResult, PictureState } from '../model/picture.js';
import type { FailedPicture, PictureFailureGroup, PictureProblem } from '../model/pictureWork.js';
import type { SqlDriver } from './driver.js';
import { fromJson, toJson } from './jsonColumns.js';
import { currentPath, type ManagedRoot } from './managedPaths.js';

/** What making an image's picture needs. */
export interface PictureRow {
  readonly rowId: number;
  readonly imageId: string;
  readonly catalogId: string;
  /** As stored: relative to the managed directory if isManaged, else absolute. Not checked. */
  readonly storedPath: string;
  readonly isManaged: boolean;
  readonly sourcePath: string | null;
  readonly originalSourcePath: string;
  readonly checksum: string;
  readonly fileType: FileType;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly orientation: number | null;
  readonly state: PictureState;
  readonly error: PictureProblem | null;
}

/** What became of an image's picture. */
export type PictureUpdate = { readonly imageId: string; readonly checksum: string } & (
  | { readonly state: 'DONE'; readonly result: PictureResult }
  | {
      readonly state: 'FAILED';
      readonly error: PictureProblem;
      /** The version of the program that tried: a newer one tries again. */
      readonly hashVersion: number;
    }
);

type Row = Omit<PictureRow, 'isManaged' | 'error'> & {
  readonly isManaged: number;
  readonly errorCode: ErrorCode | null;
  readonly errorData: string | null;
};

const columns = `i.rowid AS rowId, i.id AS imageId, i.catalog_id AS catalogId,
  i.current_path AS storedPath, i.is_managed AS isManaged, s.source_path AS sourcePath,
  i.original_source_path AS originalSourcePath, i.checksum, i.file_type AS fileType,
  i.mime_type AS mimeType, i.size_bytes AS sizeBytes, i.orientation, i.picture_state AS state,
  i.picture_error_code AS errorCode, i.picture_error_data AS errorData`;
const tables = 'images i LEFT JOIN sources s ON s.id = i.source_id';

// The first term is the index's own condition: without it SQLite reads all rows.
const open = "i.picture_state <> 'DONE'";

/** The pictures' columns of the table `images`. */
export class PictureRepository {
  private readonly driver: SqlDriver;
  private readonly managedRoot: ManagedRoot;

  constructor(driver: SqlDriver, managedRoot: ManagedRoot) {
    this.driver = driver;
    this.managedRoot = managedRoot;
  }

  /** Pending images in import order, of one catalog or of all. */
  nextPending(request: {
    readonly catalogId: string | null;
    readonly afterRowId: number;
    readonly limit: number;
  }): PictureRow[] {
    const { catalogId, afterRowId, limit } = request;
    return this.driver
      .all<Row>(
        `SELECT ${columns} FROM ${tables} WHERE ${open} AND i.picture_state = 'PENDING'
          AND (:catalogId IS NULL OR i.catalog_id = :catalogId) AND i.rowid > :afterRowId
        ORDER BY i.rowid LIMIT :limit`,
        { catalogId, afterRowId, limit },
      )
      .map(toRow);
  }

  countPending(catalogId: string | null, afterRowId = 0): number {
    return (
      this.driver.get<{ n: number }>(
        `SELECT count(*) AS n FROM images i WHERE ${open} AND i.picture_state = 'PENDING'
          AND (:catalogId IS NULL OR i.catalog_id = :catalogId) AND i.rowid > :afterRowId`,
        { catalogId, afterRowId },
      )?.n ?? 0
    );
  }

  /** Unknown ids are left out. */
  byIds(imageIds: readonly string[]): Map<string, PictureRow> {
    const rows = this.driver.all<Row>(
      `SELECT ${columns} FROM ${tables} WHERE i.id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(imageIds)],
    );
    return new Map(rows.map((row) => [row.imageId, toRow(row)]));
  }

  counts(catalogId: string): Record<PictureState, number> {
    const counts = { PENDING: 0, DONE: 0, FAILED: 0, NONE: 0 };
    for (const { state, n } of this.driver.all<{ state: PictureState; n: number }>(
      `SELECT i.picture_state AS state, count(*) AS n FROM images i
      WHERE ${open} AND i.catalog_id = ? GROUP BY 1`,
      [catalogId],
    )) {
      counts[state] = n;
    }
    const total = this.driver.get<{ n: number }>(
      'SELECT count(*) AS n FROM images WHERE catalog_id = ?',
      [catalogId],
    );
    counts.DONE = (total?.n ?? 0) - counts.PENDING - counts.FAILED - counts.NONE;
    return counts;
  }

  /** Most frequent first. */
  failureGroups(catalogId: string): PictureFailureGroup[] {
    return this.driver.all<PictureFailureGroup>(
      `SELECT COALESCE(i.picture_error_code, 'INTERNAL') AS code, count(*) AS count FROM images i
      WHERE ${open} AND i.picture_state = 'FAILED' AND i.catalog_id = ?
      GROUP BY 1 ORDER BY count DESC, code`,
      [catalogId],
    );
  }

  /** In import order. */
  pageFailed(request: {
    readonly catalogId: string;
    readonly offset: number;
    readonly limit: number;
  }): { total: number; pictures: FailedPicture[] } {
    const { catalogId, offset, limit } = request;
    const where = `${open} AND i.picture_state = 'FAILED' AND i.catalog_id = ?`;
    const pictures = this.driver
      .all<Row>(
        `SELECT ${columns} FROM ${tables} WHERE ${where} ORDER BY i.rowid LIMIT ? OFFSET ?`,
        [catalogId, limit, offset],
      )
      .map((row) => ({
        imageId: row.imageId,
        currentPath: this.shownPath(row),
        originalSourcePath: row.originalSourcePath,
        error: toRow(row).error ?? { code: 'INTERNAL' as const, data: {} },
      }));
    const total = this.driver.get<{ n: number }>(
      `SELECT count(*) AS n FROM images i WHERE ${where}`,
      [catalogId],
    );
    return { total: total?.n ?? 0, pictures };
  }

  /** A path that leads out of the managed directory is told as it is stored: it is why the picture failed. */
  private shownPath(row: Row): string {
    try {
      return currentPath(this.managedRoot, { ...row, currentPath: row.storedPath });
    } catch {
      return row.storedPath;
    }
  }

  /** Rows whose content has changed meanwhile, or that are gone, stay as they are. */
  save(updates: readonly PictureUpdate[], at = new Date().toISOString()): void {
    this.driver.transaction(() => {
      for (const update of updates) {
        if (update.state === 'DONE') this.saveDone(update, at);
        else this.saveFailed(update, at);
      }
    });
  }

  private saveDone(update: Extract<PictureUpdate, { state: 'DONE' }>, at: string): void {
    const { result, imageId, checksum } = update;
    this.driver.run(
      // The columns of the size hold stored pixels, the result's are those seen after orientation.
      `UPDATE images SET picture_state = 'DONE', picture_error_code = :errorCode,
        picture_error_data = :errorData, dhash = :dhash, ahash = :ahash, whash = :whash,
        phash = :phash, hash_version = :hashVersion, contrast = :contrast,
        pixel_hash = COALESCE(:pixelHash, pixel_hash),
        color_space = COALESCE(:colorSpace, color_space),
        width = COALESCE(width, CASE WHEN orientation >= 5 THEN :height ELSE :width END),
        height = COALESCE(height, CASE WHEN orientation >= 5 THEN :width ELSE :height END),
        updated_at = :at
      WHERE id = :imageId AND checksum = :checksum`,
      {
        imageId,
        checksum,
        at,
        errorCode: result.damage?.code ?? null,
        errorData: toJson(result.damage?.data),
        dhash: result.dhash,
        ahash: result.ahash,
        whash: result.whash,
        phash: result.phash,
        hashVersion: result.hashVersion,
        contrast: result.contrast,
        pixelHash: result.pixelHash,
        colorSpace: result.colorSpace,
        width: result.width,
        height: result.height,
      },
    );
  }

  private saveFailed(update: Extract<PictureUpdate, { state: 'FAILED' }>, at: string): void {
    const { imageId, checksum, error, hashVersion } = update;
    this.driver.run(
      `UPDATE images SET picture_state = 'FAILED', picture_error_code = ?, picture_error_data = ?,
        hash_version = ?, updated_at = ?
      WHERE id = ? AND checksum = ? AND picture_state = 'PENDING'`,
      [error.code, toJson(error.data), hashVersion, at, imageId, checksum],
    );
  }

  /** Videos have no picture to decode. */
  settleVideos(): number {
    return this.driver.run(
      `UPDATE images AS i SET picture_state = 'NONE'
      WHERE ${open} AND i.picture_state = 'PENDING' AND i.file_type = 'video'`,
    );
  }

  /** Marks pictures of a catalog to be made again. Returns how many will be. */
  reset(catalogId: string, failedOnly: boolean): number {
    const which = failedOnly
      ? `${open} AND i.picture_state = 'FAILED'`
      : "i.picture_state IN ('DONE', 'FAILED')";
    return this.driver.run(
      `UPDATE images AS i SET picture_state = 'PENDING', picture_error_code = NULL,
        picture_error_data = NULL WHERE ${which} AND i.catalog_id = ?`,
      [catalogId],
    );
  }

  /** Marks images to be looked at again because their files have changed. */
  resetImages(imageIds: readonly string[]): number {
    return this.driver.run(
      `UPDATE images SET picture_state = 'PENDING', picture_error_code = NULL,
        picture_error_data = NULL
      WHERE id IN (SELECT value FROM json_each(?)) AND picture_state IN ('DONE', 'FAILED')`,
      [JSON.stringify(imageIds)],
    );
  }

  /** Marks what an older version of the program made or failed at. Reads all rows. */
  resetOlderThan(hashVersion: number): number {
    return this.driver.run(
      `UPDATE images SET picture_state = 'PENDING'
      WHERE picture_state IN ('DONE', 'FAILED') AND hash_version < ?`,
      [hashVersion],
    );
  }

  /** Those of the checksums that no image of any catalog has. */
  withoutImage(checksums: readonly string[]): Set<string> {
    const rows = this.driver.all<{ checksum: string }>(
      `SELECT j.value AS checksum FROM json_each(?) j WHERE NOT EXISTS (
        SELECT 1 FROM catalogs c JOIN images i ON i.catalog_id = c.id AND i.checksum = j.value)`,
      [JSON.stringify(checksums)],
    );
    return new Set(rows.map((row) => row.checksum));
  }

  /** The contents of all previews that can still be imported. */
  checksumsOfPreviews(): Set<string> {
    const rows = this.driver.all<{ checksum: string }>(
      `SELECT DISTINCT f.checksum FROM scan_files f JOIN scans s ON s.id = f.scan_id
      WHERE s.status IN ('READY', 'RUNNING') AND f.checksum IS NOT NULL`,
    );
    return new Set(rows.map((row) => row.checksum));
  }
}

function toRow({ errorCode, errorData, ...row }: Row): PictureRow {
  return {
    ...row,
    isManaged: row.isManaged !== 0,
    error:
      errorCode === null ? null : { code: errorCode, data: fromJson<ErrorData>(errorData) ?? {} },
  };
}
