import * as vscode from 'vscode';
import type { ViewId } from '../../extension/contributions.js';
import type { TreeNode } from './treeNode.js';

/** One of the views: its nodes carry what they show, this gives them to VS Code. */
export class NodeTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  private readonly loadRoots: () => Promise<readonly TreeNode[]>;
  private readonly changes = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  /** Loaded before VS Code was told to ask for them. */
  private loaded: readonly TreeNode[] | undefined;
  private loading = false;
  private loadAgain = false;

  constructor(viewId: ViewId, loadRoots: () => Promise<readonly TreeNode[]>) {
    this.loadRoots = loadRoots;
    this.view = vscode.window.createTreeView(viewId, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
  }

  /** Shows the node again, or the whole tree. */
  refresh(node?: TreeNode): void {
    if (node) this.changes.fire(node);
    else if (this.view.visible) void this.reload();
    else {
      this.loaded = undefined;
      this.changes.fire(undefined);
    }
  }

  /**
   * Loads first, then tells VS Code, which forgets the rows it has before it asks for the new ones: a click on a row's
   * button in between would come without its row.
   */
  private async reload(): Promise<void> {
    if (this.loading) {
      this.loadAgain = true;
      return;
    }
    this.loading = true;
    try {
      do {
        this.loadAgain = false;
        this.loaded = await this.loadRoots();
        this.changes.fire(undefined);
      } while (this.loadAgain);
    } finally {
      this.loading = false;
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = node.treeItem();
    item.id = node.id;
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node) return [...((await node.children?.()) ?? [])];
    const roots = this.loaded ?? (await this.loadRoots());
    this.loaded = undefined;
    return [...roots];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    node: TreeNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    const tooltip = await node.tooltip?.(token);
    if (tooltip) item.tooltip = tooltip;
    return item;
  }

  dispose(): void {
    this.view.dispose();
    this.changes.dispose();
  }
}
