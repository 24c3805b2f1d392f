import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import type { ScanDeps, ScanInput } from '../../src/catalog/scan/scanSource.js';
import { createEmptyCatalog } from '../../src/catalog/store/catalogFile.js';
import { CatalogStore } from '../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../src/catalog/store/nodeSqliteDriver.js';

/** A folder under the system's temporary one; removed when the work ends, also by an error. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-bench-'));
  try {
    return await work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export interface BenchCatalog {
  readonly deps: ScanDeps;
  readonly input: ScanInput;
  readonly close: () => Promise<void>;
}

/** A new catalog file in a folder, with one catalog and one source. */
export async function createBenchCatalog(
  folder: string,
  sourcePath: string,
): Promise<BenchCatalog> {
  const file = path.join(folder, `${randomUUID()}.sqlite`);
  await createEmptyCatalog(file);
  const store = new CatalogStore(await NodeSqliteDriver.open({ file }));
  const at = new Date().toISOString();
  const catalog = {
    id: randomUUID(),
    name: 'Bench',
    managedDirectory: null,
    defaultOrganizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
    createdAt: at,
    updatedAt: at,
  };
  const source = {
    id: randomUUID(),
    catalogId: catalog.id,
    name: 'Bench',
    sourceType: 'directory' as const,
    sourcePath,
    autoImport: false,
    defaultImportMode: 'reference' as const,
    defaultOrganizationStrategy: null,
    lastScannedAt: null,
    createdAt: at,
    updatedAt: at,
  };
  store.catalogs.insert(catalog);
  store.sources.insert(source);
  return {
    deps: { store, files: nodeFilePort, now: () => new Date(), log: () => undefined },
    input: { source, catalog, request: { sourceId: source.id } },
    close: () => store.close(),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Seconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
