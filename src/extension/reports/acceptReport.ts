import * as vscode from 'vscode';
import type { AcceptReport } from '../../catalog/model/integrity.js';
import { codeSpan } from '../../catalog/model/markdown.js';
import { errorText } from '../messages.js';
import { stateSection } from './stateSection.js';

/** Files whose present content is taken, and those that are kept as they are known, as Markdown. */
export function acceptReport({ dryRun, accepted, kept, keptCount }: AcceptReport): string {
  return [
    `# ${vscode.l10n.t('Edited Files')}`,
    '',
    ...(dryRun ? [vscode.l10n.t('This was a dry run: nothing was changed.'), ''] : []),
    ...stateSection({
      title: dryRun ? vscode.l10n.t('To Be Accepted') : vscode.l10n.t('Accepted'),
      count: accepted.length,
      listed: accepted.length,
      lines: accepted.flatMap(({ path, checksumBefore, checksum }) => [
        `- ${codeSpan(path)}`,
        `    - ${codeSpan(checksumBefore)} → ${codeSpan(checksum)}`,
      ]),
    }),
    ...stateSection({
      title: vscode.l10n.t('Not Accepted'),
      count: keptCount,
      listed: kept.length,
      lines: kept.map(({ path, code, data }) => `- ${codeSpan(path)}: ${errorText(code, data)}`),
    }),
  ].join('\n');
}
