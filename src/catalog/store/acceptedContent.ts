import type { FileIdentity } from '../files/fileIdentity.js';
import { qualityScore } from '../media/qualityScore.js';
import type { MediaFacts } from '../model/media.js';
import type { SqlDriver, SqlValue } from './driver.js';

/** What is in a file now, to be taken for an image's content. */
export interface AcceptedContent {
  readonly imageId: string;
  readonly checksum: string;
  readonly identity: FileIdentity;
  readonly facts: MediaFacts;
}

/**
 * Writes a file's present content to its image: checksum, size and facts. What the file no longer tells (an editor may
 * leave out the capture time or the camera) stays as it was; imported_checksum never changes. Hashes and picture are
 * to be made anew.
 */
export function writeAcceptedContent(
  driver: SqlDriver,
  { imageId, checksum, identity, facts }: AcceptedContent,
  at: string,
): void {
  const { captureTime, gps, keywords = [] } = facts;
  const replaced: Record<string, SqlValue> = {
    checksum,
    size_bytes: identity.sizeBytes,
    file_mtime_ns: identity.mtimeNs,
    file_inode: identity.inode,
    file_type: facts.fileType,
    mime_type: facts.mimeType,
    width: facts.width,
    height: facts.height,
    orientation: facts.orientation,
    duration: facts.duration,
    quality_score: facts.fileType === 'image' ? qualityScore(facts, identity.sizeBytes) : null,
    picture_state: facts.fileType === 'video' ? 'NONE' : 'PENDING',
    file_missing: 0,
    file_changed: 0,
    file_damaged: 0,
    file_checked_at: at,
    verified_at: at,
    updated_at: at,
  };
  const kept: Record<string, SqlValue> = {
    captured_at: captureTime?.value ?? null,
    camera_make: facts.cameraMake,
    camera_model: facts.cameraModel,
    lens_model: facts.lensModel,
    iso: facts.iso,
    aperture: facts.aperture,
    exposure_time: facts.exposureTime,
    focal_length: facts.focalLength,
    gps_latitude: gps?.latitude ?? null,
    gps_longitude: gps?.longitude ?? null,
    gps_altitude: gps?.altitude ?? null,
    color_space: facts.colorSpace ?? null,
    rating: facts.rating ?? null,
    caption: facts.caption ?? null,
    keywords: keywordsToJson(keywords),
  };
  // Where the time is from belongs to the time itself.
  const time: Record<string, SqlValue> = captureTime
    ? {
        captured_at_source: captureTime.source,
        captured_at_confidence: captureTime.confidence,
        captured_at_suspicious: captureTime.suspicious,
      }
    : {};
  const set = [
    ...Object.keys({ ...replaced, ...time }).map((name) => `${name} = :${name}`),
    ...Object.keys(kept).map((name) => `${name} = coalesce(:${name}, ${name})`),
    ...madeFromPixels.map((name) => `${name} = NULL`),
  ];
  driver.run(`UPDATE images SET ${set.join(', ')} WHERE id = :imageId`, {
    ...replaced,
    ...time,
    ...kept,
    imageId,
  });
}

/** Null for none: then those that are known stay. */
export const keywordsToJson = (keywords: readonly string[]): string | null =>
  keywords.length > 0 ? JSON.stringify(keywords) : null;

const madeFromPixels = [
  'dhash',
  'ahash',
  'whash',
  'phash',
  'hash_version',
  'contrast',
  'picture_data_hash',
  'pixel_hash',
  'picture_error_code',
  'picture_error_data',
] as const;
