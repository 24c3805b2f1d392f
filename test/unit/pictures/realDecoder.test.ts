import assert from 'node:assert/strict';
import path from 'node:path';
import sharp from 'sharp';
import { createDecoder } from '../../../src/catalog/media/decode/createDecoder.js';
import { decodeProgramFolder } from '../../support/decodeProgram.js';
import { PictureFixture } from './pictureFixture.js';

describe('pictures with the real decoder', function () {
  this.timeout(90_000);
  let fixture: PictureFixture;

  beforeEach(() => {
    fixture = new PictureFixture();
  });
  afterEach(() => fixture.remove());

  it('of an import of good and damaged files are made, kept and cleaned up', async () => {
    const programFolder = await decodeProgramFolder();
    const image = sharp({
      create: { width: 600, height: 400, channels: 3, background: { r: 200, g: 40, b: 40 } },
    });
    const jpeg = await image.jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const png = await sharp({
      create: { width: 600, height: 400, channels: 3, background: 'blue' },
    })
      .png()
      .toBuffer();
    fixture.put('turned.jpg', jpeg);
    fixture.put('plain.png', png);
    fixture.put('cut.png', png.subarray(0, 50));
    const engine = await fixture.open({}, (limits) =>
      createDecoder({ programFolder, processes: 1, ...limits }),
    );
    await fixture.import(engine);
    const reports: number[] = [];
    const { counts } = await engine.makePictures(
      { catalogId: fixture.catalogId },
      { onProgress: ({ filesDone }) => void reports.push(filesDone) },
    );
    const failed = await engine.listFailedPictures({ catalogId: fixture.catalogId });
    assert.deepEqual(
      failed.pictures.map(({ currentPath, error }) => [path.basename(currentPath), error.code]),
      [['cut.png', 'PICTURE_DAMAGED']],
    );
    assert.deepEqual(counts, { PENDING: 0, DONE: 2, FAILED: 1, NONE: 0 });
    assert.equal(reports.at(-1), 3);
    const images = await fixture.images(engine);
    const turned = await engine.getImage({ imageId: images.get('turned.jpg')?.id ?? '' });
    // The row keeps the stored pixels; the picture stands upright.
    assert.deepEqual([turned.width, turned.height, turned.orientation], [600, 400, 6]);
    assert.match(turned.dhash ?? '', /^[0-9a-f]{16}$/);
    const { width, height } = await sharp(fixture.thumbnail(turned.checksum)).metadata();
    assert.deepEqual([width, height], [171, 256]);

    const rendering = await engine.renderPicture({ imageId: turned.id, longEdge: 1000 });
    const rendered = await sharp(rendering.path).metadata();
    assert.deepEqual([rendered.width, rendered.height], [400, 600]);
  });

  it('larger than the limit are refused', async () => {
    const programFolder = await decodeProgramFolder();
    const large = sharp({ create: { width: 2000, height: 1000, channels: 3, background: 'red' } });
    fixture.put('large.png', await large.png().toBuffer());
    const engine = await fixture.open({ pictures: { maxMegapixels: 1 } }, (limits) =>
      createDecoder({ programFolder, processes: 1, ...limits }),
    );
    await fixture.import(engine);
    const { failures } = await engine.makePictures({ catalogId: fixture.catalogId });
    assert.deepEqual(failures, [{ code: 'PICTURE_TOO_LARGE', count: 1 }]);
    await engine.configurePictures({ maxMegapixels: 10 });
    await engine.rebuildThumbnails({ catalogId: fixture.catalogId, failedOnly: true });
    const { counts } = await engine.makePictures({ catalogId: fixture.catalogId });
    assert.equal(counts.DONE, 1);
  });
});
