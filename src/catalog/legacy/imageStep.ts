import type { NewImage } from '../model/image.js';
import type { MigrationReport } from '../model/migration.js';
import type { LegacyRecordRow, LegacySighting } from '../store/migrationRepository.js';
import type { DiskLook, FoundFile } from './diskLook.js';
import { compactVectors } from './compactVectors.js';
import type { LegacyImageRecord } from './legacyCatalog.js';
import { legacyImage, legacyPlaces, leftovers, type LegacyImage } from './legacyImage.js';
import { Values } from './values.js';
import type { Location, Locator } from './locator.js';
import type { MigrationContext } from './migration.js';
import type { SourceTable } from './sourceTable.js';
import type { SourceWriter } from './sourceWriter.js';

/** What a batch of images writes. */
interface Pen {
  readonly images: NewImage[];
  readonly records: LegacyRecordRow[];
  readonly sightings: LegacySighting[];
  readonly jobs: Map<string, { files: number; bytes: number }>;
}

/** Brings images along. */
export class ImageStep {
  readonly files = {
    found: 0,
    missing: 0,
    unreachable: 0,
    managed: 0,
    managedMissing: 0,
    managedOriginUnknown: 0,
  };
  private readonly context: MigrationContext;
  private readonly sources: SourceTable;
  private readonly locator: Locator;
  private readonly disk: DiskLook;
  private readonly writer: SourceWriter;
  private readonly marksMissing: ReadonlySet<string>;
  private readonly marksManaged: boolean;
  /** Contents of the catalog: checksum to image. */
  private readonly checksums: Map<string, string>;
  private readonly seen = new Set<string>();

  constructor(
    context: MigrationContext,
    sources: SourceTable,
    locator: Locator,
    disk: DiskLook,
    writer: SourceWriter,
    foretold: MigrationReport | undefined,
  ) {
    this.context = context;
    this.sources = sources;
    this.locator = locator;
    this.disk = disk;
    this.writer = writer;
    this.marksMissing = new Set(
      foretold?.sources.filter((source) => source.marksMissing).map(({ path }) => path),
    );
    const { managed = 0, managedMissing = 0 } = foretold?.files ?? {};
    this.marksManaged = managedMissing * 2 <= managed;
    const { target } = context;
    this.checksums = target
      ? target.store.images.lookupForDuplicates(target.catalog.id)
      : new Map<string, string>();
  }

  run(records: readonly LegacyImageRecord[]): void {
    if (records.length === 0) return;
    const pen: Pen = {
      images: [],
      records: [],
      sightings: [],
      jobs: new Map(),
    };
    for (const record of records) this.take(record, pen);
    const { writing } = this.context;
    if (!writing) return;
    const { images, migrations } = writing.store;
    images.insertMany(pen.images);
    migrations.addRecords(pen.records);
    migrations.addSightings(pen.sightings);
    for (const [jobId, { files, bytes }] of pen.jobs) migrations.addToJob(jobId, files, bytes);
  }

  private take(record: LegacyImageRecord, pen: Pen): void {
    const { tallies, images, deps } = this.context;
    const id = this.uniqueId(record.id);
    const places = legacyPlaces(record, tallies.values);
    const flags = new Values(record.row, tallies.values).object('processing_flags') ?? {};
    const location = this.locator.locate(places, flags['source_archived'] === true);
    if (location === null) {
      this.leaveOut(record, id, 'NO_PATH', record.id, pen);
      return;
    }
    const isEarlier = images.has(id);
    this.count(location);
    if (isEarlier) {
      tallies.meet('image', 'earlier');
      return;
    }
    const image = legacyImage(record, places, location.relativePath, deps.now(), tallies.values);
    if (image.checksum === null) {
      this.leaveOut(record, id, 'NO_CHECKSUM', location.currentPath, pen);
      return;
    }
    const existing = this.checksums.get(image.checksum);
    if (existing !== undefined) {
      this.leaveOut(record, id, 'SAME_CONTENT', location.currentPath, pen, existing);
      this.sight(image, location, 'duplicate', null, pen);
      return;
    }
    const newId = this.context.writing ? deps.newId() : id;
    this.checksums.set(image.checksum, newId);
    images.set(id, newId);
    tallies.meet('image', 'migrated');
    this.countNew(image, location);
    if (this.context.writing) this.write(record, id, newId, image, location, pen);
  }

  private uniqueId(id: string): string {
    let unique = id;
    for (let number = 2; this.seen.has(unique); number++) unique = `${id} (${number})`;
    this.seen.add(unique);
    return unique;
  }

  private leaveOut(
    record: LegacyImageRecord,
    id: string,
    reason: 'NO_PATH' | 'NO_CHECKSUM' | 'SAME_CONTENT',
    example: string,
    pen: Pen,
    entityId: string | null = null,
  ): void {
    const { tallies, images, writing } = this.context;
    if (images.has(id)) {
      tallies.meet('image', 'earlier');
      return;
    }
    images.set(id, entityId);
    tallies.leaveOut('image', reason, example);
    if (!writing) return;
    pen.records.push({
      migrationId: writing.migrationId,
      kind: 'image',
      legacyId: id,
      entityId,
      leftOut: reason,
      data: JSON.stringify(record.row),
    });
  }

