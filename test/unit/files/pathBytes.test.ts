import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import {
  decodePathBytes,
  encodePath,
  encodePathBytes,
  hasEscapedBytes,
} from '../../../src/catalog/files/pathBytes.js';

describe('path bytes', () => {
  it('gives any bytes back, whatever they are', () => {
    // Bytes that make up broken UTF-8, the escape range itself, and surrogates, more often than chance.
    const byte = fc.oneof(
      fc.constantFrom(0xef, 0x9e, 0x9f, 0x80, 0xbf, 0xbb, 0xed, 0xa0, 0xf0, 0x90, 0xc3, 0xa9, 0xff),
      fc.integer({ min: 1, max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 24 }), (bytes) => {
        const name = Buffer.from(bytes);
        assert.deepEqual(encodePathBytes(decodePathBytes(name)), name);
      }),
      { numRuns: 3000, verbose: 1 },
    );
  });

  it('leaves ordinary names as they are', () => {
    for (const name of ['IMG_1.JPG', 'café', 'Ünïcödé 日本語 😀', '\ufeffBOM', 'a\ufffdb']) {
      const decoded = decodePathBytes(Buffer.from(name));
      assert.equal(decoded, name);
      assert.equal(encodePath(decoded), name);
      assert.equal(hasEscapedBytes(decoded), false);
    }
  });

  it('escapes Latin-1 bytes and names that hold escape characters', () => {
    assert.equal(decodePathBytes(Buffer.from([0x63, 0xe9])), 'c\uf7e9');
    const real = Buffer.from('\uf7e9');
    assert.equal(decodePathBytes(real), '\uf7ef\uf79f\uf7a9');
    assert.deepEqual(encodePathBytes(decodePathBytes(real)), real);
  });
});
