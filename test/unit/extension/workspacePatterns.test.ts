import assert from 'node:assert/strict';
import path from 'node:path';
import { patternsForSource } from '../../../src/extension/workspacePatterns.js';

describe('files.exclude for a source', () => {
  const workspace = path.resolve('/home/ann/pictures');
  const patterns = ['**/.git', 'build', 'card/private', 'card/**/*.tmp'];
  const of = (...parts: string[]): string[] =>
    patternsForSource(patterns, workspace, path.resolve(workspace, ...parts));

  it('takes all patterns for the workspace folder itself', () => {
    assert.deepEqual(of('.'), patterns);
  });

  it('makes those of a folder inside relative to it', () => {
    assert.deepEqual(of('card'), ['**/.git', 'private', '**/*.tmp']);
  });

  it('takes only those for any depth outside', () => {
    assert.deepEqual(of('..', 'elsewhere'), ['**/.git']);
    assert.deepEqual(of('cardboard'), ['**/.git']);
  });
});
