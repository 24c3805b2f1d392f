import {
  NotificationType,
  NotificationType0,
  ProgressType,
  RequestType,
  ResponseError,
} from 'vscode-jsonrpc';
import { CatalogError, toCatalogError, type ErrorCode, type ErrorData } from '../model/errors.js';
import type { ProgressReport } from '../model/progress.js';
import type {
  CatalogOperations,
  EngineNotifications,
  OperationName,
  OperationResult,
} from '../protocol.js';

/** One argument for every request: the operation's input, and a token if progress is wanted. */
export interface OperationParams<Name extends OperationName> {
  readonly input: Parameters<CatalogOperations[Name]>[0];
  readonly progressToken?: number;
}

/** What an error carries across the channel. */
export interface ErrorPayload {
  readonly code: ErrorCode;
  readonly data: ErrorData;
}

/** The typed request of an operation. */
export function operationRequest<Name extends OperationName>(
  name: Name,
): RequestType<OperationParams<Name>, OperationResult<Name>, ErrorPayload> {
  return new RequestType(`engine/${name}`);
}

export const progressType = new ProgressType<ProgressReport>();
export const changedNotification = new NotificationType<EngineNotifications['changed']>(
  'engine/changed',
);
export const picturesNotification = new NotificationType<EngineNotifications['pictures']>(
  'engine/pictures',
);
export const pictureProgressNotification = new NotificationType<
  EngineNotifications['pictureProgress']
>('engine/pictureProgress');
/** Asks the worker to finish or roll back its batch, give the catalog file free and end. */
export const exitNotification = new NotificationType0('engine/exit');
export const logNotification = new NotificationType<EngineNotifications['log']>('engine/log');

/** JSON-RPC leaves -32000 to -32099 to the application; our own code is in the data. */
const applicationErrorCode = -32050;

/** The wire form of any thrown value. */
export function toResponseError(value: unknown): ResponseError<ErrorPayload> {
  const error = toCatalogError(value);
  return new ResponseError(applicationErrorCode, error.message, {
    code: error.code,
    data: error.data,
  });
}

/** The CatalogError behind a rejected request; a broken channel becomes INTERNAL. */
export function fromResponseError(value: unknown): CatalogError {
  if (value instanceof ResponseError && value.code === applicationErrorCode) {
    const payload = value.data as ErrorPayload;
    return new CatalogError(payload.code, payload.data, { cause: value });
  }
  return toCatalogError(value);
}
