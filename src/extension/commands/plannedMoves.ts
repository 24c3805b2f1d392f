import path from 'node:path';
import * as vscode from 'vscode';
import type { MoveForecast } from '../../catalog/model/fileOperation.js';
import { codeSpan } from '../../catalog/model/markdown.js';
import { formatCount } from '../../views/format.js';

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
