import * as vscode from 'vscode';
import { contextValues } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import { formatCount } from '../format.js';
import { imagePage, type PageSizes } from './imageNodes.js';
import type { TreeNode } from './treeNode.js';

/** Images of a catalog whose file is gone, or is not what it was. Only there if there are any. */
export class IntegrityNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly engine: EngineHost;
  readonly catalogId: string;
  private readonly state: 'missing' | 'changed';
  private readonly count: number;
  private readonly pages: PageSizes;

  constructor(
    parent: TreeNode & { readonly catalog: { readonly id: string } },
    state: 'missing' | 'changed',
    count: number,
    pages: PageSizes,
  ) {
    this.id = `${parent.id}:${state}`;
    this.parent = parent;
    this.engine = parent.engine;
    this.catalogId = parent.catalog.id;
    this.state = state;
    this.count = count;
    this.pages = pages;
  }

  treeItem(): vscode.TreeItem {
    const isMissing = this.state === 'missing';
    const label = isMissing ? vscode.l10n.t('Missing') : vscode.l10n.t('Changed or Damaged');
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = formatCount(this.count);
    item.iconPath = new vscode.ThemeIcon(
      'warning',
      new vscode.ThemeColor('list.warningForeground'),
    );
    item.contextValue = isMissing ? contextValues.missingImages : contextValues.changedImages;
    item.tooltip = isMissing
      ? vscode.l10n.t('Images whose file was not found where it should be.')
      : vscode.l10n.t('Images whose file is not what was imported.');
    item.accessibilityInformation = { label: `${label}: ${item.description}` };
    return item;
  }

  children(): Promise<readonly TreeNode[]> {
    const selection = { catalogId: this.catalogId, query: `is:${this.state}` };
    return imagePage(this, selection, this.pages);
  }
}
