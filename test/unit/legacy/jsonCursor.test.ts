import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { JsonFault } from '../../../src/catalog/legacy/json.js';
import { JsonCursor } from '../../../src/catalog/legacy/jsonCursor.js';
import { JsonEntries } from '../../../src/catalog/legacy/jsonEntries.js';

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

  it('finds entries once and reads them as often as wanted', () => {
    const entries = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
      fc.array(fc.jsonValue()),
    );
    fc.assert(
      fc.property(entries, fc.constantFrom('', ' ', '\n  '), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const file = path.join(folder, 'entries.json');
        fs.writeFileSync(file, text);
        const descriptor = fs.openSync(file, 'r');
        try {
          const cursor = new JsonCursor(nodeFilePort, descriptor);
          const located = JsonEntries.locate(cursor);
          assert.ok(cursor.atEnd());
          const expected = Object.entries(JSON.parse(text) as object);
          for (let time = 0; time < 2; time++) {
            const read = [...located.read(nodeFilePort, descriptor)].map(
              ([key, each]) => [key, JSON.parse(each)] as [string, unknown],
            );
            assert.equal(read.length, located.count);
            // A key that stood twice counts twice; the last value is what JSON.parse has.
            assert.deepEqual(Object.entries(Object.fromEntries(read)), expected);
          }
        } finally {
          fs.closeSync(descriptor);
        }
      }),
    );
  });

  it('reads entries larger than the window by their places', () => {
    const values = { small: 1, large: 'ä'.repeat(1_500_000), last: [2] };
    const file = path.join(folder, 'entries.json');
    fs.writeFileSync(file, JSON.stringify(values));
    const descriptor = fs.openSync(file, 'r');
    const located = JsonEntries.locate(new JsonCursor(nodeFilePort, descriptor));
    const read = [...located.read(nodeFilePort, descriptor)];
    assert.deepEqual(
      Object.fromEntries(read.map(([key, text]) => [key, JSON.parse(text)])),
      values,
    );
    fs.truncateSync(file, 100);
    assert.throws(() => [...located.read(nodeFilePort, descriptor)], JsonFault);
    fs.closeSync(descriptor);
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
