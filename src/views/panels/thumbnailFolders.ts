import * as vscode from 'vscode';
import { pictureFolders } from '../../catalog/model/pictureFolders.js';
import { defaultMachineStateDirectory } from '../../catalog/store/machineState.js';

/**
 * The only folders of the disk that a page with thumbnails may show pictures from.
 * @param folder URI of the workspace folder
 */
export function thumbnailFolders(folder: string): readonly vscode.Uri[] {
  const workspaceDirectory = vscode.Uri.parse(folder).fsPath;
  const folders = pictureFolders(workspaceDirectory, defaultMachineStateDirectory());
  return [folders.thumbnails, folders.localThumbnails].map((file) => vscode.Uri.file(file));
}
