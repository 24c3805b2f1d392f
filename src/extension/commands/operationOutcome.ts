import * as vscode from 'vscode';
import type { FileOperation, FileOperationReport } from '../../catalog/model/fileOperation.js';
import { isResumable } from '../../catalog/model/fileOperation.js';
import type { KeptFile } from '../../catalog/model/safety.js';
import { formatCount } from '../../views/format.js';
import { imageCountText } from '../../views/trees/texts.js';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { errorText, showError } from '../messages.js';
import type { Services } from '../services.js';

const listedFiles = 5;

/** The first files that were kept, each with its reason. */
export function keptLines(kept: readonly KeptFile[], count: number): string[] {
  const more = count - Math.min(kept.length, listedFiles);
  return [
    ...kept.slice(0, listedFiles).map(({ code, data }) => errorText(code, data)),
    ...(more > 0 ? [vscode.l10n.t('… and {0} more', formatCount(more))] : []),
  ];
}

/** Whether an undo can bring something back, as long as the catalog is there. */
export function canBeUndone({ status, imagesDone }: FileOperation): boolean {
  return imagesDone > 0 && !['RUNNING', 'UNDONE', 'EMPTIED'].includes(status);
}

/** Images that an operation was to change and did not. */
export const imagesLeft = ({ imagesTotal, imagesDone }: FileOperation): number =>
  Math.max(0, imagesTotal - imagesDone);

/** What an operation did, in a few words. */
export function operationText({ kind, imagesDone }: FileOperation): string {
  const images = imageCountText(imagesDone);
  switch (kind) {
    case 'delete':
      return vscode.l10n.t('Deleted {0}', images);
    case 'delete-catalog':
      return vscode.l10n.t('Deleted a catalog with {0}', images);
    case 'convert':
      return vscode.l10n.t('Converted {0} to managed', images);
    case 'reorganize':
      return vscode.l10n.t('Reorganized {0}', images);
  }
}

/**
 * Says what an operation did, what ended it early and what is left, with buttons that undo it and go on with it. Does
 * not wait for the answer.
 * @param texts.kept what is said of files that were kept, or null
 */
export function tellOutcome(
  services: Pick<Services, 'log'>,
  engine: EngineHost,
  report: FileOperationReport,
  texts: { readonly done: string; readonly kept: string | null },
): void {
  const { operation, kept, keptCount, stoppedBy } = report;
  const left = imagesLeft(operation);
  // A catalog is gone only when the last step was done.
  const isOpen = left > 0 || operation.kind === 'delete-catalog';
  const goesOn = isOpen && isResumable(operation.status);
  const parts = [texts.done];
  if (stoppedBy) parts.push(errorText(stoppedBy.code, stoppedBy.data));
  else if (goesOn && operation.status === 'CANCELLED') parts.push(vscode.l10n.t('Cancelled.'));
  // What stopped it is the reason of those that it kept last.
  if (keptCount > 0 && !stoppedBy) {
    parts.push(...(texts.kept === null ? [] : [texts.kept]), ...keptLines(kept.slice(0, 1), 1));
  }
  if (goesOn) {
    parts.push(
      left > 0
        ? vscode.l10n.t('{0} left; it can be resumed.', imageCountText(left))
        : vscode.l10n.t('It can be resumed.'),
    );
  }
  const undo = vscode.l10n.t('Undo');
  const resume = vscode.l10n.t('Resume');
  // What a deleted catalog had comes back with a backup only.
  const isGone = operation.kind === 'delete-catalog' && operation.status === 'SUCCESS';
  const buttons = [
    ...(goesOn ? [resume] : []),
    ...(canBeUndone(operation) && !isGone ? [undo] : []),
  ];
  const text = parts.join(' ');
  const isFine = keptCount === 0 && !stoppedBy;
  const shown = isFine
    ? vscode.window.showInformationMessage(text, ...buttons)
    : vscode.window.showWarningMessage(text, ...buttons);
  void shown
    .then((answer) => {
      if (answer === undefined) return undefined;
      const command = answer === undo ? commands.undoFileOperation : commands.resumeFileOperation;
      // Without the folder it would be asked for where there are several.
      const taken = { folder: engine.folder.uri.fsPath, operationId: operation.id, tell: true };
      return vscode.commands.executeCommand(command, taken);
    })
    .then(undefined, (error: unknown) => showError(error, services.log));
}
