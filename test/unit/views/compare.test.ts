import assert from 'node:assert/strict';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import type { ComparedPair } from '../../../src/catalog/model/duplicates.js';
import type { EngineClient } from '../../../src/catalog/rpc/engineConnection.js';
import type { CompareIdentity, CompareReady } from '../../../src/views/compareProtocol.js';
import { untranslated } from '../../../src/views/format.js';
import {
  compareService,
  CompareSession,
  readCompareIdentity,
} from '../../../src/views/panels/compareSession.js';
import { shortName } from '../../../src/views/panels/compareTexts.js';
import { readKeptIdentity } from '../../../src/views/panels/panelServer.js';
import {
  readSamplesIdentity,
  samplesService,
  SamplesSession,
} from '../../../src/views/panels/samplesSession.js';
import { restoreState } from '../../../src/views/webview/compare/compareState.js';
import { differenceOf } from '../../../src/views/webview/compare/difference.js';
import {
  commonFrame,
  hasShapeOf,
  inFrame,
  limitedTo,
} from '../../../src/views/webview/compare/frame.js';
import { generatedGallery, imageId } from '../../e2e/support/generatedGallery.js';

const texts = { t: untranslated, locale: 'en' };
const identity: CompareIdentity = {
  folder: 'file:///ws',
  catalogId: 'catalog-1',
  imageIds: [imageId(1), imageId(3)],
};

function sessionOf(
  engine: EngineClient,
  over: Partial<CompareIdentity> = {},
  read: string[] = [],
): CompareSession {
  return new CompareSession({
    engine,
    identity: { ...identity, ...over },
    texts,
    host: {
      readFile: (file) => {
        read.push(file);
        return Promise.resolve(Buffer.from('bytes'));
      },
      realPath: (file) => Promise.resolve(file),
      run: () => Promise.resolve(),
    },
  });
}

/** A gallery's engine that also compares: every image is 3 bits from the first by dHash, the last has its pixels. */
function comparing(): EngineClient {
  const engine = generatedGallery(10);
  engine.compareImages = ({ imageIds }) =>
    Promise.resolve(
      imageIds.slice(1).map((b, index): ComparedPair => ({
        a: imageIds[0] ?? '',
        b,
        level: index === imageIds.length - 2 ? 'pixels' : null,
        distances: { dhash: 3, ahash: null, whash: null, phash: 0 },
      })),
    );
  return engine;
}

describe('session of a comparison', () => {
  it('lays the facts side by side and says which differ', async () => {
    const model = (await sessionOf(comparing()).load()) as CompareReady;
    assert.equal(model.status, 'ready');
    assert.equal(model.title, 'IMG_00001.jpg, IMG_00003.jpg');
    const rows = model.sections.flatMap((section) => section.rows);
    const row = (label: string) => rows.find((each) => each.label === label);
    assert.deepEqual(row('Path'), {
      label: 'Path',
      values: ['/photos/IMG_00001.jpg', '/photos/IMG_00003.jpg'],
      differs: true,
    });
    assert.equal(row('ISO')?.differs, false);
    assert.deepEqual(row('Distance by dHash'), {
      label: 'Distance by dHash',
      values: ['to this picture', '3 of 64 bits'],
      differs: true,
    });
    assert.equal(row('Distance by pHash')?.differs, false);
    assert.equal(row('Distance by aHash'), undefined, 'what nobody knows is left out');
    assert.deepEqual(row('Equal')?.values, ['to this picture', 'Same pixels']);
    const differing = rows.filter(({ differs }) => differs).length;
    assert.equal(model.summary, `${differing} of ${rows.length} facts differ`);
  });

  it('has a title of bounded length', () => {
    assert.equal(shortName('IMG_00001.jpg'), 'IMG_00001.jpg');
    const checksum = `${'0123456789abcdef'.repeat(4)}.jpg`;
    assert.equal(shortName(checksum), '0123456789a…9abcdef.jpg');
  });

  it('leaves out what left the catalog, and says so when too little is left', async () => {
    const engine = comparing();
    const details = engine.getImageDetails.bind(engine);
    engine.getImageDetails = (input) =>
      input.imageId === imageId(3)
        ? Promise.reject(new CatalogError('IMAGE_NOT_FOUND', { image: input.imageId }))
        : details(input);
    const three = { imageIds: [imageId(1), imageId(3), imageId(8)] };
    const model = await sessionOf(engine, three).load();
    assert.equal(model.status, 'ready');
    assert.deepEqual(model.status === 'ready' && model.images.map(({ id }) => id), [
      imageId(1),
      imageId(8),
    ]);
    assert.equal((await sessionOf(engine).load()).status, 'unavailable');
    // Images of another catalog of the same file are none of this comparison's.
    assert.equal((await sessionOf(engine, { catalogId: 'other' }).load()).status, 'unavailable');
  });

  it('gives the bytes of the file, of a rendering, or the reason why there are none', async () => {
    const read: string[] = [];
    const session = sessionOf(comparing(), {}, read);
    const file = await session.picture(imageId(1));
    assert.ok(file.kind === 'picture' && file.mimeType === 'image/jpeg');
    assert.equal(file.bytes.constructor, Uint8Array, 'a Buffer would cross the channel as JSON');
    const rendering = await session.picture(imageId(7));
    assert.ok(rendering.kind === 'picture' && rendering.mimeType === 'image/webp');
    assert.match(read[1] ?? '', /renderings/);
    const video = await session.picture(imageId(2));
    assert.ok(video.kind === 'none' && video.message.includes('video'));
  });

  it('answers for the compared images only', () => {
    const { picture, run } = compareService(sessionOf(comparing()), () => undefined);
    assert.deepEqual(picture.read({ imageId: imageId(1) }), { imageId: imageId(1) });
    assert.throws(() => picture.read({ imageId: imageId(2) }), /Invalid value/);
    assert.throws(() => run.read({ command: 'deleteImages', imageId: imageId(1) }), /Invalid/);
  });

  it('is restored after a reload if what was kept is whole', () => {
    assert.deepEqual(readKeptIdentity({ identity }, readCompareIdentity), identity);
    const many = { ...identity, imageIds: ['a', 'b', 'c', 'd', 'e'] };
    assert.equal(readKeptIdentity({ identity: many }, readCompareIdentity), null);
    assert.equal(readKeptIdentity({ identity: { folder: 'f' } }, readSamplesIdentity), null);
  });
});

