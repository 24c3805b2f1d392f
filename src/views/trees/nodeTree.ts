import * as vscode from 'vscode';
import type { ViewId } from '../../extension/contributions.js';
import type { TreeNode } from './treeNode.js';

/** One of the views: its nodes carry what they show, this gives them to VS Code. */
export class NodeTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  private readonly loadRoots: () => Promise<readonly TreeNode[]>;
  private readonly changes = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.changes.event;

  constructor(viewId: ViewId, loadRoots: () => Promise<readonly TreeNode[]>) {
    this.loadRoots = loadRoots;
    this.view = vscode.window.createTreeView(viewId, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
  }

  /** Shows the node again, or the whole tree. */
  refresh(node?: TreeNode): void {
    this.changes.fire(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = node.treeItem();
    item.id = node.id;
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const children = node ? await node.children?.() : await this.loadRoots();
    return [...(children ?? [])];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const tooltip = node.tooltip?.();
    if (tooltip) item.tooltip = tooltip;
    return item;
  }

  dispose(): void {
    this.view.dispose();
    this.changes.dispose();
  }
}
