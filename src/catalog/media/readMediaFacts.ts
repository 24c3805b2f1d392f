import { CatalogError } from '../model/errors.js';
import type {
  ByteReader,
  CaptureTime,
  CaptureTimeSource,
  FileWarning,
  MediaFacts,
} from '../model/media.js';
import { BoundedReader } from './boundedReader.js';
import { chooseCaptureTime } from './captureTime.js';
import type { ContainerFacts } from './container.js';
import { readContainer } from './containerFacts.js';
import { utcValue, type DateCandidate } from './dateText.js';
import { isOrientation, readExif, type ExifFacts } from './exif.js';
import { extensionContradicts } from './extensionMatch.js';
import { extensionOfName } from './fileKinds.js';
import { fileNameDate } from './fileNameDate.js';
import { folderNameDate } from './folderNameDate.js';
import { describedFacts } from './describedFacts.js';
import { readIptc, type IptcFacts } from './iptc.js';
import { sniffContent, type SniffedType } from './sniff.js';
import { readXmp, xmpText, type XmpFacts } from './xmp.js';

export interface MediaFactsInput {
  readonly reader: ByteReader;
  /** For messages and for the date in the file name. */
  readonly path: string;
  /** Relative to the source, `/` separated: its folders may name a date. */
  readonly relativePath?: string;
  /** What its XMP sidecars say: rating, keywords and caption count, not their dates. */
  readonly sidecars?: readonly XmpFacts[];
  /** Modification time, nanoseconds since 1970 UTC. */
  readonly mtimeNs: string;
  readonly now: Date;
}

/**
 * Reads what a media file says about itself, without decoding its pixels. Damage that leaves the
 * kind recognisable becomes a warning. Reading is bounded, whatever the file contains.
 * @throws CatalogError FILE_EMPTY, FILE_NOT_MEDIA, FILE_UNREADABLE
 */
export async function readMediaFacts(input: MediaFactsInput): Promise<MediaFacts> {
  const { path } = input;
  if (input.reader.size === 0) throw new CatalogError('FILE_EMPTY', { path });
  const reader = new BoundedReader(input.reader, path);
  const content = await sniffContent(reader.head, baseName(path));
  if ('seems' in content) {
    throw new CatalogError('FILE_NOT_MEDIA', { path, detail: content.seems });
  }
  const container = readContainer(reader, content);
  const exif = await readExif(container.tiffBlocks);
  const xmp = container.xmp ? readXmp(xmpText(container.xmp)) : null;
  const iptc = container.iptc ? readIptc(container.iptc) : null;
  return assemble(input, content, container, { exif, xmp, iptc });
}

/** What the metadata of the three standards say. */
export interface EmbeddedFacts {
  readonly exif: ExifFacts;
  readonly xmp: XmpFacts | null;
  readonly iptc: IptcFacts | null;
}

const exifCaptureSources: ReadonlySet<CaptureTimeSource> = new Set([
  'exif:DateTimeOriginal',
  'exif:CreateDate',
]);

function assemble(
  input: MediaFactsInput,
  content: SniffedType,
  container: ContainerFacts,
  embedded: EmbeddedFacts,
): MediaFacts {
  const { exif, xmp } = embedded;
  const captureTime = captureTimeOf(input, container, embedded);
  const size = sizeOf(content, container, exif);
  const orientation = container.orientation ?? exif.orientation ?? xmp?.orientation ?? null;
  return {
    fileType: content.fileType,
    mimeType: content.mimeType,
    width: size?.[0] ?? null,
    height: size?.[1] ?? null,
    orientation: orientation !== null && isOrientation(orientation) ? orientation : null,
    captureTime,
    cameraMake: exif.cameraMake ?? container.cameraMake ?? null,
    cameraModel: exif.cameraModel ?? container.cameraModel ?? null,
    lensModel: exif.lensModel ?? null,
    iso: exif.iso ?? null,
    aperture: exif.aperture ?? null,
    exposureTime: exif.exposureTime ?? null,
    focalLength: exif.focalLength ?? null,
    gps: exif.gps ?? container.gps ?? null,
    contentIdentifier: exif.contentIdentifier ?? container.contentIdentifier ?? null,
    duration: container.duration ?? null,
    ...describedFacts({ ...embedded, sidecars: input.sidecars ?? [] }),
    warnings: warningsOf(input, content, container, exif, captureTime),
  };
}

/** Only raw files trust EXIF's own size: editors leave it behind when they crop. */
function sizeOf(
  content: SniffedType,
  container: ContainerFacts,
  exif: ExifFacts,
): readonly [number, number] | null {
  if (container.width && container.height) return [container.width, container.height];
  const isRaw = content.format === 'cr3' || content.format === 'rawTiff';
  return isRaw && exif.width && exif.height ? [exif.width, exif.height] : null;
}

/** The best date in the content, else in the file's name, its folders, its modification time. */
function captureTimeOf(
  input: MediaFactsInput,
  container: ContainerFacts,
  { exif, xmp, iptc }: EmbeddedFacts,
): CaptureTime | null {
  const { path, relativePath, mtimeNs, now } = input;
  const candidates: DateCandidate[] = [...exif.dates, ...container.dates];
  const isDated = exif.dates.some(({ source }) => exifCaptureSources.has(source));
  // Editors copy EXIF's date into XMP and lose its fraction or its offset.
  if (xmp?.date && !isDated) candidates.push({ source: 'xmp', value: xmp.date });
  if (iptc?.date) candidates.push({ source: 'iptc', value: iptc.date });
  const fallback = (source: CaptureTimeSource, value: string | null): CaptureTime | null =>
    value === null ? null : chooseCaptureTime([{ source, value }], now);
  return (
    chooseCaptureTime(candidates, now) ??
    fallback('filename', fileNameDate(baseName(path), now)) ??
    fallback('folder', relativePath === undefined ? null : folderNameDate(relativePath, now)) ??
    fallback('mtime', modificationValue(mtimeNs))
  );
}

/** The modification time in UTC: the host's time zone must not show in a catalog. */
function modificationValue(mtimeNs: string): string | null {
  if (!/^-?\d{1,25}$/.test(mtimeNs)) return null;
  const milliseconds = Number(BigInt(mtimeNs) / 1_000_000n);
  return utcValue(milliseconds);
}

function warningsOf(
  input: MediaFactsInput,
  content: SniffedType,
  container: ContainerFacts,
  exif: ExifFacts,
  captureTime: MediaFacts['captureTime'],
): FileWarning[] {
  const warnings: FileWarning[] = [];
  const name = baseName(input.path);
  if (extensionContradicts(name, content)) {
    const data = { extension: extensionOfName(name), mimeType: content.mimeType };
    warnings.push({ code: 'EXTENSION_MISMATCH', data });
  }
  if (container.truncated) warnings.push({ code: 'TRUNCATED', data: {} });
  const damage = container.damage ?? exif.damage;
  if (damage !== undefined) {
    warnings.push({ code: 'METADATA_DAMAGED', data: { detail: damage } });
  }
  if (captureTime?.suspicious) {
    const { value, source, suspicious } = captureTime;
    warnings.push({ code: 'DATE_SUSPICIOUS', data: { value, source, reason: suspicious } });
  }
  return warnings;
}

/** The last part of a path of either platform; a backslash in a POSIX name does no harm here. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
