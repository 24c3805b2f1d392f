/**
 * Import (verified, journalled, durable): by copy beside `cp -a` + `sync` and `rsync -a` where it is installed,
 * by move beside `mv` + `sync`. Interleaved rounds, median.
 * Usage: npx tsx bench/import.ts [--files 2000] [--rounds 3] [--move] [--destination <folder on another file system>]
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { randomUUID } from 'node:crypto';
import { executeImport } from '../src/catalog/import/execute.js';
import { scanSource } from '../src/catalog/scan/scanSource.js';
import { createBenchCatalog, withTemporaryFolder } from './lib/catalogBench.js';
import { makeDatedFiles, RoundTimes, timed } from './lib/copyBench.js';

const { values: given } = parseArgs({
  options: {
    files: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    move: { type: 'boolean', default: false },
    destination: { type: 'string' },
  },
});
const fileCount = Number(given.files);
const rounds = Number(given.rounds);
const importMode = given.move ? 'move' : 'copy';

function hasRsync(): boolean {
  try {
    execFileSync('rsync', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function importOnce(base: string, source: string, destination: string): Promise<number> {
  const catalogBench = await createBenchCatalog(base, source);
  const managed = path.join(destination, `managed-${randomUUID()}`);
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
        importMode,
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

/** A source that a move may empty; what only copies reads the same files every time. */
function sourceForRound(base: string, source: string): string {
  if (importMode === 'copy') return source;
  const folder = path.join(base, `moving-${randomUUID()}`);
  execFileSync('cp', ['-a', source, folder]);
  return folder;
}

await withTemporaryFolder(async (base) => {
  const source = path.join(base, 'source');
  fs.mkdirSync(source);
  const destination = given.destination
    ? fs.mkdtempSync(path.join(given.destination, 'image-catalog-bench-'))
    : base;
  const megabytes = makeDatedFiles(source, fileCount) / 1e6;
  const peers: readonly (readonly [string, readonly string[]])[] = given.move
    ? [['mv', []]]
    : hasRsync()
      ? [
          ['cp', ['-a']],
          ['rsync', ['-a']],
        ]
      : [['cp', ['-a']]];
  const times = new RoundTimes();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [program, options] of peers) {
        const from = sourceForRound(base, source);
        const target = path.join(destination, 'copy');
        execFileSync('sync');
        const work = (): void => {
          execFileSync(program, [...options, from, target]);
          execFileSync('sync');
        };
        times.add(`${[program, ...options].join(' ')} + sync`, timed(work));
        fs.rmSync(target, { recursive: true, force: true });
      }
      const from = sourceForRound(base, source);
      times.add(`import by ${importMode}`, await importOnce(base, from, destination));
      if (from !== source) fs.rmSync(from, { recursive: true, force: true });
    }
  } finally {
    if (destination !== base) fs.rmSync(destination, { recursive: true, force: true });
  }
  console.log(`${fileCount} files, ${Math.round(megabytes)} MB`);
  times.print(`import by ${importMode}`, megabytes);
});
