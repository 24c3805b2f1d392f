/**
 * First scan of a source against `sha256sum` on the same warm files, both on one thread, interleaved.
 * The scan does more: it walks, reads metadata and writes the preview into a catalog file.
 * Prints the median of the rounds' ratios; the goal is 0.8 or more.
 *
 *   npx tsx bench/scan.ts [files] [bytes per file] [rounds]
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { scanSource } from '../src/catalog/scan/scanSource.js';
import { createBenchCatalog, median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const [fileCount = 150, fileBytes = 4_000_000, rounds = 5] = process.argv.slice(2).map(Number);

await withTemporaryFolder(async (folder) => {
  const source = path.join(folder, 'source');
  for (let index = 0; index < fileCount; index++) {
    const directory = path.join(source, `folder${index % 10}`);
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(
      path.join(directory, `IMG_${index}.JPG`),
      sampleJpeg(String(index), fileBytes),
    );
  }
  const megabytes = (fileCount * fileBytes) / 1e6;
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const peer = await timed(() =>
      execFileSync('sh', ['-c', 'find "$1" -type f -print0 | xargs -0 sha256sum', 'sh', source], {
        maxBuffer: 1 << 28,
      }),
    );
    const bench = await createBenchCatalog(folder, source);
    let filesRead = 0;
    const own = await timed(async () => {
      const { counts } = await scanSource(bench.deps, bench.input);
      filesRead = counts.filesRead;
      if (counts.new !== fileCount)
        throw new Error(`unexpected preview: ${JSON.stringify(counts)}`);
    });
    await bench.close();
    if (round === 0) continue; // Warms the page cache and the compiler.
    ratios.push(peer / own);
    console.log(
      `round ${round}: scan ${(megabytes / own).toFixed(0)} MB/s (${filesRead} files read), ` +
        `sha256sum ${(megabytes / peer).toFixed(0)} MB/s, ratio ${(peer / own).toFixed(2)}`,
    );
  }
  console.log(
    JSON.stringify({
      bench: 'scan',
      megabytes,
      ratioToSha256sum: Number(median(ratios).toFixed(3)),
    }),
  );
});
