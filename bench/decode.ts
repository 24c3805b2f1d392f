/**
 * A thumbnail of 256 pixels and the four hashes of 12 megapixel JPEGs: the product's decoding processes against
 * native sharp doing the same work in as many processes, and against jimp on one, interleaved. Prints the
 * medians of the rounds' ratios; the goals are 0.6 or more of native sharp and 15 or more times jimp.
 *
 *   npx tsx bench/decode.ts [files] [processes] [rounds]
 */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { createDecoder } from '../src/catalog/media/decode/createDecoder.js';
import { decodeProgramFolder } from '../test/support/decodeProgram.js';
import { median, timed, withTemporaryFolder } from './lib/catalogBench.js';
import { PeerPool } from './lib/peerPool.js';

const [fileCount = 40, processes = 1, rounds = 3] = process.argv.slice(2).map(Number);
const jimpFiles = Math.max(2, Math.ceil(fileCount / 20));

/** Hills, noise and edges, so that it is neither easy nor impossible to compress: about 3 MB. */
async function photo(seed: number): Promise<Buffer> {
  const [width, height] = [4000, 3000];
  const pixels = Buffer.alloc(width * height * 3);
  let noise = seed + 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      const grain = noise >>> 27;
      const hill = Math.sin(x / (97 + seed)) + Math.cos((x + y) / 211);
      pixels[at] = 110 + 50 * hill + grain;
      pixels[at + 1] = 100 + 60 * Math.cos(y / 173) + grain;
      pixels[at + 2] = ((x >> 8) ^ (y >> 8)) & 1 ? 90 + grain : 160 - grain;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

await withTemporaryFolder(async (folder) => {
  const originals = await Promise.all([0, 1, 2, 3].map(photo));
  const files = Array.from({ length: fileCount }, (_, index) => {
    const file = path.join(folder, `IMG_${index}.JPG`);
    fs.writeFileSync(file, originals[index % originals.length] ?? '');
    return file;
  });
  const decoder = createDecoder({ programFolder: await decodeProgramFolder(), processes });
  const native = new PeerPool('sharp', processes);
  const jimp = new PeerPool('jimp', 1);
  const thumbnailOf = (file: string, maker: string): string => `${file}.${maker}.webp`;
  const ours = (some: readonly string[]): Promise<unknown> =>
    Promise.all(
      some.map((file) =>
        decoder.process({
          path: file,
          mimeType: 'image/jpeg',
          orientation: 1,
          thumbnails: [{ size: 256, path: thumbnailOf(file, 'ours') }],
          hashes: true,
          pixelHash: false,
        }),
      ),
    );
  const theirs = (pool: PeerPool, some: readonly string[]): Promise<unknown> =>
    Promise.all(some.map((file) => pool.run(file, thumbnailOf(file, pool.library))));
  // The first pictures start the processes and the compilers.
  await ours(files.slice(0, 8));
  await theirs(native, files.slice(0, 8));
  await theirs(jimp, files.slice(0, 1));
  const toNative: number[] = [];
  const toJimp: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const own = fileCount / (await timed(() => ours(files)));
    const nativeRate = fileCount / (await timed(() => theirs(native, files)));
    const jimpRate = jimpFiles / (await timed(() => theirs(jimp, files.slice(0, jimpFiles))));
    toNative.push(own / nativeRate);
    // jimp has one process; it would gain from more of them as we do.
    toJimp.push(own / (jimpRate * processes));
    console.log(
      `round ${round}: ours ${own.toFixed(1)}, native sharp ${nativeRate.toFixed(1)}, ` +
        `jimp ${jimpRate.toFixed(2)} pictures/s`,
    );
  }
  await decoder.close();
  native.close();
  jimp.close();
  console.log(
    JSON.stringify({
      bench: 'decode',
      processes,
      ratioToNativeSharp: Number(median(toNative).toFixed(2)),
      ratioToJimp: Number(median(toJimp).toFixed(1)),
    }),
  );
});
