import path from 'node:path';
import { isInside } from '../files/folders.js';
import { lstatIfThere } from '../files/publish.js';
import { readContent, type FileContent } from '../files/readContent.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { VerifyFinding, VerifyReport, VerifyRequest } from '../model/integrity.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { IntactFile, VerifiedRow, VerifySelection } from '../store/fileCheckRepository.js';
import { managedPath } from '../store/managedPaths.js';
import { findGoodCopies, type GoodCopyDeps } from './goodCopies.js';
import { Pace, takeTurn } from './pace.js';

export interface VerifyDeps extends GoodCopyDeps {
  readonly now: () => Date;
}

export interface VerifyPlace {
  readonly catalog: Catalog;
  /** Real path of the managed directory, which is there. */
  readonly realRoot: string;
}

const pageRows = 256;
const batchBytes = 512 * 1024 * 1024;
const dayMs = 86_400_000;
/** FAT keeps times to two seconds. */
const coarsestNs = 2_000_000_000n;

/** A file to be read: an image's own, or a sidecar. */
interface Subject {
  readonly imageId: string;
  readonly role: VerifyFinding['role'];
  readonly storedPath: string;
  readonly checksum: string;
  readonly originalSourcePath: string;
  /** Null for sidecars. */
  readonly row: VerifiedRow | null;
}

/**
 * Reads managed files and compares them with their checksums. Other bytes under an untouched time and size are damage,
 * otherwise an edit; either is noted at the image and nothing is written to any file. For damage, good copies elsewhere
 * are looked for.
 */
export async function verifyFiles(
  deps: VerifyDeps,
  place: VerifyPlace,
  request: VerifyRequest,
  control: OperationControl = {},
): Promise<VerifyReport> {
  const chosen = chooseRows(deps, request);
  const run = new VerifyRun(deps, place, request, control, chosen.bytes, chosen.rowIds.length);
  if (!request.dryRun) await run.readAll(chosen.rowIds);
  const report = run.report(chosen.rowIds.length);
  if (!request.dryRun || !request.listFiles) return report;
  return { ...report, files: await filesToRead(deps, place, chosen.rowIds, control) };
}

/** Sidecars behind their images. @throws CatalogError CANCELLED */
async function filesToRead(
  { store }: VerifyDeps,
  { realRoot }: VerifyPlace,
  rowIds: readonly number[],
  control: OperationControl,
): Promise<string[]> {
  const pace = new Pace(false);
  const files: string[] = [];
  for (let at = 0; at < rowIds.length; at += pageRows) {
    const rows = store.fileChecks.verifiedRows(rowIds.slice(at, at + pageRows));
    const sidecars = store.fileChecks.managedSidecars(rows.map(({ imageId }) => imageId));
    for (const row of rows) {
      const own = sidecars.filter(({ imageId }) => imageId === row.imageId);
      files.push(
        ...[row, ...own].map((each) => path.join(realRoot, ...each.storedPath.split('/'))),
      );
    }
    await takeTurn(pace, control);
  }
  return files;
}

function chooseRows({ store, now }: VerifyDeps, request: VerifyRequest) {
  const { notVerifiedForDays: days, sampleCount, samplePercent } = request;
  const selection: VerifySelection = {
    catalogId: request.catalogId,
    imageIds: request.imageIds,
    notSince:
      days === undefined ? undefined : new Date(now().getTime() - days * dayMs).toISOString(),
  };
  if (sampleCount === undefined && samplePercent === undefined) {
    return store.fileChecks.verifiable(selection);
  }
  const all = store.fileChecks.verifiable(selection).rowIds.length;
  const share = samplePercent === undefined ? all : Math.ceil((all * samplePercent) / 100);
  return store.fileChecks.verifiable({
    ...selection,
    limit: Math.min(share, sampleCount ?? all),
  });
}

const sidecarKey = (...parts: readonly unknown[]): string => JSON.stringify(parts);

