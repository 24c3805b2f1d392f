/**
 * Metadata alone: what a scan reads of each file (type, size, EXIF, capture time) against
 * `exiftool -fast2 -json` over the same warm files, interleaved. Prints the median of the rounds' ratios; the
 * goal is 20 or more. Without arguments the files are generated JPEGs with EXIF; or name a folder.
 *
 *   npx tsx bench/metadata.ts [files] [rounds] [folder]
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { nodeBundle } from '../scripts/lib/nodeBundle.mjs';
import type { MediaFacts } from '../src/catalog/model/media.js';
import type * as reading from './lib/readFacts.js';
import { median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { ascii, rational, segment, short, tiff } from '../test/unit/media/mediaBytes.js';
import { sampleJpeg } from './lib/sampleFiles.js';

const fileCount = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 5);
const givenFolder = process.argv[4];

/** The reading code as it ships: bundled, without what tsx adds to every function. */
async function bundledReading(folder: string): Promise<typeof reading> {
  const outfile = path.join(folder, 'readFacts.cjs');
  const entry = path.join(import.meta.dirname, 'lib/readFacts.ts');
  await build({ ...nodeBundle, entryPoints: [entry], outfile });
  return (await import(pathToFileURL(outfile).href)) as typeof reading;
}

function check(facts: MediaFacts): void {
  if (facts.width === null) throw new Error('no size was read');
  if (givenFolder === undefined && facts.gps === null) throw new Error('no EXIF was read');
}

/** What a camera writes: make, model, date, exposure and position in front of 3 MB of picture. */
function photoWithExif(index: number): Buffer {
  const minute = String(index % 60).padStart(2, '0');
  const exif = tiff({
    ifd0: [ascii(0x10f, 'Canon\0'), ascii(0x110, 'EOS R5\0'), short(0x112, 1)],
    exif: [
      ascii(0x9003, `2023:06:15 14:${minute}:45\0`),
      rational(0x829a, 1, 250),
      rational(0x829d, 28, 10),
      rational(0x920a, 50, 1),
      short(0x8827, 400),
    ],
    gps: [
      ascii(1, 'N\0'),
      rational(2, 52, 1, 31, 1, 12, 1),
      ascii(3, 'E\0'),
      rational(4, 13, 1, 24, 1, 36, 1),
    ],
  });
  const block = segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]));
  const plain = sampleJpeg(String(index), 3_000_000);
  return Buffer.concat([plain.subarray(0, 2), block, plain.subarray(2)]);
}

await withTemporaryFolder(async (program) => {
  const { readFacts } = await bundledReading(program);
  const folder = path.join(program, 'files');
  fs.mkdirSync(folder);
  if (givenFolder === undefined) {
    for (let index = 0; index < fileCount; index++) {
      fs.writeFileSync(path.join(folder, `IMG_${index}.JPG`), photoWithExif(index));
    }
  }
  const source = givenFolder ?? folder;
  const files = fs.readdirSync(source).map((name) => path.join(source, name));
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const own = await timed(() => readFacts(files, check));
    const peer = await timed(() =>
      execFileSync('exiftool', ['-fast2', '-json', source], {
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    if (round === 0) continue; // Warms the page cache and the compiler.
    ratios.push(peer / own);
    console.log(
      `round ${round}: ours ${(files.length / own).toFixed(0)}, ` +
        `exiftool ${(files.length / peer).toFixed(0)} files/s, ratio ${(peer / own).toFixed(1)}`,
    );
  }
  console.log(
    JSON.stringify({
      bench: 'metadata',
      files: files.length,
      ratioToExiftool: Number(median(ratios).toFixed(1)),
    }),
  );
});
