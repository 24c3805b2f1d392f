import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ManagedDirectoryBindings } from '../../../src/catalog/store/managedDirectoryBindings.js';
import { managedPath, storedPath } from '../../../src/catalog/store/managedPaths.js';
import { TemporaryWorkspace } from './support.js';

describe('managed directories', () => {
  let workspace: TemporaryWorkspace;
  beforeEach(() => {
    workspace = new TemporaryWorkspace();
  });
  afterEach(() => workspace.remove());

  it('count only where they were chosen, and stay chosen', () => {
    const state = path.join(workspace.root, 'new', 'state');
    const bindings = new ManagedDirectoryBindings(state);
    assert.equal(bindings.isBound('a', workspace.directory), false);
    assert.equal(fs.existsSync(state), false);
    bindings.bind('a', workspace.directory);
    bindings.bind('b', path.join(workspace.root, 'other'));
    const again = new ManagedDirectoryBindings(state);
    assert.equal(again.isBound('a', workspace.directory), true);
    assert.equal(again.isBound('b', workspace.directory), false);
    assert.equal(again.isBound('__proto__', workspace.directory), false);
    bindings.bind('a', path.join(workspace.root, 'moved'));
    assert.equal(again.isBound('a', workspace.directory), false);
    bindings.unbind('b');
    assert.equal(again.isBound('b', path.join(workspace.root, 'other')), false);
    assert.deepEqual(fs.readdirSync(state), ['managed-directories.json']);
  });

  it('are known by their real path', function () {
    if (process.platform === 'win32') return this.skip();
    const link = path.join(workspace.root, 'link');
    fs.symlinkSync(workspace.directory, link);
    const bindings = new ManagedDirectoryBindings(workspace.root);
    bindings.bind('a', link);
    assert.equal(bindings.isBound('a', workspace.directory), true);
  });

  it('hold nothing when their file is damaged', () => {
    fs.writeFileSync(path.join(workspace.root, 'managed-directories.json'), '{"a": "/x"');
    const bindings = new ManagedDirectoryBindings(workspace.root);
    assert.equal(bindings.isBound('a', '/x'), false);
    bindings.bind('a', workspace.directory);
    assert.equal(bindings.isBound('a', workspace.directory), true);
  });

  it('map paths both ways, and nothing outside', () => {
    const root = path.resolve('/managed/photos');
    const file = path.join(root, '2023', '06', 'ä b.jpg');
    assert.equal(storedPath(root, file), '2023/06/ä b.jpg');
    assert.equal(managedPath(root, '2023/06/ä b.jpg'), file);
    for (const outside of [root, path.resolve('/managed/photos2/a.jpg'), path.resolve('/a.jpg')]) {
      assert.throws(() => storedPath(root, outside), { code: 'DESTINATION_OUTSIDE' });
    }
  });
});
