import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openByteReader } from '../../src/catalog/files/byteReader.js';
import { nodeFilePort } from '../../src/catalog/files/filePort.js';
import { createDecoder } from '../../src/catalog/media/decode/createDecoder.js';
import { readMediaFacts } from '../../src/catalog/media/readMediaFacts.js';
import { CatalogError, type ErrorCode } from '../../src/catalog/model/errors.js';
import type { PictureResult } from '../../src/catalog/model/picture.js';
import { decodeProgramFolder } from '../support/decodeProgram.js';
import { corpusDirectory, describeCorpus } from './corpus.js';

const hashNames = ['dhash', 'ahash', 'whash', 'phash'] as const;

/** What may be said of a file that is not shown. */
const expectedErrors: ReadonlySet<ErrorCode> = new Set([
  'FILE_EMPTY',
  'FILE_NOT_MEDIA',
  'PICTURE_UNSUPPORTED',
  'PICTURE_DAMAGED',
  'PICTURE_TOO_LARGE',
] as const);

/** Files of several pictures whose oracle is not the primary one. */
const otherPicture: ReadonlySet<string> = new Set([
  'formats/sharp/pitm.avif',
  'heic/pillow_heif/heif/zPug_3.heic',
  'heic/pillow_heif/heif_other/nokia/alpha.heic',
  'heic/pillow_heif/heif_other/invalid_id.heic',
]);

/** Bits in which two hashes of 16 hex digits differ. */
function distance(a: string | null, b: string): number {
  assert.ok(a !== null);
  const bits = (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2);
  return bits.replaceAll('0', '').length;
}

describeCorpus('corpus: pictures', function (expected) {
  this.timeout(900_000);
  const results = new Map<string, PictureResult>();
  const errors = new Map<string, CatalogError>();
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-catalog-pictures-'));
    const decoder = createDecoder({ programFolder: await decodeProgramFolder() });
    const decode = async (path: string): Promise<void> => {
      const file = join(corpusDirectory, path);
      try {
        const reader = openByteReader(nodeFilePort, file);
        const facts = await readMediaFacts({
          reader,
          path: file,
          mtimeNs: '0',
          now: new Date(0),
        }).finally(() => reader.close());
        const thumbnail = join(folder, `${results.size + errors.size}-${path.length}.webp`);
        const { mimeType } = facts;
        // The oracle did not turn the previews of raw files.
        const orientation =
          expected.get(path)?.preview_dhash === undefined ? facts.orientation : null;
        const result = await decoder.process({
          path: file,
          mimeType,
          orientation,
          thumbnails: [{ size: 256, path: thumbnail }],
          hashes: true,
          pixelHash: false,
        });
        results.set(path, result);
      } catch (error) {
        assert.ok(CatalogError.is(error), String(error));
        errors.set(path, error);
      }
    };
    await Promise.all([...expected.keys()].map(decode));
    await decoder.close();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('shows every file or says why not, also the hostile ones', () => {
    assert.equal(results.size + errors.size, expected.size);
    const unexpected = [...errors].filter(([, { code }]) => !expectedErrors.has(code));
    assert.deepEqual(
      unexpected.map(([path, { message }]) => `${path}: ${message}`),
      [],
    );
    assert.ok(readdirSync(folder).every((name) => name.endsWith('.webp')));
  });

  it('gives the hashes of imagehash', () => {
    const wrong: string[] = [];
    let compared = 0;
    let worst = 0;
    for (const [path, file] of expected) {
      if (!file.hash_check) continue;
      compared += 1;
      const result = results.get(path);
      if (!result) {
        wrong.push(`${path}: ${errors.get(path)?.message}`);
        continue;
      }
      if (result.width !== file.o_w || result.height !== file.o_h) {
        wrong.push(`${path}: ${result.width}x${result.height}, not ${file.o_w}x${file.o_h}`);
      }
      for (const name of hashNames) {
        const reference = file[`o_${name}`];
        if (reference === undefined) continue;
        const bits = distance(result[name], reference);
        const allowed = Math.max(2, file[`o_${name}_amb`] ?? 0);
        if (allowed <= 2) worst = Math.max(worst, bits);
        if (bits > allowed) wrong.push(`${path}: ${name} differs in ${bits} bits`);
      }
    }
    console.log(`      ${compared} files; at worst ${worst} bits where no bit is on the edge`);
    assert.ok(compared > 0);
    assert.deepEqual(wrong, []);
  });

  it('shows raw files by their largest preview', () => {
    const wrong: string[] = [];
    for (const [path, { preview_dhash: reference }] of expected) {
      if (reference === undefined) continue;
      const result = results.get(path);
      if (!result) wrong.push(`${path}: ${errors.get(path)?.message}`);
      else if (distance(result.dhash, reference) > 2) wrong.push(`${path}: another picture`);
    }
    assert.deepEqual(wrong, []);
  });

  it('shows HEIF and AVIF pictures upright, as libheif does', () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const [path, { heif_dhash: reference }] of expected) {
      const result = results.get(path);
      if (reference === undefined || !result || otherPicture.has(path)) continue;
      compared += 1;
      const bits = distance(result.dhash, reference);
      // Embedded thumbnails and other roundings of colour move a few bits, another turn moves most.
      if (bits > 6) wrong.push(`${path}: ${bits} bits`);
    }
    assert.ok(compared > 0);
    assert.deepEqual(wrong, []);
  });
});
