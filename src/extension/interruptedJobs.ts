import * as vscode from 'vscode';
import { commands } from './contributions.js';
import type { EngineHost } from './engine/engineHost.js';
import { showError } from './messages.js';
import type { FolderOverview } from './overview.js';
import type { Services } from './services.js';

/** Tells once per folder, when its catalog is first opened for writing, about imports that were cut off. */
export function tellInterruptedJobs(
  services: Pick<Services, 'overview' | 'log'>,
): vscode.Disposable {
  const told = new WeakSet<EngineHost>();
  return services.overview.onDidLoad((folders) => {
    for (const folder of folders) {
      if (folder.state === null || folder.state.readOnly || told.has(folder.engine)) continue;
      told.add(folder.engine);
      tell(folder).catch((error: unknown) => {
        services.log.error(String(error));
      });
    }
  });

  async function tell({ engine }: FolderOverview): Promise<void> {
    const { jobs } = await engine.client.listImportJobs({ limit: 1000 });
    const [job, ...others] = jobs.filter(({ status }) => status === 'INTERRUPTED');
    if (!job) return;
    const resume = vscode.l10n.t('Resume');
    const show = vscode.l10n.t('Show');
    const answer =
      others.length === 0
        ? await vscode.window.showWarningMessage(
            vscode.l10n.t('The import from {0} was interrupted.', job.sourceName),
            resume,
            show,
          )
        : await vscode.window.showWarningMessage(
            vscode.l10n.t('{0} imports were interrupted.', others.length + 1),
            show,
          );
    if (answer === undefined) return;
    try {
      if (answer === resume) {
        await vscode.commands.executeCommand(commands.resumeImportJob, { jobId: job.id });
      } else if (others.length === 0) {
        await vscode.commands.executeCommand(commands.showImportJob, { jobId: job.id });
      } else {
        await vscode.commands.executeCommand('imageCatalog.importJobs.focus');
      }
    } catch (error) {
      showError(error, services.log);
    }
  }
}
