import * as vscode from 'vscode';
import type { Services } from '../services.js';

/** What a dry run found, and what can be done about it. */
export interface Plan<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly choices: readonly (vscode.QuickPickItem & { readonly value: T })[];
  /** All of it, as a Markdown document. */
  readonly document: () => string;
}

/**
 * Asks whether a plan that destroys nothing is to be carried out; on request its document is shown first.
 * @returns undefined if dismissed
 */
export async function choosePlanned<T>(
  { documents }: Pick<Services, 'documents'>,
  { title, placeholder, choices, document }: Plan<T>,
): Promise<T | undefined> {
  const list = { label: vscode.l10n.t('Show What Would Be Done'), value: undefined };
  for (let isShown = false; ; isShown = true) {
    const picked = await vscode.window.showQuickPick([...choices, ...(isShown ? [] : [list])], {
      title,
      placeHolder: placeholder,
      // The document takes the focus, and is there to be read.
      ignoreFocusOut: isShown,
    });
    if (picked !== list) return picked?.value;
    await documents.show(title, document());
  }
}
