/** The engine's part of bench/importMemory.ts, in a process of its own: `<step> <settings as JSON>`. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { executeImport, resumeJob } from '../../src/catalog/import/execute.js';
import { recoverJobs } from '../../src/catalog/import/recover.js';
import { undoJob } from '../../src/catalog/import/undoJob.js';
import type { ImportMode } from '../../src/catalog/model/importJob.js';
import { scanSource } from '../../src/catalog/scan/scanSource.js';
import { CatalogStore } from '../../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../../src/catalog/store/nodeSqliteDriver.js';

export interface MemorySettings {
  readonly catalogFile: string;
  readonly importMode: ImportMode;
}

const [step = '', text = ''] = process.argv.slice(2);
const { catalogFile, importMode } = JSON.parse(text) as MemorySettings;

/** Megabytes; the system's own count where it has one (a child inherits the figure of getrusage). */
function peakMegabytes(): number {
  try {
    const status = fs.readFileSync('/proc/self/status', 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

const store = new CatalogStore(await NodeSqliteDriver.open({ file: catalogFile }));
const deps = {
  store,
  files: nodeFilePort,
  now: () => new Date(),
  log: () => undefined,
  newId: randomUUID,
};
const [catalog] = store.catalogs.list();
const [source] = store.sources.list();
if (!catalog || !source) throw new Error('the catalog is empty');

const newestJob = (): string => store.importJobs.list({ offset: 0, limit: 1 }).jobs[0]?.id ?? '';

const steps: Readonly<Record<string, () => Promise<unknown>>> = {
  open: () => Promise.resolve(),
  scan: () => scanSource(deps, { source, catalog, request: { sourceId: source.id } }),
  import: () =>
    executeImport(deps, {
      catalog,
      source,
      scanId: store.scans.newestReadyForSource(source.id)?.id ?? '',
      importMode,
      organizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
    }),
  'start and end early': async () => {
    const control = new AbortController();
    let batches = 0;
    await executeImport(
      deps,
      {
        catalog,
        source,
        scanId: store.scans.newestReadyForSource(source.id)?.id ?? '',
        importMode,
        organizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
      },
      {
        signal: control.signal,
        onProgress: () => {
          if ((batches += 1) > 3) control.abort();
        },
      },
    );
    // As a crash would leave it.
    const jobId = newestJob();
    store.importItems.setStates(jobId, 'CANCELLED', 'PLANNED');
    store.importJobs.update(jobId, { status: 'RUNNING' });
  },
  recover: () => recoverJobs(deps),
  resume: () => resumeJob(deps, newestJob()),
  undo: () => undoJob(deps, newestJob()),
};

const work = steps[step];
if (!work) throw new Error(`no step is called ${step}`);
const start = performance.now();
await work();
const seconds = (performance.now() - start) / 1000;
const job = store.importJobs.list({ offset: 0, limit: 1 }).jobs[0];
const result = {
  step,
  megabytes: Math.round(peakMegabytes()),
  seconds: Number(seconds.toFixed(1)),
  status: job?.status ?? null,
  filesImported: job?.filesImported ?? 0,
};
await store.close();
console.log(JSON.stringify(result));
