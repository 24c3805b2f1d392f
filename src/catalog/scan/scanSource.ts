import { randomUUID } from 'node:crypto';
import type { FilePort } from '../files/filePort.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { OperationControl, ProgressReport } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { ScanCounts, ScanRequest, ScanStatus, ScanSummary } from '../model/scan.js';
import type { Source } from '../model/source.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { Classifier } from './classify.js';
import { EventLoopTurns } from './eventLoopTurns.js';
import { findGoneFiles } from './goneFiles.js';
import { locateSource, relativePicks } from './locateSource.js';
import { createPathScope } from './pathScope.js';
import { PreviewWriter } from './previewWriter.js';
import { listSource } from './sourceListing.js';
import type { SourceListing } from './sourceListing.js';
import { SourceReader } from './sourceReader.js';
import { SkippedPaths } from './walk.js';

export interface ScanDeps {
  readonly store: CatalogStore;
  readonly files: FilePort;
  readonly now: () => Date;
  readonly log: Log;
}

export interface ScanInput {
  readonly source: Source;
  readonly catalog: Catalog;
  readonly request: ScanRequest;
}

/**
 * Walks and reads a source into a preview: which files are new, which are duplicates, which have errors.
 * Files that are unchanged since they were last seen are not read. The preview replaces the source's earlier
 * ones. A cancelled scan is returned with status CANCELLED; what it has read the next scan need not read.
 * @throws CatalogError SOURCE_TYPE_UNSUPPORTED, SOURCE_PATH_NOT_FOUND, SOURCE_PATH_NOT_DIRECTORY,
 *   SOURCE_INSIDE_MANAGED, FOLDER_UNREADABLE, INVALID_ARGUMENT before anything is written; those of the store
 */
export async function scanSource(
  deps: ScanDeps,
  input: ScanInput,
  control: OperationControl = {},
): Promise<ScanSummary> {
  const { source, catalog, request } = input;
  const startedAt = deps.now().toISOString();
  const { root, excludedFolders } = locateSource(deps.files, source, catalog.managedDirectory);
  const scope = createPathScope({
    include: request.include,
    exclude: request.exclude,
    excludedFolders,
    onlyPaths: request.onlyPaths && relativePicks(deps.files, root, request.onlyPaths),
  });
  const scan = new RunningScan(deps, input, startedAt);
  let listing: SourceListing;
  try {
    listing = await listSource({
      files: deps.files,
      root,
      scope,
      signal: control.signal,
      meter: scan.meter('walk', null, null, control.onProgress),
    });
  } catch (error) {
    if (!CatalogError.is(error, 'CANCELLED')) throw error;
    scan.insert();
    return scan.complete('CANCELLED', new SkippedPaths(), null, 0);
  }
  return scan.read(root, listing, control);
}

/** The rows of one scan, from its first to its last. */
class RunningScan {
  private readonly deps: ScanDeps;
  private readonly input: ScanInput;
  private readonly startedAt: string;
  private readonly id = randomUUID();

  constructor(deps: ScanDeps, input: ScanInput, startedAt: string) {
    this.deps = deps;
    this.input = input;
    this.startedAt = startedAt;
  }

  meter(
    phase: 'walk' | 'read',
    filesTotal: number | null,
    bytesTotal: number | null,
    report: ((report: ProgressReport) => void) | undefined,
  ): ProgressMeter {
    const now = (): number => performance.now();
    const extra = { scanId: this.id };
    return new ProgressMeter({ phase, filesTotal, bytesTotal, now, report, extra });
  }

  insert(): void {
    this.deps.store.scans.insert({
      id: this.id,
      catalogId: this.input.catalog.id,
      sourceId: this.input.source.id,
      status: 'RUNNING',
      request: this.input.request,
      counts: countsOf(new SkippedPaths(), null, 0),
      totalSize: 0,
      startedAt: this.startedAt,
      completedAt: null,
    });
  }

  async read(
    root: string,
    listing: SourceListing,
    control: OperationControl,
  ): Promise<ScanSummary> {
    const { store, files } = this.deps;
    const { source, catalog } = this.input;
    store.transaction(() => {
      store.scans.deleteForSource(source.id);
      this.insert();
      store.scanFiles.insertSkipped(this.id, listing.skipped.entries);
    });
    const known = store.sourceFiles.mapForSource(source.id);
    const classifier = new Classifier(store.images.checksumsOfCatalog(catalog.id));
    const writer = new PreviewWriter({
      store,
      scanId: this.id,
      sourceId: source.id,
      root,
      classifier,
      seenAt: this.startedAt,
    });
    const reader = new SourceReader({
      files,
      root,
      listing,
      known,
      classifier,
      writer,
      now: this.deps.now(),
      signal: control.signal,
    });
    const meter = this.meter('read', reader.fileCount, reader.bytesToRead, control.onProgress);
    try {
      const isComplete = await reader.readAll(meter);
      if (isComplete) await this.markGone(root, listing, known);
      const status = isComplete ? 'READY' : 'CANCELLED';
      return this.complete(status, listing.skipped, writer, reader.filesRead);
    } catch (error) {
      this.fail(listing, writer, reader.filesRead);
      throw error;
    }
  }

  private async markGone(
    root: string,
    listing: SourceListing,
    known: ReturnType<CatalogStore['sourceFiles']['mapForSource']>,
  ): Promise<void> {
    const gone = await findGoneFiles({
      files: this.deps.files,
      root,
      known,
      found: new Set(listing.mediaPaths),
      completeFolders: listing.completeFolders,
      turns: new EventLoopTurns(),
    });
    if (gone.length > 0) this.deps.store.sourceFiles.markGone(this.input.source.id, gone);
  }

  complete(
    status: ScanStatus,
    skipped: SkippedPaths,
    writer: PreviewWriter | null,
    filesRead: number,
  ): ScanSummary {
    const { store } = this.deps;
    const completedAt = this.deps.now().toISOString();
    store.transaction(() => {
      store.scans.complete(this.id, {
        status,
        counts: countsOf(skipped, writer, filesRead),
        totalSize: writer?.newBytes ?? 0,
        completedAt,
      });
      if (status === 'READY') store.sources.setLastScanned(this.input.source.id, completedAt);
    });
    const summary = store.scans.summary(this.id);
    if (!summary) throw new CatalogError('SCAN_NOT_FOUND', { scan: this.id });
    return summary;
  }

  /** The first error is the one to tell; that even its status cannot be written is only for the log. */
  private fail(listing: SourceListing, writer: PreviewWriter, filesRead: number): void {
    try {
      this.complete('FAILED', listing.skipped, writer, filesRead);
    } catch (error) {
      this.deps.log('warn', `The scan ${this.id} could not be marked as failed: ${String(error)}`);
    }
  }
}

function countsOf(
  skipped: SkippedPaths,
  writer: PreviewWriter | null,
  filesRead: number,
): ScanCounts {
  return {
    new: writer?.newCount ?? 0,
    duplicate: writer?.duplicateCount ?? 0,
    error: writer?.errorCount ?? 0,
    skipped: { ...skipped.counts },
    sidecars: writer?.sidecarCount ?? 0,
    filesRead,
  };
}
