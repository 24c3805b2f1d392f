import * as vscode from 'vscode';
import type { FileOperation } from '../catalog/model/fileOperation.js';
import type { ImportJob } from '../catalog/model/importJob.js';
import { formatCount } from '../views/format.js';
import { imageCountText } from '../views/trees/texts.js';
import { commands, views } from './contributions.js';

/** What was cut off in a workspace folder. */
export interface InterruptedWork {
  readonly jobs: readonly ImportJob[];
  /** Other work on files; newest first. */
  readonly operations: readonly FileOperation[];
}

/**
 * Tells in one message what was cut off, and does what is chosen.
 * @param folder path of the workspace folder
 * @returns whether the work on files is to stay as it is, and not to be told of again
 */
export async function offerToEnd(folder: string, work: InterruptedWork): Promise<boolean> {
  const [job, ...moreJobs] = work.jobs;
  const [operation, ...moreOperations] = work.operations;
  if (job && !operation && moreJobs.length === 0) await offerImport(job);
  else if (operation && !job && moreOperations.length === 0) {
    return offerOperation(folder, operation);
  } else if (job ?? operation) return offerToShow(folder, work);
  return false;
}

async function offerImport(job: ImportJob): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const rollBack = vscode.l10n.t('Roll Back…');
  const show = vscode.l10n.t('Show');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'The import from {0} was interrupted after {1} of {2} files. No original was lost.',
      job.sourceName,
      formatCount(job.filesImported),
      formatCount(job.filesDiscovered),
    ),
    resume,
    rollBack,
    show,
  );
  const command = {
    [resume]: commands.resumeImportJob,
    [rollBack]: commands.rollBackImportJob,
    [show]: commands.showImportJob,
  }[answer ?? ''];
  if (command !== undefined) await vscode.commands.executeCommand(command, { jobId: job.id });
}

async function offerOperation(folder: string, operation: FileOperation): Promise<boolean> {
  const resume = vscode.l10n.t('Resume');
  const undo = vscode.l10n.t('Undo');
  const never = vscode.l10n.t("Don't Show Again");
  const answer = await vscode.window.showWarningMessage(
    operationText(operation),
    resume,
    ...(operation.imagesDone > 0 ? [undo] : []),
    never,
  );
  const command = {
    [resume]: commands.resumeFileOperation,
    [undo]: commands.undoFileOperation,
  }[answer ?? ''];
  const taken = { folder, operationId: operation.id, tell: true };
  if (command !== undefined) await vscode.commands.executeCommand(command, taken);
  return answer === never;
}

function operationText({ kind, catalogName, imagesDone, imagesTotal }: FileOperation): string {
  const done = formatCount(imagesDone);
  const all = imageCountText(imagesTotal);
  switch (kind) {
    case 'convert':
      return vscode.l10n.t(
        'Converting images of "{0}" to managed was interrupted after {1} of {2}. No file was lost.',
        catalogName,
        done,
        all,
      );
    case 'reorganize':
      return vscode.l10n.t(
        'Reorganizing the files of "{0}" was interrupted after {1} of {2}. No file was lost.',
        catalogName,
        done,
        all,
      );
    case 'delete':
      return vscode.l10n.t(
        'Deleting images of "{0}" was interrupted after {1} of {2}. The others are still there.',
        catalogName,
        done,
        all,
      );
    case 'delete-catalog':
      return vscode.l10n.t(
        'Deleting the catalog "{0}" with its files was interrupted after {1} of {2}. The others are still there.',
        catalogName,
        done,
        all,
      );
  }
}

/** Several: the imports are shown in their view, of the rest is asked which. */
async function offerToShow(
  folder: string,
  { jobs, operations }: InterruptedWork,
): Promise<boolean> {
  const show = vscode.l10n.t('Show Imports');
  const resume = vscode.l10n.t('Resume…');
  const never = vscode.l10n.t("Don't Show Again");
  const answer = await vscode.window.showWarningMessage(
    severalText(jobs.length, operations.length),
    ...(jobs.length > 0 ? [show] : []),
    ...(operations.length > 0 ? [resume] : []),
    ...(jobs.length === 0 ? [never] : []),
  );
  if (answer === show) await vscode.commands.executeCommand(`${views.importJobs}.focus`);
  if (answer === resume) {
    await vscode.commands.executeCommand(commands.resumeFileOperation, { folder });
  }
  return answer === never;
}

function severalText(jobs: number, operations: number): string {
  const imports =
    jobs === 1
      ? vscode.l10n.t('1 import was interrupted')
      : vscode.l10n.t('{0} imports were interrupted', formatCount(jobs));
  const others =
    operations === 1
      ? vscode.l10n.t('1 operation on files was interrupted')
      : vscode.l10n.t('{0} operations on files were interrupted', formatCount(operations));
  const what = [...(jobs > 0 ? [imports] : []), ...(operations > 0 ? [others] : [])].join(', ');
  return vscode.l10n.t('{0}. No file was lost.', what);
}
