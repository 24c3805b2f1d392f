import assert from 'node:assert/strict';
import type { PreviewThumbnail } from '../../../src/views/panelProtocol.js';
import { ThumbnailCache } from '../../../src/views/webview/shared/thumbnailCache.js';

describe('thumbnails of a long list', () => {
  let asked: (readonly number[])[];
  let answers: (() => Promise<void>)[];
  let changes: number;
  let cache: ThumbnailCache<number, PreviewThumbnail>;

  beforeEach(() => {
    asked = [];
    answers = [];
    changes = 0;
    cache = new ThumbnailCache<number, PreviewThumbnail>(
      (ids) =>
        new Promise((resolve) => {
          asked.push(ids);
          answers.push(async () => {
            resolve(ids.map((id): PreviewThumbnail => ({ id, url: `${id}.webp`, problem: null })));
            await new Promise((done) => setImmediate(done));
          });
        }),
      () => void (changes += 1),
    );
  });

  const range = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it('are fetched a few at a time, each once', async () => {
    cache.want(range(1, 20));
    assert.deepEqual(asked, [range(1, 6), range(7, 12), range(13, 18)]);
    await answers[1]?.();
    assert.deepEqual(asked[3], [19, 20]);
    assert.equal(cache.get(7)?.url, '7.webp');
    assert.equal(cache.get(1), undefined);
    assert.equal(changes, 1);
    for (const answer of answers) await answer();
    cache.want(range(1, 20));
    assert.equal(asked.length, 4);
  });

  it('that are out of sight by then are not fetched', async () => {
    cache.want(range(1, 60));
    cache.want(range(1000, 1010));
    for (const answer of [...answers]) await answer();
    assert.deepEqual(asked.slice(3), [range(1000, 1005), range(1006, 1010)]);
  });

  it('that were not to be had are asked for again after a change', async () => {
    let url: string | null = null;
    const some = new ThumbnailCache(
      (ids) => Promise.resolve(ids.map((id) => ({ id, url, problem: 'damaged' }))),
      () => undefined,
    );
    some.want([1]);
    await new Promise((done) => setImmediate(done));
    assert.deepEqual(some.get(1), { id: 1, url: null, problem: 'damaged' });
    url = 'x.webp';
    some.refresh();
    await new Promise((done) => setImmediate(done));
    assert.equal(some.get(1)?.url, 'x.webp');
  });

  it('do not make a list fail that has none', async () => {
    let requests = 0;
    const none = new ThumbnailCache(
      () => {
        requests += 1;
        return Promise.reject(new Error('closed'));
      },
      () => undefined,
    );
    none.want([1]);
    await new Promise((done) => setImmediate(done));
    none.want([1]);
    assert.equal(requests, 1);
  });
});
