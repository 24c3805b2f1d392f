import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Prompt } from './multiStep.js';

export interface FolderQuestion {
  readonly placeholder: string;
  /** The button of the folder dialog. */
  readonly openLabel: string;
  /** Where the dialog starts and what typing starts with. */
  readonly start: string;
  /** An answer that needs no folder, shown first. */
  readonly none?: { readonly label: string; readonly detail: string };
  /** What is wrong with an existing folder, or null. */
  readonly validate?: (folder: string) => string | null;
  /** A folder to be made later may be typed. */
  readonly mayBeNew?: boolean;
}

/** Asks for a folder by dialog or by typing its path. @returns its absolute path, or null for `none`. */
export async function askFolder(prompt: Prompt, question: FolderQuestion): Promise<string | null> {
  const browse = {
    label: vscode.l10n.t('$(folder-opened) Choose a Folder…'),
    detail: vscode.l10n.t('Opens a dialog.'),
  };
  const type = {
    label: vscode.l10n.t('$(edit) Type a Path…'),
    detail: vscode.l10n.t('For example a network drive or a card reader.'),
  };
  const none = question.none;
  for (;;) {
    const answer = await prompt.pick({
      placeholder: question.placeholder,
      items: [...(none ? [none] : []), browse, type],
    });
    if (answer === none) return null;
    const folder =
      answer === type ? await typeFolder(prompt, question) : await browseFolder(question);
    if (folder === undefined) continue;
    const problem = question.validate?.(folder) ?? null;
    if (problem === null) return folder;
    void vscode.window.showWarningMessage(problem);
  }
}

async function browseFolder(question: FolderQuestion): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      openLabel: question.openLabel,
      title: question.placeholder,
      defaultUri: vscode.Uri.file(question.start),
    })) ?? [];
  return chosen?.fsPath;
}

async function typeFolder(prompt: Prompt, question: FolderQuestion): Promise<string> {
  const typed = await prompt.input({
    prompt: question.placeholder,
    value: question.start,
    validate: (value) => {
      const problem = pathProblem(expandHome(value), question.mayBeNew ?? false);
      return problem ?? question.validate?.(expandHome(value)) ?? null;
    },
  });
  return path.resolve(expandHome(typed));
}

function expandHome(typed: string): string {
  return typed === '~' || /^~[/\\]/.test(typed) ? path.join(os.homedir(), typed.slice(1)) : typed;
}

function pathProblem(folder: string, mayBeNew: boolean): string | null {
  if (!path.isAbsolute(folder)) return vscode.l10n.t('Type the full path of a folder.');
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (found) {
    return found.isDirectory() ? null : vscode.l10n.t('This is not a folder: {0}', folder);
  }
  return mayBeNew ? null : vscode.l10n.t('There is no folder {0}', folder);
}
