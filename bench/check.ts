/**
 * Looking up referenced files: the check against `find -printf`, which reads the same directories and inodes, in the
 * same run. The goal is at most 3 times its time for 100,000 files.
 *
 *   npx tsx bench/check.ts [files] [rounds]
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { checkFiles } from '../src/catalog/maintenance/checkFiles.js';
import { readBenchFacts } from './lib/benchFacts.js';
import { createBenchCatalog, median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const [fileCount = 100_000, rounds = 5] = process.argv.slice(2).map(Number);
const perFolder = 500;

await withTemporaryFolder(async (folder) => {
  const source = path.join(folder, 'source');
  const bench = await createBenchCatalog(folder, source);
  const { store } = bench.deps;
  const { catalog } = bench.input;
  const facts = await readBenchFacts(folder);
  for (let start = 0; start < fileCount; start += perFolder) {
    const directory = path.join(source, `folder${start / perFolder}`);
    fs.mkdirSync(directory, { recursive: true });
    const length = Math.min(perFolder, fileCount - start);
    const images = Array.from({ length }, (_, index) => {
      const number = start + index;
      const file = path.join(directory, `IMG_${number}.JPG`);
      const bytes = sampleJpeg(String(number), 300);
      fs.writeFileSync(file, bytes);
      const stats = fs.statSync(file, { bigint: true });
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return {
        id: `image-${number}`,
        catalogId: catalog.id,
        storedPath: file,
        isManaged: false,
        sourceId: bench.input.source.id,
        importJobId: null,
        importMode: 'reference' as const,
        originalSourcePath: file,
        checksum,
        sizeBytes: Number(stats.size),
        fileMtimeNs: stats.mtimeNs.toString(),
        fileInode: stats.ino.toString(),
        facts,
      };
    });
    store.images.insertMany(images);
  }
  const ratios: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const peer = await timed(() =>
      execFileSync('find', [source, '-type', 'f', '-printf', '%s %T@ %i %p\\n'], {
        maxBuffer: 1 << 30,
      }),
    );
    const own = await timed(async () => {
      const place = { catalog, managed: null, volumes: [] };
      const report = await checkFiles(bench.deps, place, { catalogId: catalog.id });
      if (report.present !== fileCount || report.filesRead > 0) {
        throw new Error(`unexpected report: ${JSON.stringify(report)}`);
      }
    });
    ratios.push(own / peer);
    console.log(`round ${round}: check ${own.toFixed(2)} s, find ${peer.toFixed(2)} s`);
  }
  await bench.close();
  const ratio = Number(median(ratios).toFixed(2));
  console.log(JSON.stringify({ bench: 'check', files: fileCount, timesOfFind: ratio, goal: 3 }));
  if (ratio > 3) process.exitCode = 1;
});
