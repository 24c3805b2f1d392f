import { rawMimeTypes } from '../media/extensionMatch.js';
import { extensionOfName, videoExtensions } from '../media/fileKinds.js';
import type { FileType, MediaFacts } from '../model/media.js';
import type { DateOutcome } from '../model/migration.js';
import { ExifTags } from './exifTags.js';
import { isObject, without, type JsonObject, type JsonValue } from './json.js';
import type { LegacyImageRecord } from './legacyCatalog.js';
import { legacyTime } from './legacyTime.js';
import { legacyPathText, momentOf, Values, type ValueTally } from './values.js';

export type ReviewStatus = 'active' | 'rejected' | 'archived' | 'flagged';

/** The places of an old image, as they were stored. */
export interface LegacyPlaces {
  /** `source_path`: where the old program last knew the file, or where it came from. */
  readonly path: string | null;
  /** `organized_path`: its copy under the organized directory. */
  readonly organizedPath: string | null;
  /** `original_source_path` of the variant with import jobs. */
  readonly originalPath: string | null;
}

/** An old image of any generation in the terms of the new catalog. */
export interface LegacyImage {
  readonly id: string;
  /** SHA-256 in lower case, or null if what was stored is none. */
  readonly checksum: string | null;
  readonly sizeBytes: number | null;
  readonly facts: MediaFacts;
  readonly dateOutcome: DateOutcome;
  readonly zoneIgnored: boolean;
  readonly reviewStatus: ReviewStatus;
  readonly qualityScore: number | null;
  readonly importJobId: string | null;
  /** The old program moved the file or removed the original afterwards. */
  readonly originalRemoved: boolean;
  /** When the file had been changed last, ISO 8601 UTC. */
  readonly fileModifiedAt: string | null;
  readonly hasHashes: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

/** The places of an image, before anything else is known about it. */
export function legacyPlaces(record: LegacyImageRecord, tally: ValueTally): LegacyPlaces {
  const values = new Values(record.row, tally);
  return {
    path: pathOf(values.text('source_path')),
    organizedPath: pathOf(values.text('organized_path')),
    originalPath: pathOf(values.text('original_source_path')),
  };
}

/**
 * Reads an old row. Values of the wrong type count as absent.
 * @param relativePath of the file in its source, for dates in folder names
 */
export function legacyImage(
  record: LegacyImageRecord,
  places: LegacyPlaces,
  relativePath: string,
  now: Date,
  tally: ValueTally,
): LegacyImage {
  const row = new Values(record.row, tally);
  const metadata = new Values(row.object('metadata', 'metadata_json') ?? {}, tally);
  const dates = new Values(row.object('dates') ?? {}, tally);
  const flags = new Values(row.object('processing_flags') ?? {}, tally);
  const exif = new ExifTags(metadata.object('exif'));
  const name = (places.path ?? '').slice((places.path ?? '').lastIndexOf('/') + 1);
  const time = legacyTime({ row, dates, exif, fileName: name, relativePath, now });
  const checksum = row.text('checksum', 'file_hash', 'file_checksum')?.trim().toLowerCase() ?? null;
  const hashes =
    row.text('dhash', 'ahash', 'whash', 'perceptual_hash', 'dhash_16') ??
    metadata.text('perceptual_hash_dhash', 'dhash');
  const { fileType, mimeType } = typeOf(row.text('file_type'), name, exif);
  const camera = cameraFacts(row, metadata, exif);
  // Spelled out: spreading objects takes longer here than all the rest.
  return {
    id: record.id,
    checksum: checksum !== null && /^[0-9a-f]{64}$/.test(checksum) ? checksum : null,
    sizeBytes: nonNegative(
      row.whole('size_bytes', 'file_size') ?? metadata.whole('size_bytes', 'file_size'),
    ),
    facts: {
      fileType,
      mimeType,
      width: camera.width,
      height: camera.height,
      orientation: camera.orientation,
      cameraMake: camera.cameraMake,
      cameraModel: camera.cameraModel,
      lensModel: camera.lensModel,
      iso: camera.iso,
      aperture: camera.aperture,
      exposureTime: camera.exposureTime,
      focalLength: camera.focalLength,
      gps: camera.gps,
      captureTime: time.time,
      contentIdentifier: exif.text('QuickTime:ContentIdentifier', 'MakerNotes:ContentIdentifier'),
      duration: nonNegative(exif.number('QuickTime:Duration')),
      rating: ratingOf(row.real('rating') ?? exif.number('XMP:Rating', 'EXIF:Rating')),
      caption: row.text('description') ?? exif.text('XMP:Description', 'IPTC:Caption-Abstract'),
      keywords: exif.list('XMP:Subject', 'IPTC:Keywords'),
      warnings: [],
    },
    dateOutcome: time.outcome,
    zoneIgnored: time.zoneIgnored,
    reviewStatus: record.archived ? 'archived' : statusOf(row),
    qualityScore: row.real('quality_score'),
    importJobId: row.text('import_job_id'),
    originalRemoved: flags.flag('source_archived') === true,
    fileModifiedAt: momentOf(dates.text('filesystem_modified')),
    hasHashes: hashes !== null,
    createdAt: momentOf(row.text('created_at')),
    updatedAt: momentOf(row.text('updated_at', 'modified_at')),
  };
}

/** Large values that stay apart from the image's row, so that lists stay fast. */
const bulkKeys = new Set(['clip_embedding', 'features_vector', 'embedding']);
/** Columns that hold exactly the same. */
const exactKeys = new Set(['checksum', 'catalog_id']);

/** What of an old row has no column: a small part for `images.legacy`, and what is large. */
export function leftovers(record: LegacyImageRecord): { small: JsonObject; bulk: JsonObject } {
  const small: Record<string, JsonValue> = {};
  const bulk: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(record.row)) {
    if (value === null || exactKeys.has(key)) continue;
    if (bulkKeys.has(key)) bulk[key] = value;
    else if (key === 'metadata' && isObject(value) && 'exif' in value) {
      bulk['exif'] = value['exif'] ?? null;
      small[key] = without(value, new Set(['exif']));
    } else if (key !== '__proto__') small[key] = value;
  }
  return { small, bulk };
}