class VerifyRun {
  private readonly deps: VerifyDeps;
  private readonly place: VerifyPlace;
  private readonly request: VerifyRequest;
  private readonly control: OperationControl;
  private readonly bytes: number;
  private readonly meter: ProgressMeter;
  private readonly startedAt: string;
  private readonly findings: VerifyFinding[] = [];
  /** Whether a folder really lies in the managed directory. */
  private readonly folders = new Map<string, boolean>();
  private readonly counts = { intact: 0, filesRead: 0, bytesRead: 0 };
  private intact: IntactFile[] = [];
  private differing: { readonly row: VerifiedRow; readonly isDamaged: boolean }[] = [];
  private damagedSidecars: { readonly subject: Subject; readonly found: string }[] = [];
  /** Damaged sidecars that the audit log knows; null until there is one. They have no mark of their own. */
  private knownSidecars: Set<string> | null = null;
  private bytesSinceNote = 0;
  private cancelled = false;

  constructor(
    deps: VerifyDeps,
    place: VerifyPlace,
    request: VerifyRequest,
    control: OperationControl,
    bytes: number,
    images: number,
  ) {
    this.deps = deps;
    this.place = place;
    this.request = request;
    this.control = control;
    this.bytes = bytes;
    this.startedAt = deps.now().toISOString();
    this.meter = new ProgressMeter({
      phase: 'verify',
      filesTotal: images,
      bytesTotal: bytes,
      now: () => performance.now(),
      report: control.onProgress,
    });
  }

  async readAll(rowIds: readonly number[]): Promise<void> {
    const { fileChecks } = this.deps.store;
    try {
      for (let at = 0; at < rowIds.length; at += pageRows) {
        const rows = fileChecks.verifiedRows(rowIds.slice(at, at + pageRows));
        const sidecars = fileChecks.managedSidecars(rows.map(({ imageId }) => imageId));
        for (const row of rows) {
          await this.verify({ ...row, role: 'primary', row });
          for (const sidecar of sidecars) {
            if (sidecar.imageId !== row.imageId) continue;
            await this.verify({ ...sidecar, role: 'sidecar', row: null });
          }
          this.meter.advance(1, 0, row.storedPath);
          if (this.bytesSinceNote >= batchBytes) this.note();
        }
        this.note();
      }
    } catch (error) {
      if (!CatalogError.is(error, 'CANCELLED')) throw error;
      this.cancelled = true;
    }
    this.note();
    this.meter.flush();
  }

  private async verify(subject: Subject): Promise<void> {
    let file = subject.storedPath;
    try {
      file = managedPath(this.place.catalog.managedDirectory ?? '', subject.storedPath);
      const outside = !this.isInManaged(path.dirname(file));
      if (outside) throw new CatalogError('DESTINATION_OUTSIDE', { path: file });
      const content = await readContent(this.deps.files, file, {
        signal: this.control.signal,
        onBytes: (bytes) => this.countBytes(bytes, file),
      });
      this.counts.filesRead += 1;
      if (content.checksum === subject.checksum) this.addIntact(subject, content);
      else await this.addDiffering(subject, file, content);
    } catch (error) {
      if (CatalogError.is(error, 'CANCELLED')) throw error;
      this.addUnread(subject, file, toCatalogError(error));
    }
  }

  private countBytes(bytes: number, file: string): void {
    this.counts.bytesRead += bytes;
    this.bytesSinceNote += bytes;
    this.meter.advance(0, bytes, file);
  }

  /** A folder that is gone counts as inside: its files are missing. */
  private isInManaged(folder: string): boolean {
    let isInManaged = this.folders.get(folder);
    if (isInManaged === undefined) {
      const isThere = lstatIfThere(this.deps.files, folder) !== null;
      isInManaged = !isThere || isInside(this.deps.files.realpath(folder), this.place.realRoot);
      this.folders.set(folder, isInManaged);
    }
    return isInManaged;
  }

  private addIntact({ imageId, row }: Subject, { mtimeNs, inode }: FileContent): void {
    this.counts.intact += 1;
    if (row) this.intact.push({ imageId, mtimeNs, inode });
  }

  private async addDiffering(subject: Subject, file: string, content: FileContent): Promise<void> {
    const isDamaged = this.looksUntouched(subject, content);
    const { row } = subject;
    if (row) this.differing.push({ row, isDamaged });
    else if (isDamaged) this.damagedSidecars.push({ subject, found: content.checksum });
    this.findings.push({
      ...this.findingOf(subject, file),
      state: isDamaged ? 'damaged' : 'changed',
      foundChecksum: content.checksum,
      goodCopies: isDamaged
        ? await findGoodCopies(this.deps, { ...subject, path: file }, this.control.signal)
        : [],
    });
  }

