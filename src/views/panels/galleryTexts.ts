/** The texts of the gallery: its groups, tiles and details, from what the engine tells. */
import path from 'node:path';
import type {
  CaptureDateExplanation,
  ImageDetails,
  ImageGrouping,
  ImageTile,
} from '../../catalog/model/gallery.js';
import type { Image } from '../../catalog/model/image.js';
import type { ImportMode } from '../../catalog/model/importJob.js';
import { formatBytes, formatCount, formatDateTime, type Translate } from '../format.js';
import type {
  GalleryDetails,
  GalleryFact,
  GallerySection,
  GallerySort,
  GalleryTile,
  TileBadge,
  TilePicture,
} from '../galleryProtocol.js';
import { captureSourceText, errorText, pathInside, suspiciousText } from './fileTexts.js';
import type { Texts } from './previewRows.js';

/** The heading of a group of images. */
export function groupLabel({ t, locale }: Texts, grouping: ImageGrouping, key: string): string {
  if (grouping === 'folder') return key === '' ? t('(top of the managed directory)') : key;
  return key === '' ? t('No date') : dayText(key, locale);
}

/** `Thursday, June 15, 2023`, as far as the date is known; `2023-06` and `2023` too. */
function dayText(key: string, locale: string): string {
  const [year = '', month, day] = key.split('-');
  if (month === undefined) return year;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? '1')));
  if (Number.isNaN(date.getTime())) return key;
  // Date.UTC takes a year below 100 for one of the 20th century.
  date.setUTCFullYear(Number(year));
  const options: Intl.DateTimeFormatOptions =
    day === undefined ? { year: 'numeric', month: 'long' } : { dateStyle: 'full' };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(date);
}

const pictures = { PENDING: 'pending', DONE: 'ready', FAILED: 'failed', NONE: 'none' } as const;

export function tilePicture(state: keyof typeof pictures): TilePicture {
  return pictures[state];
}

/** An image as a tile of the grid. */
export function galleryTile(
  { t, locale }: Texts,
  image: ImageTile,
  sort: GallerySort,
  offline: boolean,
): GalleryTile {
  const date = image.capturedAt === null ? t('no date') : dateTimeText(image.capturedAt, 16);
  const badge = badgeOf(image, offline);
  const badgeText = badge === null ? null : badgeTextOf(t, badge);
  const mark = markOf(image);
  const size = formatBytes(image.sizeBytes, locale);
  const special = [image.fileType === 'video' ? t('video') : null, badgeText, mark, size];
  return {
    id: image.id,
    name: image.name,
    checksum: image.checksum,
    fileType: image.fileType,
    picture: tilePicture(image.pictureState),
    problem: null,
    detail: sort === 'size' || image.fileType === 'video' ? `${date} · ${size}` : date,
    badge,
    badgeText,
    mark,
    pixels:
      image.width === null || image.height === null ? null : Math.max(image.width, image.height),
    label: [image.name, date, ...special.filter((text) => text !== null)].join(', '),
  };
}

/** What is wrong with the file. Of a place that is not there nothing else is known. */
function badgeOf({ fileMissing, fileChanged }: ImageTile, offline: boolean): TileBadge | null {
  if (offline) return 'offline';
  if (fileMissing) return 'missing';
  return fileChanged ? 'changed' : null;
}

/** `2023-06-15 14:30`: the wall clock as far as it is known, cut to a length. */
function dateTimeText(capturedAt: string, length: number): string {
  return capturedAt.replace('T', ' ').slice(0, length);
}

function badgeTextOf(t: Translate, badge: TileBadge): string {
  const texts: Record<TileBadge, string> = {
    missing: t('The file is missing'),
    offline: t('Its drive or folder cannot be reached now'),
    changed: t('The file changed after its import'),
  };
  return texts[badge];
}

/** The duration of a video; of other pictures than JPEGs the format. */
function markOf(image: ImageTile): string | null {
  if (image.fileType === 'video')
    return image.duration === null ? null : durationText(image.duration);
  if (image.mimeType === 'image/jpeg') return null;
  const extension = path.extname(image.name).slice(1).toUpperCase();
  return extension.length >= 2 && extension.length <= 5 ? extension : null;
}

/** `1:05`, `1:02:05`. */
function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : pad(part))).join(':');
}

const pad = (part: number): string => String(part).padStart(2, '0');

