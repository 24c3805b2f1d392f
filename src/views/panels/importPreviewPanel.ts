import * as vscode from 'vscode';
import type { ScanSummary } from '../../catalog/model/scan.js';
import { CatalogError } from '../../catalog/model/errors.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels } from '../../extension/contributions.js';
import { duplicateSettings, readSetting } from '../../extension/settings.js';
import type { PreviewIdentity } from '../panelProtocol.js';
import { previewStrings } from '../panelStrings.js';
import {
  attachPanel,
  findOpenPanel,
  openPanel,
  type OpenPanel,
  type PanelKind,
} from './catalogPanel.js';
import { ImportPreviewSession, type PreviewHost } from './importPreviewSession.js';
import { openJobReport } from './jobReportPanel.js';
import { openPicture } from './openFile.js';
import { readPreviewIdentity } from './previewParams.js';
import { previewService } from './previewService.js';
import { thumbnailFolders } from './thumbnailFolders.js';

interface OpenPreview extends OpenPanel {
  readonly session: ImportPreviewSession;
}

const openPreviews = new Set<OpenPreview>();
const t = vscode.l10n.t;

export const importPreviewKind: PanelKind<PreviewIdentity> = {
  viewType: panels.importPreview,
  bundle: 'importPreview',
  title: () => t('Import Preview'),
  icon: 'import-preview',
  readIdentity: readPreviewIdentity,
  attach: attachImportPreview,
};

/**
 * Shows the preview of a scan in an editor tab. A tab of the same source comes to the front and shows it: its own
 * scan was replaced by this one.
 */
export async function openImportPreview(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  folderUri: vscode.Uri,
  scanId: string,
): Promise<void> {
  const folder = folderUri.toString();
  const sourceId = await sourceOf(engine, scanId);
  const open = findOpenPanel(openPreviews, engine, ({ session: { identity } }) => {
    if (identity.folder !== folder) return false;
    return identity.scanId === scanId || (sourceId !== null && identity.sourceId === sourceId);
  });
  if (!open) {
    openPanel(importPreviewKind, context, engine, { folder, scanId, sourceId });
    return;
  }
  const { session, panel } = open;
  if (session.identity.scanId !== scanId && !session.importing) session.showScan(scanId);
  panel.reveal();
}

/** The source of a scan, or null if the scan is gone: the panel then says so. */
async function sourceOf(engine: EngineClient, scanId: string): Promise<string | null> {
  try {
    return (await engine.getScan({ scanId })).sourceId;
  } catch (error) {
    if (CatalogError.is(error, 'SCAN_NOT_FOUND') || CatalogError.is(error, 'SCAN_STALE'))
      return null;
    throw error;
  }
}

function attachImportPreview(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: PreviewIdentity,
): void {
  const folder = vscode.Uri.parse(identity.folder);
  const session = new ImportPreviewSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    undatedByModificationDate: () =>
      readSetting('imageCatalog.import.undatedByModificationDate', folder),
    host: previewHost(context, panel, engine, identity.folder, () => notify('changed', {})),
    sendActivity: (activity) => notify('activity', activity),
    alikes: {
      threshold: () => {
        const { method, threshold } = duplicateSettings(folder);
        return method === 'dhash' ? threshold : undefined;
      },
      always: () => readSetting('imageCatalog.import.findLookAlikes', folder),
      sendProgress: (progress) => notify('alikeProgress', progress),
      changed: () => notify('changed', {}),
    },
  });
  const { notify } = attachPanel({
    kind: importPreviewKind,
    context,
    open: { panel, engine, session },
    openPanels: openPreviews,
    identity,
    strings: previewStrings(t),
    service: previewService(session, (title) => (panel.title = t('Import Preview: {0}', title))),
    pictureFolders: thumbnailFolders(identity.folder),
    shownEntities: ['state', 'catalogs', 'scans', 'importJobs'],
    // Changes come in bursts while a job runs.
    changeIntervalMs: 250,
  });
  panel.onDidDispose(() => session.lookAlikes.cancel());
}

function previewHost(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  folder: string,
  changed: () => void,
): PreviewHost {
  let disposed = false;
  panel.onDidDispose(() => (disposed = true));
  const showJob = (jobId: string): void =>
    openJobReport(context, engine, vscode.Uri.parse(folder), jobId);
  return {
    openFile: openPicture,
    addressOf: (file) => panel.webview.asWebviewUri(vscode.Uri.file(file)).toString(),
    showJob,
    scanSource: (sourceId) => scanByCommand(folder, sourceId),
    chooseDirectory: async () => {
      const chosen = await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        canSelectMany: false,
        openLabel: t('Use as Managed Directory'),
        title: t('Folder for the imported pictures'),
      });
      return chosen?.[0]?.fsPath ?? null;
    },
    // Visible in the status bar also when the panel is hidden or closed.
    whileImporting: async (title, work) =>
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title },
        (progress) => work((message) => progress.report({ message })),
      ),
    importEnded: (text, jobId, failed) => {
      if (!disposed && panel.visible) return;
      const show = t('Show Job');
      const actions = jobId === null ? [] : [show];
      const message = failed
        ? vscode.window.showErrorMessage(text, ...actions)
        : vscode.window.showInformationMessage(text, ...actions);
      void message.then((answer) => {
        if (answer === show && jobId !== null) showJob(jobId);
      });
    },
    identityChanged: () => changed(),
  };
}

/** Scans by the command, so with its progress, its messages and the patterns of the settings. */
async function scanByCommand(folder: string, sourceId: string): Promise<string | null> {
  const scan = await vscode.commands.executeCommand<ScanSummary | undefined>(commands.scanSource, {
    folder: vscode.Uri.parse(folder).fsPath,
    sourceId,
    open: false,
  });
  return scan?.status === 'READY' ? scan.scanId : null;
}
