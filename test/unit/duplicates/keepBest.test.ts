import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chooseKeep, type KeepCandidate } from '../../../src/catalog/duplicates/keepBest.js';

const candidate = (path: string, values: Partial<KeepCandidate> = {}): KeepCandidate => ({
  path,
  sourceId: 'card',
  sourceName: 'Card',
  isManaged: false,
  isImageFile: true,
  fileMissing: false,
  size: 1000,
  mimeType: 'image/jpeg',
  capturedAt: '2024-01-01T10:00:00',
  width: 4000,
  height: 3000,
  qualityScore: 50,
  metadataCount: 5,
  ...values,
});

describe('the picture to keep', () => {
  const choose = (
    candidates: readonly KeepCandidate[],
    order?: Parameters<typeof chooseKeep>[1],
  ): string => {
    const { keep, reasons } = chooseKeep(candidates, order);
    return `${keep.path} by ${reasons.at(-1)?.criterion}`;
  };

  it('is chosen by criterion after criterion, with the reason', () => {
    const best = candidate('b');
    const cases: readonly (readonly [string, Partial<KeepCandidate>])[] = [
      ['format', { mimeType: 'image/gif' }],
      ['resolution', { width: 2000, height: 1500 }],
      ['size', { size: 500 }],
      ['metadata', { metadataCount: 1 }],
      ['quality', { qualityScore: 20 }],
      ['oldest', { capturedAt: '2024-06-01T10:00:00' }],
      ['catalog', { fileMissing: true }],
    ];
    for (const [criterion, values] of cases) {
      assert.equal(choose([candidate('a', values), best]), `b by ${criterion}`);
    }
    assert.equal(choose([candidate('longer'), best]), 'b by path');
  });

  it('is the raw file, but not a thumbnail of a better format', () => {
    const raw = candidate('raw', { mimeType: 'image/x-sony-arw' });
    assert.equal(choose([candidate('a'), raw]), 'raw by format');
    const thumbnail = candidate('raw', { ...raw, width: 160, height: 120 });
    assert.equal(choose([candidate('a'), thumbnail]), 'a by resolution');
  });

  it('follows the order of a person', () => {
    const large = candidate('large', { sourceId: 'card' });
    const small = candidate('smaller', { sourceId: 'disk', width: 400, height: 300 });
    assert.equal(choose([large, small]), 'large by resolution');
    assert.equal(
      choose([large, small], {
        criteria: ['source', 'resolution'],
        preferredSourceIds: ['disk', 'card'],
      }),
      'smaller by source',
    );
    assert.equal(choose([large, small], { criteria: [] }), 'large by path');
  });

  it('does not compare the bytes of different formats', () => {
    const heic = candidate('b', { mimeType: 'image/heic', size: 500 });
    assert.equal(choose([candidate('aa'), heic]), 'b by path');
  });

  it('does not depend on the order of the candidates', () => {
    const some = fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      width: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
      mimeType: fc.constantFrom('image/jpeg', 'image/gif', null),
      metadataCount: fc.integer({ min: 0, max: 2 }),
      qualityScore: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }),
      capturedAt: fc.constantFrom('2024', '2024-01-02', '2024-01-02T03:04:05.6', null),
    });
    fc.assert(
      fc.property(fc.array(some, { minLength: 2, maxLength: 6 }), (values) => {
        const candidates = values.map((each, at) => candidate(`p${at}`, each));
        const forth = chooseKeep(candidates);
        const back = chooseKeep([...candidates].reverse());
        assert.deepEqual(forth, back);
      }),
    );
  });
});
