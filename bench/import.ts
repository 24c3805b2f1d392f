/**
 * Import by copy (verified, journalled, durable) beside `cp -a` + `sync`, and rsync where it is installed.
 * Interleaved rounds, median. Usage: npx tsx bench/import.ts [files] [rounds]
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { executeImport } from '../src/catalog/import/execute.js';
import { scanSource } from '../src/catalog/scan/scanSource.js';
import { createBenchCatalog, withTemporaryFolder } from './lib/catalogBench.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const fileCount = Number(process.argv[2] ?? 2000);
const rounds = Number(process.argv[3] ?? 5);

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function hasRsync(): boolean {
  try {
    execFileSync('rsync', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Files of 1 to 5 MB with dates in their names, in folders of 100. */
function makeFiles(folder: string): number {
  let total = 0;
  for (let i = 0; i < fileCount; i += 1) {
    const sub = path.join(folder, `DCIM${Math.floor(i / 100)}`);
    fs.mkdirSync(sub, { recursive: true });
    const size = 1_000_000 + ((i * 2_654_435_761) % 4_000_000);
    const day = String(1 + (i % 28)).padStart(2, '0');
    const name = `IMG_202306${day}_${String(100000 + (i % 59)).padStart(6, '0')}_${i}.jpg`;
    fs.writeFileSync(path.join(sub, name), sampleJpeg(`bench ${i}`, size));
    total += size;
  }
  return total;
}

async function importOnce(base: string, source: string): Promise<number> {
  const catalogBench = await createBenchCatalog(base, source);
  const managed = path.join(base, `managed-${randomUUID()}`);
  fs.mkdirSync(managed);
  try {
    const { deps, input } = catalogBench;
    const catalog = { ...input.catalog, managedDirectory: managed };
    deps.store.catalogs.update(catalog);
    const { scanId } = await scanSource(deps, { ...input, catalog });
    execFileSync('sync');
    const start = performance.now();
    const jobId = await executeImport(
      { ...deps, newId: randomUUID },
      {
        catalog,
        source: input.source,
        scanId,
        importMode: 'copy',
        organizationStrategy: 'YEAR_SLASH_MONTH_DAY/TIME_CHECKSUM',
      },
    );
    const elapsed = performance.now() - start;
    const job = deps.store.importJobs.find(jobId);
    if (job?.status !== 'SUCCESS' || job.filesImported !== fileCount) {
      throw new Error(`import ended ${job?.status ?? '?'} with ${job?.filesImported ?? 0} files`);
    }
    return elapsed;
  } finally {
    await catalogBench.close();
    fs.rmSync(managed, { recursive: true, force: true });
  }
}

await withTemporaryFolder(async (base) => {
  const source = path.join(base, 'source');
  fs.mkdirSync(source);
  const megabytes = makeFiles(source) / 1e6;
  const copies: number[] = [];
  const rsyncs: number[] = [];
  const imports: number[] = [];
  const withRsync = hasRsync();
  for (let round = 0; round < rounds; round += 1) {
    for (const [program, list] of [
      ['cp', copies],
      ['rsync', rsyncs],
    ] as const) {
      if (program === 'rsync' && !withRsync) continue;
      const target = path.join(base, 'copy');
      execFileSync('sync');
      list.push(
        timed(() => {
          execFileSync(program, ['-a', source, target]);
          execFileSync('sync');
        }),
      );
      fs.rmSync(target, { recursive: true, force: true });
    }
    imports.push(await importOnce(base, source));
  }
  const line = (name: string, times: readonly number[]): void => {
    const middle = median(times);
    const rate = Math.round((megabytes / middle) * 1000);
    const all = times.map((time) => Math.round(time)).join(', ');
    console.log(`${name}: median ${Math.round(middle)} ms, ${rate} MB/s (${all})`);
  };
  console.log(`${fileCount} files, ${Math.round(megabytes)} MB`);
  line('cp -a + sync', copies);
  if (withRsync) line('rsync -a + sync', rsyncs);
  line('import by copy', imports);
  console.log(`import speed / cp speed: ${(median(copies) / median(imports)).toFixed(2)}`);
});
