import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels, settingSections } from '../../extension/contributions.js';
import { duplicateSettings, keepOrder } from '../../extension/settings.js';
import type { DuplicatesIdentity } from '../duplicatesProtocol.js';
import { duplicatesStrings } from '../duplicatesStrings.js';
import { attachPanel, showPanel, type OpenPanel, type PanelKind } from './catalogPanel.js';
import { readDuplicatesIdentity } from './duplicatesParams.js';
import { duplicatesService } from './duplicatesService.js';
import { DuplicatesSession } from './duplicatesSession.js';
import { thumbnailFolders } from './thumbnailFolders.js';

const t = vscode.l10n.t;

interface OpenReport extends OpenPanel {
  readonly session: DuplicatesSession;
}

const openReports = new Set<OpenReport>();

export const duplicatesKind: PanelKind<DuplicatesIdentity> = {
  viewType: panels.duplicates,
  bundle: 'duplicates',
  title: () => t('Duplicates'),
  icon: 'duplicates',
  readIdentity: readDuplicatesIdentity,
  attach: attachReport,
};

/** Shows the duplicates of a catalog; a tab of the same catalog and source comes to the front. */
export function openDuplicates(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: DuplicatesIdentity,
): void {
  const isSame = ({ session: { identity: shown } }: OpenReport): boolean =>
    shown.catalogId === identity.catalogId && shown.sourceId === identity.sourceId;
  showPanel(duplicatesKind, openReports, context, engine, identity, isSame);
}

function attachReport(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: DuplicatesIdentity,
): void {
  const folder = vscode.Uri.parse(identity.folder);
  const target = { folder: folder.fsPath, catalogId: identity.catalogId };
  // The session speaks only after the panel is attached.
  let notify: (method: string, params: object) => void = () => undefined;
  const session = new DuplicatesSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    onChanged: () => notify('changed', {}),
    host: {
      addressOf: (file) => panel.webview.asWebviewUri(vscode.Uri.file(file)).toString(),
      settings: () => ({ ...duplicateSettings(folder), keepOrder: keepOrder(folder) }),
      progress: (report) => notify('progress', report),
      confirm: async (title, detail, action) =>
        (await vscode.window.showWarningMessage(title, { modal: true, detail }, action)) === action,
      chooseOutput: async (format) => {
        const chosen = await vscode.window.showSaveDialog({
          title: t('Export Duplicates'),
          defaultUri: vscode.Uri.file(path.join(folder.fsPath, `duplicates.${format}`)),
          filters: { [format.toUpperCase()]: [format] },
        });
        return chosen?.fsPath;
      },
      compare: async (imageIds) => {
        await vscode.commands.executeCommand(commands.compareImages, { ...target, imageIds });
      },
      show: async (imageId) => {
        const shown = { ...target, imageIds: [imageId] };
        await vscode.commands.executeCommand(commands.showImageInGallery, shown);
      },
    },
  });
  ({ notify } = attachPanel({
    kind: duplicatesKind,
    context,
    open: { panel, engine, session },
    openPanels: openReports,
    identity,
    strings: duplicatesStrings(t),
    service: duplicatesService(session, (title) => (panel.title = t('Duplicates: {0}', title))),
    pictureFolders: thumbnailFolders(identity.folder),
    shownEntities: ['state'],
    changeIntervalMs: 1000,
  }));
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingSections.duplicates, folder)) notify('changed', {});
  });
  panel.onDidDispose(() => {
    session.dispose();
    settings.dispose();
  });
}
