import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import type { panels } from '../../extension/contributions.js';
import type { PanelIdentity } from '../panelProtocol.js';
import type { PanelKind } from './catalogPanel.js';
import { auditKind } from './auditPanel.js';
import { compareKind } from './comparePanel.js';
import { duplicatesKind } from './duplicatesPanel.js';
import { galleryKind } from './galleryPanel.js';
import { importPreviewKind } from './importPreviewPanel.js';
import { jobReportKind } from './jobReportPanel.js';
import { readKeptIdentity } from './panelServer.js';
import { samplesKind } from './samplesPanel.js';
import { storageKind } from './storagePanel.js';

/**
 * Restores the panels after the window was reloaded. A panel whose folder is no longer in the workspace is closed.
 * `engineForFolder` takes the URI of a workspace folder.
 */
export function registerPanelSerializers(
  context: vscode.ExtensionContext,
  engineForFolder: (folderUri: vscode.Uri) => EngineClient | undefined,
): vscode.Disposable {
  const restores = <Identity extends PanelIdentity>(kind: PanelKind<Identity>): vscode.Disposable =>
    vscode.window.registerWebviewPanelSerializer(kind.viewType, {
      deserializeWebviewPanel: (panel: vscode.WebviewPanel, state: unknown) => {
        const identity = readKeptIdentity(state, kind.readIdentity);
        const folders = vscode.workspace.workspaceFolders ?? [];
        const folder = folders.find(({ uri }) => uri.toString() === identity?.folder);
        const engine = folder && engineForFolder(folder.uri);
        if (identity && engine) kind.attach(context, panel, engine, identity);
        else panel.dispose();
        return Promise.resolve();
      },
    });
  // A panel without a serializer does not compile.
  const all: Record<keyof typeof panels, vscode.Disposable> = {
    importPreview: restores(importPreviewKind),
    jobReport: restores(jobReportKind),
    gallery: restores(galleryKind),
    compare: restores(compareKind),
    distanceSamples: restores(samplesKind),
    storage: restores(storageKind),
    auditLog: restores(auditKind),
    duplicates: restores(duplicatesKind),
  };
  return vscode.Disposable.from(...Object.values(all));
}
