import * as vscode from 'vscode';
import type { ImportMode } from '../../catalog/model/importJob.js';
import { formatCount } from '../format.js';

/** `1 image`, `1,234 images`. */
export function imageCountText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 image') : vscode.l10n.t('{0} images', formatCount(count));
}

/** `1 file`, `1,234 files`. */
export function fileCountText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', formatCount(count));
}

/** `1 source`, `3 sources`. */
export function sourceCountText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 source') : vscode.l10n.t('{0} sources', formatCount(count));
}

/** `1 import job`, `3 import jobs`. */
export function jobCountText(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 import job')
    : vscode.l10n.t('{0} import jobs', formatCount(count));
}

/** An import mode in one word. */
export function importModeText(mode: ImportMode): string {
  const texts: Record<ImportMode, string> = {
    reference: vscode.l10n.t('Reference'),
    copy: vscode.l10n.t('Copy'),
    move: vscode.l10n.t('Move'),
  };
  return texts[mode];
}

/** What an import mode does with the files. */
export function importModeExplanation(mode: ImportMode): string {
  const texts: Record<ImportMode, string> = {
    reference: vscode.l10n.t('Files stay where they are, the catalog remembers them.'),
    copy: vscode.l10n.t('Files are copied into the managed directory, the originals stay.'),
    move: vscode.l10n.t(
      'Files are copied into the managed directory, checked, then the originals are removed.',
    ),
  };
  return texts[mode];
}

/** Name and value pairs as a table-free tooltip: plain text, since paths and names come from outside. */
export function tooltipOf(
  title: string,
  rows: readonly (readonly [string, string])[],
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.supportHtml = false;
  tooltip.isTrusted = false;
  tooltip.appendMarkdown('**').appendText(title).appendMarkdown('**');
  for (const [name, value] of rows) {
    tooltip.appendMarkdown('\n\n').appendText(`${name}: ${value}`);
  }
  return tooltip;
}
