import fs from 'node:fs';
import * as vscode from 'vscode';
import { CatalogError } from '../../catalog/model/errors.js';
import { ImageNode } from '../../views/trees/imageNodes.js';
import { LoadMoreNode } from '../../views/trees/sharedNodes.js';
import { commands } from '../contributions.js';
import type { Handler } from '../services.js';
import { revealFolder } from './reveal.js';

/** Commands on one image; they are only in the trees' menus. */
export function imageCommands() {
  return {
    [commands.openImage]: async (argument) => {
      if (!(argument instanceof ImageNode)) return;
      const path = existingPath(argument);
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), {
        preview: true,
      } satisfies vscode.TextDocumentShowOptions);
    },
    [commands.revealImage]: async (argument) => {
      if (argument instanceof ImageNode) await revealFolder(existingPath(argument));
    },
    [commands.copyImagePath]: async (argument) => {
      if (argument instanceof ImageNode) {
        await vscode.env.clipboard.writeText(argument.image.currentPath);
      }
    },
    [commands.loadMore]: (argument) => {
      if (argument instanceof LoadMoreNode) argument.loadMore();
      return Promise.resolve();
    },
  } satisfies Record<string, Handler>;
}

function existingPath({ image }: ImageNode): string {
  if (!fs.existsSync(image.currentPath)) {
    throw new CatalogError('FILE_VANISHED', { path: image.currentPath });
  }
  return image.currentPath;
}
