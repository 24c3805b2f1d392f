import assert from 'node:assert/strict';
import { createMessageConnection, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import { PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { MessageChannel } from 'node:worker_threads';
import { CatalogError } from '../../../src/catalog/model/errors.js';
import {
  readKeptIdentity,
  readNoParams,
  servePanel,
} from '../../../src/views/panels/panelServer.js';
import {
  readFilesParams,
  readImportParams,
  readPreviewIdentity,
  readSelection,
} from '../../../src/views/panels/previewParams.js';
import { readItemsParams, readJobIdentity } from '../../../src/views/panels/jobParams.js';
import { connectWebview } from '../../../src/views/panels/webviewConnection.js';

const settings = {
  importMode: 'copy',
  organizationStrategy: 'YEAR_ONLY/ORIGINAL',
  undatedByModificationDate: false,
};

describe('requests of a webview', () => {
  const refused = (read: (value: unknown) => unknown, values: readonly unknown[]): void => {
    for (const value of values)
      assert.throws(() => read(value), ResponseError, JSON.stringify(value));
  };

  it('are refused unless every parameter has its shape', () => {
    refused(readNoParams, [null, 1, [], 'x']);
    const files = { tab: 'new', settings, offset: 0, limit: 200 };
    assert.deepEqual(readFilesParams(files), files);
    refused(readFilesParams, [
      undefined,
      { ...files, tab: 'passedBy' },
      { ...files, tab: '__proto__' },
      { ...files, offset: -1 },
      { ...files, offset: 1.5 },
      { ...files, limit: 501 },
      { ...files, limit: '10' },
      { ...files, settings: null },
      { ...files, settings: { ...settings, importMode: 'delete' } },
      { ...files, settings: { ...settings, undatedByModificationDate: 1 } },
    ]);
    refused(readImportParams, [{ settings }, { settings, skipDuplicates: 'yes' }]);
    refused(readSelection, [
      { kind: 'folder', selected: true, folder: '/etc' },
      { kind: 'files', selected: true, fileIds: ['1'] },
      { kind: 'files', selected: true, fileIds: Array.from({ length: 1001 }, () => 1) },
      { kind: 'range', selected: true, offset: 0, count: 0 },
      { kind: 'all' },
    ]);
    refused(readItemsParams, [{ offset: 0, limit: 10, filter: 'FAILED' }]);
  });

  it('keep nothing that was not asked for', () => {
    const selection = { kind: 'files', selected: true, fileIds: [3], path: '/etc/passwd' };
    assert.deepEqual(readSelection(selection), { kind: 'files', selected: true, fileIds: [3] });
  });

  it('come back with the code and the described message of an engine error', async () => {
    const { port1, port2 } = new MessageChannel();
    const listeners: ((message: unknown) => void)[] = [];
    port2.on('message', (message: unknown) => listeners.forEach((listener) => listener(message)));
    const host = connectWebview({
      postMessage: (message) => {
        port2.postMessage(message);
        return Promise.resolve(true);
      },
      onDidReceiveMessage: (listener) => {
        listeners.push(listener);
        return { dispose: () => undefined };
      },
    });
    servePanel<{
      fail: { params: object; result: null };
      echo: { params: { n: number }; result: number };
    }>(
      host,
      {
        fail: {
          read: readNoParams,
          handle: () => {
            throw new CatalogError('SCAN_NOT_FOUND', { scan: 'x' });
          },
        },
        echo: { read: () => ({ n: 2 }), handle: ({ n }) => n * 2 },
      },
      (error) => `translated ${error.code}`,
    );
    host.listen();
    const webview = createMessageConnection(
      new PortMessageReader(port1),
      new PortMessageWriter(port1),
    );
    webview.listen();
    try {
      // Not JSON-RPC: must neither answer nor break the channel.
      port1.postMessage({ type: 'click' });
      port1.postMessage(null);
      assert.equal(await webview.sendRequest('echo', {}), 4);
      const failure = await webview.sendRequest('fail', {}).catch((error: unknown) => error);
      assert.ok(failure instanceof ResponseError);
      assert.equal(failure.message, 'translated SCAN_NOT_FOUND');
      assert.deepEqual(failure.data, { code: 'SCAN_NOT_FOUND' });
      const bad = await webview.sendRequest('fail', []).catch((error: unknown) => error);
      assert.ok(bad instanceof ResponseError);
      assert.equal(bad.code, ErrorCodes.InvalidParams);
      const unknown = await webview
        .sendRequest('deleteCatalog', {})
        .catch((error: unknown) => error);
      assert.ok(unknown instanceof ResponseError);
      assert.equal(unknown.code, ErrorCodes.MethodNotFound);
    } finally {
      webview.dispose();
      host.dispose();
      port1.close();
    }
  });
});

describe('what the editor kept of a panel', () => {
  it('is taken only in the shape that was written', () => {
    const identity = { folder: 'file:///ws', scanId: 's', sourceId: null };
    const readPreviewState = (state: unknown) => readKeptIdentity(state, readPreviewIdentity);
    const readJobState = (state: unknown) => readKeptIdentity(state, readJobIdentity);
    assert.deepEqual(readPreviewState({ identity, tab: 'new' }), identity);
    assert.deepEqual(readJobState({ identity: { folder: 'file:///ws', jobId: 'j' } }), {
      folder: 'file:///ws',
      jobId: 'j',
    });
    for (const state of [undefined, null, {}, { identity: { ...identity, scanId: 5 } }, 'x'])
      assert.equal(readPreviewState(state), null);
    assert.equal(readJobState({ identity }), null);
  });
});
