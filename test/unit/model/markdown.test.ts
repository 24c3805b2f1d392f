import assert from 'node:assert/strict';
import { codeSpan, plain, section } from '../../../src/catalog/model/markdown.js';

describe('text from outside in Markdown', () => {
  it('stays as it is in a code span, whatever backticks it holds', () => {
    assert.equal(codeSpan('/a b/<c>.jpg'), '`/a b/<c>.jpg`');
    assert.equal(codeSpan('a`b'), '``a`b``');
    assert.equal(codeSpan('a``b`c'), '```a``b`c```');
    assert.equal(codeSpan('`a'), '`` `a ``');
    assert.equal(codeSpan('a`'), '`` a` ``');
  });

  it('stays on its line', () => {
    assert.equal(codeSpan('a\n# b\u202e.jpg'), '`a\ufffd# b\ufffd.jpg`');
    assert.equal(plain('a\r\n<b>'), 'a\ufffd\ufffd\\<b\\>');
  });

  it('makes a section only of something', () => {
    assert.deepEqual(section('Missing', []), []);
    assert.deepEqual(section('Missing', ['- a']), ['## Missing', '', '- a', '']);
  });
});
