import fs from 'node:fs';
import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels } from '../../extension/contributions.js';
import type { CompareCommand, CompareIdentity } from '../compareProtocol.js';
import { compareStrings } from '../compareStrings.js';
import { attachPanel, showPanel, type OpenPanel, type PanelKind } from './catalogPanel.js';
import { compareService, CompareSession, readCompareIdentity } from './compareSession.js';

const t = vscode.l10n.t;

interface OpenComparison extends OpenPanel {
  readonly session: CompareSession;
}

const openComparisons = new Set<OpenComparison>();

const commandIds: Readonly<Record<CompareCommand, string>> = {
  open: commands.openImage,
  showInGallery: commands.showImageInGallery,
};

export const compareKind: PanelKind<CompareIdentity> = {
  viewType: panels.compare,
  bundle: 'compare',
  title: () => t('Compare Images'),
  icon: 'compare',
  readIdentity: readCompareIdentity,
  attach: attachComparison,
};

/** Shows two to four images of a catalog side by side; a tab with the same ones comes to the front. */
export function openComparison(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: CompareIdentity,
): void {
  const key = identity.imageIds.join();
  const isSame = ({ session }: OpenComparison): boolean => session.identity.imageIds.join() === key;
  showPanel(compareKind, openComparisons, context, engine, identity, isSame);
}

function attachComparison(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: CompareIdentity,
): void {
  const folder = vscode.Uri.parse(identity.folder).fsPath;
  const session = new CompareSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    host: {
      readFile: (file) => fs.promises.readFile(file),
      realPath: (file) => fs.promises.realpath(file),
      run: async (command, imageId) => {
        await vscode.commands.executeCommand(commandIds[command], { folder, imageId });
      },
    },
  });
  attachPanel({
    kind: compareKind,
    context,
    open: { panel, engine, session },
    openPanels: openComparisons,
    identity,
    strings: compareStrings(t),
    service: compareService(session, (title) => (panel.title = t('Compare: {0}', title))),
    shownEntities: ['state', 'images'],
    changeIntervalMs: 500,
  });
}
