import type * as vscode from 'vscode';
import type { EngineHost } from '../../extension/engine/engineHost.js';

/** A row of one of the trees. Its id stays the same while its texts change, so that VS Code keeps its state. */
export interface TreeNode {
  readonly id: string;
  readonly parent: TreeNode | undefined;
  readonly engine: EngineHost;
  /** The row as shown, without its tooltip. */
  treeItem(): vscode.TreeItem;
  /** Absent if the row has nothing below it. */
  children?(): Promise<readonly TreeNode[]>;
  /** Called when the pointer rests on the row. */
  tooltip?(token: vscode.CancellationToken): vscode.MarkdownString | Promise<vscode.MarkdownString>;
}