describe('state of a comparison', () => {
  it('is kept for the same images, and brought into range', () => {
    const kept = {
      identity,
      mode: 'blink' as const,
      shown: 7,
      pair: [1, 9] as [number, number],
      amplification: 99,
      transform: { zoom: 2, x: 10, y: -5 },
    };
    const state = restoreState(identity, kept);
    assert.deepEqual(
      [state.mode, state.shown, state.pair, state.amplification, state.transform],
      ['blink', 1, [1, 1], 16, { zoom: 2, x: 10, y: -5 }],
    );
    const other = restoreState({ ...identity, imageIds: ['x', 'y'] }, kept);
    assert.deepEqual([other.mode, other.shown, other.transform.zoom], ['side', 0, 'fit']);
    const odd = restoreState(identity, { identity, transform: { zoom: -1 } as never });
    assert.equal(odd.transform.zoom, 'fit');
  });
});

describe('frame of compared pictures', () => {
  it('is the size of the largest; others fill it as far as their shape allows', () => {
    const large = { width: 6000, height: 4000 };
    const small = { width: 600, height: 401 };
    const tall = { width: 500, height: 1000 };
    assert.deepEqual(commonFrame([small, null, large, tall]), large);
    assert.equal(commonFrame([null, null]), null);
    assert.deepEqual(inFrame(small, large), large, 'rounding does not distort visibly');
    assert.deepEqual(inFrame(tall, large), { width: 2000, height: 4000 });
    assert.equal(hasShapeOf(tall, large), false);
    assert.deepEqual(limitedTo(large, 1500), { width: 1500, height: 1000 });
    assert.deepEqual(limitedTo(small, 1500), small);
  });
});

describe('difference of two pictures', () => {
  const pixels = (...values: readonly number[]): Uint8ClampedArray =>
    Uint8ClampedArray.from(values);

  it('is of the channel that differs most, amplified and clamped', () => {
    const first = pixels(10, 20, 30, 255, 0, 0, 0, 255, 100, 100, 100, 255);
    const second = pixels(10, 25, 27, 255, 0, 0, 200, 255, 100, 100, 100, 0);
    const target = new Uint8ClampedArray(12);
    const figures = differenceOf(first, second, target, 4);
    assert.deepEqual([...target], [20, 20, 20, 255, 255, 255, 255, 255, 0, 0, 0, 255]);
    assert.equal(figures.largest, 200);
    assert.ok(Math.abs(figures.mean - 205 / 3) < 1e-9);
    assert.ok(Math.abs(figures.differing - 1 / 3) < 1e-9, 'five of 255 is not seen');
  });
});

describe('session of the sample pairs', () => {
  const open = (engine: EngineClient) =>
    new SamplesSession({
      engine,
      identity,
      texts,
      host: {
        addressOf: (file) => file,
        current: () => ({ method: 'phash', threshold: 5 }),
        use: () => Promise.resolve(),
        compare: () => Promise.resolve(),
      },
    });

  it('counts pairs up to each distance, by the method in use unless another is asked for', async () => {
    const engine = generatedGallery(10);
    const asked: (string | undefined)[] = [];
    engine.distanceSamples = ({ method }) => {
      asked.push(method);
      return Promise.resolve([
        { distance: 0, count: 1, pairs: [] },
        { distance: 1, count: 1200, pairs: [] },
      ]);
    };
    const session = open(engine);
    const model = await session.load(null);
    assert.ok(model.status === 'ready');
    assert.deepEqual(
      model.rows.map(({ countText, upToText }) => [countText, upToText]),
      [
        ['1 pair', '1 pair up to here'],
        ['1,200 pairs', '1,201 pairs up to here'],
      ],
    );
    assert.equal(model.currentText, 'Searches for look-alikes use pHash up to a distance of 5.');
    await session.load('dhash');
    await session.load('phash');
    assert.deepEqual(asked, ['phash', 'dhash'], 'each is compared once');
    engine.emit('changed', { entities: ['images'] });
    await session.load('phash');
    assert.deepEqual(asked, ['phash', 'dhash', 'phash'], 'and again after a change');
    session.dispose();
  });

  it('takes thresholds in range only', () => {
    const { use } = samplesService(open(generatedGallery(1)), () => undefined);
    assert.deepEqual(use.read({ method: 'ahash', threshold: 32 }), {
      method: 'ahash',
      threshold: 32,
    });
    for (const threshold of [33, -1, 1.5, '4'])
      assert.throws(() => use.read({ method: 'ahash', threshold }), /Invalid value/);
    assert.throws(() => use.read({ method: 'md5', threshold: 1 }), /Invalid value/);
  });
});
