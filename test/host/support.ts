import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineHost } from '../../src/extension/engine/engineHost.js';
import type { TestApi } from '../../src/extension/testApi.js';
import type { NodeTree } from '../../src/views/trees/nodeTree.js';
import type { TreeNode } from '../../src/views/trees/treeNode.js';

export const extensionId = 'image-catalog.image-catalog';

export function extension(): vscode.Extension<TestApi> {
  const found = vscode.extensions.getExtension<TestApi>(extensionId);
  assert.ok(found, `${extensionId} is not installed`);
  return found;
}

export async function api(): Promise<TestApi> {
  return extension().activate();
}

/** The only folder of the test workspace. */
export function workspaceFolder(): vscode.WorkspaceFolder {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'the tests need a folder');
  return folder;
}

export async function engine(): Promise<EngineHost> {
  const found = (await api()).engineFor(workspaceFolder().uri);
  assert.ok(found);
  return found;
}

/** Deletes every catalog, so that a test starts with none. */
export async function deleteAllCatalogs(): Promise<void> {
  const { client } = await engine();
  for (const { id } of await client.listCatalogs({})) {
    await client.deleteCatalog({ catalogId: id });
  }
}

/** A temporary folder outside the workspace; the caller removes it. */
export function temporaryFolder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ic-test-')));
}

/** A PNG of one pixel whose content is different for every number. */
export function writePicture(file: string, number: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  // What follows the end of a PNG is no part of the picture.
  fs.writeFileSync(file, Buffer.concat([png, Buffer.from(`#${number}`)]));
}

export interface Row {
  readonly label: string;
  readonly description: string;
  readonly contextValue: string | undefined;
  readonly node: TreeNode;
}

/** The rows below a node, or the roots, as the view would show them. */
export async function rows(tree: NodeTree, parent?: TreeNode): Promise<readonly Row[]> {
  const nodes = await tree.getChildren(parent);
  return nodes.map((node) => {
    const item = tree.getTreeItem(node);
    return {
      label: typeof item.label === 'string' ? item.label : (item.label?.label ?? ''),
      description: typeof item.description === 'string' ? item.description : '',
      contextValue: item.contextValue,
      node,
    };
  });
}

/** Waits until the condition holds; fails with the description after ten seconds. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) assert.fail(`not within ten seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs one of our commands as a program does, so that its errors arrive here. */
export async function run<T>(command: string, args: Readonly<Record<string, unknown>>): Promise<T> {
  return vscode.commands.executeCommand<T>(command, args);
}
