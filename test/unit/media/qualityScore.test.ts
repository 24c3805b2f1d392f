import assert from 'node:assert/strict';
import { qualityScore, type QualityFacts } from '../../../src/catalog/media/qualityScore.js';

const bare: QualityFacts = {
  mimeType: 'image/jpeg',
  width: null,
  height: null,
  cameraMake: null,
  cameraModel: null,
  lensModel: null,
  focalLength: null,
  aperture: null,
  exposureTime: null,
  iso: null,
  gps: null,
};
const mebibyte = 1024 ** 2;
const score = (facts: Partial<QualityFacts>, mebibytes: number): number =>
  qualityScore({ ...bare, ...facts }, mebibytes * mebibyte);
const pixels = (width: number, height: number): Partial<QualityFacts> => ({ width, height });

describe('qualityScore', () => {
  it('gives the scores that the catalogs before gave', () => {
    const shot: Partial<QualityFacts> = {
      cameraMake: 'Canon',
      cameraModel: 'EOS',
      lensModel: '50 mm',
      focalLength: 50,
      aperture: 2,
      exposureTime: 0.01,
      iso: 100,
    };
    const cr2 = { mimeType: 'image/x-canon-cr2' };
    assert.equal(score({ ...cr2, ...shot, ...pixels(6720, 4480) }, 30), 95.22);
    assert.equal(score({ ...cr2, ...pixels(6000, 4000) }, 25), 85.08);
    assert.equal(score(pixels(6000, 4000), 5), 72.76);
    assert.equal(score({ mimeType: 'image/heic', ...pixels(4032, 3024) }, 2), 71.72);
    assert.equal(score({ mimeType: 'image/png', ...pixels(2048, 1536) }, 5), 68.52);
    const named = { cameraMake: 'Canon', cameraModel: 'EOS' };
    assert.equal(score({ ...named, ...pixels(1920, 1080) }, 3), 63.15);
    assert.equal(score(pixels(1920, 1080), 3), 60.15);
    assert.equal(score(pixels(640, 480), 100 / 1024), 33.47);
    assert.equal(score({ mimeType: 'image/gif', ...pixels(320, 240) }, 100 / 1024), 18.25);
    assert.equal(score({ mimeType: 'image/x-sony-sr2', ...pixels(6000, 4000) }, 25), 67.58);
    assert.equal(score({ mimeType: 'application/octet-stream' }, 0), 20);
  });

  it('never exceeds 100, whatever the size', () => {
    const everything: Partial<QualityFacts> = {
      mimeType: 'image/x-nikon-nef',
      ...pixels(20_000, 20_000),
      cameraMake: 'N',
      cameraModel: 'N',
      lensModel: 'N',
      focalLength: 1,
      aperture: 1,
      exposureTime: 1,
      iso: 1,
      gps: { latitude: 0, longitude: 0, altitude: null },
    };
    assert.equal(score(everything, 1000), 100);
  });
});
