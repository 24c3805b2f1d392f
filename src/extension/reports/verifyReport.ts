import * as vscode from 'vscode';
import type { VerifyFinding, VerifyReport } from '../../catalog/model/integrity.js';
import { codeSpan } from '../../catalog/model/markdown.js';
import { formatBytes, formatCount } from '../../views/format.js';
import { fileCountText } from '../../views/trees/texts.js';
import { stateSection } from './stateSection.js';

/** What a verification found, in a sentence or two. */
export function verifyFigures(report: VerifyReport): string {
  const { filesRead, bytesRead, intact, damaged, changed, missing, unreadable } = report;
  const refused = report.findings.filter(({ state }) => state === 'refused').length;
  const parts = [
    vscode.l10n.t('{0} intact', formatCount(intact)),
    ...(damaged > 0 ? [vscode.l10n.t('{0} damaged', formatCount(damaged))] : []),
    ...(changed > 0 ? [vscode.l10n.t('{0} changed', formatCount(changed))] : []),
    ...(missing > 0 ? [vscode.l10n.t('{0} missing', formatCount(missing))] : []),
    ...(unreadable > 0 ? [vscode.l10n.t('{0} unreadable', formatCount(unreadable))] : []),
    ...(refused > 0 ? [vscode.l10n.t('{0} refused', formatCount(refused))] : []),
  ];
  const read = `${fileCountText(filesRead)} (${formatBytes(bytesRead)})`;
  const text = vscode.l10n.t('{0} read: {1}.', read, parts.join(', '));
  return report.cancelled ? `${text} ${vscode.l10n.t('Cancelled before the last file.')}` : text;
}

/** What a verification found, with good copies, as Markdown. */
export function verifyReport(report: VerifyReport): string {
  return [
    `# ${vscode.l10n.t('Verification')}`,
    '',
    verifyFigures(report),
    '',
    ...texts().flatMap(({ state, title, advice }) => {
      const found = report.findings.filter((each) => each.state === state);
      const { length: count } = found;
      const lines = found.flatMap(findingLines);
      return stateSection({ title, advice, count, listed: count, lines });
    }),
  ].join('\n');
}

function findingLines({ path, state, goodCopies, ...sums }: VerifyFinding): string[] {
  const { expectedChecksum: expected, foundChecksum: found } = sums;
  return [
    `- ${codeSpan(path)}`,
    ...(found === null
      ? []
      : [
          `    - ${vscode.l10n.t('SHA-256 {0}, expected {1}', codeSpan(found), codeSpan(expected))}`,
        ]),
    ...goodCopies.map((copy) => `    - ${vscode.l10n.t('a good copy: {0}', codeSpan(copy))}`),
    ...(state === 'damaged' && goodCopies.length === 0
      ? [`    - ${vscode.l10n.t('no good copy was found')}`]
      : []),
  ];
}

interface StateText {
  readonly state: VerifyFinding['state'];
  readonly title: string;
  readonly advice: string | null;
}

const texts = (): readonly StateText[] => [
  {
    state: 'damaged',
    title: vscode.l10n.t('Damaged'),
    advice: vscode.l10n.t(
      'Their bytes differ although nobody wrote to them. Nothing was repaired: look at the file, and copy a good copy or a backup over it.',
    ),
  },
  {
    state: 'changed',
    title: vscode.l10n.t('Changed'),
    advice: vscode.l10n.t(
      'They were written to since they came into the catalog. If you edited them, use Accept Edited File.',
    ),
  },
  {
    state: 'missing',
    title: vscode.l10n.t('Missing'),
    advice: vscode.l10n.t('They are not in the managed directory. Check Files marks them.'),
  },
  { state: 'unreadable', title: vscode.l10n.t('Could Not Be Read'), advice: null },
  {
    state: 'refused',
    title: vscode.l10n.t('Refused'),
    advice: vscode.l10n.t(
      'The catalog names a file outside the managed directory and the sources. It was not looked at.',
    ),
  },
];
