import * as vscode from 'vscode';
import type { OperationControl } from '../catalog/model/progress.js';
import { formatProgress, progressPercent } from '../views/format.js';
import type { ViewId } from './contributions.js';

/** Runs long work under a notification with figures and a Cancel button, and a bar in the view it belongs to. */
export async function withOperationProgress<T>(
  view: ViewId,
  title: string,
  work: (control: OperationControl) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const running = vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
        progress.report({ message: vscode.l10n.t('cancelling…') });
      });
      let shown = 0;
      return work({
        signal: abort.signal,
        onProgress: (report) => {
          if (abort.signal.aborted) return;
          const percent = progressPercent(report);
          const message = formatProgress(report, vscode.l10n.t);
          // A later phase starts again at zero; the bar only goes forward.
          const increment = Math.max(0, (percent ?? 0) - shown);
          shown += increment;
          progress.report(percent === null ? { message } : { message, increment });
        },
      });
    },
  );
  void vscode.window.withProgress({ location: { viewId: view } }, () =>
    Promise.resolve(running).then(
      () => undefined,
      () => undefined,
    ),
  );
  return running;
}
