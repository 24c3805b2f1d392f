import assert from 'node:assert/strict';
import { PageCache } from '../../../src/views/webview/shared/pageCache.js';

/** Answers requests when the test says so. */
class Host {
  readonly requests: { offset: number; answer: () => Promise<void>; fail: () => Promise<void> }[] =
    [];
  version = 0;

  readonly fetch = (offset: number, limit: number): Promise<{ total: number; rows: string[] }> =>
    new Promise((resolve, reject) => {
      const settle = async (settled: () => void): Promise<void> => {
        settled();
        await new Promise((done) => setImmediate(done));
      };
      const { version } = this;
      this.requests.push({
        offset,
        answer: () =>
          settle(() =>
            resolve({
              total: 1000,
              rows: Array.from({ length: limit }, (_, index) => `v${version}:${offset + index}`),
            }),
          ),
        fail: () => settle(() => reject(new Error('no'))),
      });
    });

  get offsets(): number[] {
    return this.requests.map(({ offset }) => offset);
  }
}

const unexpected = (error: unknown): void => assert.fail(String(error));

describe('pages of a long list', () => {
  it('fetches the pages in view once', async () => {
    const host = new Host();
    let changes = 0;
    const cache = new PageCache(host.fetch, () => (changes += 1), unexpected);
    cache.want(190, 210);
    cache.want(195, 215);
    assert.deepEqual(host.offsets, [0, 200]);
    assert.equal(cache.row(200), undefined);
    await host.requests[1]?.answer();
    assert.equal(cache.row(200), 'v0:200');
    assert.equal(cache.row(199), undefined);
    assert.equal(changes, 1);
    assert.equal(cache.total, 1000);
  });

  it('skips pages that were scrolled past', async () => {
    const host = new Host();
    const cache = new PageCache(host.fetch, () => undefined, unexpected);
    cache.want(0, 399);
    cache.want(400, 410);
    cache.want(800, 810);
    assert.deepEqual(host.offsets, [0, 200], 'two at once at most');
    await host.requests[0]?.answer();
    assert.deepEqual(host.offsets, [0, 200, 800]);
  });

  it('shows old rows until the new ones came', async () => {
    const host = new Host();
    const cache = new PageCache(host.fetch, () => undefined, unexpected);
    cache.want(0, 10);
    await host.requests[0]?.answer();
    host.version = 1;
    cache.refresh();
    assert.equal(cache.row(0), 'v0:0');
    await host.requests[1]?.answer();
    assert.equal(cache.row(0), 'v1:0');
  });

  it('drops an answer that a refresh overtook', async () => {
    const host = new Host();
    const cache = new PageCache(host.fetch, () => undefined, unexpected);
    cache.want(0, 10);
    host.version = 1;
    cache.refresh();
    await host.requests[1]?.answer();
    await host.requests[0]?.answer();
    assert.equal(cache.row(0), 'v1:0');
  });

  it('tells a failure once and tries again on the next scroll', async () => {
    const host = new Host();
    const failures: unknown[] = [];
    const cache = new PageCache(
      host.fetch,
      () => undefined,
      (error) => failures.push(error),
    );
    cache.want(0, 10);
    await host.requests[0]?.fail();
    assert.equal(failures.length, 1);
    assert.equal(host.requests.length, 1);
    cache.want(0, 11);
    assert.equal(host.requests.length, 2);
  });
});
