import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { executeImport } from '../../../src/catalog/import/execute.js';
import type { ImportDeps, ImportInput } from '../../../src/catalog/import/importRun.js';
import { recoverJobs } from '../../../src/catalog/import/recover.js';
import type { OperationControl } from '../../../src/catalog/model/progress.js';
import type { ImportItemRow, ImportJobRow } from '../../../src/catalog/store/rows.js';
import { ScanFixture } from '../scan/scanFixture.js';
import { allImages } from '../store/support.js';

export interface Imported {
  readonly job: ImportJobRow;
  readonly items: readonly ImportItemRow[];
}

export type ImportOptions = Partial<ImportInput> & OperationControl & { files?: FilePort };

/** A source, a managed directory and a catalog file, with real scans and imports between them. */
export class ImportFixture {
  readonly scans: ScanFixture;
  managed: string;
  readonly logged: string[] = [];

  private constructor(scans: ScanFixture, managed: string) {
    this.scans = scans;
    this.managed = managed;
  }

  static async create(managedAt?: string): Promise<ImportFixture> {
    const scans = await ScanFixture.create();
    const managed = managedAt ?? path.join(scans.base, 'managed');
    fs.mkdirSync(managed, { recursive: true });
    const fixture = new ImportFixture(scans, managed);
    fixture.setManaged(managed);
    return fixture;
  }

  setManaged(managed: string | null): void {
    this.scans.catalog = { ...this.scans.catalog, managedDirectory: managed };
    this.scans.store.catalogs.update(this.scans.catalog);
    if (managed !== null) this.managed = managed;
  }

  deps(files: FilePort = nodeFilePort): ImportDeps {
    return {
      store: this.scans.store,
      files,
      now: () => new Date('2024-06-01T12:00:00Z'),
      newId: randomUUID,
      log: (level, message) => void this.logged.push(`${level} ${message}`),
    };
  }

  put(relativePath: string, content: string | Buffer, modifiedAt?: Date): void {
    const file = this.scans.path(relativePath);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    if (modifiedAt) fs.utimesSync(file, modifiedAt, modifiedAt);
  }

  async scanId(): Promise<string> {
    return (await this.scans.scan()).scanId;
  }

  /** Scans (unless a scan is given) and imports. */
  async import(options: ImportOptions = {}): Promise<Imported> {
    const { files, signal, onProgress, ...input } = options;
    const jobId = await executeImport(
      this.deps(files),
      {
        catalog: this.scans.catalog,
        source: this.scans.source,
        scanId: input.scanId ?? (await this.scanId()),
        importMode: 'copy',
        organizationStrategy: 'YEAR_SLASH_MONTH_DAY/ORIGINAL',
        ...input,
      },
      { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) },
    );
    return this.imported(jobId);
  }

  imported(jobId: string): Imported {
    const job = this.scans.store.importJobs.find(jobId);
    if (!job) throw new Error('no job');
    const { items } = this.scans.store.importItems.page({ jobId, offset: 0, limit: 100_000 });
    return { job, items };
  }

  recover(files?: FilePort): Promise<string[]> {
    return recoverJobs(this.deps(files));
  }

  managedFiles(): string[] {
    return listFiles(this.managed);
  }

  /** Everything that must agree whatever happened: rows and files, no temporary names, counts that add up. */
  check(): void {
    const { store } = this.scans;
    const expected: string[] = [];
    for (const image of allImages(store, this.scans.catalog.id)) {
      if (sha256(image.currentPath) !== image.checksum)
        throw new Error(`${image.currentPath} differs`);
      if (image.isManaged) expected.push(image.currentPath);
      for (const sidecar of store.images.listSidecars(image.id)) {
        if (sha256(sidecar.currentPath) !== sidecar.checksum) throw new Error('sidecar differs');
        if (image.isManaged) expected.push(sidecar.currentPath);
      }
    }
    const there = this.managedFiles().map((file) => path.join(this.managed, file));
    const stray = there.filter((file) => !expected.includes(file) && !this.foreign.has(file));
    if (stray.length > 0) throw new Error(`files without rows: ${stray.join(', ')}`);
    const lost = expected.filter((file) => !there.includes(file));
    if (lost.length > 0) throw new Error(`rows without files: ${lost.join(', ')}`);
    for (const job of store.importJobs.list({ offset: 0, limit: 100 }).jobs) {
      const sum = job.filesImported + job.filesSkipped + job.filesFailed;
      if (job.filesDiscovered !== sum) throw new Error(`counts: ${JSON.stringify(job)}`);
    }
  }

  /** Files that a test put into the managed directory itself. */
  readonly foreign = new Set<string>();

  putForeign(relativePath: string, content: string): string {
    const file = path.join(this.managed, relativePath);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, { flag: 'wx' });
    this.foreign.add(file);
    return file;
  }

  remove(): Promise<void> {
    return this.scans.remove();
  }
}

export function sha256(file: string): string {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

/** Relative paths of all files below a folder, sorted. */
export function listFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

export const statesOf = (imported: Imported): Record<string, string> =>
  Object.fromEntries(imported.items.map((item) => [path.basename(item.sourcePath), item.state]));

export const errorsOf = (imported: Imported): Record<string, string | null> =>
  Object.fromEntries(
    imported.items
      .filter((item) => item.errorCode !== null)
      .map((item) => [path.basename(item.sourcePath), item.errorCode]),
  );
