import * as vscode from 'vscode';
import type { VerifyReport, VerifyRequest } from '../../catalog/model/integrity.js';
import { formatBytes } from '../../views/format.js';
import { imageCountText } from '../../views/trees/texts.js';
import { commands, views } from '../contributions.js';
import type { EngineHost } from '../engine/engineHost.js';
import { withOperationProgress } from '../progress.js';
import { verifyFigures, verifyReport } from '../reports/verifyReport.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, isFromProgram, numberOf } from './commandArguments.js';
import { findImages } from './imageTargets.js';
import { tellWithReport } from './reportMessage.js';
import { findSelection } from './selectionTarget.js';

/** Managed files that are to be read: which, and for the choice how many. */
interface Choice extends vscode.QuickPickItem {
  readonly request: Omit<VerifyRequest, 'catalogId'>;
}

const fewDays = 30;
const samplePercent = 10;

/**
 * Reads managed files and compares them with their checksums. Arguments: catalogId or imageIds; notVerifiedForDays,
 * sampleCount, samplePercent, dryRun. @returns the report
 */
export function verifyFilesCommands(services: Services) {
  return {
    [commands.verifyFiles]: async (argument) => {
      const chosen = findImages(services, argument);
      const target = await findSelection(services, argument);
      if (!target) return undefined;
      const { engine, selection, name } = target;
      const byProgram = isFromProgram(argument);
      const { catalogId, imageIds } = selection;
      const which =
        byProgram || chosen
          ? { ...requestOf(argument), ...(imageIds && { imageIds }) }
          : await chooseFiles(engine, catalogId);
      if (!which) return undefined;
      const title =
        name === null
          ? vscode.l10n.t('Verifying managed files')
          : vscode.l10n.t('Verifying the managed files of {0}', name);
      const report = await withOperationProgress(views.catalogs, title, (control) =>
        engine.client.verifyFiles({ catalogId, ...which }, control),
      );
      if (!byProgram) tellVerified(services, report);
      return report;
    },
  } satisfies Record<string, Handler>;
}

function requestOf(argument: unknown): Choice['request'] {
  const args = argumentsOf(argument);
  const notVerifiedForDays = numberOf(args, 'notVerifiedForDays');
  const sampleCount = numberOf(args, 'sampleCount');
  const percent = numberOf(args, 'samplePercent');
  return {
    ...(notVerifiedForDays !== undefined && { notVerifiedForDays }),
    ...(sampleCount !== undefined && { sampleCount }),
    ...(percent !== undefined && { samplePercent: percent }),
    dryRun: booleanOf(args, 'dryRun'),
  };
}

/** Every choice tells how much it would read. */
async function chooseFiles(
  { client }: EngineHost,
  catalogId: string,
): Promise<Choice['request'] | undefined> {
  const choices: Choice[] = [];
  for (const choice of allChoices()) {
    const request = { catalogId, ...choice.request, dryRun: true };
    const { images, bytes } = await client.verifyFiles(request);
    choices.push({ ...choice, description: `${imageCountText(images)} · ${formatBytes(bytes)}` });
  }
  const picked = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Verify Managed Files'),
    placeHolder: vscode.l10n.t('Which files are to be read and compared with their checksums?'),
  });
  return picked?.request;
}

function allChoices(): readonly Choice[] {
  return [
    { label: vscode.l10n.t('All Managed Files'), request: {} },
    {
      label: vscode.l10n.t('Not Verified for {0} Days', fewDays),
      request: { notVerifiedForDays: fewDays },
    },
    {
      label: vscode.l10n.t('A Sample of {0} %', samplePercent),
      detail: vscode.l10n.t('Those whose last verification is longest ago.'),
      request: { samplePercent },
    },
  ];
}

function tellVerified(services: Services, report: VerifyReport): void {
  const { images, findings, cancelled } = report;
  if (images === 0) {
    tellWithReport(services, vscode.l10n.t('There was nothing to verify: no managed file.'), null);
    return;
  }
  const isFine = findings.length === 0 && !cancelled;
  const title = vscode.l10n.t('Verification');
  const show = () => services.documents.show(title, verifyReport(report));
  tellWithReport(services, verifyFigures(report), isFine ? null : show);
}
