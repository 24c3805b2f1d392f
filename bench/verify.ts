/**
 * Reading managed files back: verification against `sha256sum` on the same files in the same run. The goal is at least
 * 0.8 of its speed.
 *
 *   npx tsx bench/verify.ts [files] [megabytes each] [rounds]
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { verifyFiles } from '../src/catalog/maintenance/verifyFiles.js';
import { readBenchFacts } from './lib/benchFacts.js';
import { createBenchCatalog, median, timed, withTemporaryFolder } from './lib/catalogBench.js';

const [fileCount = 200, megabytes = 4, rounds = 5] = process.argv.slice(2).map(Number);

await withTemporaryFolder(async (folder) => {
  const managed = path.join(folder, 'managed');
  fs.mkdirSync(managed);
  const bench = await createBenchCatalog(folder, path.join(folder, 'source'));
  const { store } = bench.deps;
  const catalog = { ...bench.input.catalog, managedDirectory: managed };
  store.catalogs.update(catalog);
  const facts = await readBenchFacts(folder);
  const bytes = Buffer.alloc(megabytes * 1_000_000);
  const files: string[] = [];
  for (let number = 0; number < fileCount; number++) {
    const file = path.join(managed, `IMG_${number}.JPG`);
    fs.writeFileSync(file, randomFillSync(bytes));
    files.push(file);
    const stats = fs.statSync(file, { bigint: true });
    store.images.insertMany([
      {
        id: `image-${number}`,
        catalogId: catalog.id,
        storedPath: `IMG_${number}.JPG`,
        isManaged: true,
        sourceId: null,
        importJobId: null,
        importMode: 'copy',
        originalSourcePath: file,
        checksum: createHash('sha256').update(bytes).digest('hex'),
        sizeBytes: Number(stats.size),
        fileMtimeNs: stats.mtimeNs.toString(),
        fileInode: stats.ino.toString(),
        facts,
      },
    ]);
  }
  const deps = { ...bench.deps, bindings: { isBound: () => true } };
  const place = { catalog, realRoot: fs.realpathSync(managed) };
  const shares: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const peer = await timed(() => execFileSync('sha256sum', files, { maxBuffer: 1 << 28 }));
    const own = await timed(async () => {
      const report = await verifyFiles(deps, place, { catalogId: catalog.id });
      if (report.intact !== fileCount) throw new Error(`unexpected: ${JSON.stringify(report)}`);
    });
    shares.push(peer / own);
    const speed = (seconds: number): string =>
      `${((fileCount * megabytes) / seconds).toFixed(0)} MB/s`;
    console.log(`round ${round}: verify ${speed(own)}, sha256sum ${speed(peer)}`);
  }
  await bench.close();
  const share = Number(median(shares).toFixed(2));
  const result = { bench: 'verify', files: fileCount, megabytes, ofSha256sum: share, goal: 0.8 };
  console.log(JSON.stringify(result));
  if (share < 0.8) process.exitCode = 1;
});