/** Everything that is known of an image, in sections; what is not known is left out. */
export function galleryDetails(texts: Texts, details: ImageDetails): GalleryDetails {
  const { t } = texts;
  const { image } = details;
  const sections: GallerySection[] = [
    { title: t('File'), facts: fileFacts(texts, image) },
    { title: t('Date Taken'), facts: dateFacts(t, details.captureDate) },
    { title: t('Camera'), facts: cameraFacts(t, image) },
    { title: t('Place'), facts: placeFacts(t, image) },
    { title: t('Description'), facts: descriptionFacts(t, details) },
    { title: t('Where It Comes From'), facts: provenanceFacts(texts, details) },
    { title: t('Belongs Together'), facts: relatedFacts(t, details) },
    { title: t('Fingerprints'), facts: fingerprintFacts(texts, image) },
  ];
  return {
    id: image.id,
    name: path.basename(image.currentPath),
    sections: sections.filter(({ facts }) => facts.length > 0),
  };
}

/** Facts whose value is known. */
function known(...facts: readonly (readonly [string, string | number | null])[]): GalleryFact[] {
  return facts.flatMap(([label, value]) =>
    value === null || value === '' ? [] : [{ label, value: String(value) }],
  );
}

/** `6000 × 4000` as it is seen, or null. */
export function pixelsText(image: Pick<Image, 'orientation' | 'width' | 'height'>): string | null {
  const turned = image.orientation !== null && image.orientation >= 5;
  const [width, height] = turned ? [image.height, image.width] : [image.width, image.height];
  return width === null || height === null ? null : `${width} × ${height}`;
}

function fileFacts({ t, locale }: Texts, image: Image): GalleryFact[] {
  const states: GalleryFact[] = [];
  const warn = (value: string): number => states.push({ label: t('State'), value, warning: true });
  if (image.fileMissing) warn(t('The file is missing'));
  if (image.fileChanged) warn(t('The file changed after its import'));
  if (image.pictureErrorCode !== null) {
    const data = { ...image.pictureErrorData };
    if (data['path'] === image.currentPath) data['path'] = path.basename(image.currentPath);
    warn(errorText(t, { code: image.pictureErrorCode, data }));
  }
  return [
    ...states,
    { label: t('Path'), value: image.currentPath, command: 'reveal' },
    ...known(
      [t('Type'), image.mimeType],
      [t('Size'), formatBytes(image.sizeBytes, locale)],
      [t('Pixels'), pixelsText(image)],
      [t('Duration'), image.duration === null ? null : durationText(image.duration)],
      [t('Colors'), image.colorSpace === 'srgb' ? 'sRGB' : image.colorSpace],
    ),
  ];
}

function dateFacts(t: Translate, date: CaptureDateExplanation | null): GalleryFact[] {
  if (date === null)
    return [{ label: t('Date'), value: t('Nothing in the file or its name tells a date.') }];
  const precisions: Record<CaptureDateExplanation['precision'], string> = {
    time: '',
    day: t('Only the day is known.'),
    month: t('Only the month is known.'),
    year: t('Only the year is known.'),
  };
  const facts = known(
    [t('Date'), dateTimeText(date.value, 19)],
    [
      t('Time zone'),
      date.precision === 'time'
        ? (date.offset ?? t("Not recorded: this is the camera's own clock."))
        : null,
    ],
    [t('Read from'), date.source === null ? null : captureSourceText(t, date.source)],
    [t('Precision'), precisions[date.precision]],
    [t('Confidence'), date.confidence === null ? null : t('{0} %', date.confidence)],
  );
  const suspicious = suspiciousText(t, date.suspicious);
  return suspicious === null
    ? facts
    : [...facts, { label: t('Doubt'), value: suspicious, warning: true }];
}

function cameraFacts(t: Translate, image: Image): GalleryFact[] {
  const make = image.cameraMake ?? '';
  const model = image.cameraModel ?? '';
  const namesMake = model.toLowerCase().startsWith(make.toLowerCase());
  const { exposureTime, aperture, iso, focalLength } = image;
  return known(
    [t('Camera'), namesMake ? model : `${make} ${model}`.trim()],
    [t('Lens'), image.lensModel],
    [t('Exposure'), exposureTime === null ? null : t('{0} s', exposureText(exposureTime))],
    [t('Aperture'), aperture === null ? null : `f/${rounded(aperture)}`],
    [t('ISO'), iso === null ? null : rounded(iso)],
    [t('Focal length'), focalLength === null ? null : t('{0} mm', rounded(focalLength))],
  );
}

