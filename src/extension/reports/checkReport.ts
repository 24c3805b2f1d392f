import * as vscode from 'vscode';
import type {
  CheckReport,
  FileState,
  OfflineFolder,
  OfflineReason,
  SuspectFolder,
} from '../../catalog/model/integrity.js';
import { codeSpan, section } from '../../catalog/model/markdown.js';
import { formatCount } from '../../views/format.js';
import { fileCountText, imageCountText } from '../../views/trees/texts.js';
import { errorText } from '../messages.js';
import { stateSection } from './stateSection.js';

/** What a check found, in a sentence. */
export function checkFigures(report: CheckReport): string {
  const { present, missing, changed, found, offline, refused, unreadableCount } = report;
  const parts = [
    vscode.l10n.t('{0} there', formatCount(present)),
    ...(missing > 0 ? [vscode.l10n.t('{0} missing', formatCount(missing))] : []),
    ...(changed > 0 ? [vscode.l10n.t('{0} changed', formatCount(changed))] : []),
    ...(found > 0 ? [vscode.l10n.t('{0} found again', formatCount(found))] : []),
    ...(offline > 0 ? [vscode.l10n.t('{0} out of reach', formatCount(offline))] : []),
    ...(unreadableCount > 0 ? [vscode.l10n.t('{0} unreadable', formatCount(unreadableCount))] : []),
    ...(refused > 0 ? [vscode.l10n.t('{0} refused', formatCount(refused))] : []),
  ];
  return vscode.l10n.t('{0} checked: {1}.', fileCountText(report.images), parts.join(', '));
}

/** What a check found, by state, and what can be done about it, as Markdown. */
export function checkReport(report: CheckReport): string {
  const { dryRun, needsConfirmation, offlineFolders, unreadable, unreadableCount } = report;
  return [
    `# ${vscode.l10n.t('File Check')}`,
    '',
    checkFigures(report),
    '',
    ...(dryRun
      ? [vscode.l10n.t('This was a dry run: nothing was marked in the catalog.'), '']
      : []),
    ...section(
      vscode.l10n.t('Much Is Missing, so Nothing Was Marked'),
      suspects(needsConfirmation),
    ),
    ...states().flatMap((state) => findings(report, state)),
    ...section(vscode.l10n.t('Out of Reach'), offline(offlineFolders)),
    ...stateSection({
      title: vscode.l10n.t('Could Not Be Read'),
      count: unreadableCount,
      listed: unreadable.length,
      lines: unreadable.map(
        ({ path, code, data }) => `- ${codeSpan(path)}: ${errorText(code, data)}`,
      ),
    }),
  ].join('\n');
}

interface StateText {
  readonly state: FileState;
  readonly title: string;
  readonly advice: string | null;
}

const states = (): readonly StateText[] => [
  {
    state: 'missing',
    title: vscode.l10n.t('Missing'),
    advice: vscode.l10n.t(
      'Were they moved or renamed? Use Relocate Folder or Relocate on the row "Missing", or scan the source they are in now: files are found again by their content. Nothing is removed from the catalog.',
    ),
  },
  {
    state: 'damaged',
    title: vscode.l10n.t('Damaged'),
    advice: vscode.l10n.t(
      'Their bytes differ although nobody wrote to them. Verify looks for good copies elsewhere.',
    ),
  },
  {
    state: 'changed',
    title: vscode.l10n.t('Changed'),
    advice: vscode.l10n.t(
      'They were written to since they came into the catalog. If you edited them, use Accept Edited File.',
    ),
  },
  { state: 'found', title: vscode.l10n.t('Found Again'), advice: null },
  {
    state: 'refused',
    title: vscode.l10n.t('Refused'),
    advice: vscode.l10n.t(
      'The catalog names a file outside the managed directory and the sources. It was not looked at.',
    ),
  },
];

function findings(report: CheckReport, { state, title, advice }: StateText): string[] {
  const files = report.findings.filter((each) => each.state === state);
  const counts: Partial<Record<FileState, number>> = report;
  const lines = files.map(({ path, isNew }) =>
    isNew && state !== 'found'
      ? `- ${codeSpan(path)} (${vscode.l10n.t('new')})`
      : `- ${codeSpan(path)}`,
  );
  const count = counts[state] ?? files.length;
  return stateSection({ title, advice, count, listed: files.length, lines });
}

function suspects(folders: readonly SuspectFolder[]): string[] {
  if (folders.length === 0) return [];
  return [
    ...folders.map(({ path, missing, images }) => {
      const share = vscode.l10n.t('{0} of {1}', formatCount(missing), imageCountText(images));
      return `- ${codeSpan(path)}: ${share}`;
    }),
    '',
    vscode.l10n.t(
      'If a folder was moved or renamed, use Relocate Folder. If another drive is in its place, connect the right one and check again. If the files are really gone, check again and choose Mark as Missing.',
    ),
  ];
}

function offline(folders: readonly OfflineFolder[]): string[] {
  return folders.map(({ path, sourceName, reason, images, seenAt }) => {
    const parts = [
      ...(sourceName === null ? [] : [vscode.l10n.t('source "{0}"', sourceName)]),
      offlineText(reason),
      imageCountText(images),
      ...(seenAt === null
        ? []
        : [vscode.l10n.t('its volume is at {0} now: relocate its source', codeSpan(seenAt))]),
    ];
    return `- ${codeSpan(path)}: ${parts.join(', ')}`;
  });
}

function offlineText(reason: OfflineReason): string {
  const texts: Readonly<Record<OfflineReason, string>> = {
    absent: vscode.l10n.t('the folder is not there'),
    'other-volume': vscode.l10n.t('another volume is in its place'),
    unreadable: vscode.l10n.t('the folder cannot be read'),
    unbound: vscode.l10n.t('the managed directory was not chosen on this machine'),
    elsewhere: vscode.l10n.t('it is not the managed directory of this catalog'),
  };
  return texts[reason];
}