  private looksUntouched({ row, imageId, storedPath }: Subject, content: FileContent): boolean {
    const { store } = this.deps;
    if (row) return content.mtimeNs === row.mtimeNs && content.sizeBytes === row.sizeBytes;
    const known = store.fileChecks.sidecarMtimeNs(imageId, storedPath);
    if (known === null) return false;
    // Known is the time of the original; the copy has what its volume can hold of it.
    const difference = BigInt(content.mtimeNs) - BigInt(known);
    return difference < coarsestNs && difference > -coarsestNs;
  }

  private addUnread(subject: Subject, file: string, error: CatalogError): void {
    const isOutside = error.code === 'DESTINATION_OUTSIDE' || error.code === 'PATH_LOOP';
    const isMissing = error.code === 'FILE_VANISHED' || error.code === 'FILE_NOT_REGULAR';
    this.findings.push({
      ...this.findingOf(subject, file),
      state: isOutside ? 'refused' : isMissing ? 'missing' : 'unreadable',
      foundChecksum: null,
      goodCopies: [],
    });
  }

  private findingOf({ imageId, role, checksum }: Subject, file: string) {
    return { imageId, role, path: file, expectedChecksum: checksum };
  }

  /** One commit for what was read since the last one. */
  private note(): void {
    const { store } = this.deps;
    const { intact, differing, damagedSidecars } = this;
    this.intact = [];
    this.differing = [];
    this.damagedSidecars = [];
    this.bytesSinceNote = 0;
    if (intact.length + differing.length + damagedSidecars.length === 0) return;
    const at = this.deps.now().toISOString();
    store.transaction(() => {
      for (const { subject, found } of damagedSidecars) this.noteSidecar(subject, found, at);
      store.fileChecks.markIntact(intact, at);
      for (const { row, isDamaged } of differing) {
        store.fileChecks.mark([row.imageId], { changed: true, damaged: isDamaged }, at);
        if (isDamaged ? row.isDamaged : row.isChanged) continue;
        this.audit(isDamaged ? 'file-damaged' : 'file-changed', at, row, {});
      }
    });
  }

  /** Once for what it holds now, however often it is read. */
  private noteSidecar(subject: Subject, found: string, at: string): void {
    this.knownSidecars ??= this.auditedSidecars();
    const key = sidecarKey(subject.imageId, subject.storedPath, found);
    if (this.knownSidecars.has(key)) return;
    this.knownSidecars.add(key);
    this.audit('file-damaged', at, subject, { found });
  }

  private auditedSidecars(): Set<string> {
    const filter = { operation: 'file-damaged', catalogId: this.place.catalog.id };
    const entries = this.deps.store.auditLog.after(filter, 0, Number.MAX_SAFE_INTEGER);
    return new Set(
      entries.map(({ imageId, path: stored, detail }) =>
        sidecarKey(imageId, stored, detail?.['found']),
      ),
    );
  }

  private audit(
    operation: string,
    at: string,
    { imageId, storedPath, checksum }: Pick<Subject, 'imageId' | 'storedPath' | 'checksum'>,
    more: { readonly found?: string },
  ): void {
    const { id: catalogId, name: catalogName } = this.place.catalog;
    this.deps.store.auditLog.append({
      at,
      operation,
      catalogId,
      catalogName,
      imageId,
      path: storedPath,
      detail: { checksum, ...more },
    });
  }

  report(images: number): VerifyReport {
    const { request, findings, counts } = this;
    const count = (state: VerifyFinding['state']): number =>
      findings.filter((finding) => finding.state === state).length;
    return {
      catalogId: request.catalogId,
      startedAt: this.startedAt,
      dryRun: request.dryRun ?? false,
      cancelled: this.cancelled,
      images,
      bytes: this.bytes,
      ...counts,
      damaged: count('damaged'),
      changed: count('changed'),
      missing: count('missing'),
      unreadable: count('unreadable'),
      findings,
    };
  }
}