  private count({
    source,
    file,
    isManaged,
    originUnknown,
    currentPath,
    originalPath,
  }: Location): void {
    source.images++;
    if (source.directory !== null) this.sources.noteChoice(originalPath);
    if (file === 'missing') {
      source.missing++;
      this.files.missing++;
    } else if (file === 'unreachable') {
      source.unreachable++;
      this.files.unreachable++;
      const isUnderSource = source.directory !== null && originalPath === currentPath;
      this.disk.noteAbsent(currentPath, isUnderSource ? source.path : null);
    } else {
      source.found++;
      this.files.found++;
    }
    if (isManaged) this.files.managed++;
    if (isManaged && file === 'missing') this.files.managedMissing++;
    if (isManaged && originUnknown) this.files.managedOriginUnknown++;
  }

  private countNew(image: LegacyImage, { file, source }: Location): void {
    const { tallies } = this.context;
    source.newImages++;
    tallies.dates[image.dateOutcome]++;
    if (image.zoneIgnored) tallies.zonesIgnored++;
    if (image.facts.captureTime?.suspicious) tallies.suspiciousDates++;
    if (image.hasHashes) tallies.hashesToRecompute++;
    if (typeof file === 'object' && image.sizeBytes !== null && image.sizeBytes !== file.size) {
      tallies.sizesChanged++;
    }
  }

  private write(
    record: LegacyImageRecord,
    id: string,
    newId: string,
    image: LegacyImage,
    location: Location,
    pen: Pen,
  ): void {
    const { writing, deps } = this.context;
    if (!writing || image.checksum === null) return;
    const { source, file } = location;
    const sourceId = this.writer.sourceRow(source);
    const jobId = this.writer.jobRow(source, image.importJobId);
    const sizeBytes = image.sizeBytes ?? (typeof file === 'object' ? file.size : 0);
    if (jobId !== null && jobId === source.jobId) {
      const job = pen.jobs.get(jobId) ?? { files: 0, bytes: 0 };
      pen.jobs.set(jobId, { files: job.files + 1, bytes: job.bytes + sizeBytes });
    }
    const { small, bulk } = leftovers(record);
    const now = deps.now().toISOString();
    const proven = typeof file === 'object' && isUnchanged(image, file) ? file : null;
    pen.images.push({
      id: newId,
      catalogId: writing.catalog.id,
      storedPath: location.storedPath,
      isManaged: location.isManaged,
      sourceId,
      importJobId: jobId,
      importMode: location.importMode,
      originalSourcePath: location.originalPath,
      checksum: image.checksum,
      sizeBytes,
      // Zero is no time and no inode: the first check then reads the file.
      fileMtimeNs: proven ? String(proven.mtimeNs) : '0',
      fileInode: proven ? proven.inode : '0',
      facts: image.facts,
      legacy: {
        fileMissing: file === 'missing' && this.maySayMissing(location),
        reviewStatus: image.reviewStatus,
        qualityScore: image.qualityScore,
        data: JSON.stringify(small),
        createdAt: image.createdAt ?? now,
        updatedAt: image.updatedAt ?? now,
      },
    });
    const hasBulk = Object.keys(bulk).length > 0;
    pen.records.push({
      migrationId: writing.migrationId,
      kind: 'image',
      legacyId: id,
      entityId: newId,
      leftOut: null,
      data: hasBulk ? JSON.stringify(compactVectors(bulk)) : null,
    });
    this.sight(image, location, 'imported', jobId, pen);
  }

  /** Gone files of the managed directory are judged like those of a source by the run before. */
  private maySayMissing({ source, isManaged, currentPath, originalPath }: Location): boolean {
    if (isManaged) return this.marksManaged;
    const isUnderSource = source.directory !== null && originalPath === currentPath;
    return isUnderSource && this.marksMissing.has(source.path);
  }

  private sight(
    image: LegacyImage,
    { source, relativePath, file, originUnknown }: Location,
    state: 'imported' | 'duplicate',
    importJobId: string | null,
    pen: Pen,
  ): void {
    const { writing, deps } = this.context;
    if (!writing || source.directory === null || originUnknown || relativePath === '') return;
    const sourceId = this.writer.sourceRow(source);
    if (sourceId === null) return;
    pen.sightings.push({
      sourceId,
      relativePath,
      sizeBytes: image.sizeBytes ?? (typeof file === 'object' ? file.size : 0),
      checksum: image.checksum,
      state,
      importJobId,
      seenAt: image.createdAt ?? deps.now().toISOString(),
    });
  }
}

/** The file has the size and, to the second, the modification time that the old program had noted. */
function isUnchanged(image: LegacyImage, file: FoundFile): boolean {
  if (image.sizeBytes !== file.size || image.fileModifiedAt === null) return false;
  const noted = Math.floor(Date.parse(image.fileModifiedAt) / 1000);
  return noted === Number(file.mtimeNs / 1_000_000_000n);
}
