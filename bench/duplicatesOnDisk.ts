/**
 * Exact duplicates of a folder tree against jdupes and rmlint on the same files, interleaved. Ours is a scan into a
 * catalog, which also reads metadata and writes rows, and the list of contents seen twice. Goals: the first scan
 * within 1.5 times the faster of the two, the second scan ten times faster than it. Every picture of the tree lies
 * there twice, as after a copy of a copy: all three have to read everything. Before every run but the second scan the
 * files leave the page cache (GNU dd's nocache), as when a drive was just connected; with `warm` they stay there.
 *
 *   npx tsx bench/duplicatesOnDisk.ts [pictures] [bytes per picture] [rounds] [warm]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { scanSource } from '../src/catalog/scan/scanSource.js';
import { createBenchCatalog, median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const words = process.argv.slice(2);
const warm = words.includes('warm');
const [pictures = 150, bytes = 2_000_000, rounds = 5] = words
  .filter((word) => word !== 'warm')
  .map(Number);

/** Drops the files' pages from the cache; without GNU dd the measurement is a warm one. */
function evict(source: string): void {
  if (warm) return;
  const script = 'sync; find "$1" -type f -exec dd if={} iflag=nocache count=0 status=none \\;';
  const { status } = spawnSync('sh', ['-c', script, 'sh', source]);
  if (status !== 0) throw new Error('dd cannot drop pages here: measure with `warm`');
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return stdout;
}

/** What the two print, as the number of files that another one equals. */
const peers: Record<string, (source: string) => number> = {
  jdupes: (source) => run('jdupes', ['-r', '-q', '-f', source]).split('\n').filter(Boolean).length,
  rmlint: (source) => {
    const report = run('rmlint', ['-T', 'df', '-o', 'json', source]);
    const entries = JSON.parse(report) as { type?: string; is_original?: boolean }[];
    return entries.filter(({ type, is_original }) => type === 'duplicate_file' && !is_original)
      .length;
  },
};

await withTemporaryFolder(async (folder) => {
  const source = path.join(folder, 'source');
  for (let index = 0; index < pictures; index++) {
    const picture = sampleJpeg(String(index), bytes + index);
    for (const place of ['photos', 'backup']) {
      const directory = path.join(source, place, `folder${index % 10}`);
      fs.mkdirSync(directory, { recursive: true });
      fs.writeFileSync(path.join(directory, `IMG_${index}.JPG`), picture);
    }
  }
  const seconds: Record<string, number[]> = { jdupes: [], rmlint: [], first: [], second: [] };
  for (let round = 0; round <= rounds; round++) {
    const times: Record<string, number> = {};
    for (const [name, peer] of Object.entries(peers)) {
      let found = 0;
      evict(source);
      times[name] = await timed(() => (found = peer(source)));
      if (found !== pictures) throw new Error(`${name} found ${found} of ${pictures}`);
    }
    const { deps, input, close } = await createBenchCatalog(folder, source);
    const { duplicates } = deps.store;
    for (const scan of ['first', 'second']) {
      let found = 0;
      if (scan === 'first') evict(source);
      times[scan] = await timed(async () => {
        await scanSource(deps, input);
        found = duplicates.checksumsSeenTwice(input.catalog.id).length;
      });
      if (found !== pictures) throw new Error(`found ${found} of ${pictures}`);
    }
    await close();
    if (round === 0) continue; // Warms the page cache and the compiler.
    for (const [name, time] of Object.entries(times)) seconds[name]?.push(time);
    const line = Object.entries(times).map(([name, time]) => `${name} ${time.toFixed(2)} s`);
    console.log(`round ${round}: ${line.join(', ')}`);
  }
  const middle = (name: string): number => median(seconds[name] ?? []);
  const faster = Math.min(middle('jdupes'), middle('rmlint'));
  console.log(
    JSON.stringify({
      bench: 'duplicatesOnDisk',
      cache: warm ? 'warm' : 'cold',
      files: pictures * 2,
      megabytes: Math.round((pictures * 2 * bytes) / 1e6),
      firstToFasterPeer: Number((middle('first') / faster).toFixed(2)),
      fasterPeerToSecond: Number((faster / middle('second')).toFixed(1)),
    }),
  );
});
