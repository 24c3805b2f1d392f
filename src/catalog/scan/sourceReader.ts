import type { FileIdentity } from '../files/fileIdentity.js';
import type { FilePort } from '../files/filePort.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { ProgressMeter } from '../model/progressMeter.js';
import { factsFromJson, factsToJson } from '../store/jsonColumns.js';
import type { ScanSidecar, SourceFileRow } from '../store/rows.js';
import type { Classifier } from './classify.js';
import { EventLoopTurns } from './eventLoopTurns.js';
import { fingerprint, isUnchanged, readFacts } from './fingerprint.js';
import { belongTogether, findStemGroups, stemKey } from './grouping.js';
import type { StemGroup } from './grouping.js';
import type { PreviewWriter, ScannedFile } from './previewWriter.js';
import type { SourceListing } from './sourceListing.js';
import { absolutePath } from './pathNames.js';

export interface SourceReaderOptions {
  readonly files: FilePort;
  /** Absolute. */
  readonly root: string;
  readonly listing: SourceListing;
  /** What was last seen at the source, by relative path. */
  readonly known: ReadonlyMap<string, SourceFileRow>;
  readonly classifier: Classifier;
  readonly writer: PreviewWriter;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

interface Content {
  readonly checksum: string | null;
  readonly factsJson: string | null;
}

const unknownContent: Content = { checksum: null, factsJson: null };
const noSidecars: readonly ScanSidecar[] = [];

/** Reads the files of a listing that are not known, and hands all of them to the writer in path order. */
export class SourceReader {
  readonly fileCount: number;
  readonly bytesToRead: number;
  /** Files whose content was read. */
  filesRead = 0;
  private readonly options: SourceReaderOptions;
  private readonly groupOf = new Map<number, StemGroup>();
  private readonly groupKeys = new Map<number, string>();
  /** Read, but not handed to the writer: a file of a group waits for the last of it. */
  private readonly waiting = new Map<number, ScannedFile>();
  private nextToHandOver = 0;

  constructor(options: SourceReaderOptions) {
    this.options = options;
    const { mediaPaths, identities } = options.listing;
    this.fileCount = mediaPaths.length;
    let bytes = 0;
    identities.forEach((identity, index) => {
      if (identity instanceof CatalogError) return;
      if (this.unchanged(mediaPaths[index] ?? '', identity) === null) bytes += identity.sizeBytes;
    });
    this.bytesToRead = bytes;
    for (const group of findStemGroups(mediaPaths)) {
      for (const index of group) this.groupOf.set(index, group);
    }
  }

  /** Returns false if it was cancelled before the end; what was read until then is written. */
  async readAll(meter: ProgressMeter): Promise<boolean> {
    const { listing, signal, writer } = this.options;
    const turns = new EventLoopTurns();
    for (let index = 0; index < this.fileCount; index++) {
      const relativePath = listing.mediaPaths[index] ?? '';
      if (turns.isDue()) {
        await turns.next();
        // Also while only known files pass by, which read nothing and would not wait here.
        meter.advance(0, 0, relativePath);
      }
      const file = signal?.aborted ? null : await this.scanFile(index, relativePath, meter);
      if (file === null) {
        writer.write();
        meter.flush();
        return false;
      }
      meter.advance(1, 0, relativePath);
      writer.addSighting(file);
      this.waiting.set(index, file);
      this.handOver(index);
      if (writer.isDue()) writer.write();
    }
    writer.write();
    meter.flush();
    return true;
  }

  /** The known sighting that still stands for a file's content, or null if it has to be read. */
  private unchanged(relativePath: string, identity: FileIdentity): SourceFileRow | null {
    const known = this.options.known.get(relativePath);
    return known !== undefined && known.checksum !== null && isUnchanged(known, identity)
      ? known
      : null;
  }

  /** Returns null if it was cancelled. */
  private async scanFile(
    index: number,
    relativePath: string,
    meter: ProgressMeter,
  ): Promise<ScannedFile | null> {
    const { listing } = this.options;
    const found =
      listing.identities[index] ?? new CatalogError('INTERNAL', { detail: 'no identity' });
    let identity: FileIdentity | null = null;
    let content: Content = unknownContent;
    let error: CatalogError | null = null;
    if (found instanceof CatalogError) {
      error = found;
    } else {
      identity = found;
      const known = this.unchanged(relativePath, found);
      try {
        if (known !== null && !this.needsFacts(known)) content = known;
        else if (known !== null) content = await this.readFacts(relativePath, known);
        else {
          const read = await this.readContent(relativePath, meter);
          identity = read.identity;
          content = read.content;
        }
      } catch (failure) {
        if (CatalogError.is(failure, 'CANCELLED')) return null;
        error = toCatalogError(failure);
      }
    }
    return {
      relativePath,
      identity,
      checksum: content.checksum,
      factsJson: content.factsJson,
      sidecars: listing.sidecarsOf.get(relativePath) ?? noSidecars,
      error,
      known: this.options.known.get(relativePath),
    };
  }

  /** A content that only the catalog knew, and that was deleted from it since. */
  private needsFacts(known: SourceFileRow): boolean {
    return (
      known.factsJson === null &&
      known.checksum !== null &&
      !this.options.classifier.isInCatalog(known.checksum)
    );
  }

  private async readFacts(relativePath: string, known: SourceFileRow): Promise<Content> {
    this.filesRead += 1;
    const subject = this.subject(relativePath);
    return {
      checksum: known.checksum,
      factsJson: factsToJson(await readFacts(subject, known)),
    };
  }

  /** A file with what belongs to it. */
  private subject(relativePath: string) {
    const { files, root, now, listing } = this.options;
    const sidecars = listing.sidecarsOf.get(relativePath) ?? noSidecars;
    return {
      files,
      path: absolutePath(root, relativePath),
      relativePath,
      sidecars: sidecars.map((sidecar) => absolutePath(root, sidecar.relativePath)),
      now,
    };
  }

  private async readContent(
    relativePath: string,
    meter: ProgressMeter,
  ): Promise<{ readonly identity: FileIdentity; readonly content: Content }> {
    const { signal, classifier } = this.options;
    this.filesRead += 1;
    const { checksum, facts, ...identity } = await fingerprint({
      ...this.subject(relativePath),
      needsFacts: (sha256) => !classifier.isInCatalog(sha256),
      signal,
      onBytes: (bytes) => meter.advance(0, bytes, relativePath),
    });
    return { identity, content: { checksum, factsJson: factsToJson(facts) } };
  }

  /** Gives the writer, in path order, all files whose group has been read up to an index. */
  private handOver(lastRead: number): void {
    const group = this.groupOf.get(lastRead);
    if (group?.at(-1) === lastRead) this.confirmGroup(group);
    for (;;) {
      const index = this.nextToHandOver;
      const file = this.waiting.get(index);
      if (file === undefined || (this.groupOf.get(index)?.at(-1) ?? index) > lastRead) return;
      this.options.writer.addFile(file, this.groupKeys.get(index) ?? null);
      this.waiting.delete(index);
      this.groupKeys.delete(index);
      this.nextToHandOver += 1;
    }
  }

  private confirmGroup(group: StemGroup): void {
    const { mediaPaths } = this.options.listing;
    const members = belongTogether(
      group,
      (index) => mediaPaths[index] ?? '',
      (index) => factsFromJson(this.waiting.get(index)?.factsJson ?? null),
    );
    for (const index of members) this.groupKeys.set(index, stemKey(mediaPaths[index] ?? ''));
  }
}
