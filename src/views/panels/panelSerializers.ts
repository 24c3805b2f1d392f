import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { attachImportPreview, importPreviewViewType } from './importPreviewPanel.js';
import { readJobState } from './jobParams.js';
import { attachJobReport, jobReportViewType } from './jobReportPanel.js';
import { readPreviewState } from './previewParams.js';

/**
 * Restores the panels after the window was reloaded. A panel whose folder is no longer in the workspace is closed.
 * `engineForFolder` takes the URI of a workspace folder.
 */
export function registerPanelSerializers(
  context: vscode.ExtensionContext,
  engineForFolder: (folderUri: vscode.Uri) => EngineClient | undefined,
): vscode.Disposable {
  const engineOf = (folder: string | undefined): EngineClient | undefined => {
    const found = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === folder);
    return found && engineForFolder(found.uri);
  };
  return vscode.Disposable.from(
    vscode.window.registerWebviewPanelSerializer(importPreviewViewType, {
      deserializeWebviewPanel: (panel: vscode.WebviewPanel, state: unknown) => {
        const identity = readPreviewState(state);
        const engine = engineOf(identity?.folder);
        if (identity && engine) attachImportPreview(context, panel, engine, identity);
        else panel.dispose();
        return Promise.resolve();
      },
    }),
    vscode.window.registerWebviewPanelSerializer(jobReportViewType, {
      deserializeWebviewPanel: (panel: vscode.WebviewPanel, state: unknown) => {
        const identity = readJobState(state);
        const engine = engineOf(identity?.folder);
        if (identity && engine) attachJobReport(context, panel, engine, identity);
        else panel.dispose();
        return Promise.resolve();
      },
    }),
  );
}
