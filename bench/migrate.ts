/**
 * Migrates a catalog.json of many images and prints the time, the processor time (user and system) and the most
 * memory that it took. The code is bundled, as it ships.
 * The goal is 100,000 images in less than 60 s and 400 MB.
 *
 *   npx tsx bench/migrate.ts [images] [json|sqlite]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { nodeBundle } from '../scripts/lib/nodeBundle.mjs';
import { withTemporaryFolder } from './lib/catalogBench.js';
import { writeLegacyJson, writeLegacySqlite } from './lib/legacyFiles.js';

const [count = '100000', format = 'json'] = process.argv.slice(2);
const images = Number(count);

await withTemporaryFolder(async (folder) => {
  const megabytes =
    format === 'sqlite'
      ? await writeLegacySqlite(folder, images)
      : await writeLegacyJson(folder, images);
  // A process of its own: its memory is then that of the migration alone.
  const program = path.join(folder, 'migrate.cjs');
  await build({
    ...nodeBundle,
    entryPoints: [path.join(import.meta.dirname, 'lib/migrateChild.ts')],
    outfile: program,
    external: ['sharp'],
  });
  for (const library of ['node-sqlite3-wasm/dist/node-sqlite3-wasm', 'sql.js/dist/sql-wasm']) {
    const file = path.join(import.meta.dirname, `../node_modules/${library}.wasm`);
    fs.copyFileSync(file, path.join(folder, path.basename(file)));
  }
  const run = spawnSync(process.execPath, [program, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`the migration failed (${run.status})`);
  const figures = JSON.parse(run.stdout) as Record<string, unknown>;
  console.log(
    JSON.stringify({
      bench: 'migrate',
      format,
      images,
      megabytes: Math.round(megabytes),
      ...figures,
    }),
  );
});
