import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ThumbnailData } from '../../../src/views/webview/gallery/thumbnailData.js';

interface Tile {
  readonly checksum: string;
}

describe('files of the thumbnails that are drawn', () => {
  const tiles = Array.from({ length: 200 }, (_, index): Tile => ({ checksum: `c${index}` }));
  let asked: { checksums: readonly string[]; size: number; answer: () => void }[];
  let missing: string[];
  let answerOf: (checksum: string) => string | null;
  let data: ThumbnailData<Tile>;

  beforeEach(() => {
    asked = [];
    missing = [];
    answerOf = (checksum) => `file of ${checksum}`;
    data = new ThumbnailData<Tile>(
      (checksums, size) =>
        new Promise((resolve) => {
          asked.push({ checksums, size, answer: () => resolve(checksums.map(answerOf)) });
        }),
      (gone) => missing.push(...gone.map(({ checksum }) => checksum)),
    );
  });
  const draw = async (first: number, last: number, size: 256 | 512 = 256): Promise<unknown[]> => {
    const urls = tiles.slice(first, last).map((tile) => data.url(tile, size));
    await nextTurn();
    return urls;
  };
  const answer = async (request: number): Promise<void> => {
    asked[request]?.answer();
    await nextTurn();
  };

  it('are asked for together and once', async () => {
    assert.deepEqual(await draw(0, 2), [undefined, undefined]);
    await draw(0, 2);
    assert.deepEqual(
      asked.map(({ checksums }) => checksums),
      [['c0', 'c1']],
    );
    await answer(0);
    assert.deepEqual(await draw(0, 2), [
      'data:image/webp;base64,file of c0',
      'data:image/webp;base64,file of c1',
    ]);
    assert.equal(asked.length, 1);
  });

  it('are not fetched if they were scrolled past meanwhile', async () => {
    await draw(0, 10);
    await draw(10, 20);
    await draw(20, 30);
    await draw(30, 40);
    assert.equal(asked.length, 2, 'the next is on its way while one is answered');
    await answer(0);
    await draw(30, 40);
    assert.deepEqual(
      asked[2]?.checksums,
      tiles.slice(30, 40).map(({ checksum }) => checksum),
    );
  });

  it('are told of when they are not there, and asked for again after that', async () => {
    answerOf = () => null;
    await draw(0, 2);
    await answer(0);
    assert.deepEqual(missing, ['c0', 'c1']);
    await draw(0, 1);
    assert.equal(asked.length, 2);
  });

  it('come in the size that is drawn, and again when they were no pictures', async () => {
    await draw(0, 1);
    await answer(0);
    assert.deepEqual(await draw(0, 1, 512), [undefined]);
    assert.equal(asked[1]?.size, 512);
    data.forget({ checksum: 'c0' });
    assert.deepEqual(await draw(0, 1), [undefined]);
    assert.equal(asked.length, 3);
  });

  it('are forgotten, those first that were not looked at for longest', async () => {
    answerOf = () => 'x'.repeat(9_000_000);
    await draw(0, 2);
    await answer(0);
    await draw(0, 1);
    await draw(2, 3);
    await answer(1);
    assert.equal(data.url({ checksum: 'c1' }, 256), undefined);
    assert.ok(data.url({ checksum: 'c0' }, 256));
    assert.ok(data.url({ checksum: 'c2' }, 256));
  });
});
