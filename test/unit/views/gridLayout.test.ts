import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  fitColumns,
  GridLayout,
  type GridMetrics,
  type GridMove,
} from '../../../src/views/webview/gallery/gridLayout.js';

const metrics: GridMetrics = { columns: 3, cellWidth: 100, cellHeight: 120, headerHeight: 30 };
const moves: readonly GridMove[] = [
  'left',
  'right',
  'up',
  'down',
  'pageUp',
  'pageDown',
  'home',
  'end',
];

describe('grid layout', () => {
  // tiles: group 0: 0 1 2 / 3; group 1: 4 5; group 2: 6 7 8 / 9 10
  const layout = new GridLayout([4, 2, 5], metrics);

  it('knows every line', () => {
    const lines = Array.from({ length: layout.lineCount }, (_, index) => layout.line(index));
    assert.deepEqual(lines, [
      { kind: 'header', group: 0, top: 0 },
      { kind: 'row', group: 0, first: 0, count: 3, top: 30 },
      { kind: 'row', group: 0, first: 3, count: 1, top: 150 },
      { kind: 'header', group: 1, top: 270 },
      { kind: 'row', group: 1, first: 4, count: 2, top: 300 },
      { kind: 'header', group: 2, top: 420 },
      { kind: 'row', group: 2, first: 6, count: 3, top: 450 },
      { kind: 'row', group: 2, first: 9, count: 2, top: 570 },
    ]);
    assert.equal(layout.height, 690);
    assert.equal(layout.tileCount, 11);
    assert.equal(layout.line(8), null);
    assert.deepEqual(layout.tileRange(2, 6), { first: 3, last: 8 });
    assert.equal(layout.tileRange(3, 3), null);
  });

  it('keeps the column up and down, past headers and short rows', () => {
    const go = (tile: number, ...steps: readonly GridMove[]): number =>
      steps.reduce((at, step) => layout.move(at, step, 300), tile);
    assert.equal(go(2, 'down'), 3);
    assert.equal(go(1, 'down', 'down'), 4);
    assert.equal(go(5, 'down'), 7);
    assert.equal(go(8, 'up'), 5);
    assert.equal(go(0, 'up'), 0);
    assert.equal(go(10, 'down'), 10);
    assert.equal(go(3, 'right'), 4);
    assert.equal(go(4, 'left'), 3);
    assert.equal(go(7, 'home'), 0);
    assert.equal(go(7, 'end'), 10);
    assert.equal(go(0, 'pageDown'), 3);
    assert.equal(go(0, 'pageDown', 'pageDown', 'pageDown', 'pageDown'), 9);
    assert.equal(go(10, 'pageUp'), 5);
  });

  it('finds the line of every tile and height again, whatever the groups', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    const header = fc.constantFrom(0, 30);
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 9 }), header, (counts, columns, height) => {
        const any = new GridLayout(counts, { ...metrics, columns, headerHeight: height });
        let tiles = 0;
        for (let index = 0; index < any.lineCount; index += 1) {
          const line = any.line(index);
          assert.ok(line);
          assert.equal(any.lineAt(line.top), index);
          if (line.kind === 'header') continue;
          assert.equal(line.first, tiles);
          for (let column = 0; column < line.count; column += 1) {
            assert.equal(any.lineOfTile(tiles), index);
            assert.equal(any.columnOfTile(tiles), column);
            assert.equal(any.groupOfTile(tiles), line.group);
            tiles += 1;
          }
        }
        assert.equal(tiles, any.tileCount);
      }),
    );
  });

  it('never leaves the grid, and a page goes on until its end', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 9 }), fc.nat(), (counts, columns, start) => {
        const any = new GridLayout(counts, { ...metrics, columns });
        const tile = start % any.tileCount;
        for (const move of moves) {
          const next = any.move(tile, move, 400);
          assert.ok(next >= 0 && next < any.tileCount, move);
        }
        let at = tile;
        for (let steps = 0; any.lineOfTile(at) < any.lineCount - 1; steps += 1) {
          assert.ok(steps <= any.lineCount, 'page down stands still');
          const next = any.move(at, 'pageDown', 400);
          assert.ok(any.lineOfTile(next) > any.lineOfTile(at));
          at = next;
        }
      }),
    );
  });

  it('has no lines without tiles', () => {
    const empty = new GridLayout([], metrics);
    assert.equal(empty.height, 0);
    assert.equal(empty.line(0), null);
    assert.equal(empty.move(0, 'down', 300), 0);
    assert.equal(empty.lineAt(50), 0);
  });

  it('fills the width with the columns that fit', () => {
    assert.deepEqual(fitColumns(1000, 192, 8), { columns: 5, cellWidth: 200 });
    assert.deepEqual(fitColumns(999, 192, 8), { columns: 4, cellWidth: 249 });
    assert.deepEqual(fitColumns(100, 192, 8), { columns: 1, cellWidth: 100 });
  });
});
