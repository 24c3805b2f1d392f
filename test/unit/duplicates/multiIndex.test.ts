import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chunkOf, chunksFor, planChunks } from '../../../src/catalog/duplicates/chunks.js';
import {
  createHashColumns,
  distanceAt,
  isSimpleHash,
  setHash,
  type HashColumns,
} from '../../../src/catalog/duplicates/hamming.js';
import { HashIndex } from '../../../src/catalog/duplicates/hashIndex.js';
import { findPairs } from '../../../src/catalog/duplicates/multiIndex.js';
import { clusteredHashes, hexAt } from './hashes.js';

function bruteForce(hashes: HashColumns, distance: number): string[] {
  const found: string[] = [];
  for (let a = 0; a < hashes.high.length; a++) {
    for (let b = a + 1; b < hashes.high.length; b++) {
      const apart = distanceAt(hashes, a, b);
      if (apart <= distance) found.push(`${a} ${b} ${apart}`);
    }
  }
  return found.sort();
}

async function indexed(hashes: HashColumns, distance: number): Promise<string[]> {
  const pairs = await findPairs(hashes, distance);
  return Array.from(pairs.sorted(), (at) =>
    [pairs.first(at), pairs.second(at), pairs.distance(at)].join(' '),
  ).sort();
}

describe('multi-index hashing', () => {
  for (const [distance, count] of [
    [0, 4000],
    [4, 4000],
    [5, 5000],
    [10, 9000],
  ] as const) {
    it(`finds every pair within ${distance} once, as comparing all with all does`, async () => {
      // So many that the index is used.
      const hashes = clusteredHashes(count, distance);
      assert.notEqual(planChunks(count, distance), null);
      const expected = bruteForce(hashes, distance);
      assert.ok(expected.length > 100);
      assert.deepEqual(await indexed(hashes, distance), expected);
    });
  }

  it('cuts 64 bits so that no two hashes within the distance are missed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 8 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 12 }),
        (count, flipped) => {
          const chunks = chunksFor(count, flipped.length);
          const word = (from: number): number =>
            flipped.reduce((bits, bit) => (bit >> 5 === from ? bits | (1 << (bit & 31)) : bits), 0);
          const ones = (value: number): number => value.toString(2).replaceAll('0', '').length;
          assert.equal(
            chunks.reduce((bits, chunk) => bits + chunk.bits, 0),
            64,
          );
          return chunks.some(
            (chunk) => ones(chunkOf(chunk, word(1) >>> 0, word(0) >>> 0) >>> 0) <= chunk.radius,
          );
        },
      ),
    );
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(findPairs(clusteredHashes(2000, 5), 5, { signal: controller.signal }), {
      code: 'CANCELLED',
    });
  });
});

describe('hash index', () => {
  it('finds among added hashes what comparing with all finds', () => {
    const hashes = clusteredHashes(3000, 6);
    const index = new HashIndex(4);
    for (let i = 0; i < 2900; i++) {
      assert.equal(index.add(hashes.high[i] ?? 0, hashes.low[i] ?? 0), i);
    }
    let found = 0;
    for (let i = 2800; i < 3000; i++) {
      const expected: { index: number; distance: number }[] = [];
      for (let other = 0; other < 2900; other++) {
        const distance = distanceAt(hashes, i, other);
        if (distance <= 10) expected.push({ index: other, distance });
      }
      expected.sort((a, b) => a.distance - b.distance || a.index - b.index);
      assert.deepEqual(index.near(hashes.high[i] ?? 0, hashes.low[i] ?? 0, 10), expected);
      found += expected.length;
    }
    assert.ok(found > 100);
  });
});

describe('hashes', () => {
  it('are read from 16 hex digits and written back', () => {
    const columns = createHashColumns(2);
    assert.equal(setHash(columns, 0, 'fedcba9876543210'), true);
    assert.equal(hexAt(columns, 0), 'fedcba9876543210');
    for (const wrong of [null, '', 'fedcba987654321', 'FEDCBA9876543210', 'g000000000000000']) {
      assert.equal(setHash(columns, 1, wrong), false);
    }
  });

  it('are simple if nearly all bits are equal', () => {
    const columns = createHashColumns(1);
    const simple = (hex: string): boolean => setHash(columns, 0, hex) && isSimpleHash(columns, 0);
    assert.equal(simple('0000000000000000'), true);
    assert.equal(simple('fffffffffffffffe'), true);
    assert.equal(simple('0000000000000007'), false);
    assert.equal(simple('00000000ffffffff'), false);
  });
});
