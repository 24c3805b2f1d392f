import { qualityScore } from '../media/qualityScore.js';
import type { Image, NewImage } from '../model/image.js';
import type { SqlValue } from './driver.js';
import { fromJson, textBytes } from './jsonColumns.js';
import type { ManagedRoot } from './managedPaths.js';
import { currentPath } from './managedPaths.js';

/** The columns of the table `images i` that make an Image. */
export const imageColumns = `i.id, i.catalog_id AS catalogId, i.current_path AS currentPath,
  i.is_managed AS isManaged, i.file_missing AS fileMissing, i.source_id AS sourceId,
  i.import_job_id AS importJobId, i.import_mode AS importMode,
  i.original_source_path AS originalSourcePath, i.checksum, i.file_type AS fileType,
  i.mime_type AS mimeType, i.size_bytes AS sizeBytes, i.captured_at AS capturedAt,
  i.captured_at_source AS capturedAtSource, i.captured_at_confidence AS capturedAtConfidence,
  i.captured_at_suspicious AS capturedAtSuspicious, i.width, i.height, i.orientation,
  i.camera_make AS cameraMake, i.camera_model AS cameraModel, i.lens_model AS lensModel,
  i.iso, i.aperture, i.exposure_time AS exposureTime, i.focal_length AS focalLength,
  i.gps_latitude AS gpsLatitude, i.gps_longitude AS gpsLongitude, i.gps_altitude AS gpsAltitude,
  i.duration, i.color_space AS colorSpace, i.rating, i.caption, i.keywords, i.dhash, i.ahash,
  i.whash, i.phash, i.quality_score AS qualityScore, i.picture_state AS pictureState,
  i.picture_error_code AS pictureErrorCode, i.picture_error_data AS pictureErrorData,
  i.review_status AS reviewStatus, i.burst_id AS burstId, i.group_key AS groupKey,
  i.imported_checksum AS importedChecksum, i.file_changed AS fileChanged,
  i.file_damaged AS fileDamaged, i.file_checked_at AS fileCheckedAt, i.verified_at AS verifiedAt, i.created_at AS createdAt,
  i.updated_at AS updatedAt`;

type ConvertedColumn =
  'isManaged' | 'fileMissing' | 'fileChanged' | 'fileDamaged' | 'keywords' | 'pictureErrorData';

/** A row of `imageColumns`. */
export type ImageRow = Omit<Image, ConvertedColumn> & {
  readonly isManaged: number;
  readonly fileMissing: number;
  readonly fileChanged: number;
  readonly fileDamaged: number;
  readonly keywords: string | null;
  readonly pictureErrorData: string | null;
};

/** @throws CatalogError DESTINATION_OUTSIDE if a managed path is not plainly below the managed directory */
export function imageOfRow(row: ImageRow, managedRoot: ManagedRoot): Image {
  return {
    ...row,
    currentPath: currentPath(managedRoot, row),
    isManaged: row.isManaged !== 0,
    fileMissing: row.fileMissing !== 0,
    fileChanged: row.fileChanged !== 0,
    fileDamaged: row.fileDamaged !== 0,
    keywords: keywordsOf(row.keywords),
    pictureErrorData: fromJson(row.pictureErrorData),
  };
}

/** The texts of a `keywords` column; whatever else it holds is left out. */
export function keywordsOf(json: string | null): string[] {
  if (json === null) return [];
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed.filter((word) => typeof word === 'string') : [];
  } catch {
    return [];
  }
}

export const insertImageSql = `INSERT INTO images (id, catalog_id, current_path, is_managed,
    source_id, import_job_id, import_mode, original_source_path, checksum, imported_checksum,
    file_type, mime_type, size_bytes, file_mtime_ns, file_inode, captured_at, captured_at_source,
    captured_at_confidence, captured_at_suspicious, width, height, orientation, camera_make,
    camera_model, lens_model, iso, aperture, exposure_time, focal_length, gps_latitude,
    gps_longitude, gps_altitude, duration, content_identifier, group_key, color_space, rating,
    caption, keywords, picture_state, metadata, quality_score, file_missing, review_status, legacy,
    created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
    ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT), ?, ?, ?,
    CAST(? AS TEXT), ?, ?)`;

/** The parameters of insertImageSql. Facts that an earlier version read lack the newer ones. */
export function insertImageValues(image: NewImage, at: string): SqlValue[] {
  const { facts, legacy } = image;
  const { keywords = [], caption = null } = facts;
  return [
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
    facts.colorSpace ?? null,
    facts.rating ?? null,
    textBytes(caption),
    keywords.length > 0 ? textBytes(JSON.stringify(keywords)) : null,
    facts.fileType === 'video' ? 'NONE' : 'PENDING',
    facts.warnings.length > 0 ? textBytes(JSON.stringify({ warnings: facts.warnings })) : null,
    legacy
      ? legacy.qualityScore
      : facts.fileType === 'image'
        ? qualityScore(facts, image.sizeBytes)
        : null,
    legacy?.fileMissing ? 1 : 0,
    legacy?.reviewStatus ?? 'active',
    textBytes(legacy?.data ?? null),
    legacy?.createdAt ?? at,
    legacy?.updatedAt ?? at,
  ];
}
