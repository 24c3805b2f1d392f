import * as vscode from 'vscode';

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
