import * as vscode from 'vscode';
import { toCatalogError, type ErrorCode } from '../../catalog/model/errors.js';
import { commands, contextValues } from '../../extension/contributions.js';
import type { EngineHost } from '../../extension/engine/engineHost.js';
import { describeError } from '../../extension/messages.js';
import type { TreeNode } from './treeNode.js';

/** A workspace folder; shown only if there are several. */
export class FolderNode implements TreeNode {
  readonly id: string;
  readonly parent = undefined;
  readonly engine: EngineHost;
  private readonly load: (parent: TreeNode) => Promise<readonly TreeNode[]>;

  constructor(engine: EngineHost, load: (parent: TreeNode) => Promise<readonly TreeNode[]>) {
    this.id = `folder:${engine.folder.uri.toString()}`;
    this.engine = engine;
    this.load = load;
  }

  treeItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(
      this.engine.folder.name,
      vscode.TreeItemCollapsibleState.Expanded,
    );
    item.iconPath = new vscode.ThemeIcon('root-folder');
    item.contextValue = contextValues.folder;
    return item;
  }

  children(): Promise<readonly TreeNode[]> {
    return this.load(this);
  }
}

/** Says why a folder's catalog could not be read. */
export class ErrorNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly engine: EngineHost;
  readonly error: unknown;

  constructor(engine: EngineHost, error: unknown, parent: TreeNode | undefined) {
    this.id = `error:${engine.folder.uri.toString()}:${parent?.id ?? ''}`;
    this.engine = engine;
    this.error = error;
    this.parent = parent;
  }

  treeItem(): vscode.TreeItem {
    const text = describeError(this.error);
    const { code } = toCatalogError(this.error);
    const item = new vscode.TreeItem(shortText(code));
    item.description = text;
    item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    item.tooltip = text;
    if (code === 'CATALOG_FILE_CORRUPT' || code === 'CATALOG_FILE_FOREIGN') {
      item.contextValue = contextValues.damagedCatalog;
      item.command = {
        command: commands.restoreBackup,
        title: vscode.l10n.t('Restore Backup'),
        arguments: [this],
      };
    } else {
      item.command = { command: commands.showLog, title: vscode.l10n.t('Show Log') };
    }
    return item;
  }
}

/** The error in a few words: a row is short, and the view says the whole above its rows. */
function shortText(code: ErrorCode): string {
  switch (code) {
    case 'CATALOG_FILE_CORRUPT':
      return vscode.l10n.t('Damaged: restore a backup…');
    case 'CATALOG_FILE_FOREIGN':
      return vscode.l10n.t('No catalog: restore a backup…');
    case 'CATALOG_FILE_TOO_NEW':
      return vscode.l10n.t('The catalog file is too new');
    default:
      return vscode.l10n.t('The catalog cannot be read');
  }
}

/** The last row of a list that is longer than what is shown of it. */
export class LoadMoreNode implements TreeNode {
  readonly id: string;
  readonly parent: TreeNode;
  readonly engine: EngineHost;
  private readonly more: () => void;
  private readonly shown: string;

  constructor(parent: TreeNode, shown: string, more: () => void) {
    this.id = `more:${parent.id}`;
    this.parent = parent;
    this.engine = parent.engine;
    this.shown = shown;
    this.more = more;
  }

  treeItem(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Load More'));
    item.description = this.shown;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = {
      command: commands.loadMore,
      title: vscode.l10n.t('Load More'),
      arguments: [this],
    };
    return item;
  }

  /** Makes the list longer by one page. */
  loadMore(): void {
    this.more();
  }
}
