import * as vscode from 'vscode';
import { showError } from '../messages.js';
import type { Services } from '../services.js';

/**
 * Says what came of long work. Does not wait for the answer.
 * @param showReport opens the details of what is not in order; null if all is
 */
export function tellWithReport(
  { log }: Pick<Services, 'log'>,
  text: string,
  showReport: (() => Promise<void>) | null,
): void {
  if (!showReport) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const show = vscode.l10n.t('Show Report');
  void vscode.window
    .showWarningMessage(text, show)
    .then((answer) => (answer === show ? showReport() : undefined))
    .then(undefined, (error: unknown) => showError(error, log));
}
