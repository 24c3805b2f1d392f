import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { JsonFault } from '../../../src/catalog/legacy/json.js';
import { JsonCursor } from '../../../src/catalog/legacy/jsonCursor.js';

describe('jsonCursor', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ic-cursor-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  function withCursor<T>(text: string | Buffer, work: (cursor: JsonCursor) => T): T {
    const file = path.join(folder, 'file.json');
    fs.writeFileSync(file, text);
    const descriptor = fs.openSync(file, 'r');
    try {
      return work(new JsonCursor(nodeFilePort, descriptor));
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Reads an object of objects entry by entry. */
  function readEntries(cursor: JsonCursor): Record<string, unknown> {
    const found: [string, unknown][] = [];
    for (const key of cursor.keys()) found.push([key, JSON.parse(cursor.text())]);
    assert.ok(cursor.atEnd());
    return Object.fromEntries(found);
  }

  it('reads what JSON.parse reads, whatever the layout', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
        fc.constantFrom('', ' ', '\n  '),
        (object, indent) => {
          const text = JSON.stringify(object, null, indent);
          assert.deepEqual(withCursor(text, readEntries), JSON.parse(text));
        },
      ),
    );
  });

  it('never takes damaged JSON for whole', () => {
    const whole = JSON.stringify({ a: [1, { b: 'x"\\' }], c: 'text', d: -1.5e3, e: null, f: {} });
    for (let length = 0; length < whole.length; length++) {
      assert.throws(
        () => withCursor(whole.slice(0, length), readEntries),
        (error) => error instanceof JsonFault || error instanceof SyntaxError,
        `cut after ${length}`,
      );
    }
  });

  it('reads entries that are larger than its window, and skips them', () => {
    const large = 'ä'.repeat(1_500_000);
    const text = JSON.stringify({ a: large, b: { c: large }, d: 1 });
    assert.deepEqual(withCursor(text, readEntries), JSON.parse(text));
    const last = withCursor(text, (cursor) => {
      let value = '';
      for (const key of cursor.keys()) {
        if (key === 'd') value = cursor.text();
        else cursor.skip();
      }
      return value;
    });
    assert.equal(last, '1');
  });

  it('goes back to a noted place', () => {
    withCursor('{"a":{"x":1},"b":[10,20]}', (cursor) => {
      let position = 0;
      for (const key of cursor.keys()) {
        cursor.peek();
        if (key === 'b') position = cursor.position;
        cursor.skip();
      }
      cursor.seek(position);
      const items: string[] = [];
      for (const index of cursor.items()) items[index] = cursor.text();
      assert.deepEqual(items, ['10', '20']);
    });
  });

  it('refuses nesting that could exhaust the stack', () => {
    const text = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    assert.throws(() => withCursor(text, readEntries), JsonFault);
  });

  it('passes over a byte order mark', () => {
    assert.deepEqual(withCursor('\ufeff{"a":1}', readEntries), { a: 1 });
  });
});
