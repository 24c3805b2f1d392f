import path from 'node:path';
import * as vscode from 'vscode';
import type { ErrorCode } from '../../catalog/model/errors.js';
import type {
  FailedPicture,
  PictureProgress,
  PictureStateSummary,
} from '../../catalog/model/pictureWork.js';
import { commands, contextValues } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import { errorText } from '../../extension/messages.js';
import { formatCount, formatDuration } from '../format.js';
import type { PageSizes } from './imageNodes.js';
import { LoadMoreNode } from './sharedNodes.js';
import { tooltipOf } from './texts.js';
import type { TreeNode } from './treeNode.js';

/** What is to be made of a catalog's thumbnails, and what failed. Only there if there is something to tell. */
export class PicturesNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly engine: EngineHost;
  private readonly summary: PictureStateSummary;
  private readonly pages: PageSizes;
  private progress: PictureProgress;

  constructor(parent: TreeNode, summary: PictureStateSummary, pages: PageSizes) {
    this.id = `${parent.id}:pictures`;
    this.parent = parent;
    this.engine = parent.engine;
    this.summary = summary;
    this.progress = summary.progress;
    this.pages = pages;
  }

  /** The row to show, or null if all thumbnails are made. */
  static of(parent: TreeNode, summary: PictureStateSummary, pages: PageSizes): PicturesNode | null {
    const { PENDING, FAILED } = summary.counts;
    return PENDING + FAILED === 0 ? null : new PicturesNode(parent, summary, pages);
  }

  /** Takes over a newer report; the tree is told to draw the row again by its owner. */
  showProgress(progress: PictureProgress): void {
    this.progress = progress;
  }

  treeItem(): vscode.TreeItem {
    const label = vscode.l10n.t('Thumbnails');
    const { FAILED } = this.summary.counts;
    const item = new vscode.TreeItem(
      label,
      FAILED === 0
        ? vscode.TreeItemCollapsibleState.None
        : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.description = this.figures().join(' · ');
    item.iconPath = new vscode.ThemeIcon(icon(this.progress));
    item.contextValue = this.contextValue();
    item.accessibilityInformation = { label: `${label}: ${this.figures().join(', ')}` };
    return item;
  }

  private contextValue(): string {
    const { status } = this.progress;
    if (status === 'paused') return contextValues.picturesPaused;
    const active = status === 'running' || status === 'waiting';
    return active ? contextValues.picturesRunning : contextValues.picturesFailed;
  }

  private figures(): readonly string[] {
    const { counts, progress: before } = this.summary;
    const failed = counts.FAILED + Math.max(0, this.progress.filesFailed - before.filesFailed);
    return [
      ...pendingFigures(this.progress, counts.PENDING),
      ...(failed > 0 ? [vscode.l10n.t('{0} failed', formatCount(failed))] : []),
    ];
  }

  tooltip(): vscode.MarkdownString {
    const { counts, failures } = this.summary;
    return tooltipOf(vscode.l10n.t('Thumbnails'), [
      [vscode.l10n.t('Made'), formatCount(counts.DONE)],
      [vscode.l10n.t('To make'), formatCount(counts.PENDING)],
      [vscode.l10n.t('Failed'), formatCount(counts.FAILED)],
      ...failures.map(({ code, count }) => [reasonText(code), formatCount(count)] as const),
    ]);
  }

  async children(): Promise<readonly TreeNode[]> {
    const { total, pictures } = await this.engine.client.listFailedPictures({
      catalogId: this.summary.catalogId,
      limit: this.pages.limit(this.id),
    });
    const nodes: TreeNode[] = pictures.map((picture) => new FailedPictureNode(this, picture));
    if (pictures.length < total) {
      const shown = vscode.l10n.t('{0} of {1}', formatCount(pictures.length), formatCount(total));
      nodes.push(new LoadMoreNode(this, shown, () => this.pages.more(this.id, this)));
    }
    return nodes;
  }
}

function pendingFigures(progress: PictureProgress, pending: number): readonly string[] {
  const toMake = vscode.l10n.t('{0} to make', formatCount(pending));
  const { status, filesDone, filesTotal, secondsLeft } = progress;
  switch (status) {
    case 'running':
      return [
        vscode.l10n.t('{0} of {1}', formatCount(filesDone), formatCount(filesTotal)),
        ...(secondsLeft === null || secondsLeft === 0
          ? []
          : [vscode.l10n.t('{0} left', formatDuration(secondsLeft))]),
      ];
    case 'waiting':
      return [toMake, vscode.l10n.t('waiting')];
    case 'paused':
      return pending > 0 ? [vscode.l10n.t('paused'), toMake] : [vscode.l10n.t('paused')];
    case 'idle':
      // A pass over all of them has ended: the rest could not be reached.
      return pending > 0 ? [vscode.l10n.t('{0} wait for their files', formatCount(pending))] : [];
    case 'off':
      return pending > 0 ? [toMake] : [];
  }
}

function icon({ status }: PictureProgress): string {
  switch (status) {
    case 'running':
      return 'sync~spin';
    case 'waiting':
      return 'watch';
    case 'paused':
      return 'debug-pause';
    case 'idle':
    case 'off':
      return 'file-media';
  }
}

/** An image without a picture, and why; opens with a click. */
export class FailedPictureNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly engine: EngineHost;
  private readonly picture: FailedPicture;

  constructor(parent: TreeNode, picture: FailedPicture) {
    this.id = `failedPicture:${picture.imageId}`;
    this.parent = parent;
    this.engine = parent.engine;
    this.picture = picture;
  }

  treeItem(): vscode.TreeItem {
    const { originalSourcePath, error, imageId } = this.picture;
    const item = new vscode.TreeItem(path.basename(originalSourcePath));
    item.description = reasonText(error.code);
    item.iconPath = new vscode.ThemeIcon(
      'warning',
      new vscode.ThemeColor('list.warningForeground'),
    );
    item.command = {
      command: commands.openImage,
      title: vscode.l10n.t('Open Image'),
      arguments: [{ imageId, folder: this.engine.folder.uri.fsPath }],
    };
    return item;
  }

  tooltip(): vscode.MarkdownString {
    const { currentPath, originalSourcePath, error } = this.picture;
    return tooltipOf(path.basename(originalSourcePath), [
      [vscode.l10n.t('No thumbnail'), errorText(error.code, error.data)],
      [vscode.l10n.t('Path'), currentPath],
    ]);
  }
}

/** Why there is no picture, in a few words. */
export function reasonText(code: ErrorCode): string {
  switch (code) {
    case 'PICTURE_UNSUPPORTED':
      return vscode.l10n.t('cannot be decoded');
    case 'PICTURE_DAMAGED':
      return vscode.l10n.t('damaged');
    case 'PICTURE_TOO_LARGE':
      return vscode.l10n.t('too many pixels');
    case 'PICTURE_TIMED_OUT':
      return vscode.l10n.t('took too long');
    case 'PICTURE_OUT_OF_MEMORY':
      return vscode.l10n.t('needs too much memory');
    case 'PICTURE_OUTSIDE':
    case 'PATH_LOOP':
      return vscode.l10n.t('outside the catalog');
    case 'FILE_EMPTY':
      return vscode.l10n.t('empty');
    case 'FILE_NOT_MEDIA':
      return vscode.l10n.t('not a picture');
    default:
      return vscode.l10n.t('failed');
  }
}
