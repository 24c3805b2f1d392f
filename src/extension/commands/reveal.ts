import * as vscode from 'vscode';

/** Shows a folder or file in the Explorer view, or in the system's file manager if it is not in the workspace. */
export async function revealFolder(absolutePath: string): Promise<void> {
  const uri = vscode.Uri.file(absolutePath);
  if (vscode.workspace.getWorkspaceFolder(uri)) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  // In a browser there is no file manager, so the command does not exist there.
  const available = await vscode.commands.getCommands();
  if (available.includes('revealFileInOS')) {
    await vscode.commands.executeCommand('revealFileInOS', uri);
    return;
  }
  await vscode.env.clipboard.writeText(absolutePath);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} cannot be shown from here. Its path was copied.', absolutePath),
  );
}
