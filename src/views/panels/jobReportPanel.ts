import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands } from '../../extension/contributions.js';
import type { JobAction, JobIdentity, JobReportRequests } from '../panelProtocol.js';
import { jobReportStrings } from '../panelStrings.js';
import { errorText } from './fileTexts.js';
import { openImportPreview } from './importPreviewPanel.js';
import { JobReportSession } from './jobReportSession.js';
import { jobService } from './jobService.js';
import { servePanel } from './panelServer.js';
import { coalesce, fillPanel, openPicture, revealFile, webviewOptions } from './panelShell.js';

export const jobReportViewType = 'imageCatalog.jobReport';

const actionCommands: Readonly<Record<JobAction, string>> = {
  resume: commands.resumeImportJob,
  rollBack: commands.rollBackImportJob,
  undo: commands.undoImportJob,
  manifest: commands.saveJobManifest,
};

interface OpenReport {
  readonly panel: vscode.WebviewPanel;
  readonly engine: EngineClient;
  readonly jobId: string;
}

const openReports = new Set<OpenReport>();
const changeIntervalMs = 500;
const t = vscode.l10n.t;

/** Shows the report of an import job in an editor tab; a tab that shows it already comes to the front. */
export function openJobReport(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  folderUri: vscode.Uri,
  jobId: string,
): Promise<void> {
  for (const open of openReports) {
    if (open.jobId !== jobId) continue;
    if (open.engine === engine) {
      open.panel.reveal();
      return Promise.resolve();
    }
    open.panel.dispose();
  }
  const panel = vscode.window.createWebviewPanel(
    jobReportViewType,
    t('Import Job'),
    vscode.ViewColumn.Active,
    webviewOptions(context),
  );
  attachJobReport(context, panel, engine, { folder: folderUri.toString(), jobId });
  return Promise.resolve();
}

/** Fills a new or restored panel. */
export function attachJobReport(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: JobIdentity,
): void {
  const session = new JobReportSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    host: {
      openFile: openPicture,
      revealFile,
      openPreview: (scanId) =>
        openImportPreview(context, engine, vscode.Uri.parse(identity.folder), scanId),
      runAction: async (action) => {
        await vscode.commands.executeCommand(actionCommands[action], {
          folder: vscode.Uri.parse(identity.folder).fsPath,
          jobId: identity.jobId,
        });
      },
    },
  });
  const open: OpenReport = { panel, engine, jobId: identity.jobId };
  openReports.add(open);
  const connection: MessageConnection = fillPanel({
    context,
    panel,
    bundle: 'jobReport',
    title: t('Import Job'),
    pageData: { strings: jobReportStrings(t), identity },
    serve: (channel) =>
      servePanel<JobReportRequests>(
        channel,
        jobService(session, (title) => (panel.title = t('Import Job: {0}', title))),
        (error) => errorText(t, error),
      ),
  });
  const changed = coalesce(() => {
    void connection.sendNotification('changed', {});
  }, changeIntervalMs);
  const subscription = engine.onChanged(({ entities }) => {
    if (entities.includes('importJobs') || entities.includes('scans')) changed();
  });
  panel.onDidDispose(() => {
    subscription.dispose();
    openReports.delete(open);
  });
}
