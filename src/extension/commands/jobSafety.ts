import path from 'node:path';
import * as vscode from 'vscode';
import type { ImportJob, ImportJobReport } from '../../catalog/model/importJob.js';
import type { UndoForecast } from '../../catalog/model/safety.js';
import { formatBytes, formatCount } from '../../views/format.js';
import { openJobReport } from '../../views/panels/jobReportPanel.js';
import { commands, views } from '../contributions.js';
import { errorText } from '../messages.js';
import { withOperationProgress } from '../progress.js';
import type { Handler, Services } from '../services.js';
import { argumentsOf, booleanOf, stringOf } from './commandArguments.js';
import { showOutcome } from './imports.js';
import { findJob, type JobTarget } from './targets.js';

const isInterrupted = ({ status }: ImportJob): boolean => status === 'INTERRUPTED';
const isUndoable = ({ status, filesImported }: ImportJob): boolean =>
  filesImported > 0 && !['INTERRUPTED', 'RUNNING', 'PENDING'].includes(status);

/** Jobs that were cut off or are to be taken back. Arguments: jobId, confirmed; a manifest's path. */
export function jobSafetyCommands(services: Services) {
  return {
    [commands.resumeImportJob]: async (argument) => {
      const target = await findJob(services, argument, isInterrupted);
      return target && resume(services, target);
    },
    [commands.rollBackImportJob]: async (argument) => {
      const target = await findJob(services, argument, isInterrupted);
      if (!target) return undefined;
      const confirmed = booleanOf(argumentsOf(argument), 'confirmed');
      if (!confirmed && !(await confirmTakingBack(target, true))) return undefined;
      return takeBack(services, target, vscode.l10n.t('Rolling back'), 'rollBackImportJob');
    },
    [commands.undoImportJob]: async (argument) => {
      const target = await findJob(services, argument, isUndoable);
      if (!target) return undefined;
      const confirmed = booleanOf(argumentsOf(argument), 'confirmed');
      if (!confirmed && !(await confirmTakingBack(target, false))) return undefined;
      return takeBack(services, target, vscode.l10n.t('Undoing the import'), 'undoImportJob');
    },
    [commands.saveJobManifest]: async (argument) => {
      const target = await findJob(services, argument, ({ filesImported }) => filesImported > 0);
      return target && saveManifest(target, stringOf(argumentsOf(argument), 'path'));
    },
  } satisfies Record<string, Handler>;
}

async function resume(
  services: Services,
  { engine, job }: JobTarget,
): Promise<ImportJobReport | undefined> {
  const report = await withOperationProgress(
    views.importJobs,
    vscode.l10n.t('Importing from {0}', job.sourceName),
    (control) => engine.client.resumeImportJob({ jobId: job.id }, control),
  );
  await showOutcome(services, engine, report);
  return report;
}

/** Counts what would go and what would be kept, and asks. */
async function confirmTakingBack(
  { engine, job }: JobTarget,
  isRollBack: boolean,
): Promise<boolean> {
  const forecast = await withOperationProgress(
    views.importJobs,
    vscode.l10n.t('Looking at what would be taken back'),
    (control) => engine.client.forecastUndo({ jobId: job.id }, control),
  );
  const title = isRollBack
    ? vscode.l10n.t('Roll back the import from {0}?', job.sourceName)
    : vscode.l10n.t('Undo the import from {0}?', job.sourceName);
  const action = isRollBack ? vscode.l10n.t('Roll Back') : vscode.l10n.t('Undo Import');
  const detail = undoDetails(forecast).join('\n');
  const answer = await vscode.window.showWarningMessage(title, { modal: true, detail }, action);
  return answer === action;
}

function undoDetails(forecast: UndoForecast): string[] {
  const { images, filesRemoved, filesMovedBack, entriesOnly, bytes, refusedCount } = forecast;
  const lines = [
    images === 1
      ? vscode.l10n.t('1 image leaves the catalog.')
      : vscode.l10n.t('{0} images leave the catalog.', formatCount(images)),
  ];
  if (filesRemoved > 0) {
    lines.push(
      filesRemoved === 1
        ? vscode.l10n.t('1 file is removed from the managed directory; its original stays.')
        : vscode.l10n.t(
            '{0} files are removed from the managed directory; their originals stay.',
            formatCount(filesRemoved),
          ),
    );
  }
  if (filesMovedBack > 0) {
    lines.push(
      filesMovedBack === 1
        ? vscode.l10n.t('1 file goes back to where it came from.')
        : vscode.l10n.t('{0} files go back to where they came from.', formatCount(filesMovedBack)),
    );
  }
  if (bytes > 0) lines.push(vscode.l10n.t('Together {0}.', formatBytes(bytes)));
  if (entriesOnly > 0) {
    lines.push(
      entriesOnly === 1
        ? vscode.l10n.t('1 file is not touched, only its entry goes.')
        : vscode.l10n.t(
            '{0} files are not touched, only their entries go.',
            formatCount(entriesOnly),
          ),
    );
  }
  if (refusedCount > 0) {
    lines.push(
      '',
      refusedCount === 1
        ? vscode.l10n.t('1 file is kept, because it cannot be taken back safely:')
        : vscode.l10n.t(
            '{0} files are kept, because they cannot be taken back safely:',
            formatCount(refusedCount),
          ),
      ...forecast.refused.slice(0, 5).map(({ code, data }) => errorText(code, data)),
    );
    const more = refusedCount - 5;
    if (more > 0) lines.push(vscode.l10n.t('… and {0} more', formatCount(more)));
  }
  return lines;
}

async function takeBack(
  services: Services,
  { engine, job }: JobTarget,
  title: string,
  operation: 'rollBackImportJob' | 'undoImportJob',
): Promise<ImportJobReport> {
  const report = await withOperationProgress(views.importJobs, title, (control) =>
    engine.client[operation]({ jobId: job.id }, control),
  );
  const show = vscode.l10n.t('Show Report');
  const left = report.filesImported;
  const shown =
    left === 0
      ? vscode.window.showInformationMessage(
          vscode.l10n.t('The import from {0} was taken back.', job.sourceName),
          show,
        )
      : vscode.window.showWarningMessage(
          left === 1
            ? vscode.l10n.t(
                '1 image of the import from {0} was kept. The report says why.',
                job.sourceName,
              )
            : vscode.l10n.t(
                '{0} images of the import from {1} were kept. The report says why.',
                formatCount(left),
                job.sourceName,
              ),
          show,
        );
  void shown.then((answer) => {
    if (answer === show) {
      openJobReport(services.context, engine.client, engine.folder.uri, job.id);
    }
  });
  return report;
}

async function saveManifest(
  { engine, job }: JobTarget,
  wanted: string | undefined,
): Promise<string | undefined> {
  let file = wanted;
  if (file === undefined) {
    const { directory, suggestedName } = await engine.client.getJobManifest({ jobId: job.id });
    const folder = directory ?? engine.folder.uri.fsPath;
    const answer = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save Checksum Manifest'),
      defaultUri: vscode.Uri.file(path.join(folder, suggestedName)),
      filters: { [vscode.l10n.t('SHA-256 checksums')]: ['sha256'] },
    });
    file = answer?.fsPath;
  }
  if (file === undefined) return undefined;
  // The dialog has asked whether a file is to be replaced.
  const overwrite = wanted === undefined;
  const manifest = await engine.client.writeJobManifest({ jobId: job.id, path: file, overwrite });
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} checksums saved. Check them with "sha256sum -c" in {1}.',
      formatCount(manifest.fileCount),
      manifest.directory ?? '/',
    ),
  );
  return file;
}
