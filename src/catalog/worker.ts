/** Entry of the extension-host worker: one engine on one catalog file, served over the parent port. */
import { parentPort, workerData } from 'node:worker_threads';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { openCatalogEngine } from './engine.js';
import type { EngineOptions } from './protocol.js';
import {
  changedNotification,
  exitNotification,
  logNotification,
  pictureProgressNotification,
  picturesNotification,
} from './rpc/engineMessages.js';
import { serveEngine } from './rpc/engineServer.js';

async function main(): Promise<void> {
  if (!parentPort) throw new Error('The engine worker has no parent.');
  const connection = createMessageConnection(
    new PortMessageReader(parentPort),
    new PortMessageWriter(parentPort),
  );
  const engine = openCatalogEngine(workerData as EngineOptions, {
    changed: (entities) => void connection.sendNotification(changedNotification, { entities }),
    pictures: (event) => void connection.sendNotification(picturesNotification, event),
    pictureProgress: (event) =>
      void connection.sendNotification(pictureProgressNotification, event),
    log: (level, message) => void connection.sendNotification(logNotification, { level, message }),
  });
  serveEngine(connection, engine);
  connection.onNotification(exitNotification, () => {
    void engine.close().finally(() => process.exit(0));
  });
  connection.listen();
}

void main();
