/**
 * Converting referenced images to managed (copied, verified, journalled, durable) beside `cp -a` + `sync`. Interleaved
 * rounds, median.
 * Usage: npx tsx bench/convert.ts [--files 2000] [--rounds 3] [--destination <folder on another file system>]
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openCatalogEngine } from '../src/catalog/engine.js';
import { withTemporaryFolder } from './lib/catalogBench.js';
import { makeDatedFiles, RoundTimes, timed } from './lib/copyBench.js';

const { values: given } = parseArgs({
  options: {
    files: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    destination: { type: 'string' },
  },
});
const fileCount = Number(given.files);
const rounds = Number(given.rounds);

async function convertOnce(base: string, sourcePath: string, target: string): Promise<number> {
  const workspaceDirectory = path.join(base, `workspace-${randomUUID()}`);
  fs.mkdirSync(workspaceDirectory);
  const machineStateDirectory = path.join(workspaceDirectory, 'state');
  const engine = openCatalogEngine({ workspaceDirectory, trusted: true, machineStateDirectory });
  const managedDirectory = path.join(target, `managed-${randomUUID()}`);
  try {
    const { id: catalogId } = await engine.createCatalog({ name: 'Bench', managedDirectory });
    const { id: sourceId } = await engine.createSource({ catalogId, sourcePath });
    // Thumbnails are made in the background otherwise, beside the work that is measured.
    await engine.pausePictures({ paused: true });
    const { scanId } = await engine.scanSource({ sourceId });
    await engine.importSource({ sourceId, scanId, importMode: 'reference' });
    execFileSync('sync');
    const start = performance.now();
    const { operation } = await engine.convertToManaged({ catalogId });
    const elapsed = performance.now() - start;
    if (operation.status !== 'SUCCESS' || operation.imagesDone !== fileCount) {
      throw new Error(`ended ${operation.status} with ${operation.imagesDone} images`);
    }
    return elapsed;
  } finally {
    await engine.close();
    for (const folder of [workspaceDirectory, managedDirectory]) {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
}

await withTemporaryFolder(async (base) => {
  const source = path.join(base, 'source');
  fs.mkdirSync(source);
  const destination = given.destination
    ? fs.mkdtempSync(path.join(given.destination, 'image-catalog-bench-'))
    : base;
  const megabytes = makeDatedFiles(source, fileCount) / 1e6;
  const times = new RoundTimes();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const target = path.join(destination, 'copy');
      execFileSync('sync');
      const copy = (): void => {
        execFileSync('cp', ['-a', source, target]);
        execFileSync('sync');
      };
      times.add('cp -a + sync', timed(copy));
      fs.rmSync(target, { recursive: true, force: true });
      times.add('convert', await convertOnce(base, source, destination));
    }
  } finally {
    if (destination !== base) fs.rmSync(destination, { recursive: true, force: true });
  }
  console.log(`${fileCount} files, ${Math.round(megabytes)} MB`);
  times.print('convert', megabytes);
});
