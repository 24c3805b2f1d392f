import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import type { OperationControl } from '../model/progress.js';
import { operationNames, type CatalogOperations, type OperationName } from '../protocol.js';
import { operationRequest, progressType, toResponseError } from './engineMessages.js';

/** Serves every operation on the connection. Errors leave as ResponseError with code and data. */
export function serveEngine(connection: MessageConnection, operations: CatalogOperations): void {
  for (const name of operationNames) serveOperation(connection, operations, name);
}

function serveOperation<Name extends OperationName>(
  connection: MessageConnection,
  operations: CatalogOperations,
  name: Name,
): void {
  const operation = operations[name].bind(operations) as (
    input: unknown,
    control: OperationControl,
  ) => Promise<never>;
  connection.onRequest(operationRequest(name), async (params, token) => {
    const progressToken = params.progressToken;
    try {
      return await operation(params.input, {
        signal: abortSignal(token),
        ...(progressToken !== undefined && {
          onProgress: (report) => {
            void connection.sendProgress(progressType, progressToken, report);
          },
        }),
      });
    } catch (error) {
      throw toResponseError(error);
    }
  });
}

function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return controller.signal;
}
