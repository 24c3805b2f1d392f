import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sampleJpeg } from '../../../bench/lib/sampleFiles.js';
import type { CatalogEngine } from '../../../src/catalog/engine.js';
import { pictureFolders } from '../../../src/catalog/model/pictureFolders.js';
import { openCatalogStore } from '../../../src/catalog/store/openCatalog.js';
import { eventually, PictureFixture } from './pictureFixture.js';

describe('pictures on demand', () => {
  let fixture: PictureFixture;

  beforeEach(() => {
    fixture = new PictureFixture();
  });
  afterEach(() => fixture.remove());

  async function imported(...names: string[]): Promise<[CatalogEngine, string[]]> {
    for (const name of names) fixture.put(name);
    const engine = await fixture.open();
    await fixture.import(engine);
    const images = await fixture.images(engine);
    return [engine, names.map((name) => images.get(name)?.id ?? '')];
  }

  /** Changes rows behind the engine's back, as a catalog of a stranger may have them. */
  async function tamper(sql: string, ...values: string[]): Promise<void> {
    const { store } = await openCatalogStore({
      workspaceDirectory: fixture.workspace,
      trusted: true,
      machineStateDirectory: fixture.state,
    });
    assert.equal(store?.driver.run(sql, values), 1);
    await store.close();
  }

  describe('thumbnails', () => {
    it('are made urgently, in the order of the ids, and kept with the hashes', async () => {
      const [engine, ids] = await imported('a.jpg', 'b.jpg');
      const imageIds = [...ids, 'no-such-image'].reverse();
      const answers = await engine.requestThumbnails({ imageIds, size: 256 });
      assert.deepEqual(
        answers.map(({ imageId, state, error }) => [imageId, state, error?.code]),
        [
          ['no-such-image', 'failed', 'IMAGE_NOT_FOUND'],
          [ids[1], 'ready', undefined],
          [ids[0], 'ready', undefined],
        ],
      );
      const { checksum } = (await fixture.images(engine)).get('a.jpg') ?? { checksum: '' };
      assert.equal(answers[2]?.path, fixture.thumbnail(checksum));
      assert.ok(fixture.decoder.requests.every(({ urgent }) => urgent));
      await eventually('kept', async () => {
        const { counts } = await engine.getPictureState({ catalogId: fixture.catalogId });
        return counts.DONE === 2;
      });
      await engine.requestThumbnails({ imageIds: ids, size: 256 });
      assert.equal(fixture.decoder.requests.length, 2);
    });

    it('of 512 pixels are made when they are asked for', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      const [answer] = await engine.requestThumbnails({ imageIds, size: 512 });
      assert.ok(answer?.path);
      assert.ok(answer.path.endsWith('.512.webp'));
      assert.equal(fs.readFileSync(answer.path, 'utf8'), 'picture 512');
    });

    it('that were deleted are made again', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      await engine.makePictures({ catalogId: fixture.catalogId });
      fs.rmSync(path.join(fixture.workspace, '.image-catalog', 'thumbnails'), { recursive: true });
      const [answer] = await engine.requestThumbnails({ imageIds, size: 256 });
      assert.equal(answer?.state, 'ready');
      assert.ok(fs.existsSync(answer.path ?? ''));
      // A failure to make one again does not undo what is known of the picture, and is not repeated.
      fs.rmSync(path.join(fixture.workspace, '.image-catalog', 'thumbnails'), { recursive: true });
      fixture.decoder.failures.set('a', 'PICTURE_TIMED_OUT');
      const before = fixture.decoder.requests.length;
      for (let times = 0; times < 2; times += 1) {
        const [failed] = await engine.requestThumbnails({ imageIds, size: 256 });
        assert.deepEqual([failed?.state, failed?.error?.code], ['failed', 'PICTURE_TIMED_OUT']);
      }
      assert.equal(fixture.decoder.requests.length, before + 1);
      const { counts } = await engine.getPictureState({ catalogId: fixture.catalogId });
      assert.equal(counts.DONE, 1);
    });

    it('wanted twice at once are made once, and one of the two may be cancelled', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      fixture.decoder.hold();
      const abort = new AbortController();
      const control = { signal: abort.signal };
      const cancelled = engine.requestThumbnails({ imageIds, size: 256 }, control);
      const kept = engine.requestThumbnails({ imageIds, size: 256 });
      await eventually('begun', () => fixture.decoder.requests.length > 0);
      abort.abort();
      await assert.rejects(cancelled, { code: 'CANCELLED' });
      fixture.decoder.release();
      assert.equal((await kept)[0]?.state, 'ready');
      assert.equal(fixture.decoder.requests.length, 1);
    });

    it('come before those of the background', async () => {
      const [engine, [first = '']] = await imported('a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg');
      fixture.decoder.hold();
      await engine.configurePictures({ background: true });
      await eventually('begun', () => fixture.decoder.requests.length > 0);
      const images = await fixture.images(engine);
      const last = images.get('e.jpg')?.id ?? first;
      const answer = engine.requestThumbnails({ imageIds: [last], size: 256 });
      await eventually('asked', () => fixture.decoder.requests.some(({ urgent }) => urgent));
      const begun = fixture.decoder.requests.map(({ path: file }) => path.basename(file));
      assert.equal(begun.at(-1), 'e.jpg');
      assert.ok(begun.length < 5, begun.join());
      fixture.decoder.release();
      assert.equal((await answer)[0]?.state, 'ready');
    });

    it('of a catalog that another window holds go to this machine, not into the workspace', async () => {
      const [, imageIds] = await imported('a.jpg');
      const reader = await fixture.open({ pictures: { background: true } });
      assert.equal((await reader.getState({})).readOnlyReason, 'locked');
      const [answer] = await reader.requestThumbnails({ imageIds, size: 256 });
      const { localThumbnails } = pictureFolders(fixture.workspace, fixture.state);
      assert.ok(answer?.path);
      assert.ok(answer.path.startsWith(`${localThumbnails}${path.sep}`), answer.path);
      assert.ok(fs.existsSync(answer.path));
      const own = path.join(fixture.workspace, '.image-catalog', 'thumbnails');
      assert.equal(fs.existsSync(own), false);
      assert.equal((await reader.getPictureProgress({})).status, 'off');
      await reader.requestThumbnails({ imageIds, size: 256 });
      assert.equal(fixture.decoder.requests.length, 1);
    });

    it('of an untrusted workspace are shown if they are there, never made', async () => {
      const [engine, imageIds] = await imported('a.jpg', 'b.jpg');
      await engine.requestThumbnails({ imageIds: imageIds.slice(0, 1), size: 256 });
      await engine.close();
      const before = fixture.decoder.requests.length;
      const reader = await fixture.open({ trusted: false, pictures: { background: true } });
      const answers = await reader.requestThumbnails({ imageIds, size: 256 });
      assert.deepEqual(
        answers.map(({ state, error }) => [state, error?.code]),
        [
          ['ready', undefined],
          ['none', 'CATALOG_READ_ONLY'],
        ],
      );
      const [imageId = ''] = imageIds.slice(1);
      await assert.rejects(reader.renderPicture({ imageId, longEdge: 1000 }), {
        code: 'CATALOG_READ_ONLY',
      });
      assert.equal(fixture.decoder.requests.length, before);
    });

    it('are at most 2,000 at once', async () => {
      const [engine] = await imported('a.jpg');
      const imageIds = Array.from({ length: 2001 }, String);
      await assert.rejects(engine.requestThumbnails({ imageIds, size: 256 }), {
        code: 'INVALID_ARGUMENT',
      });
    });
  });

  describe('rows of a stranger', () => {
    const refused = async (imageIds: string[], code: string): Promise<void> => {
      const engine = await fixture.open();
      const [answer] = await engine.requestThumbnails({ imageIds, size: 256 });
      assert.deepEqual([answer?.state, answer?.error?.code], ['failed', code]);
      assert.deepEqual(fixture.decoder.requests, []);
      await engine.close();
    };

    it('cannot name a file outside the managed directory', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      await engine.close();
      fs.writeFileSync(path.join(fixture.root, 'secret.jpg'), sampleJpeg('secret'));
      await tamper('UPDATE images SET current_path = ?', '../secret.jpg');
      await refused(imageIds, 'PICTURE_OUTSIDE');
      const again = await fixture.open();
      const { pictures } = await again.listFailedPictures({ catalogId: fixture.catalogId });
      assert.deepEqual(
        pictures.map(({ currentPath, error }) => [currentPath, error.code]),
        [['../secret.jpg', 'PICTURE_OUTSIDE']],
      );
    });

    it('cannot name one through a link in the managed directory', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      await engine.close();
      fs.writeFileSync(path.join(fixture.root, 'secret.jpg'), sampleJpeg('secret'));
      fs.symlinkSync(fixture.root, path.join(fixture.managed, 'link'));
      await tamper('UPDATE images SET current_path = ?', 'link/secret.jpg');
      await refused(imageIds, 'PICTURE_OUTSIDE');
    });

    it('cannot name a link, or a device', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      await engine.close();
      fs.symlinkSync('/etc/hostname', path.join(fixture.managed, 'b.jpg'));
      await tamper('UPDATE images SET current_path = ?', 'b.jpg');
      await refused(imageIds, 'PATH_LOOP');
    });

    it('cannot name a referenced file outside the sources', async () => {
      fixture.put('a.jpg');
      const engine = await fixture.open();
      await fixture.import(engine, 'reference');
      const imageIds = [...(await fixture.images(engine)).values()].map(({ id }) => id);
      await engine.close();
      await tamper('UPDATE images SET current_path = ?', '/etc/hostname');
      await refused(imageIds, 'PICTURE_OUTSIDE');
    });

    it('cannot make a path of what should be a checksum', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      await engine.close();
      await tamper('UPDATE images SET checksum = ?', '../../../../escaped');
      await refused(imageIds, 'PICTURE_OUTSIDE');
      assert.equal(fs.existsSync(path.join(fixture.root, 'escaped.webp')), false);
    });

    it('cannot use a managed directory that was not chosen on this machine', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      await engine.close();
      fs.rmSync(fixture.state, { recursive: true });
      await refused(imageIds, 'MANAGED_DIRECTORY_UNBOUND');
    });

    it('cannot have thumbnails written through a link', async () => {
      const [engine, imageIds] = await imported('a.jpg');
      const elsewhere = path.join(fixture.root, 'elsewhere');
      fs.mkdirSync(elsewhere);
      fs.symlinkSync(elsewhere, path.join(fixture.workspace, '.image-catalog', 'thumbnails'));
      await engine.close();
      await refused(imageIds, 'PICTURE_OUTSIDE');
      assert.deepEqual(fs.readdirSync(elsewhere), []);
    });
  });

  describe('thumbnails of a scan', () => {
    it('are made before the import, which then decodes nothing', async () => {
      fixture.put('a.jpg');
      fixture.put('broken.jpg');
      fixture.decoder.failures.set('broken', 'PICTURE_DAMAGED');
      const engine = await fixture.open();
      await engine.createCatalog({ name: 'Photos', managedDirectory: fixture.managed });
      const [catalog] = await engine.listCatalogs({});
      const source = await engine.createSource({
        catalogId: catalog?.id ?? '',
        sourcePath: fixture.source,
      });
      const { scanId } = await engine.scanSource({ sourceId: source.id });
      const { files } = await engine.listScanFiles({ scanId });
      const fileIds = files.map(({ id }) => id);
      const answers = await engine.thumbnailsOfScan({ scanId, fileIds: [...fileIds, 9999] });
      assert.deepEqual(
        answers.map(({ fileId, state, error }) => [fileId, state, error?.code]),
        [
          [fileIds[0], 'ready', undefined],
          [fileIds[1], 'failed', 'PICTURE_DAMAGED'],
          [9999, 'none', undefined],
        ],
      );
      assert.equal(answers[0]?.path, fixture.thumbnail(files[0]?.checksum ?? ''));
      assert.equal(fixture.decoder.requests.length, 2);
      await engine.thumbnailsOfScan({ scanId, fileIds });
      assert.equal(fixture.decoder.requests.length, 2);
      await engine.importSource({
        sourceId: source.id,
        scanId,
        importMode: 'copy',
        organizationStrategy: 'FLAT/ORIGINAL',
      });
      const { counts } = await engine.makePictures({ catalogId: catalog?.id ?? '' });
      assert.deepEqual([counts.DONE, counts.FAILED], [1, 1]);
      assert.deepEqual(fixture.decoder.decoded, ['a.jpg', 'broken.jpg', 'broken.jpg']);
      const { images } = await engine.listImages({ catalogId: catalog?.id ?? '' });
      assert.deepEqual(images.map(({ dhash }) => dhash).sort(), ['0123456789abcdef', null]);
    });

    it('are not kept under the checksum of what a file was before', async () => {
      const file = fixture.put('a.jpg');
      const engine = await fixture.open();
      const catalog = await engine.createCatalog({ name: 'Photos' });
      const { id: sourceId } = await engine.createSource({
        catalogId: catalog.id,
        sourcePath: fixture.source,
      });
      const { scanId } = await engine.scanSource({ sourceId });
      const { files } = await engine.listScanFiles({ scanId });
      fs.writeFileSync(file, sampleJpeg('another picture', 900));
      const fileIds = files.map(({ id }) => id);
      const [answer] = await engine.thumbnailsOfScan({ scanId, fileIds });
      assert.deepEqual([answer?.state, answer?.error?.code], ['failed', 'FILE_CHANGED']);
      assert.deepEqual(fixture.decoder.requests, []);
    });

    it('show duplicates and say nothing of unreadable files', async () => {
      fixture.put('a.jpg', sampleJpeg('same'));
      const engine = await fixture.open();
      await fixture.import(engine);
      fixture.put('again.jpg', fs.readFileSync(path.join(fixture.source, 'a.jpg')));
      fixture.put('empty.jpg', Buffer.alloc(0));
      const { scanId } = await engine.scanSource({ sourceId: fixture.sourceId });
      const { files } = await engine.listScanFiles({ scanId });
      const answers = await engine.thumbnailsOfScan({
        scanId,
        fileIds: files.map(({ id }) => id),
      });
      const states = files.map(({ relativePath, state }, index) => [
        relativePath,
        state,
        answers[index]?.state,
        answers[index]?.error?.code,
      ]);
      assert.deepEqual(states, [
        ['a.jpg', 'duplicate', 'ready', undefined],
        ['again.jpg', 'duplicate', 'ready', undefined],
        ['empty.jpg', 'error', 'none', 'FILE_EMPTY'],
      ]);
    });
  });

  describe('renderings', () => {
    it('are rounded up, kept, and made once', async () => {
      const [engine, [imageId = '']] = await imported('a.jpg');
      const first = await engine.renderPicture({ imageId, longEdge: 1500 });
      assert.equal(fs.readFileSync(first.path, 'utf8'), 'picture 2048');
      assert.equal(
        path.dirname(first.path),
        path.join(fixture.workspace, '.image-catalog', 'renderings'),
      );
      assert.deepEqual(await engine.renderPicture({ imageId, longEdge: 2048 }), first);
      assert.equal(fixture.decoder.requests.length, 1);
      for (const longEdge of [0, 4097, Number.NaN]) {
        await assert.rejects(engine.renderPicture({ imageId, longEdge }), {
          code: 'INVALID_ARGUMENT',
        });
      }
      await assert.rejects(engine.renderPicture({ imageId: 'other', longEdge: 10 }), {
        code: 'IMAGE_NOT_FOUND',
      });
    });

    it('that fail say why, once tried', async () => {
      const [engine, [imageId = '']] = await imported('a.jpg');
      fixture.decoder.failures.set('a', 'PICTURE_UNSUPPORTED');
      for (let times = 0; times < 2; times += 1) {
        await assert.rejects(engine.renderPicture({ imageId, longEdge: 100 }), {
          code: 'PICTURE_UNSUPPORTED',
        });
      }
      assert.equal(fixture.decoder.requests.length, 1);
    });
  });
});