function cameraFacts(
  row: Values,
  metadata: Values,
  exif: ExifTags,
): Pick<
  MediaFacts,
  | 'width'
  | 'height'
  | 'orientation'
  | 'cameraMake'
  | 'cameraModel'
  | 'lensModel'
  | 'iso'
  | 'aperture'
  | 'exposureTime'
  | 'focalLength'
  | 'gps'
> {
  const whole = (key: string, ...tags: string[]): number | null =>
    positive(row.whole(key) ?? metadata.whole(key) ?? exif.number(...tags));
  const real = (key: string, ...tags: string[]): number | null =>
    positive(row.real(key) ?? metadata.real(key) ?? exif.number(...tags));
  const text = (key: string, ...tags: string[]): string | null =>
    row.text(key) ?? metadata.text(key) ?? exif.text(...tags);
  const size = (side: 'Width' | 'Height'): number | null =>
    whole(
      side.toLowerCase(),
      `File:Image${side}`,
      `EXIF:ExifImage${side}`,
      `QuickTime:Image${side}`,
    );
  const orientation = whole('orientation', 'EXIF:Orientation', 'QuickTime:Rotation');
  const exposure = row.text('shutter_speed') ?? metadata.text('shutter_speed');
  return {
    width: size('Width'),
    height: size('Height'),
    orientation: orientation !== null && orientation <= 8 ? orientation : null,
    cameraMake: text('camera_make', 'EXIF:Make', 'QuickTime:Make', 'Make'),
    cameraModel: text('camera_model', 'EXIF:Model', 'QuickTime:Model', 'Model'),
    lensModel: text('lens_model', 'EXIF:LensModel', 'Composite:LensID', 'MakerNotes:LensModel'),
    iso: real('iso', 'EXIF:ISO', 'ISO'),
    aperture: real('aperture', 'EXIF:FNumber', 'Composite:Aperture'),
    exposureTime: positive(
      new ExifTags({ value: exposure }).number('value') ?? exif.number('EXIF:ExposureTime'),
    ),
    focalLength: real('focal_length', 'EXIF:FocalLength'),
    gps: gpsOf(row, metadata, exif),
  };
}

