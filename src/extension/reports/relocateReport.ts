import * as vscode from 'vscode';
import type { RelocateReport, RelocateState } from '../../catalog/model/integrity.js';
import { codeSpan, section } from '../../catalog/model/markdown.js';
import { formatCount } from '../../views/format.js';
import { stateSection } from './stateSection.js';

/** What is at the new place, in a sentence. */
export function relocateFigures({ counts }: RelocateReport): string {
  const texts: Readonly<Record<RelocateState, (count: string) => string>> = {
    found: (count) => vscode.l10n.t('{0} found', count),
    differing: (count) => vscode.l10n.t('{0} with other bytes', count),
    absent: (count) => vscode.l10n.t('{0} not there', count),
    kept: (count) => vscode.l10n.t('{0} still at the old place', count),
    taken: (count) => vscode.l10n.t('{0} with another image there', count),
    refused: (count) => vscode.l10n.t('{0} refused', count),
  };
  const parts = (Object.keys(texts) as RelocateState[])
    .filter((state) => counts[state] > 0)
    .map((state) => texts[state](formatCount(counts[state])));
  return `${parts.join(', ')}.`;
}

/** Every file with its old and new path, as Markdown. */
export function relocateReport(report: RelocateReport): string {
  const { from, to, dryRun, sources, addedSource } = report;
  const sourceLines = [
    ...sources.map(
      (source) => `- ${vscode.l10n.t('{0} moves along to {1}', source.name, codeSpan(source.to))}`,
    ),
    ...(addedSource
      ? [`- ${vscode.l10n.t('{0} becomes a source', codeSpan(addedSource.path))}`]
      : []),
  ];
  return [
    `# ${vscode.l10n.t('Relocation')}`,
    '',
    `${codeSpan(from)} → ${codeSpan(to)}`,
    '',
    dryRun
      ? vscode.l10n.t('This was a dry run: nothing was changed.')
      : vscode.l10n.t('The catalog was changed. No file was.'),
    '',
    relocateFigures(report),
    '',
    ...section(vscode.l10n.t('Sources'), sourceLines),
    ...titles().flatMap(([state, title]) => {
      const listed = report.findings.filter((each) => each.state === state);
      return stateSection({
        title,
        count: report.counts[state],
        listed: listed.length,
        lines: listed.map((each) => `- ${codeSpan(each.from)} → ${codeSpan(each.to)}`),
      });
    }),
  ].join('\n');
}

/** What a person has to look at comes first. */
const titles = (): readonly (readonly [RelocateState, string])[] => [
  ['differing', vscode.l10n.t('Other Bytes at the New Place')],
  ['absent', vscode.l10n.t('Not at the New Place')],
  ['taken', vscode.l10n.t('Another Image of the Catalog at the New Place')],
  ['refused', vscode.l10n.t('Refused')],
  ['kept', vscode.l10n.t('Still at the Old Place')],
  ['found', vscode.l10n.t('Found')],
];
