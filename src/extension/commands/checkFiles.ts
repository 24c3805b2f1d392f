import * as vscode from 'vscode';
import type { CheckFilesRequest, CheckReport } from '../../catalog/model/integrity.js';
import { formatCount } from '../../views/format.js';
import { commands, views } from '../contributions.js';
import { withOperationProgress } from '../progress.js';
import { checkFigures, checkReport } from '../reports/checkReport.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, isFromProgram } from './commandArguments.js';
import { tellWithReport } from './reportMessage.js';
import { findSelection } from './selectionTarget.js';

/**
 * Whether files are where the catalog says. Arguments: catalogId, sourceId or imageIds; confirmed, dryRun, tell.
 * @returns the report
 */
export function checkFilesCommands(services: Services) {
  return {
    [commands.checkFiles]: (argument) =>
      check(services, argument, booleanOf(argumentsOf(argument), 'dryRun')),
    [commands.previewCheck]: (argument) => check(services, argument, true),
  } satisfies Record<string, Handler>;
}

async function check(
  services: Services,
  argument: unknown,
  dryRun: boolean,
): Promise<CheckReport | undefined> {
  const target = await findSelection(services, argument);
  if (!target) return undefined;
  const { engine, selection } = target;
  const run = (more: Partial<CheckFilesRequest>): Promise<CheckReport> =>
    withOperationProgress(views.catalogs, vscode.l10n.t('Checking files'), (control) =>
      engine.client.checkFiles({ ...selection, ...more }, control),
    );
  const byProgram = isFromProgram(argument) && !booleanOf(argumentsOf(argument), 'tell');
  let report = await run({ dryRun });
  if (dryRun) {
    if (!byProgram) await showReport(services, report);
    return report;
  }
  services.trees.showNewlyMissing(0);
  if (report.needsConfirmation.length > 0) {
    const confirmed =
      booleanOf(argumentsOf(argument), 'confirmed') || (await confirmMissing(services, report));
    if (!confirmed) return report;
    report = await run({ acceptMissing: true });
  }
  if (!byProgram) tellChecked(services, report);
  return report;
}

/** So much is missing at once that a folder may only have been renamed, or a drive be another one. */
async function confirmMissing(services: Services, report: CheckReport): Promise<boolean> {
  const mark = vscode.l10n.t('Mark as Missing');
  const show = vscode.l10n.t('Show Report');
  const lines = report.needsConfirmation.map(({ path: folder, missing, images }) =>
    vscode.l10n.t('{0}: {1} of {2}', folder, formatCount(missing), formatCount(images)),
  );
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Many files are missing at once. Nothing was marked yet.'),
    {
      modal: true,
      detail: [
        ...lines,
        vscode.l10n.t('Was a drive unplugged, or a folder moved? Then relocate it instead.'),
      ].join('\n'),
    },
    mark,
    show,
  );
  if (answer === show) await showReport(services, report);
  return answer === mark;
}

function tellChecked(services: Services, report: CheckReport): void {
  const { missing, changed, refused, unreadableCount, offline } = report;
  if (report.images === 0) {
    tellWithReport(services, vscode.l10n.t('There was nothing to check: no file.'), null);
    return;
  }
  const isFine = missing + changed + refused + unreadableCount + offline === 0;
  tellWithReport(
    services,
    checkFigures(report),
    isFine ? null : () => showReport(services, report),
  );
}

function showReport({ documents }: Services, report: CheckReport): Promise<void> {
  return documents.show(vscode.l10n.t('File Check'), checkReport(report));
}
