/**
 * Rescan of an unchanged source: the files a second, and the proof that no content was read. `find -printf`,
 * which reads the same directories and inodes and writes no rows, stands beside it. The goal is 20,000 files/s.
 *
 *   npx tsx bench/rescan.ts [files] [rounds]
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../src/catalog/files/filePort.js';
import { scanSource } from '../src/catalog/scan/scanSource.js';
import { createBenchCatalog, median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const [fileCount = 50_000, rounds = 5] = process.argv.slice(2).map(Number);

await withTemporaryFolder(async (folder) => {
  const source = path.join(folder, 'source');
  for (let index = 0; index < fileCount; index++) {
    const directory = path.join(source, `folder${Math.floor(index / 500)}`);
    if (index % 500 === 0) fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, `IMG_${index}.JPG`), sampleJpeg(String(index), 300));
  }
  let opened = 0;
  const files = {
    ...nodeFilePort,
    openRead: (file: string): number => {
      opened += 1;
      return nodeFilePort.openRead(file);
    },
  };
  const bench = await createBenchCatalog(folder, source);
  const deps = { ...bench.deps, files };
  const first = await timed(() => scanSource(deps, bench.input));
  console.log(`first scan: ${(fileCount / first).toFixed(0)} files/s, ${opened} files opened`);
  opened = 0;
  const speeds: number[] = [];
  const speedsPerCpu: number[] = [];
  let filesRead = 0;
  for (let round = 1; round <= rounds; round++) {
    const peer = await timed(() =>
      execFileSync('find', [source, '-type', 'f', '-printf', '%s %T@ %i %p\\n'], {
        maxBuffer: 1 << 30,
      }),
    );
    const cpuBefore = process.cpuUsage();
    const own = await timed(async () => {
      const { counts } = await scanSource(deps, bench.input);
      filesRead += counts.filesRead;
      if (counts.new !== fileCount)
        throw new Error(`unexpected preview: ${JSON.stringify(counts)}`);
    });
    const { user, system } = process.cpuUsage(cpuBefore);
    speeds.push(fileCount / own);
    speedsPerCpu.push((fileCount / (user + system)) * 1e6);
    console.log(
      `round ${round}: rescan ${(fileCount / own).toFixed(0)} files/s, ` +
        `find ${(fileCount / peer).toFixed(0)} files/s`,
    );
  }
  await bench.close();
  console.log(
    JSON.stringify({
      bench: 'rescan',
      files: fileCount,
      filesPerSecond: Math.round(median(speeds)),
      // What a loaded machine leaves to compare.
      filesPerCpuSecond: Math.round(median(speedsPerCpu)),
      filesRead,
      filesOpened: opened,
    }),
  );
  if (filesRead > 0 || opened > 0) process.exitCode = 1;
});
