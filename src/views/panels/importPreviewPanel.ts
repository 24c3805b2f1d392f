import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc';
import type { ScanSummary } from '../../catalog/model/scan.js';
import type { ChangedEntity } from '../../catalog/protocol.js';
import { CatalogError } from '../../catalog/model/errors.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands } from '../../extension/contributions.js';
import { readSetting } from '../../extension/settings.js';
import type { PreviewIdentity, PreviewRequests } from '../panelProtocol.js';
import { previewStrings } from '../panelStrings.js';
import { errorText } from './fileTexts.js';
import { ImportPreviewSession, type PreviewHost } from './importPreviewSession.js';
import { openJobReport } from './jobReportPanel.js';
import { coalesce, fillPanel, openPicture, webviewOptions } from './panelShell.js';
import { servePanel } from './panelServer.js';
import { previewService } from './previewService.js';

export const importPreviewViewType = 'imageCatalog.importPreview';

interface OpenPreview {
  readonly panel: vscode.WebviewPanel;
  readonly engine: EngineClient;
  readonly session: ImportPreviewSession;
}

const openPreviews = new Set<OpenPreview>();
/** Changes come in bursts while a job runs. */
const changeIntervalMs = 250;
const shownEntities: readonly ChangedEntity[] = ['state', 'catalogs', 'scans', 'importJobs'];
const t = vscode.l10n.t;

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
  for (const { panel, session, ...open } of openPreviews) {
    const { identity } = session;
    const isSame =
      identity.scanId === scanId || (sourceId !== null && identity.sourceId === sourceId);
    if (identity.folder !== folder || !isSame) continue;
    if (open.engine === engine) {
      if (identity.scanId !== scanId && !session.importing) session.showScan(scanId);
      panel.reveal();
      return;
    }
    // Its engine was replaced (trust was granted, the folder was added again).
    panel.dispose();
  }
  const panel = vscode.window.createWebviewPanel(
    importPreviewViewType,
    t('Import Preview'),
    vscode.ViewColumn.Active,
    webviewOptions(context),
  );
  attachImportPreview(context, panel, engine, { folder, scanId, sourceId });
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

/** Fills a new or restored panel. */
export function attachImportPreview(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: PreviewIdentity,
): void {
  const notify = (method: string, params: object): void => {
    void connection.sendNotification(method, params);
  };
  const texts = { t, locale: vscode.env.language };
  const session = new ImportPreviewSession({
    engine,
    identity,
    texts,
    undatedByModificationDate: () =>
      readSetting(
        'imageCatalog.import.undatedByModificationDate',
        vscode.Uri.parse(identity.folder),
      ),
    host: previewHost(context, panel, engine, identity.folder, () => notify('changed', {})),
    sendActivity: (activity) => notify('activity', activity),
  });
  const open: OpenPreview = { panel, engine, session };
  openPreviews.add(open);

  const connection: MessageConnection = fillPanel({
    context,
    panel,
    bundle: 'importPreview',
    title: t('Import Preview'),
    pageData: { strings: previewStrings(t), identity },
    serve: (channel) =>
      servePanel<PreviewRequests>(
        channel,
        previewService(session, (title) => (panel.title = t('Import Preview: {0}', title))),
        (error) => errorText(t, error),
      ),
  });
  const changed = coalesce(() => notify('changed', {}), changeIntervalMs);
  const subscription = engine.onChanged(({ entities }) => {
    if (entities.some((entity) => shownEntities.includes(entity))) changed();
  });
  panel.onDidDispose(() => {
    subscription.dispose();
    openPreviews.delete(open);
  });
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
  const showJob = (jobId: string): Promise<void> =>
    openJobReport(context, engine, vscode.Uri.parse(folder), jobId);
  return {
    openFile: openPicture,
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
        if (answer === show && jobId !== null) void showJob(jobId);
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
