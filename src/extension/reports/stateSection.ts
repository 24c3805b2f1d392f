import * as vscode from 'vscode';
import { section } from '../../catalog/model/markdown.js';
import { formatCount } from '../../views/format.js';

/** What is the same with several files: a heading with their number, what can be done, and the files. */
export interface StateSection {
  readonly title: string;
  /** Null where nothing is to be done. */
  readonly advice?: string | null;
  /** Of the files; more than are listed if a report lists the first ones only. */
  readonly count: number;
  readonly listed: number;
  readonly lines: readonly string[];
}

/** As Markdown; nothing if there are no files. */
export function stateSection({ title, advice, count, listed, lines }: StateSection): string[] {
  if (count === 0) return [];
  const more = count - listed;
  return section(`${title} (${formatCount(count)})`, [
    ...(advice == null ? [] : [advice, '']),
    ...lines,
    ...(more > 0 ? [`- ${vscode.l10n.t('… and {0} more', formatCount(more))}`] : []),
  ]);
}
