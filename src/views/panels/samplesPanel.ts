import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels, settingSections } from '../../extension/contributions.js';
import { duplicateSettings, writeDuplicateSettings } from '../../extension/settings.js';
import type { SamplesIdentity } from '../samplesProtocol.js';
import { samplesStrings } from '../samplesStrings.js';
import { attachPanel, showPanel, type OpenPanel, type PanelKind } from './catalogPanel.js';
import { readSamplesIdentity, samplesService, SamplesSession } from './samplesSession.js';
import { thumbnailFolders } from './thumbnailFolders.js';

const t = vscode.l10n.t;

interface OpenSheet extends OpenPanel {
  readonly session: SamplesSession;
}

const openSheets = new Set<OpenSheet>();

export const samplesKind: PanelKind<SamplesIdentity> = {
  viewType: panels.distanceSamples,
  bundle: 'distanceSamples',
  title: () => t('Threshold for Look-Alikes'),
  icon: 'distance-samples',
  readIdentity: readSamplesIdentity,
  attach: attachSheet,
};

/** Shows pairs of a catalog's pictures per distance; a tab of the same catalog comes to the front. */
export function openSamples(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: SamplesIdentity,
): void {
  const isSame = ({ session }: OpenSheet): boolean =>
    session.identity.catalogId === identity.catalogId;
  showPanel(samplesKind, openSheets, context, engine, identity, isSame);
}

function attachSheet(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: SamplesIdentity,
): void {
  const folder = vscode.Uri.parse(identity.folder);
  const session = new SamplesSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    host: {
      addressOf: (file) => panel.webview.asWebviewUri(vscode.Uri.file(file)).toString(),
      current: () => duplicateSettings(folder),
      use: (choice) => writeDuplicateSettings(folder, choice),
      compare: async (imageIds) => {
        const { catalogId } = identity;
        const target = { folder: folder.fsPath, catalogId, imageIds };
        await vscode.commands.executeCommand(commands.compareImages, target);
      },
    },
  });
  const { notify } = attachPanel({
    kind: samplesKind,
    context,
    open: { panel, engine, session },
    openPanels: openSheets,
    identity,
    strings: samplesStrings(t),
    service: samplesService(session, (title) => (panel.title = t('Look-Alikes: {0}', title))),
    pictureFolders: thumbnailFolders(identity.folder),
    shownEntities: ['state', 'images'],
    // Comparing all pictures takes its time.
    changeIntervalMs: 5000,
  });
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingSections.duplicates, folder)) notify('changed', {});
  });
  panel.onDidDispose(() => {
    session.dispose();
    settings.dispose();
  });
}
