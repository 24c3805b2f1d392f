import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RowLayout } from '../../../src/views/webview/shared/rowLayout.js';

const groups = [
  { name: '', count: 2, collapsed: false },
  { name: 'a', count: 3, collapsed: true },
  { name: 'a/b', count: 1, collapsed: false },
];

describe('rows of a list grouped by folder', () => {
  it('places headers and files, leaving out the files of closed folders', () => {
    const layout = new RowLayout(groups);
    assert.equal(layout.rowCount, 6);
    assert.equal(layout.fileCount, 6);
    const rows = Array.from({ length: 6 }, (_, row) => layout.rowAt(row));
    assert.deepEqual(rows, [
      { kind: 'group', groupIndex: 0 },
      { kind: 'file', groupIndex: 0, fileIndex: 0 },
      { kind: 'file', groupIndex: 0, fileIndex: 1 },
      { kind: 'group', groupIndex: 1 },
      { kind: 'group', groupIndex: 2 },
      { kind: 'file', groupIndex: 2, fileIndex: 5 },
    ]);
    assert.equal(layout.rowAt(6), null);
    assert.equal(layout.rowAt(-1), null);
  });

  it('says which files rows show', () => {
    const layout = new RowLayout(groups);
    assert.deepEqual(layout.fileRange(0, 5), { first: 0, last: 5 });
    assert.deepEqual(layout.fileRange(2, 3), { first: 1, last: 1 });
    assert.equal(layout.fileRange(3, 4), null);
  });

  it('is empty without folders', () => {
    const layout = new RowLayout([]);
    assert.equal(layout.rowCount, 0);
    assert.equal(layout.rowAt(0), null);
  });

  it('shows every file of open folders once and in order', () => {
    const group = fc.record({
      name: fc.string(),
      count: fc.integer({ min: 0, max: 20 }),
      collapsed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 30 }), (list) => {
        const layout = new RowLayout(list);
        const shown: number[] = [];
        for (let row = 0; row < layout.rowCount; row += 1) {
          const entry = layout.rowAt(row);
          assert.ok(entry);
          if (entry.kind === 'group') assert.equal(layout.headerRow(entry.groupIndex), row);
          else shown.push(entry.fileIndex);
        }
        const expected: number[] = [];
        let file = 0;
        for (const { count, collapsed } of list)
          for (let index = 0; index < count; index += 1, file += 1)
            if (!collapsed) expected.push(file);
        assert.deepEqual(shown, expected);
      }),
    );
  });
});
