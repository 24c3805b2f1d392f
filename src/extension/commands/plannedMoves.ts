import path from 'node:path';
import * as vscode from 'vscode';
import type { FileOperationReport, MoveForecast } from '../../catalog/model/fileOperation.js';
import { codeSpan } from '../../catalog/model/markdown.js';
import { formatCount } from '../../views/format.js';
import { commands } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { showError } from '../messages.js';
import type { Services } from '../services.js';
import { keptLines } from './fileOperations.js';

/** How many files the list of a dry run names. */
export const listedMoves = 5000;

/** Files with their old and new places as a Markdown list; places in the managed directory relative to it. */
export function moveLines({ moves, files, managedDirectory }: MoveForecast): string[] {
  const more = files - moves.length;
  const place = (file: string): string => {
    const inside = path.relative(managedDirectory, file);
    return codeSpan(inside.startsWith('..') || path.isAbsolute(inside) ? file : inside);
  };
  return [
    ...moves.map(({ from, to }) => `- ${place(from)} → ${place(to)}`),
    ...(more > 0 ? ['', vscode.l10n.t('… and {0} more', formatCount(more))] : []),
  ];
}

/**
 * Says what an operation did, with a button that undoes it. Does not wait for the answer.
 * @param texts.kept what is said of files that were kept
 */
export function tellWithUndo(
  services: Pick<Services, 'log'>,
  engine: EngineHost,
  { operation, kept, keptCount }: FileOperationReport,
  texts: { readonly done: string; readonly kept: string },
): void {
  const undo = vscode.l10n.t('Undo');
  const buttons = operation.imagesDone > 0 ? [undo] : [];
  const shown =
    keptCount === 0
      ? vscode.window.showInformationMessage(texts.done, ...buttons)
      : vscode.window.showWarningMessage(
          [texts.done, texts.kept, ...keptLines(kept.slice(0, 1), 1)].join(' '),
          ...buttons,
        );
  void shown
    .then((answer) => {
      if (answer !== undo) return undefined;
      const folder = engine.folder.uri.fsPath;
      const taken = { folder, operationId: operation.id, tell: true };
      return vscode.commands.executeCommand(commands.undoFileOperation, taken);
    })
    .then(undefined, (error: unknown) => showError(error, services.log));
}
