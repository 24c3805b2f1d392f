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

/**
 * Name and value pairs as a table-free tooltip: plain text, since paths and names come from outside.
 * @param picture absolute path of a thumbnail, which only our engine writes
 */
export function tooltipOf(
  title: string,
  rows: readonly (readonly [string, string])[],
  picture: string | null = null,
): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.supportHtml = false;
  tooltip.supportThemeIcons = false;
  tooltip.isTrusted = false;
  if (picture !== null) tooltip.appendMarkdown(`${pictureMarkdown(picture)}\n\n`);
  tooltip.appendMarkdown('**').appendText(title).appendMarkdown('**');
  for (const [name, value] of rows) {
    tooltip.appendMarkdown('\n\n').appendText(`${name}: ${value}`);
  }
  return tooltip;
}

/** The folder is the user's and may hold any character; the address ends at the first space or parenthesis. */
function pictureMarkdown(file: string): string {
  const address = vscode.Uri.file(file)
    .toString()
    .replace(/[()<>"'\s\\]/g, (character) => encodeURIComponent(character).replace(/[()']/g, hex));
  return `![](${address})`;
}

const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