function gpsOf(row: Values, metadata: Values, exif: ExifTags): MediaFacts['gps'] {
  const latitude =
    row.real('latitude', 'gps_latitude') ??
    metadata.real('gps_latitude') ??
    exif.degrees('Latitude');
  const longitude =
    row.real('longitude', 'gps_longitude') ??
    metadata.real('gps_longitude') ??
    exif.degrees('Longitude');
  if (latitude === null || longitude === null) return null;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  const altitude =
    row.real('gps_altitude') ??
    metadata.real('gps_altitude') ??
    exif.number('Composite:GPSAltitude');
  return { latitude, longitude, altitude };
}

const mimeTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  jpe: 'image/jpeg',
  jfif: 'image/jpeg',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  raf: 'image/x-fujifilm-raf',
  cr3: 'image/x-canon-cr3',
  crw: 'image/x-canon-crw',
  mrw: 'image/x-minolta-mrw',
  x3f: 'image/x-sigma-x3f',
  mov: 'video/quicktime',
  m4v: 'video/x-m4v',
  avi: 'video/x-msvideo',
  '3gp': 'video/3gpp',
  mts: 'video/mp2t',
  m2ts: 'video/mp2t',
  mkv: 'video/x-matroska',
  wmv: 'video/x-ms-wmv',
  mpg: 'video/mpeg',
  mpeg: 'video/mpeg',
  ...rawMimeTypes,
};

/** What the file is: by the stored type and the metadata, else by the extension. */
function typeOf(
  stored: string | null,
  name: string,
  exif: ExifTags,
): { fileType: FileType; mimeType: string } {
  const extension = extensionOfName(name);
  const known = mimeTypes[extension] ?? '';
  const isVideo = videoExtensions.has(extension) || known.startsWith('video/');
  const fileType = stored === 'video' || stored === 'image' ? stored : isVideo ? 'video' : 'image';
  const noted = exif.text('File:MIMEType');
  const isNoted = noted !== null && /^(?:image|video)\/[\w.+-]{1,60}$/.test(noted);
  const fallback = extension === '' ? 'application/octet-stream' : `${fileType}/${extension}`;
  return { fileType, mimeType: isNoted ? noted : known || fallback };
}

function statusOf(row: Values): ReviewStatus {
  const status = row.text('status_id');
  if (status === 'rejected' || status === 'archived' || status === 'flagged') return status;
  if (status !== null) return 'active';
  // Before the table of statuses; the old program's own upgrade took `complete` for archived.
  const earlier = row.text('status');
  if (earlier === 'rejected' || earlier === 'archived' || earlier === 'flagged') return earlier;
  if (earlier === 'needs_review') return 'flagged';
  return earlier === 'complete' && row.row['catalog_id'] !== undefined ? 'archived' : 'active';
}

function pathOf(stored: string | null): string | null {
  return stored === null || stored.includes('\0') ? null : legacyPathText(stored);
}

const positive = (value: number | null): number | null =>
  value !== null && value > 0 && Number.isFinite(value) ? value : null;

const nonNegative = (value: number | null): number | null =>
  value !== null && value >= 0 && Number.isFinite(value) ? value : null;

const ratingOf = (value: number | null): number | null =>
  value !== null && value >= -1 && value <= 5 ? Math.round(value) : null;
