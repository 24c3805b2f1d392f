import fs from 'node:fs';
import * as vscode from 'vscode';
import { CatalogError } from '../../catalog/model/errors.js';
import type { Image } from '../../catalog/model/image.js';
import { formatCount } from '../../views/format.js';
import { openJobReport } from '../../views/panels/jobReportPanel.js';
import { LoadMoreNode } from '../../views/trees/sharedNodes.js';
import { commands } from '../contributions.js';
import type { Handler, Services } from '../services.js';
import { findImages, imagesOf, type ImagesTarget } from './imageTargets.js';
import { revealFolder } from './reveal.js';

/** More editors than that are not opened without a question. */
const manyEditors = 10;

/** Commands on single images: from the menus of the trees and of galleries, or with their ids as arguments. */
export function imageCommands(services: Services) {
  const first = async (argument: unknown): Promise<(ImagesTarget & { image: Image }) | null> => {
    const target = findImages(services, argument);
    const imageId = target?.imageIds[0];
    if (!target || imageId === undefined) return null;
    return { ...target, image: await target.engine.client.getImage({ imageId }) };
  };
  return {
    [commands.openImage]: async (argument) => {
      const target = findImages(services, argument);
      if (!target || !(await mayOpen(target.imageIds.length))) return;
      for (const image of await imagesOf(target)) {
        await vscode.commands.executeCommand('vscode.open', existingFile(image), {
          preview: target.imageIds.length === 1,
        } satisfies vscode.TextDocumentShowOptions);
      }
    },
    [commands.revealImage]: async (argument) => {
      const target = await first(argument);
      if (target) await revealFolder(existingFile(target.image).fsPath);
    },
    [commands.copyImagePath]: async (argument) => {
      const target = findImages(services, argument);
      if (!target) return;
      const paths = (await imagesOf(target)).map(({ currentPath }) => currentPath);
      await vscode.env.clipboard.writeText(paths.join('\n'));
    },
    [commands.showImageJob]: async (argument) => {
      const target = await first(argument);
      if (!target) return;
      const { engine, image } = target;
      if (image.importJobId === null) {
        tell(vscode.l10n.t('The import job of this image is no longer in the catalog.'));
        return;
      }
      openJobReport(services.context, engine.client, engine.folder.uri, image.importJobId);
    },
    [commands.showImageSource]: async (argument) => {
      const target = await first(argument);
      if (!target) return;
      if (target.image.sourceId === null)
        tell(vscode.l10n.t('The source of this image is no longer in the catalog.'));
      else await services.trees.revealSource(target.image.sourceId);
    },
    [commands.loadMore]: (argument) => {
      if (argument instanceof LoadMoreNode) argument.loadMore();
      return Promise.resolve();
    },
  } satisfies Record<string, Handler>;
}

async function mayOpen(count: number): Promise<boolean> {
  if (count <= manyEditors) return true;
  const open = vscode.l10n.t('Open');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Open {0} images, each in an editor?', formatCount(count)),
    { modal: true },
    open,
  );
  return answer === open;
}

function existingFile({ currentPath }: Image): vscode.Uri {
  if (!fs.existsSync(currentPath)) {
    throw new CatalogError('IMAGE_FILE_MISSING', { path: currentPath });
  }
  return vscode.Uri.file(currentPath);
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}
