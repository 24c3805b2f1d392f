import assert from 'node:assert/strict';
import { contrastOf, greyImage } from '../../../../src/catalog/media/hashes/greyImage.js';
import { resizeLanczos, type GreyImage } from '../../../../src/catalog/media/hashes/lanczos.js';
import {
  averageHash,
  differenceHash,
  transformHash,
  waveletHash,
} from '../../../../src/catalog/media/hashes/perceptualHashes.js';
import { pixelHash } from '../../../../src/catalog/media/hashes/pixelHash.js';

const grey = (
  width: number,
  height: number,
  value: (x: number, y: number) => number,
): GreyImage => ({
  width,
  height,
  pixels: Uint8Array.from({ length: width * height }, (_, i) =>
    value(i % width, Math.floor(i / width)),
  ),
});

describe('perceptual hashes', () => {
  // Of this size nothing is resampled.
  it('compares neighbours in dHash', () => {
    assert.equal(differenceHash(grey(9, 8, (x) => 28 * x)), 'ffffffffffffffff');
    assert.equal(differenceHash(grey(9, 8, (x) => 255 - 28 * x)), '0000000000000000');
    assert.equal(differenceHash(grey(9, 8, () => 128)), '0000000000000000');
    assert.equal(differenceHash(grey(9, 8, (x, y) => 255 * ((x + y) % 2))), 'aa55aa55aa55aa55');
    const noise = grey(9, 8, (x, y) => ((9 * y + x) * 73 + 41) % 256);
    assert.equal(differenceHash(noise), 'dd76db6edb6ebbed');
  });

  it('compares with the mean in aHash', () => {
    assert.equal(
      averageHash(grey(8, 8, (x, y) => ((8 * y + x) * 73 + 41) % 256)),
      '264c993266cd9b36',
    );
    assert.equal(averageHash(grey(8, 8, (x) => (x >= 4 ? 255 : 0))), '0f0f0f0f0f0f0f0f');
    assert.equal(averageHash(grey(8, 8, (_, y) => 32 * y)), '00000000ffffffff');
    assert.equal(averageHash(grey(8, 8, () => 128)), '0000000000000000');
  });

  it('resamples as Pillow does: these hashes of a large gradient are Pillow’s', () => {
    const [width, height] = [512, 384];
    const pixels = new Uint8Array(width * height * 3);
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += 3) {
        pixels[at] = Math.floor((x * 255) / 511);
        pixels[at + 1] = Math.floor((y * 255) / 383);
        pixels[at + 2] = Math.floor(((x + y) * 255) / 894);
      }
    }
    const image = greyImage({ width, height, channels: 3, pixels });
    assert.equal(differenceHash(image), 'ffffffffffffffff');
    assert.equal(averageHash(image), '000001071f7fffff');
  });

  it('keeps a flat picture flat at any size, and says that it has no contrast', () => {
    const flat = grey(37, 23, () => 77);
    for (const [width, height] of [
      [8, 8],
      [100, 3],
      [1, 1],
    ] as const) {
      const resized = resizeLanczos(flat, width, height);
      assert.ok(resized.pixels.every((value) => value === 77));
    }
    assert.equal(contrastOf(flat), 0);
    assert.equal(waveletHash(flat), '0000000000000000');
    // Only the mean stands above the median.
    assert.equal(transformHash(flat), '8000000000000000');
  });

  it('works on pictures of one pixel and of one row', () => {
    for (const image of [grey(1, 1, () => 9), grey(300, 1, (x) => x % 256)]) {
      for (const hash of [differenceHash, averageHash, waveletHash, transformHash]) {
        assert.match(hash(image), /^[0-9a-f]{16}$/);
      }
    }
  });
});

describe('pixelHash', () => {
  const rgb = {
    width: 2,
    height: 1,
    channels: 3,
    pixels: Uint8Array.of(1, 1, 1, 2, 2, 2),
  } as const;

  it('is the same for the same look, whatever the channels', async () => {
    const hash = await pixelHash(rgb, 1);
    assert.match(hash, /^[0-9a-f]{32}$/);
    assert.equal(await pixelHash({ ...rgb, channels: 1, pixels: Uint8Array.of(1, 2) }, 1), hash);
    const rgba = Uint8Array.of(1, 1, 1, 255, 2, 2, 2, 255);
    assert.equal(await pixelHash({ ...rgb, channels: 4, pixels: rgba }, 1), hash);
  });

  it('differs by a pixel, the shape, transparency and the number of frames', async () => {
    const variants = [
      pixelHash(rgb, 1),
      pixelHash(rgb, 2),
      pixelHash({ ...rgb, width: 1, height: 2 }, 1),
      pixelHash({ ...rgb, pixels: Uint8Array.of(1, 1, 1, 2, 2, 3) }, 1),
      pixelHash({ ...rgb, channels: 2, pixels: Uint8Array.of(1, 255, 2, 254) }, 1),
    ];
    assert.equal(new Set(await Promise.all(variants)).size, variants.length);
  });
});
