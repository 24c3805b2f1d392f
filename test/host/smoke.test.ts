import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in a real extension host', () => {
  const find = (): vscode.Extension<unknown> => {
    const extension = vscode.extensions.getExtension('image-catalog.image-catalog');
    assert.ok(extension, 'the extension is known to VS Code');
    return extension;
  };

  it('activates', async () => {
    await find().activate();
    assert.equal(find().isActive, true);
  });

  it('registers every command that it contributes', async () => {
    await find().activate();
    const manifest = find().packageJSON as {
      contributes: { commands: readonly { command: string }[] };
    };
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
