import {
  CancellationTokenSource,
  type Disposable,
  type MessageConnection,
  type NotificationType,
} from 'vscode-jsonrpc';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import type { MessagePort, Worker } from 'node:worker_threads';
import type { OperationControl } from '../model/progress.js';
import {
  operationNames,
  type CatalogOperations,
  type EngineNotifications,
  type OperationName,
  type OperationResult,
} from '../protocol.js';
import {
  changedNotification,
  exitNotification,
  fromResponseError,
  logNotification,
  operationRequest,
  pictureProgressNotification,
  picturesNotification,
  progressType,
} from './engineMessages.js';

/** The engine as the extension sees it: every operation, and what it tells by itself. */
export interface EngineClient extends CatalogOperations {
  onChanged(listener: (event: EngineNotifications['changed']) => void): Disposable;
  onLog(listener: (event: EngineNotifications['log']) => void): Disposable;
  onPictures(listener: (event: EngineNotifications['pictures']) => void): Disposable;
  onPictureProgress(listener: (event: EngineNotifications['pictureProgress']) => void): Disposable;
  /** Asks the worker to end and closes the channel; calls still waiting reject. */
  dispose(): void;
}

/** A client of the engine behind a worker. The caller disposes it when the worker ends. */
export function connectEngine(port: Worker | MessagePort): EngineClient {
  const connection = createMessageConnection(
    new PortMessageReader(port),
    new PortMessageWriter(port),
  );
  const changed = listenersOf(connection, changedNotification);
  const logged = listenersOf(connection, logNotification);
  const pictures = listenersOf(connection, picturesNotification);
  const pictureProgress = listenersOf(connection, pictureProgressNotification);
  connection.listen();

  let nextToken = 1;
  const operations = Object.fromEntries(
    operationNames.map((name) => [
      name,
      (input: never, control?: OperationControl) =>
        callOperation(connection, name, input, control, () => nextToken++),
    ]),
  ) as unknown as CatalogOperations;

  return {
    ...operations,
    onChanged: (listener) => subscribe(changed, listener),
    onLog: (listener) => subscribe(logged, listener),
    onPictures: (listener) => subscribe(pictures, listener),
    onPictureProgress: (listener) => subscribe(pictureProgress, listener),
    dispose: () => {
      // A worker that is already gone has no use for the message.
      connection.sendNotification(exitNotification).catch(() => undefined);
      connection.dispose();
    },
  };
}

function listenersOf<Event>(
  connection: MessageConnection,
  type: NotificationType<Event>,
): Set<(event: Event) => void> {
  const listeners = new Set<(event: Event) => void>();
  connection.onNotification(type, (event) => {
    for (const listener of listeners) listener(event);
  });
  return listeners;
}

function subscribe<T>(listeners: Set<T>, listener: T): Disposable {
  listeners.add(listener);
  return { dispose: () => listeners.delete(listener) };
}

async function callOperation<Name extends OperationName>(
  connection: MessageConnection,
  name: Name,
  input: Parameters<CatalogOperations[Name]>[0],
  control: OperationControl | undefined,
  newToken: () => number,
): Promise<OperationResult<Name>> {
  const cancellation = new CancellationTokenSource();
  const cancel = (): void => {
    cancellation.cancel();
  };
  const onProgress = control?.onProgress;
  const progressToken = onProgress ? newToken() : undefined;
  const progress =
    onProgress && progressToken !== undefined
      ? connection.onProgress(progressType, progressToken, onProgress)
      : undefined;
  control?.signal?.addEventListener('abort', cancel);
  if (control?.signal?.aborted) cancel();
  try {
    return await connection.sendRequest(
      operationRequest(name),
      { input, ...(progressToken !== undefined && { progressToken }) },
      cancellation.token,
    );
  } catch (error) {
    throw fromResponseError(error);
  } finally {
    control?.signal?.removeEventListener('abort', cancel);
    progress?.dispose();
    cancellation.dispose();
  }
}
