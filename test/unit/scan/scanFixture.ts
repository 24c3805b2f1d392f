import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import type { FilePort } from '../../../src/catalog/files/filePort.js';
import type { Catalog } from '../../../src/catalog/model/catalog.js';
import type { OperationControl } from '../../../src/catalog/model/progress.js';
import type { ScanFile, ScanRequest, ScanSummary } from '../../../src/catalog/model/scan.js';
import type { Source } from '../../../src/catalog/model/source.js';
import { scanSource } from '../../../src/catalog/scan/scanSource.js';
import { createEmptyCatalog } from '../../../src/catalog/store/catalogFile.js';
import { CatalogStore } from '../../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../../src/catalog/store/nodeSqliteDriver.js';

export type ScanOptions = Omit<ScanRequest, 'sourceId'> & OperationControl & { files?: FilePort };

/** A source folder and a catalog file in a temporary folder. */
export class ScanFixture {
  readonly base: string;
  readonly root: string;
  readonly store: CatalogStore;
  catalog: Catalog;
  source: Source;
  readonly logged: string[] = [];

  private constructor(base: string, store: CatalogStore) {
    this.base = base;
    this.root = path.join(base, 'source');
    this.store = store;
    const createdAt = '2024-01-01T00:00:00.000Z';
    this.catalog = {
      id: randomUUID(),
      name: 'Photos',
      managedDirectory: null,
      defaultOrganizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
      createdAt,
      updatedAt: createdAt,
    };
    this.source = {
      id: randomUUID(),
      catalogId: this.catalog.id,
      name: 'Card',
      sourceType: 'directory',
      sourcePath: this.root,
      autoImport: false,
      defaultImportMode: 'reference',
      defaultOrganizationStrategy: null,
      lastScannedAt: null,
      createdAt,
      updatedAt: createdAt,
    };
    store.catalogs.insert(this.catalog);
    store.sources.insert(this.source);
  }

  static async create(): Promise<ScanFixture> {
    const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'imgcat-scan-')));
    fs.mkdirSync(path.join(base, 'source'));
    const file = path.join(base, 'catalog.sqlite');
    await createEmptyCatalog(file);
    return new ScanFixture(base, new CatalogStore(await NodeSqliteDriver.open({ file })));
  }

  async remove(): Promise<void> {
    await this.store.close();
    fs.rmSync(this.base, { recursive: true, force: true });
  }

  path(relativePath: string): string {
    return path.join(this.root, relativePath);
  }

  /** Writes files; each content is a JPEG of the given label. */
  put(labels: Readonly<Record<string, string>>): void {
    for (const [relativePath, label] of Object.entries(labels)) {
      fs.mkdirSync(path.dirname(this.path(relativePath)), { recursive: true });
      fs.writeFileSync(this.path(relativePath), jpeg(label));
    }
  }

  scan(options: ScanOptions = {}): Promise<ScanSummary> {
    const { files = nodeFilePort, signal, onProgress, ...request } = options;
    return scanSource(
      {
        store: this.store,
        files,
        now: () => new Date('2024-06-01T12:00:00Z'),
        log: (level, message) => void this.logged.push(`${level} ${message}`),
      },
      {
        source: this.source,
        catalog: this.catalog,
        request: { sourceId: this.source.id, ...request },
      },
      { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) },
    );
  }

  files(summary: ScanSummary): readonly ScanFile[] {
    return this.store.scanFiles.page({ scanId: summary.scanId, offset: 0, limit: 10_000 }).files;
  }

  /** `state relativePath` of each file, in the preview's order. */
  states(summary: ScanSummary): string[] {
    return this.files(summary).map((file) => `${file.state} ${file.relativePath}`);
  }

  skips(summary: ScanSummary): string[] {
    const { entries } = this.store.scanFiles.pageSkipped({
      scanId: summary.scanId,
      offset: 0,
      limit: 10_000,
    });
    return entries.map((entry) => `${entry.reason} ${entry.relativePath}`);
  }

  sightings(): Record<string, string> {
    return Object.fromEntries(
      [...this.store.sourceFiles.mapForSource(this.source.id)].map(([key, row]) => [
        key,
        row.state,
      ]),
    );
  }
}

const contents = new Map<string, Buffer>();

/** The same bytes for the same label. */
export function jpeg(label: string): Buffer {
  let content = contents.get(label);
  if (!content) contents.set(label, (content = sampleJpeg(label)));
  return content;
}
