import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createDecoder } from '../../../../src/catalog/media/decode/createDecoder.js';
import type { Decoder, PictureRequest } from '../../../../src/catalog/model/picture.js';
import { decodeProgramFolder } from '../../../support/decodeProgram.js';

describe('createDecoder', function () {
  this.timeout(60_000);
  let folder: string;
  let decoder: Decoder;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-catalog-decode-'));
    decoder = createDecoder({ programFolder: await decodeProgramFolder(), processes: 1 });
  });

  after(async () => {
    await decoder.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (path: string, more: Partial<PictureRequest> = {}): PictureRequest => ({
    path,
    mimeType: 'image/jpeg',
    orientation: null,
    thumbnails: [],
    hashes: true,
    pixelHash: false,
    ...more,
  });

  /** 600x400, bright at the right, with a dark left half. */
  async function picture(name: string): Promise<string> {
    const path = join(folder, name);
    const pixels = Buffer.alloc(600 * 400 * 3);
    for (let i = 0; i < 600 * 400; i++) pixels.fill((i % 600) / 2.4, i * 3, i * 3 + 3);
    const image = sharp(pixels, { raw: { width: 600, height: 400, channels: 3 } });
    await image.toFile(path);
    return path;
  }

  it('gives size, colour space and hashes, and writes thumbnails whole', async () => {
    const path = await picture('a.jpg');
    const thumbnails = [
      { size: 256, path: join(folder, 'thumbnails', 'ab', 'abc.webp') },
      { size: 512, path: join(folder, 'thumbnails', 'ab', 'abc.512.webp') },
    ] as const;
    const result = await decoder.process(request(path, { thumbnails }));
    assert.deepEqual([result.width, result.height, result.colorSpace], [600, 400, 'srgb']);
    assert.equal(result.dhash, 'ffffffffffffffff');
    assert.equal(result.ahash, '0f0f0f0f0f0f0f0f');
    assert.equal(result.damage, null);
    assert.deepEqual(readdirSync(join(folder, 'thumbnails', 'ab')).sort(), [
      'abc.512.webp',
      'abc.webp',
    ]);
    const small = await sharp(thumbnails[0].path).metadata();
    assert.deepEqual([small.format, small.width, small.height], ['webp', 256, 171]);
    const large = await sharp(thumbnails[1].path).metadata();
    assert.deepEqual([large.width, large.height], [512, 341]);
  });

  it('turns pictures upright before anything else', async () => {
    const path = await picture('turned.png');
    const thumbnails = [{ size: 256, path: join(folder, 'turned.webp') }] as const;
    const result = await decoder.process(request(path, { orientation: 6, thumbnails }));
    assert.deepEqual([result.width, result.height], [400, 600]);
    // Turned clockwise, left to right becomes top to bottom.
    assert.equal(result.ahash, '00000000ffffffff');
    const { width, height } = await sharp(thumbnails[0].path).metadata();
    assert.deepEqual([width, height], [171, 256]);
  });

  it('tells files that are no pictures from files that are gone', async () => {
    const text = join(folder, 'text.jpg');
    writeFileSync(text, 'Not a picture at all');
    await assert.rejects(decoder.process(request(text)), { code: 'FILE_NOT_MEDIA' });
    const gone = join(folder, 'gone.jpg');
    await assert.rejects(decoder.process(request(gone)), {
      code: 'FILE_VANISHED',
      data: { path: gone },
    });
  });

  it('is cancelled before and while it waits', async () => {
    const path = await picture('b.jpg');
    await assert.rejects(decoder.process(request(path), { signal: AbortSignal.abort() }), {
      code: 'CANCELLED',
    });
    const cancellation = new AbortController();
    const pending = decoder.process(request(path), { signal: cancellation.signal });
    cancellation.abort();
    await assert.rejects(pending, { code: 'CANCELLED' });
  });
});
