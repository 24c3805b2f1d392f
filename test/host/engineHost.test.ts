import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { EngineHost } from '../../src/extension/engine/engineHost.js';
import { engine, temporaryFolder, workspaceFolder } from './support.js';

describe('the engine of a folder', () => {
  it('starts again after it was stopped, with the same client', async () => {
    const host = await engine();
    await host.client.getState({});
    assert.equal(host.started, true);
    await host.stop();
    assert.equal(host.started, false);
    assert.equal((await host.client.getState({})).readOnly, false);
    assert.equal(host.started, true);
  });
});

describe('an engine that crashes', () => {
  let folder: string;
  let log: vscode.LogOutputChannel;

  // One for all: a channel of the same name right after another was closed may be closed as well.
  before(() => {
    log = vscode.window.createOutputChannel('Image Catalog crash test', { log: true });
  });
  after(() => log.dispose());

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function hostOf(workerSource: string | null): EngineHost {
    const workerFile = path.join(folder, 'worker.cjs');
    if (workerSource !== null) fs.writeFileSync(workerFile, workerSource);
    const options = {
      workerFile,
      workspaceDirectory: folder,
      trusted: true,
      machineStateDirectory: folder,
    };
    return new EngineHost(workspaceFolder(), options, log);
  }

  const crashes: readonly (readonly [string, string | null])[] = [
    [
      'ends while a call waits',
      "require('worker_threads').parentPort.on('message', () => process.exit(3));",
    ],
    [
      'throws while a call waits',
      "require('worker_threads').parentPort.on('message', () => { throw new Error('no'); });",
    ],
    ['cannot start', null],
  ];
  for (const [title, source] of crashes) {
    it(`${title}: the call rejects and the next one starts a new worker`, async () => {
      const host = hostOf(source);
      const changes: (readonly string[])[] = [];
      host.onDidChange((entities) => changes.push(entities));
      await assert.rejects(host.client.getState({}), { code: 'ENGINE_STOPPED' });
      assert.equal(host.started, false);
      await assert.rejects(host.client.getState({}), { code: 'ENGINE_STOPPED' });
      assert.equal(changes.length, 1, 'views are told once, not in a loop');
      for (const entity of ['images', 'duplicates'])
        assert.ok(changes[0]?.includes(entity), entity);
      host.dispose();
      await assert.rejects(host.client.getState({}), { code: 'ENGINE_STOPPED' });
    });
  }
});