function exposureText(seconds: number): string {
  return seconds > 0 && seconds < 0.3 ? `1/${Math.round(1 / seconds)}` : rounded(seconds);
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function placeFacts(t: Translate, image: Image): GalleryFact[] {
  const { gpsLatitude, gpsLongitude, gpsAltitude } = image;
  if (gpsLatitude === null || gpsLongitude === null) return [];
  return known(
    [t('Coordinates'), `${gpsLatitude.toFixed(5)}, ${gpsLongitude.toFixed(5)}`],
    [t('Altitude'), gpsAltitude === null ? null : t('{0} m', Math.round(gpsAltitude))],
  );
}

function descriptionFacts(t: Translate, { image, tags }: ImageDetails): GalleryFact[] {
  const { rating } = image;
  const stars =
    rating === null ? null : rating < 0 ? t('Rejected') : '★'.repeat(rating).padEnd(5, '☆');
  return known(
    [t('Rating'), stars],
    [t('Caption'), image.caption],
    [t('Keywords'), image.keywords.join(', ')],
    [t('Tags'), tags.join(', ')],
  );
}

function provenanceFacts({ t, locale }: Texts, details: ImageDetails): GalleryFact[] {
  const { image, provenance, sightings } = details;
  const { source, importJob } = provenance;
  const facts: GalleryFact[] = [
    {
      label: t('Managed'),
      value: image.isManaged
        ? t('Yes, in the managed directory of {0}', details.catalog.name)
        : t('No, the file is where it was'),
    },
    { label: t('Import mode'), value: modeText(t, provenance.importMode) },
    { label: t('Original path'), value: provenance.originalSourcePath },
  ];
  facts.push(
    source
      ? { label: t('Source'), value: source.name, command: 'showSource' }
      : { label: t('Source'), value: t('No longer in the catalog') },
  );
  if (importJob) {
    const started = formatDateTime(importJob.startedAt, locale);
    facts.push({ label: t('Import job'), value: started, command: 'showJob' });
  }
  facts.push(...known([t('Added'), formatDateTime(image.createdAt, locale)]));
  const others = sightings.filter(({ path: seen }) => seen !== provenance.originalSourcePath);
  if (others.length > 0) {
    const places = others.map(({ sourceName, path: seen, state }) => {
      const place = t('{0} ({1})', seen, sourceName);
      return state === 'gone' ? t('{0}, no longer there', place) : place;
    });
    facts.push({ label: t('Also seen at'), value: places.join('\n') });
  }
  return facts;
}

function modeText(t: Translate, mode: ImportMode): string {
  const texts: Record<ImportMode, string> = {
    reference: t('Reference'),
    copy: t('Copy'),
    move: t('Move'),
  };
  return texts[mode];
}

function relatedFacts(t: Translate, details: ImageDetails): GalleryFact[] {
  const folder = path.dirname(details.image.currentPath);
  const namesOf = (relation: 'companion' | 'burst'): string =>
    details.groupMembers
      .filter((member) => member.relation === relation)
      .map(({ currentPath }) => pathInside(folder, currentPath))
      .join('\n');
  return known(
    [t('Same exposure'), namesOf('companion')],
    [t('Same burst'), namesOf('burst')],
    [
      t('Sidecars'),
      details.sidecars.map(({ currentPath }) => pathInside(folder, currentPath)).join('\n'),
    ],
  );
}

function fingerprintFacts({ t, locale }: Texts, image: Image): GalleryFact[] {
  return known(
    [t('SHA-256'), image.checksum],
    [
      t('SHA-256 at import'),
      image.importedChecksum === image.checksum ? null : image.importedChecksum,
    ],
    ['dHash', image.dhash],
    ['aHash', image.ahash],
    ['wHash', image.whash],
    ['pHash', image.phash],
    [
      t('Quality'),
      image.qualityScore === null ? null : t('{0} of 100', rounded(image.qualityScore)),
    ],
    [t('Verified'), image.verifiedAt === null ? null : formatDateTime(image.verifiedAt, locale)],
  );
}

/** The number of images, with the locale's grouping. */
export function totalText({ locale }: Texts, total: number): string {
  return formatCount(total, locale);
}
