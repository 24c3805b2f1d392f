import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import { imageCountText } from '../../views/trees/texts.js';

const pageRows = 1000;
/** Looked through for their folders. */
const maxImages = 50_000;

/**
 * Asks for one of the folders that images are missing from: those that are themselves gone by the highest of them, which
 * is what somebody moved or renamed. Does not ask if there is one.
 */
export async function chooseMissingFolder(
  client: EngineClient,
  catalogId: string,
): Promise<string | undefined> {
  const counts = new Map<string, number>();
  for await (const folder of foldersOfMissing(client, catalogId)) {
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const folders = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const [only, another] = folders;
  if (!only) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No image is missing any more.'));
    return undefined;
  }
  if (!another) return only[0];
  const picked = await vscode.window.showQuickPick(
    folders.map(([folder, count]) => ({
      label: path.basename(folder) || folder,
      description: vscode.l10n.t('{0} missing', imageCountText(count)),
      detail: folder,
    })),
    {
      title: vscode.l10n.t('Relocate Folder'),
      placeHolder: vscode.l10n.t('Which folder was moved or renamed?'),
      matchOnDetail: true,
    },
  );
  return picked?.detail;
}

async function* foldersOfMissing(client: EngineClient, catalogId: string): AsyncGenerator<string> {
  const known = new Map<string, string>();
  for (let offset = 0; offset < maxImages; offset += pageRows) {
    const { total, images } = await client.listImages({
      catalogId,
      query: 'is:missing',
      offset,
      limit: pageRows,
    });
    for (const { currentPath } of images) {
      const folder = path.dirname(currentPath);
      let gone = known.get(folder);
      if (gone === undefined) {
        gone = await highestGone(folder);
        known.set(folder, gone);
      }
      yield gone;
    }
    if (offset + images.length >= total) return;
  }
}

/** The folder itself if it is there, else the highest folder above it that is gone. */
async function highestGone(folder: string): Promise<string> {
  let gone = folder;
  let above = folder;
  while (!(await isFolder(above))) {
    gone = above;
    const next = path.dirname(above);
    if (next === above) break;
    above = next;
  }
  return gone;
}

/** The folder, or the nearest above it that is there. */
export async function nearestFolder(folder: string): Promise<string> {
  const gone = await highestGone(folder);
  return (await isFolder(gone)) ? gone : path.dirname(gone);
}

function isFolder(folder: string): Promise<boolean> {
  return fs.promises.stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
