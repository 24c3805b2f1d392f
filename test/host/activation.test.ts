import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, views } from '../../src/extension/contributions.js';
import { api, extension, workspaceFolder } from './support.js';

// Named so that it runs first: later tests start the engine.
describe('activation', () => {
  it('is measured: loading the bundle and activate(); under 100 ms is the aim', async function () {
    if (extension().isActive) {
      console.warn('      the extension was active already: its activation is not measured');
      return this.skip();
    }
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    await api();
    const { user, system } = process.cpuUsage(cpuBefore);
    // Printed and not judged: it depends on the machine and what else runs on it.
    console.log(
      `      activation: ${(performance.now() - started).toFixed(1)} ms, of them ${((user + system) / 1000).toFixed(1)} ms of processor time`,
    );
    assert.equal(extension().isActive, true);
  });

  it('starts no engine', async () => {
    const { engineFor, trees } = await api();
    const engine = engineFor(workspaceFolder().uri);
    assert.ok(engine);
    assert.equal(engine.started, false);
    assert.equal(engine.hasCatalogFile, false);
    // A folder without a catalog file is known to be empty without the engine.
    assert.deepEqual(await trees.catalogs.getChildren(), []);
    assert.deepEqual(await trees.sources.getChildren(), []);
    assert.deepEqual(await trees.importJobs.getChildren(), []);
    assert.equal(engine.started, false);
  });

  it('registers every command of the manifest', async () => {
    await api();
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const command of Object.values(commands)) assert.ok(registered.has(command), command);
  });

  it('registers every view', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const view of Object.values(views)) assert.ok(registered.has(`${view}.focus`), view);
  });

  it('runs where the workspace is, also when that is remote', () => {
    assert.equal(extension().extensionKind, vscode.ExtensionKind.Workspace);
  });
});
