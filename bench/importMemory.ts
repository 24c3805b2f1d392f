/**
 * Memory of the engine's process during a job of many small files: the peak of its resident set for each step,
 * each in a process of its own. The goal is below 200 MB for 100,000 files.
 *
 *   npx tsx bench/importMemory.ts [--files 100000] [--folder <for the files; a fast one>]
 */
import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ImportMode } from '../src/catalog/model/importJob.js';
import { CatalogStore } from '../src/catalog/store/catalogStore.js';
import { NodeSqliteDriver } from '../src/catalog/store/nodeSqliteDriver.js';
import { createBenchCatalog } from './lib/catalogBench.js';
import type { MemorySettings } from './lib/importMemoryChild.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const { values: given } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    folder: { type: 'string', default: os.tmpdir() },
  },
});
const fileCount = Number(given.files);
const goal = 200;

interface Measured {
  readonly step: string;
  readonly megabytes: number;
  readonly seconds: number;
  readonly status: string | null;
  readonly filesImported: number;
}

/** The product is bundled, too: loading sources would cost memory of its own. */
function bundleChild(folder: string): string {
  const outfile = path.join(folder, 'child.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('./lib/importMemoryChild.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['node-sqlite3-wasm', 'sql.js'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

function makeFiles(source: string): void {
  for (let index = 0; index < fileCount; index += 1) {
    const folder = path.join(source, `DCIM/${100 + Math.floor(index / 500)}CANON`);
    if (index % 500 === 0) fs.mkdirSync(folder, { recursive: true });
    const day = String(1 + (index % 28)).padStart(2, '0');
    const name = `IMG_202306${day}_${String(100000 + (index % 59)).padStart(6, '0')}_${index}.jpg`;
    fs.writeFileSync(path.join(folder, name), sampleJpeg(`memory ${index}`, 250));
  }
}

async function measure(
  child: string,
  base: string,
  source: string,
  importMode: ImportMode,
  steps: readonly string[],
): Promise<Measured[]> {
  const folder = path.join(base, randomUUID());
  const managed = path.join(folder, 'managed');
  fs.mkdirSync(managed, { recursive: true });
  const { close } = await createBenchCatalog(folder, source);
  await close();
  const catalogFile = path.join(
    folder,
    fs.readdirSync(folder).find((name) => name.endsWith('.sqlite')) ?? '',
  );
  const store = new CatalogStore(await NodeSqliteDriver.open({ file: catalogFile }));
  for (const catalog of store.catalogs.list()) {
    store.catalogs.update({ ...catalog, managedDirectory: managed });
  }
  await store.close();
  const settings: MemorySettings = { catalogFile, importMode };
  const results = steps.map((step) => {
    // As the extension limits its engine's heap; three semi-spaces are the young generation.
    const limits = ['--max-semi-space-size=4', '--max-old-space-size=1500'];
    const args = [...limits, child, step, JSON.stringify(settings)];
    const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
    const result = JSON.parse(output) as Measured;
    console.log(
      `${importMode}: ${step}: ${result.megabytes} MB at most, ${result.seconds} s ` +
        `(${result.status ?? 'no job'}, ${result.filesImported} in the catalog)`,
    );
    return result;
  });
  fs.rmSync(folder, { recursive: true, force: true });
  return results;
}

const base = fs.mkdtempSync(path.join(given.folder, 'image-catalog-bench-'));
// Where the SQLite library is found.
const artifacts = fileURLToPath(new URL('../.artifacts/bench/', import.meta.url));
fs.mkdirSync(artifacts, { recursive: true });
const built = fs.mkdtempSync(path.join(artifacts, 'memory-'));
try {
  const child = bundleChild(built);
  const source = path.join(base, 'card');
  makeFiles(source);
  const results = [
    ...(await measure(child, base, source, 'copy', [
      'open',
      'scan',
      'start and end early',
      'recover',
      'resume',
      'undo',
    ])),
    ...(await measure(child, base, source, 'copy', ['scan', 'import', 'undo'])),
    ...(await measure(child, base, source, 'reference', ['scan', 'import', 'undo'])),
    ...(await measure(child, base, source, 'move', ['scan', 'import', 'undo'])),
  ];
  const most = Math.max(...results.map((one) => one.megabytes));
  console.log(`${fileCount} files: ${most} MB at most; the goal is below ${goal} MB`);
  if (most >= goal) process.exitCode = 1;
} finally {
  fs.rmSync(base, { recursive: true, force: true });
  fs.rmSync(built, { recursive: true, force: true });
}
