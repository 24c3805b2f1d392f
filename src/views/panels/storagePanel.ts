import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { commands, panels } from '../../extension/contributions.js';
import type { StorageIdentity } from '../storageProtocol.js';
import { storageStrings } from '../storageStrings.js';
import { attachPanel, showPanel, type OpenPanel, type PanelKind } from './catalogPanel.js';
import { readStorageIdentity, storageService, StorageSession } from './storageSession.js';

const t = vscode.l10n.t;

const openPages = new Set<OpenPanel & { readonly catalogId: string }>();

export const storageKind: PanelKind<StorageIdentity> = {
  viewType: panels.storage,
  bundle: 'storage',
  title: () => t('Storage'),
  icon: 'storage',
  readIdentity: readStorageIdentity,
  attach: attachPage,
};

/** Shows what a catalog takes; a tab that shows it already comes to the front. */
export function openStorage(
  context: vscode.ExtensionContext,
  engine: EngineClient,
  identity: StorageIdentity,
): void {
  const { catalogId } = identity;
  showPanel(
    storageKind,
    openPages,
    context,
    engine,
    identity,
    (page) => page.catalogId === catalogId,
  );
}

function attachPage(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  engine: EngineClient,
  identity: StorageIdentity,
): void {
  const { catalogId } = identity;
  const folder = vscode.Uri.parse(identity.folder).fsPath;
  const session = new StorageSession({
    engine,
    identity,
    texts: { t, locale: vscode.env.language },
    showImages: async (link) => {
      const target = link.sourceId === undefined ? { catalogId, ...link } : link;
      await vscode.commands.executeCommand(commands.openGallery, { folder, ...target });
    },
  });
  attachPanel({
    kind: storageKind,
    context,
    open: { panel, engine, catalogId },
    openPanels: openPages,
    identity,
    strings: storageStrings(t),
    service: storageService(session, (title) => (panel.title = t('Storage: {0}', title))),
    shownEntities: ['state', 'catalogs', 'sources', 'images'],
    // All rows are added up anew.
    changeIntervalMs: 3000,
  });
}
