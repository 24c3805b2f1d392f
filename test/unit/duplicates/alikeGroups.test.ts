import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findAlikeGroups } from '../../../src/catalog/duplicates/alikeGroups.js';
import { equalRuns } from '../../../src/catalog/duplicates/equalRuns.js';
import {
  createHashColumns,
  distanceAt,
  setHash,
  type HashColumns,
} from '../../../src/catalog/duplicates/hamming.js';
import { clusteredHashes, hexAt, randomWords } from './hashes.js';

function columnsOf(hexes: readonly string[]): HashColumns {
  const columns = createHashColumns(hexes.length);
  hexes.forEach((hex, index) => assert.ok(setHash(columns, index, hex)));
  return columns;
}

const flat = '0000000000000000';
const base = 'aaaaaaaaaaaaaaaa';
// Three, six bits away from the base, three from each other.
const chain = [base, 'aaaaaaaaaaaaaaad', 'aaaaaaaaaaaaaadd'];

describe('groups of pictures that look alike', () => {
  it('do not chain: A~B and B~C do not bring A and C together', async () => {
    const groups = await findAlikeGroups({ primary: columnsOf(chain), distance: 4 });
    assert.equal(groups.length, 1);
    assert.equal(groups[0]?.length, 2);
    assert.deepEqual(await findAlikeGroups({ primary: columnsOf(chain), distance: 6 }), [
      [0, 1, 2],
    ]);
  });

  it('hold only pictures within the distance of each other, whatever the hashes', async () => {
    for (const distance of [2, 5, 10]) {
      const hashes = clusteredHashes(4000, distance, distance);
      const groups = await findAlikeGroups({ primary: hashes, distance });
      assert.ok(groups.length > 100);
      const seen = new Set<number>();
      for (const group of groups) {
        for (const a of group) {
          assert.ok(!seen.has(a));
          seen.add(a);
          for (const b of group) assert.ok(distanceAt(hashes, a, b) <= distance);
        }
      }
    }
  });

  it('leave no two groups that could be one, and no picture out that is alike all of a group', async () => {
    const hashes = clusteredHashes(1500, 4, 7);
    const groups = await findAlikeGroups({ primary: hashes, distance: 4 });
    const grouped = new Set(groups.flat());
    const alone = Array.from({ length: 1500 }, (_, index) => [index]).filter(
      ([index]) => index !== undefined && !grouped.has(index),
    );
    const all = [...groups, ...alone];
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) {
        assert.ok(one.some((a) => other.some((b) => distanceAt(hashes, a, b) > 4)));
      }
    }
  });

  it('are the same for any order of the pictures', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
        const hashes = clusteredHashes(300, 6, seed);
        // What a catalog does: pictures are ordered by something of their own before they are compared.
        const random = randomWords(seed + 1);
        const shuffled = Array.from({ length: 300 }, (_, index) => ({ index, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ index }) => index);
        const names = async (order: readonly number[]): Promise<string[]> => {
          const sorted = [...order].sort((a, b) =>
            hexAt(hashes, a) < hexAt(hashes, b) ? -1 : hexAt(hashes, a) > hexAt(hashes, b) ? 1 : 0,
          );
          const primary = columnsOf(sorted.map((index) => hexAt(hashes, index)));
          const groups = await findAlikeGroups({ primary, distance: 6 });
          return groups.map((group) => group.map((at) => hexAt(primary, at)).join(' ')).sort();
        };
        assert.deepEqual(await names(shuffled), await names([...hashes.high.keys()]));
      }),
      { numRuns: 20 },
    );
  });

  it('ask the other hashes too', async () => {
    const primary = columnsOf([base, base, base]);
    const other = columnsOf(['00000000ffffffff', '00000000fffffffe', 'ffffffff00000000']);
    const groups = await findAlikeGroups({
      primary,
      distance: 4,
      checks: [{ hashes: other, limit: 10 }],
    });
    assert.deepEqual(groups, [[0, 1]]);
  });

  it('leave out pictures with simple hashes unless other hashes agree', async () => {
    const primary = columnsOf([flat, flat, flat, '0000000000000001', '000000000000000f']);
    assert.deepEqual(await findAlikeGroups({ primary, distance: 4 }), []);
    const other = columnsOf([
      '00000000ffffffff',
      '00000000fffffffe',
      'ffffffff00000000',
      '00000000ffffffff',
      '00000000ffffffff',
    ]);
    const groups = await findAlikeGroups({
      primary,
      distance: 4,
      simpleChecks: [{ hashes: other, limit: 4 }],
    });
    assert.deepEqual(groups, [[0, 1, 3, 4]]);
  });

  it('keep apart what is to be kept apart, equal hashes included', async () => {
    const primary = columnsOf([base, base, base, 'aaaaaaaaaaaaaaab']);
    const groups = await findAlikeGroups({
      primary,
      distance: 4,
      separations: {
        concerns: (index) => index < 2,
        separates: (a, b) => a + b === 1,
      },
    });
    assert.deepEqual(groups, [[0, 2, 3]]);
  });

  it('are found among thousands of pictures with one hash', async () => {
    const count = 3000;
    const primary = columnsOf(Array.from({ length: count }, () => base));
    const check = clusteredHashes(count, 3, 5);
    const groups = await findAlikeGroups({
      primary,
      distance: 5,
      checks: [{ hashes: check, limit: 4 }],
    });
    assert.ok(groups.length > 100);
    for (const group of groups) {
      for (const a of group) for (const b of group) assert.ok(distanceAt(check, a, b) <= 4);
    }
  });
});

describe('runs of equal hashes', () => {
  it('are sorted by all columns, equal ones ascending', () => {
    const first = columnsOf([base, flat, base, base]);
    const second = columnsOf([flat, flat, base, flat]);
    const { order, start } = equalRuns([first, second]);
    assert.deepEqual([...order], [1, 0, 3, 2]);
    assert.deepEqual([...start], [0, 1, 3, 4]);
  });
});
