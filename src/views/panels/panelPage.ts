import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc';
import type { PageData } from '../panelProtocol.js';
import { bundlesWithFiles, webviewHtml } from './webviewHtml.js';
import { connectWebview } from './webviewConnection.js';

/** The webviews, by the name of their folder in `views/webview`. */
export type WebviewBundle =
  | 'importPreview'
  | 'jobReport'
  | 'gallery'
  | 'compare'
  | 'distanceSamples'
  | 'duplicates'
  | 'storage'
  | 'audit';

/** The folder with the webviews' bundles; nothing else of the disk is readable from most of them. */
function webviewRoot(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
}

/** The options of every webview. Context is not retained: a hidden webview is loaded anew when shown. */
export function webviewOptions(
  context: vscode.ExtensionContext,
  pictureFolders: readonly vscode.Uri[] = [],
): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [webviewRoot(context), ...pictureFolders] };
}

/** Connects the panel, then loads its page. `serve` registers the handlers of the requests. */
export function fillPanel(props: {
  context: vscode.ExtensionContext;
  panel: vscode.WebviewPanel;
  bundle: WebviewBundle;
  title: string;
  pageData: PageData<unknown, unknown>;
  /** Folders with pictures that the page shows: made by the engine, never a user's own. */
  pictureFolders?: readonly vscode.Uri[] | undefined;
  serve: (connection: MessageConnection) => void;
}): MessageConnection {
  const { context, panel, bundle, title } = props;
  const connection = connectWebview(panel.webview);
  props.serve(connection);
  connection.listen();
  panel.onDidDispose(() => connection.dispose());
  panel.webview.options = webviewOptions(context, props.pictureFolders);
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
    showsFiles: bundlesWithFiles.includes(bundle),
    pageData: props.pageData,
  });
  return connection;
}
