import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pictureFolders } from '../../../src/catalog/model/pictureFolders.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';
import { firstCriteria } from '../../../src/views/galleryProtocol.js';
import { rowsPerPage } from '../../../src/views/panelProtocol.js';
import { readKeptIdentity } from '../../../src/views/panels/panelServer.js';
import { untranslated } from '../../../src/views/format.js';
import {
  readGalleryIdentity,
  readRunParams,
  readThumbnailsParams,
  readTilesParams,
} from '../../../src/views/panels/galleryParams.js';
import { ThumbnailReader } from '../../../src/views/panels/thumbnailReader.js';
import { GallerySession } from '../../../src/views/panels/gallerySession.js';
import { generatedGallery } from '../../e2e/support/generatedGallery.js';

const criteria = { query: '', sort: 'captured', direction: 'descending', grouping: 'day' };

describe('session of a gallery', () => {
  let folder: string;
  let read: string[];

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gallery-session-')));
    read = [];
    fs.mkdirSync(path.join(folder, 'managed'));
    fs.writeFileSync(path.join(folder, 'managed', 'inside.jpg'), 'inside');
    fs.writeFileSync(path.join(folder, 'secret.jpg'), 'secret');
    fs.symlinkSync(path.join(folder, 'secret.jpg'), path.join(folder, 'managed', 'link.jpg'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** A session whose images all lie at a path, as a catalog file may claim. */
  const sessionFor = (
    currentPath: string,
    image: { orientation?: number; mimeType?: string } = {},
  ): GallerySession => {
    const engine = generatedGallery(10);
    const getImageDetails = engine.getImageDetails.bind(engine);
    engine.getImageDetails = async (input) => {
      const details = await getImageDetails(input);
      return {
        ...details,
        catalog: { ...details.catalog, managedDirectory: path.join(folder, 'managed') },
        image: { ...details.image, currentPath, ...image },
      };
    };
    return new GallerySession(propsOf(engine));
  };
  const propsOf = (engine: EngineClient): ConstructorParameters<typeof GallerySession>[0] => ({
    engine,
    identity: { folder: 'file:///ws', catalogId: 'catalog-1', sourceId: null, importJobId: null },
    texts: { t: untranslated, locale: 'en' },
    thumbnails: new ThumbnailReader(pictureFolders(folder, '/state')),
    host: {
      addressOf: (file) => `address of ${path.basename(file)}`,
      readFile: (file) => {
        read.push(file);
        return fs.promises.readFile(file);
      },
      realPath: (file) => fs.promises.realpath(file),
      isOnline: () => Promise.resolve(true),
      askSearchName: () => Promise.resolve(undefined),
      savedSearches: () => [],
      saveSearches: () => Promise.resolve(),
      run: () => Promise.resolve(),
    },
  });
  const kindOf = async (session: GallerySession): Promise<string> =>
    (await session.picture({ imageId: 'image-1', longEdge: 1024 })).kind;

  it('gives the file itself only from where the images of the catalog lie', async () => {
    const inside = path.join(folder, 'managed', 'inside.jpg');
    const picture = await sessionFor(inside).picture({ imageId: 'image-1', longEdge: 1024 });
    assert.ok(picture.kind === 'file');
    assert.equal(Buffer.from(picture.bytes).toString(), 'inside');
    assert.equal(Buffer.isBuffer(picture.bytes), false, 'it would cross the channel as JSON');
    assert.deepEqual(read, [inside]);
    for (const outside of ['secret.jpg', 'managed/../secret.jpg', 'managed/link.jpg', 'managed'])
      assert.equal(await kindOf(sessionFor(path.join(folder, outside))), 'rendering', outside);
    assert.deepEqual(read, [inside]);
  });

  it('has other formats rendered, and turned ones that not every browser turns', async () => {
    const inside = path.join(folder, 'managed', 'inside.jpg');
    assert.equal(await kindOf(sessionFor(inside, { mimeType: 'image/heic' })), 'rendering');
    assert.equal(await kindOf(sessionFor(inside, { orientation: 6 })), 'file');
    assert.equal(
      await kindOf(sessionFor(inside, { orientation: 6, mimeType: 'image/png' })),
      'rendering',
    );
    assert.equal(await kindOf(sessionFor(inside, { mimeType: 'image/svg+xml' })), 'rendering');
  });

  it('reads thumbnails by the checksums of their images, and nothing else', async () => {
    const session = sessionFor(path.join(folder, 'managed', 'inside.jpg'));
    const [there, link, large, gone] = ['aa', 'ab', 'ac', 'ad'].map((start) =>
      start.padEnd(64, '0'),
    );
    const fileOf = (checksum = ''): string => {
      const parent = path.join(folder, '.image-catalog', 'thumbnails', checksum.slice(0, 2));
      fs.mkdirSync(parent, { recursive: true });
      return path.join(parent, `${checksum}.webp`);
    };
    fs.writeFileSync(fileOf(there), 'small');
    fs.symlinkSync(path.join(folder, 'secret.jpg'), fileOf(link));
    fs.writeFileSync(fileOf(large), Buffer.alloc(1_000_001));
    const checksums = [there, link, large, gone, '../../../secret'].map(
      (checksum = '') => checksum,
    );
    assert.deepEqual(await session.thumbnailFiles({ checksums, size: 256 }), [
      Buffer.from('small').toString('base64'),
      null,
      null,
      null,
      null,
    ]);
    assert.deepEqual(await session.thumbnailFiles({ checksums: [there ?? ''], size: 512 }), [null]);
  });

  it('begins what a new page asks for first, and gives it once', async () => {
    const engine = generatedGallery(10);
    const asked: string[] = [];
    const other = generatedGallery(10);
    engine.imageGroups = (input) => (asked.push('groups'), other.imageGroups(input));
    engine.queryImages = (input) => (asked.push('images'), other.queryImages(input));
    const session = new GallerySession(propsOf(engine));
    const prepared = await session.prepare();
    assert.equal(prepared?.listing.total, 10);
    assert.equal(prepared.firstPage.rows.length, 10);
    const page = { ...firstCriteria, offset: 0, limit: rowsPerPage };
    assert.equal((await session.listing(firstCriteria)).total, 10);
    assert.equal((await session.tiles(page)).rows.length, 10);
    assert.deepEqual(asked, ['groups', 'images']);
    await session.tiles(page);
    assert.deepEqual(asked, ['groups', 'images', 'images'], 'what was given once is asked again');
    await session.prepare();
    session.forgetPrepared();
    await session.listing(firstCriteria);
    assert.equal(asked.filter((name) => name === 'groups').length, 3);
  });

  it('says of every thumbnail whether it is there, or why not', async () => {
    const session = sessionFor(path.join(folder, 'managed', 'inside.jpg'));
    const states = await session.thumbnails({ imageIds: ['image-6', 'image-1'], size: 256 });
    assert.deepEqual(
      states.map(({ id, picture }) => [id, picture]),
      [
        ['image-6', 'failed'],
        ['image-1', 'ready'],
      ],
    );
    assert.match(states[0]?.problem ?? '', /^IMG_00006\.jpg is damaged/);
  });
});

describe('parameters of a gallery', () => {
  it('are read with nothing but what the host knows', () => {
    const page = { ...criteria, offset: 0, limit: 200, path: '/etc/passwd' };
    assert.deepEqual(readTilesParams(page), { ...criteria, offset: 0, limit: 200 });
    assert.throws(() => readTilesParams({ ...page, sort: '__proto__' }));
    assert.throws(() => readTilesParams({ ...page, limit: 100_000 }));
    assert.throws(() => readTilesParams({ ...page, query: 'x'.repeat(5000) }));
    assert.throws(() => readThumbnailsParams({ imageIds: 'all', size: 256 }));
    assert.throws(() => readThumbnailsParams({ imageIds: Array(501).fill('a'), size: 256 }));
    assert.throws(() => readRunParams({ command: 'workbench.action.quit', imageIds: ['a'] }));
    assert.throws(() => readRunParams({ command: 'open', imageIds: [{ toString: 'a' }] }));
    assert.deepEqual(readRunParams({ command: 'open', imageIds: ['a'] }), {
      command: 'open',
      imageIds: ['a'],
    });
  });

  it('are restored after a reload if they are whole', () => {
    const identity = { folder: 'file:///ws', catalogId: 'c', sourceId: null, importJobId: 'j' };
    assert.deepEqual(readKeptIdentity({ identity }, readGalleryIdentity), identity);
    for (const broken of [null, {}, { ...identity, catalogId: 3 }, { ...identity, sourceId: '' }])
      assert.equal(readKeptIdentity({ identity: broken }, readGalleryIdentity), null);
  });
});
