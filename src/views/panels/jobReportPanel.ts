import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels } from '../../extension/contributions.js';
import type { JobAction, JobIdentity } from '../panelProtocol.js';
import { jobReportStrings } from '../panelStrings.js';
import { attachPanel, showPanel, type OpenPanel, type PanelKind } from './catalogPanel.js';
import { openImportPreview } from './importPreviewPanel.js';
import { readJobIdentity } from './jobParams.js';
import { JobReportSession } from './jobReportSession.js';
import { jobService } from './jobService.js';
import { openPicture, revealFile } from './openFile.js';

const actionCommands: Readonly<Record<Exclude<JobAction, 'replace'>, string>> = {
  resume: commands.resumeImportJob,
  rollBack: commands.rollBackImportJob,
  undo: commands.undoImportJob,
  manifest: commands.saveJobManifest,
};

const openReports = new Set<OpenPanel & { readonly jobId: string }>();
const t = vscode.l10n.t;

export const jobReportKind: PanelKind<JobIdentity> = {
  viewType: panels.jobReport,
  bundle: 'jobReport',
  title: () => t('Import Job'),
  icon: 'job-report',
  readIdentity: readJobIdentity,
  attach: attachJobReport,
};

/** Shows the report of an import job in an editor tab; a tab that shows it already comes to the front. */
export function openJobReport(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  folderUri: vscode.Uri,
  jobId: string,
): void {
  const identity = { folder: folderUri.toString(), jobId };
  showPanel(jobReportKind, openReports, context, engine, identity, (each) => each.jobId === jobId);
}

function attachJobReport(
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
  attachPanel({
    kind: jobReportKind,
    context,
    open: { panel, engine, jobId: identity.jobId },
    openPanels: openReports,
    identity,
    strings: jobReportStrings(t),
    service: jobService(session, (title) => (panel.title = t('Import Job: {0}', title))),
    shownEntities: ['importJobs', 'scans'],
    changeIntervalMs: 500,
  });
}
