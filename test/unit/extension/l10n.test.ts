import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { errorMessages } from '../../../src/catalog/model/errors.js';

const root = path.resolve(import.meta.dirname, '../../..');
const bundleFile = path.join(root, 'l10n', 'bundle.l10n.json');

/** Every literal that is the first argument of a call of `t` or `….t`. */
function messagesOf(file: string): readonly string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(
    file,
    fs.readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
      const [message] = node.arguments;
      if (name === 't' && message && ts.isStringLiteralLike(message)) found.push(message.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function sourceFiles(folder: string): readonly string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(root, folder, name));
}

describe('l10n', () => {
  it('has every message of the editor and the engine in the bundle (UPDATE_L10N=1 writes it)', () => {
    const messages = ['src/extension', 'src/views']
      .flatMap(sourceFiles)
      .flatMap(messagesOf)
      .concat(Object.values(errorMessages));
    assert.ok(messages.length > 150);
    const expected = Object.fromEntries(
      [...new Set(messages)].sort().map((message) => [message, message]),
    );
    if (process.env['UPDATE_L10N'] === '1') {
      fs.mkdirSync(path.dirname(bundleFile), { recursive: true });
      fs.writeFileSync(bundleFile, `${JSON.stringify(expected, null, 2)}\n`);
    }
    assert.deepEqual(JSON.parse(fs.readFileSync(bundleFile, 'utf8')), expected);
  });
});
