/**
 * Migrates a catalog.json of many images and prints the time and the most memory that it took.
 * The goal is 100,000 images in less than 60 s and 400 MB.
 *
 *   npx tsx bench/migrate.ts [images] [json|sqlite]
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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
  const child = fileURLToPath(new URL('./lib/migrateChild.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--import', 'tsx', child, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: path.resolve(fileURLToPath(new URL('..', import.meta.url))),
  });
  if (run.status !== 0) throw new Error(`the migration failed (${run.status})`);
  const figures = JSON.parse(run.stdout) as Record<string, number>;
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
