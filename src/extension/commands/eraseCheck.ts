import * as vscode from 'vscode';
import type { EraseCheck, EraseProblemReason } from '../../catalog/model/safety.js';
import { formatBytes, formatCount } from '../../views/format.js';
import { fileCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf } from './commandArguments.js';
import { findSource, type SourceTarget } from './targets.js';

/** Of documents that are only read: closing one asks nothing. */
const scheme = 'image-catalog-check';
const texts = new Map<string, string>();
const textChanges = new vscode.EventEmitter<vscode.Uri>();

/** Arguments: sourceId; `quiet` shows nothing. @returns the check */
export function eraseCheckCommands(services: Services) {
  services.context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: textChanges.event,
      provideTextDocumentContent: ({ path }) => texts.get(path),
    }),
  );
  return {
    [commands.checkSafeToErase]: async (argument) => {
      const target = await findSource(services, argument);
      if (!target) return undefined;
      const check = await runCheck(target);
      if (!booleanOf(argumentsOf(argument), 'quiet')) void showCheck(check);
      return check;
    },
  } satisfies Record<string, Handler>;
}

function runCheck({ engine, source }: SourceTarget): Promise<EraseCheck> {
  return withOperationProgress(
    views.sources,
    vscode.l10n.t('Checking every file of {0}', source.name),
    (control) => engine.client.checkSafeToErase({ sourceId: source.id }, control),
  );
}

async function showCheck(check: EraseCheck): Promise<void> {
  const details = { title: vscode.l10n.t('Show Details') };
  const ok = { title: vscode.l10n.t('OK'), isCloseAffordance: true };
  const options = { modal: true, detail: verdictDetail(check) };
  const answer = check.safe
    ? await vscode.window.showInformationMessage(
        vscode.l10n.t('It is safe to erase {0}.', check.sourceName),
        options,
        ok,
        details,
      )
    : await vscode.window.showWarningMessage(
        vscode.l10n.t('It is NOT safe to erase {0}.', check.sourceName),
        options,
        details,
        ok,
      );
  if (answer !== details) return;
  await showText(`${check.sourceName}.md`, checkText(check));
}

function verdictDetail(check: EraseCheck): string {
  const { problems, others, filesChecked, bytesChecked } = check;
  const read = vscode.l10n.t(
    '{0} ({1}) were read and compared with their copies in the managed directory.',
    fileCountText(filesChecked),
    formatBytes(bytesChecked),
  );
  const lines = [read];
  if (problems.length > 0) {
    lines.push(vscode.l10n.t('{0} would be lost.', fileCountText(problems.length)));
  }
  if (others.length > 0) {
    const count = formatCount(others.length);
    lines.push(
      others.length === 1
        ? vscode.l10n.t('1 file is no photo or video and not in the catalog.')
        : vscode.l10n.t('{0} files are no photos or videos and not in the catalog.', count),
    );
  }
  return lines.join('\n');
}

async function showText(name: string, text: string): Promise<void> {
  const path = `/${name}`;
  texts.set(path, text);
  const uri = vscode.Uri.from({ scheme, path });
  // The document of an earlier check may still be open.
  textChanges.fire(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

/** The whole result as a document. */
function checkText(check: EraseCheck): string {
  const title = check.safe
    ? vscode.l10n.t('It is safe to erase {0}.', check.sourceName)
    : vscode.l10n.t('It is NOT safe to erase {0}.', check.sourceName);
  const lines = [`# ${title}`, '', check.sourcePath, '', verdictDetail(check), ''];
  const byReason = new Map<EraseProblemReason, string[]>();
  for (const { reason, relativePath, detail } of check.problems) {
    const line = detail === null ? relativePath : `${relativePath} — ${detail}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), line]);
  }
  for (const [reason, paths] of byReason) {
    lines.push(`## ${reasonText(reason)} (${formatCount(paths.length)})`, '');
    lines.push(...paths.map((path) => `- ${path}`), '');
  }
  if (check.others.length > 0) {
    const heading = vscode.l10n.t('No photos or videos');
    lines.push(`## ${heading} (${formatCount(check.others.length)})`, '');
    lines.push(...check.others.map((path) => `- ${path}`), '');
  }
  return lines.join('\n');
}

function reasonText(reason: EraseProblemReason): string {
  const texts: Record<EraseProblemReason, string> = {
    NOT_IN_CATALOG: vscode.l10n.t('Not in the catalog'),
    CHANGED: vscode.l10n.t('Changed since the import'),
    ONLY_REFERENCED: vscode.l10n.t('Only referenced, without a managed copy'),
    COPY_DAMAGED: vscode.l10n.t('Managed copy missing or damaged'),
    COPY_IN_SOURCE: vscode.l10n.t('Managed copy lies in the source itself'),
    UNREADABLE: vscode.l10n.t('Could not be read'),
  };
  return texts[reason];
}
