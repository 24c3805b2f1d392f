import path from 'node:path';
import * as vscode from 'vscode';
import { defaultMachineStateDirectory } from '../../catalog/store/machineState.js';
import { pictureOptions } from '../settings.js';
import { EngineHost } from './engineHost.js';

/** The engines of the workspace: one per folder on a local disk, in the folders' order. */
export class Engines implements vscode.Disposable {
  private readonly hosts = new Map<string, EngineHost>();
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly extensionPath: string;
  private readonly log: vscode.LogOutputChannel;

  private readonly changes = new vscode.EventEmitter<void>();
  /** Folders were added or removed, or the workspace became trusted: every engine may be another one. */
  readonly onDidChangeFolders = this.changes.event;

  private readonly created = new vscode.EventEmitter<EngineHost>();
  readonly onDidCreate = this.created.event;

  constructor(extensionPath: string, log: vscode.LogOutputChannel) {
    this.extensionPath = extensionPath;
    this.log = log;
    this.subscriptions.push(
      this.changes,
      this.created,
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const folder of removed) this.remove(folder);
        this.changes.fire();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        // What was opened read-only from bytes can now be opened in place.
        for (const host of [...this.hosts.values()]) this.remove(host.folder);
        this.changes.fire();
      }),
    );
  }

  /** The engines of all folders; none of them is started by this. */
  all(): readonly EngineHost[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders
      .filter((folder) => folder.uri.scheme === 'file')
      .map((folder) => this.of(folder));
  }

  /** The engine of the workspace folder that holds the resource, or undefined if none does. */
  forResource(resource: vscode.Uri): EngineHost | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(resource);
    return folder?.uri.scheme === 'file' ? this.of(folder) : undefined;
  }

  /** Ends all workers and waits for them. */
  async stop(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.stop()));
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions, ...this.hosts.values()).dispose();
    this.hosts.clear();
  }

  private of(folder: vscode.WorkspaceFolder): EngineHost {
    const key = folder.uri.toString();
    const existing = this.hosts.get(key);
    if (existing) return existing;
    const program = path.join(this.extensionPath, 'dist');
    const host = new EngineHost(
      folder,
      {
        workspaceDirectory: folder.uri.fsPath,
        trusted: vscode.workspace.isTrusted,
        client: 'editor',
        machineStateDirectory: defaultMachineStateDirectory(),
        pictures: () => pictureOptions(folder.uri),
        program,
        workerFile: path.join(program, 'worker.js'),
      },
      this.log,
    );
    this.hosts.set(key, host);
    this.created.fire(host);
    return host;
  }

  private remove(folder: vscode.WorkspaceFolder): void {
    const key = folder.uri.toString();
    this.hosts.get(key)?.dispose();
    this.hosts.delete(key);
  }
}
