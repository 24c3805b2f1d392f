import * as vscode from 'vscode';
import {
  CatalogError,
  errorMessages,
  fillMessage,
  toCatalogError,
  type ErrorCode,
  type ErrorData,
} from '../catalog/model/errors.js';

/** The message of an error's code in the editor's language. */
export function errorText(code: ErrorCode, data: ErrorData): string {
  return fillMessage(vscode.l10n.t(errorMessages[code]), data);
}

/** Any thrown value as a sentence for people, in the editor's language. */
export function describeError(error: unknown): string {
  const known = toCatalogError(error);
  return errorText(known.code, known.data);
}

/**
 * Tells the user about an error once, with a way to the log. A cancelled operation is no error.
 * Does not wait for the answer.
 */
export function showError(error: unknown, log: vscode.LogOutputChannel): void {
  if (CatalogError.is(error, 'CANCELLED') || error instanceof vscode.CancellationError) return;
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const showLog = vscode.l10n.t('Show Log');
  void vscode.window.showErrorMessage(describeError(error), showLog).then((answer) => {
    if (answer === showLog) log.show();
  });
}
