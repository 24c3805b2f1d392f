import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { eventually, PictureFixture } from './pictureFixture.js';

const background = { pictures: { background: true } } as const;

describe('background work on pictures', () => {
  let fixture: PictureFixture;

  beforeEach(() => {
    fixture = new PictureFixture();
  });
  afterEach(() => fixture.remove());

  const counts = async (engine: CatalogEngine) =>
    (await engine.getPictureState({ catalogId: fixture.catalogId })).counts;
  const settled = (engine: CatalogEngine): Promise<void> =>
    eventually('nothing is pending', async () => (await counts(engine)).PENDING === 0);

  it('makes thumbnails and hashes after an import, and tells it', async () => {
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) fixture.put(name);
    const engine = await fixture.open(background);
    await fixture.import(engine);
    await settled(engine);
    const images = await fixture.images(engine);
    assert.equal(images.size, 3);
    for (const { id, checksum } of images.values()) {
      assert.equal(fs.readFileSync(fixture.thumbnail(checksum), 'utf8'), 'picture 256');
      assert.equal(fs.existsSync(fixture.thumbnail(checksum, '.512.webp')), false);
      assert.ok(fixture.told.ready.includes(id));
      assert.equal((await engine.getImage({ imageId: id })).dhash, '0123456789abcdef');
    }
    assert.deepEqual(await counts(engine), { PENDING: 0, DONE: 3, FAILED: 0, NONE: 0 });
    await eventually('idle', async () => (await engine.getPictureProgress({})).status === 'idle');
    await eventually('told', () => fixture.progress.at(-1)?.status === 'idle');
  });

  it('remembers what failed, does not try it again, and says why', async () => {
    fixture.put('good.jpg');
    fixture.put('bad.jpg');
    fixture.decoder.failures.set('bad', 'PICTURE_DAMAGED');
    const engine = await fixture.open(background);
    await fixture.import(engine);
    await settled(engine);
    const { counts: now, failures } = await engine.getPictureState({
      catalogId: fixture.catalogId,
    });
    assert.deepEqual(now, { PENDING: 0, DONE: 1, FAILED: 1, NONE: 0 });
    assert.deepEqual(failures, [{ code: 'PICTURE_DAMAGED', count: 1 }]);
    const { total, pictures } = await engine.listFailedPictures({ catalogId: fixture.catalogId });
    const bad = (await fixture.images(engine)).get('bad.jpg');
    assert.equal(total, 1);
    assert.equal(pictures[0]?.imageId, bad?.id);
    assert.equal(pictures[0]?.error.code, 'PICTURE_DAMAGED');
    assert.equal(pictures[0]?.error.data['detail'], 'test');

    await engine.close();
    const again = await fixture.open(background);
    fixture.put('later.jpg');
    await fixture.import(again);
    await settled(again);
    const [answer] = await again.requestThumbnails({ imageIds: [bad?.id ?? ''], size: 256 });
    assert.equal(answer?.state, 'failed');
    assert.equal(answer?.error?.code, 'PICTURE_DAMAGED');
    assert.deepEqual(fixture.decoder.decoded, ['bad.jpg', 'good.jpg', 'later.jpg']);
  });

  it('tries failed pictures again by command, and all by another', async () => {
    fixture.put('good.jpg');
    fixture.put('bad.jpg');
    fixture.decoder.failures.set('bad', 'PICTURE_DAMAGED');
    const engine = await fixture.open(background);
    await fixture.import(engine);
    await settled(engine);
    fixture.decoder.failures.clear();
    const { catalogId } = fixture;
    assert.deepEqual(await engine.rebuildThumbnails({ catalogId, failedOnly: true }), { count: 1 });
    await settled(engine);
    assert.equal((await counts(engine)).DONE, 2);
    assert.deepEqual(fixture.decoder.decoded, ['bad.jpg', 'bad.jpg', 'good.jpg']);
    assert.deepEqual(await engine.rebuildThumbnails({ catalogId }), { count: 2 });
    await settled(engine);
    assert.equal(fixture.decoder.requests.length, 5);
  });

  it('goes on after a crash with what is still pending', async () => {
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) fixture.put(name);
    const first = await fixture.open(background);
    fixture.decoder.hold();
    await fixture.import(first);
    await eventually('something is being decoded', () => fixture.decoder.requests.length > 0);
    // No result is kept, as after a kill.
    await first.close();
    fixture.decoder.release();
    const second = await fixture.open(background);
    assert.equal((await second.getState({})).readOnly, false);
    await settled(second);
    assert.equal((await counts(second)).DONE, 4);
  });

  it('is paused and resumed, also over a restart', async () => {
    fixture.put('a.jpg');
    const engine = await fixture.open(background);
    await engine.createCatalog({ name: 'Other' });
    assert.equal((await engine.pausePictures({ paused: true })).status, 'paused');
    await fixture.import(engine);
    assert.equal((await counts(engine)).PENDING, 1);
    await engine.close();
    const again = await fixture.open(background);
    assert.equal((await counts(again)).PENDING, 1);
    assert.equal((await again.getPictureProgress({})).status, 'paused');
    assert.deepEqual(fixture.decoder.requests, []);
    await again.pausePictures({ paused: false });
    await settled(again);
    assert.deepEqual(fixture.decoder.decoded, ['a.jpg']);
  });

  it('stops in the middle when paused, and goes on where it was', async () => {
    for (let n = 0; n < 30; n += 1) fixture.put(`p${n}.jpg`);
    const engine = await fixture.open(background);
    fixture.decoder.hold();
    await fixture.import(engine);
    await eventually('something is being decoded', () => fixture.decoder.requests.length > 0);
    await engine.pausePictures({ paused: true });
    fixture.decoder.release();
    const begun = fixture.decoder.requests.length;
    await eventually('what was begun is done', async () => (await counts(engine)).DONE === begun);
    assert.equal(fixture.decoder.requests.length, begun);
    await engine.pausePictures({ paused: false });
    await settled(engine);
    assert.equal(fixture.decoder.requests.length, 30);
  });

  it('begins nothing while a scan runs', async () => {
    for (let n = 0; n < 10; n += 1) fixture.put(`p${n}.jpg`);
    const engine = await fixture.open();
    await fixture.import(engine);
    let during = 0;
    let statuses = new Set<string>();
    fixture.put('more.jpg');
    const scan = engine.scanSource(
      { sourceId: fixture.sourceId },
      {
        onProgress: () => {
          during = fixture.decoder.requests.length;
          void engine
            .getPictureProgress({})
            .then(({ status }) => (statuses = statuses.add(status)));
        },
      },
    );
    await engine.configurePictures({ background: true });
    await scan;
    assert.equal(during, 0);
    assert.ok(!statuses.has('running'), [...statuses].join());
    await settled(engine);
    assert.equal((await counts(engine)).DONE, 10);
  });

  it('makes nothing while the setting is off, and starts with it', async () => {
    fixture.put('a.jpg');
    const engine = await fixture.open();
    await fixture.import(engine);
    assert.equal((await engine.getPictureProgress({})).status, 'off');
    assert.equal((await counts(engine)).PENDING, 1);
    await engine.configurePictures({ background: true });
    await settled(engine);
    assert.deepEqual(fixture.decoder.decoded, ['a.jpg']);
  });

  it('leaves files that cannot be reached pending', async () => {
    const file = fixture.put('a.jpg');
    const engine = await fixture.open();
    await fixture.import(engine, 'reference');
    fs.renameSync(file, `${file}.away`);
    const { counts: away } = await engine.makePictures({ catalogId: fixture.catalogId });
    assert.deepEqual([away.PENDING, away.FAILED], [1, 0]);
    fs.renameSync(`${file}.away`, file);
    const { counts: back } = await engine.makePictures({ catalogId: fixture.catalogId });
    assert.deepEqual([back.PENDING, back.DONE], [0, 1]);
  });

  it('ends when nothing can be written, and marks nothing as failed', async () => {
    for (let n = 0; n < 20; n += 1) fixture.put(`p${n}.jpg`);
    const engine = await fixture.open(background);
    fixture.decoder.failures.set('p', 'DISK_FULL');
    await fixture.import(engine);
    await eventually('said so', () => fixture.logged.some((line) => line.includes('has stopped')));
    const { PENDING, FAILED } = await counts(engine);
    assert.deepEqual([PENDING, FAILED], [20, 0]);
    assert.ok(fixture.decoder.requests.length < 20);
  });

  it('counts videos apart', async () => {
    fixture.put('clip.mp4', Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex'));
    fixture.put('a.jpg');
    const engine = await fixture.open(background);
    await fixture.import(engine);
    await settled(engine);
    assert.deepEqual(await counts(engine), { PENDING: 0, DONE: 1, FAILED: 0, NONE: 1 });
    assert.deepEqual(fixture.decoder.decoded, ['a.jpg']);
  });

  it('removes thumbnails of images that are gone, once a day', async () => {
    fixture.put('a.jpg');
    fixture.put('b.jpg');
    const engine = await fixture.open();
    const jobId = await fixture.import(engine);
    await engine.makePictures({ catalogId: fixture.catalogId });
    const before = await fixture.images(engine);
    const [a = '', b = ''] = ['a.jpg', 'b.jpg'].map((name) => before.get(name)?.checksum ?? '');
    fs.rmSync(`${fixture.managed}/a.jpg`);
    await engine.undoImportJob({ jobId });
    const after = await fixture.images(engine);
    assert.deepEqual([...after.keys()], ['a.jpg'], 'its file is missing, so its entry stays');
    await engine.close();
    const other = fixture.thumbnail('f'.repeat(64), '.txt');
    fs.mkdirSync(fixture.thumbnail('f'.repeat(64), '').replace(/[^/\\]+$/, ''));
    fs.writeFileSync(other, 'not ours');
    const again = await fixture.open(background);
    await again.getState({});
    await eventually('cleaned', () => !fs.existsSync(fixture.thumbnail(b)));
    assert.ok(fs.existsSync(fixture.thumbnail(a)));
    assert.ok(fs.existsSync(other));
  });
});
