import type { FileIdentity } from '../files/fileIdentity.js';
import type { CatalogError } from '../model/errors.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type {
  NewScanFile,
  ScanSidecar,
  SourceFileRow,
  SourceFileState,
  SourceFileUpsert,
} from '../store/rows.js';
import type { Classifier } from './classify.js';
import { isUnchanged } from './fingerprint.js';
import { absolutePath } from './pathNames.js';

/** A file of the scan, after it was read or recognised as unchanged. */
export interface ScannedFile {
  readonly relativePath: string;
  /** Null if not even that could be read. */
  readonly identity: FileIdentity | null;
  /** Null for errors. */
  readonly checksum: string | null;
  readonly factsJson: string | null;
  readonly sidecars: readonly ScanSidecar[];
  readonly error: CatalogError | null;
  /** What was known of this path before the scan. */
  readonly known: SourceFileRow | undefined;
}

export interface PreviewWriterOptions {
  readonly store: Pick<CatalogStore, 'scanFiles' | 'sourceFiles' | 'transaction'>;
  readonly scanId: string;
  readonly sourceId: string;
  /** Absolute. */
  readonly root: string;
  readonly classifier: Classifier;
  /** ISO 8601, UTC. */
  readonly seenAt: string;
}

/** A commit costs a few milliseconds, so a rescan of many unchanged files should need few. */
const batchRows = 10_000;

/** So that a crash or a cancel loses at most this much reading. */
const batchMilliseconds = 2000;

const noIdentity: FileIdentity = { sizeBytes: 0, mtimeNs: '0', inode: '0' };

/** Writes the rows of a scan in batches: the preview's files in path order, and the sightings. */
export class PreviewWriter {
  newCount = 0;
  duplicateCount = 0;
  errorCount = 0;
  sidecarCount = 0;
  /** Of the new files and their sidecars. */
  newBytes = 0;
  private readonly options: PreviewWriterOptions;
  private readonly files: { readonly file: ScannedFile; readonly groupKey: string | null }[] = [];
  private readonly sightings: SourceFileUpsert[] = [];
  private writtenAt = performance.now();

  constructor(options: PreviewWriterOptions) {
    this.options = options;
  }

  /** Takes what was read at once, in any order; a file known as it is costs nothing. */
  addSighting(file: ScannedFile): void {
    const { identity, known } = file;
    if (identity === null) return;
    const state = this.sightingState(file);
    const isKnown =
      known?.state === state &&
      known.checksum === file.checksum &&
      (known.factsJson !== null || file.factsJson === null) &&
      isUnchanged(known, identity);
    if (isKnown) return;
    this.sightings.push({
      sourceId: this.options.sourceId,
      relativePath: file.relativePath,
      sizeBytes: identity.sizeBytes,
      mtimeNs: identity.mtimeNs,
      inode: identity.inode,
      checksum: file.checksum,
      state,
      factsJson: file.factsJson,
      seenAt: this.options.seenAt,
    });
  }

  /** Takes the files of the preview, in path order. */
  addFile(file: ScannedFile, groupKey: string | null): void {
    this.files.push({ file, groupKey });
    this.sidecarCount += file.sidecars.length;
  }

  isDue(): boolean {
    return (
      this.files.length + this.sightings.length >= batchRows ||
      performance.now() - this.writtenAt >= batchMilliseconds
    );
  }

  /** Writes what was taken, in one transaction. */
  write(): void {
    if (this.files.length + this.sightings.length > 0) {
      const { store } = this.options;
      store.transaction(() => {
        store.sourceFiles.upsertMany(this.sightings);
        store.scanFiles.insertMany(this.rows());
      });
      this.files.length = 0;
      this.sightings.length = 0;
    }
    this.writtenAt = performance.now();
  }

  private sightingState(file: ScannedFile): SourceFileState {
    if (file.checksum === null) return 'error';
    const image = this.options.classifier.imageOf(file.checksum);
    if (!image) return 'new';
    const isImported =
      (file.known?.state === 'imported' && file.known.checksum === file.checksum) ||
      image.currentPath === absolutePath(this.options.root, file.relativePath);
    return isImported ? 'imported' : 'duplicate';
  }

  private rows(): NewScanFile[] {
    const firstId = this.options.store.scanFiles.nextId();
    return this.files.map(({ file, groupKey }, index) => this.row(file, groupKey, firstId + index));
  }

  /** One literal, no spreads: this runs for every file of every rescan. */
  private row(file: ScannedFile, groupKey: string | null, id: number): NewScanFile {
    const { checksum, sidecars, error } = file;
    const identity = file.identity ?? noIdentity;
    const found = checksum === null ? null : this.options.classifier.classify(checksum, id);
    const state = found?.state ?? 'error';
    if (state === 'new') {
      this.newCount += 1;
      this.newBytes += sidecars.reduce((sum, each) => sum + each.sizeBytes, identity.sizeBytes);
    } else if (state === 'duplicate') {
      this.duplicateCount += 1;
    } else {
      this.errorCount += 1;
    }
    return {
      scanId: this.options.scanId,
      relativePath: file.relativePath,
      state,
      selected: state === 'new',
      sizeBytes: identity.sizeBytes,
      mtimeNs: identity.mtimeNs,
      inode: identity.inode,
      checksum,
      groupKey,
      sidecars,
      duplicateImageId: found?.state === 'duplicate' ? found.imageId : null,
      duplicateScanFileId: found?.state === 'duplicate' ? found.scanFileId : null,
      error: error && { code: error.code, data: error.data },
    };
  }
}
