import path from 'node:path';
import * as vscode from 'vscode';
import type { CatalogSummary } from '../../catalog/model/catalog.js';
import type { ImageSelection } from '../../catalog/model/gallery.js';
import type { Image } from '../../catalog/model/image.js';
import type { Thumbnail } from '../../catalog/model/pictureWork.js';
import { commands, contextValues } from '../../extension/contributions.js';
import { errorText } from '../../extension/messages.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import { formatBytes, formatCaptureTime, formatCount } from '../format.js';
import { LoadMoreNode } from './sharedNodes.js';
import { importModeText, tooltipOf } from './texts.js';
import type { TreeNode } from './treeNode.js';

/** Rows a long list shows at first and with every "Load More". */
export const pageSize = 200;

/** A tooltip does not wait longer for its picture. */
const thumbnailTimeoutMs = 4000;

/** How many rows of each long list are shown; outlives the nodes, which every refresh makes anew. */
export interface PageSizes {
  limit(listId: string): number;
  /** Shows one more page of the list: the node again, or the whole tree. */
  more(listId: string, node?: TreeNode): void;
}

/** All images of a catalog by capture time. */
export class ImagesNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly engine: EngineHost;
  private readonly catalog: CatalogSummary;
  private readonly pages: PageSizes;

  constructor(parent: TreeNode, catalog: CatalogSummary, pages: PageSizes) {
    this.id = `${parent.id}:images`;
    this.parent = parent;
    this.engine = parent.engine;
    this.catalog = catalog;
    this.pages = pages;
  }

  treeItem(): vscode.TreeItem {
    const { imageCount } = this.catalog;
    const state =
      imageCount === 0
        ? vscode.TreeItemCollapsibleState.None
        : vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(vscode.l10n.t('Images'), state);
    item.description = formatCount(imageCount);
    item.iconPath = new vscode.ThemeIcon('file-media');
    item.contextValue = contextValues.images;
    return item;
  }

  children(): Promise<readonly TreeNode[]> {
    return imagePage(this, { catalogId: this.catalog.id }, this.pages);
  }
}

/** The rows of a selection of images, as far as they are shown. */
export async function imagePage(
  list: TreeNode,
  selection: ImageSelection,
  pages: PageSizes,
): Promise<readonly TreeNode[]> {
  const { total, images } = await list.engine.client.listImages({
    ...selection,
    limit: pages.limit(list.id),
  });
  const nodes: TreeNode[] = images.map((image) => new ImageNode(list, image));
  if (images.length < total) {
    const shown = vscode.l10n.t('{0} of {1}', formatCount(images.length), formatCount(total));
    nodes.push(new LoadMoreNode(list, shown, () => pages.more(list.id, list)));
  }
  return nodes;
}

/** One image; opens with a click. */
export class ImageNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly engine: EngineHost;
  readonly image: Image;

  constructor(parent: TreeNode, image: Image) {
    // An image may be in several lists of the tree.
    this.id = `${parent.id}/image:${image.id}`;
    this.parent = parent;
    this.engine = parent.engine;
    this.image = image;
  }

  treeItem(): vscode.TreeItem {
    const { currentPath, capturedAt, fileType } = this.image;
    const problem = problemOf(this.image);
    const item = new vscode.TreeItem(path.basename(currentPath));
    const date = capturedAt?.slice(0, 'YYYY-MM-DD'.length) ?? vscode.l10n.t('no date');
    item.description = problem ? `${date} · ${problem.text}` : date;
    item.iconPath = problem
      ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
      : new vscode.ThemeIcon(fileType === 'video' ? 'device-camera-video' : 'file-media');
    // Our decoration of the file shows on the row as well.
    if (problem) item.resourceUri = vscode.Uri.file(currentPath);
    item.contextValue = problem?.contextValue ?? contextValues.image;
    item.command = {
      command: commands.openImage,
      title: vscode.l10n.t('Open Image'),
      arguments: [this],
    };
    return item;
  }

  async tooltip(token: vscode.CancellationToken): Promise<vscode.MarkdownString> {
    const { image } = this;
    const picture = await thumbnailOf(this.engine, image.id, token);
    const rows: (readonly [string, string])[] = [
      [vscode.l10n.t('Path'), image.currentPath],
      [vscode.l10n.t('Size'), formatBytes(image.sizeBytes)],
    ];
    if (image.width !== null && image.height !== null) {
      rows.push([vscode.l10n.t('Pixels'), `${image.width} × ${image.height}`]);
    }
    if (image.capturedAt !== null) {
      rows.push([vscode.l10n.t('Captured'), formatCaptureTime(image.capturedAt)]);
    }
    const camera = cameraText(image);
    if (camera !== '') rows.push([vscode.l10n.t('Camera'), camera]);
    rows.push([vscode.l10n.t('Import mode'), importModeText(image.importMode)]);
    if (image.originalSourcePath !== image.currentPath) {
      rows.push([vscode.l10n.t('Imported from'), image.originalSourcePath]);
    }
    if (picture.error) {
      const { code, data } = picture.error;
      rows.push([vscode.l10n.t('No thumbnail'), errorText(code, data)]);
    }
    return tooltipOf(path.basename(image.currentPath), rows, picture.path);
  }
}

/** What is wrong with an image's file, or null. */
function problemOf({ fileMissing, fileDamaged, fileChanged }: Image): {
  readonly text: string;
  readonly contextValue: string;
} | null {
  if (fileMissing) {
    return { text: vscode.l10n.t('missing'), contextValue: contextValues.imageMissing };
  }
  if (!fileChanged && !fileDamaged) return null;
  const text = fileDamaged ? vscode.l10n.t('damaged') : vscode.l10n.t('changed');
  return { text, contextValue: contextValues.imageChanged };
}

/** The thumbnail's file, made if need be; a tooltip comes without it rather than not at all. */
async function thumbnailOf(
  engine: EngineHost,
  imageId: string,
  token: vscode.CancellationToken,
): Promise<Pick<Thumbnail, 'path' | 'error'>> {
  const abort = new AbortController();
  const cancelling = token.onCancellationRequested(() => abort.abort());
  const timer = setTimeout(() => abort.abort(), thumbnailTimeoutMs);
  try {
    const request = { imageIds: [imageId], size: 256 } as const;
    const [thumbnail] = await engine.client.requestThumbnails(request, { signal: abort.signal });
    return thumbnail ?? { path: null, error: null };
  } catch {
    return { path: null, error: null };
  } finally {
    clearTimeout(timer);
    cancelling.dispose();
  }
}

/** Make and model; many models say their make themselves. */
function cameraText({ cameraMake, cameraModel }: Image): string {
  const make = cameraMake ?? '';
  const model = cameraModel ?? '';
  return model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`.trim();
}
