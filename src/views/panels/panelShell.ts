import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc';
import type { PageData } from '../panelProtocol.js';
import { webviewHtml } from './webviewHtml.js';
import { connectWebview } from './webviewConnection.js';

/** The folder with the webviews' bundles; nothing else of the disk is readable from them. */
export function webviewRoot(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
}

/** The options of every webview. Context is not retained: a hidden webview is loaded anew when shown. */
export function webviewOptions(context: vscode.ExtensionContext): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [webviewRoot(context)] };
}

/** Connects the panel, then loads its page. `serve` registers the handlers of the requests. */
export function fillPanel(props: {
  context: vscode.ExtensionContext;
  panel: vscode.WebviewPanel;
  bundle: 'importPreview' | 'jobReport';
  title: string;
  pageData: PageData<unknown, unknown>;
  serve: (connection: MessageConnection) => void;
}): MessageConnection {
  const { context, panel, bundle, title } = props;
  const connection = connectWebview(panel.webview);
  props.serve(connection);
  connection.listen();
  panel.onDidDispose(() => connection.dispose());
  panel.webview.options = webviewOptions(context);
  setPage(context, panel, bundle, title, props.pageData);
  return connection;
}

/** Writes the page. Called again when its data changed, it also reloads the webview. */
export function setPage(
  context: vscode.ExtensionContext,
  panel: vscode.WebviewPanel,
  bundle: 'importPreview' | 'jobReport',
  title: string,
  pageData: PageData<unknown, unknown>,
): void {
  const root = webviewRoot(context);
  const uri = (...segments: string[]): string =>
    panel.webview.asWebviewUri(vscode.Uri.joinPath(root, ...segments)).toString();
  panel.webview.html = webviewHtml({
    cspSource: panel.webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    language: vscode.env.language,
    title,
    scriptUri: uri(`${bundle}.js`),
    styleUri: uri(`${bundle}.css`),
    codiconsUri: uri('codicons', 'codicon.css'),
    pageData,
  });
}

/** Opens a file in the editor that VS Code has for it. */
export async function openPicture(path: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
    preserveFocus: true,
  } satisfies vscode.TextDocumentShowOptions);
}

/** Shows a file in the explorer if it lies in the workspace, else in the system's file manager. */
export async function revealFile(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  const command = vscode.workspace.getWorkspaceFolder(uri) ? 'revealInExplorer' : 'revealFileInOS';
  await vscode.commands.executeCommand(command, uri);
}

/** Starts a function at most once per interval, the last call always. */
export function coalesce(work: () => void, intervalMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, intervalMs);
  };
}
