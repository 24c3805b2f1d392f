import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EngineHost } from './engine/engineHost.js';
import { offerToEnd, type InterruptedWork } from './interruptedNotice.js';
import { showError } from './messages.js';
import type { Services } from './services.js';

type Parts = Pick<Services, 'context' | 'engines' | 'overview' | 'trees' | 'log'>;

/** Kept per workspace: the folders in which an import or other work on files was not known to have ended. */
const unfinishedKey = 'imageCatalog.unfinishedImports';
/** Kept per workspace: work on files that is to stay as it was cut off. */
const leftKey = 'imageCatalog.leftOperations';

/**
 * Tells about imports and work on files that were cut off: a message once per folder and window, and of imports a
 * number on the view for as long as there are any. Without a view of ours being open, a catalog is opened for that only if there is a sign that something
 * was cut off: most windows start no engine.
 */
export class InterruptedJobs implements vscode.Disposable {
  private readonly services: Parts;
  private readonly told = new Set<EngineHost>();
  /** What there was when last looked up. */
  private readonly found = new Map<EngineHost, InterruptedWork>();
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(services: Parts) {
    this.services = services;
    const { engines, overview } = services;
    const watch = (engine: EngineHost): void => {
      const running = engine.onDidProgress(({ jobId }) => {
        if (jobId !== undefined) this.note(engine, true);
      });
      this.subscriptions.push(running);
    };
    engines.all().forEach(watch);
    this.subscriptions.push(
      engines.onDidCreate(watch),
      overview.onDidLoad((folders) => {
        for (const { engine, state } of folders) {
          if (state === null || state.readOnly || this.told.has(engine)) continue;
          this.told.add(engine);
          this.tell(engine).catch((error: unknown) => showError(error, services.log));
        }
      }),
      overview.onDidChange((entities) => {
        if (!entities.includes('importJobs')) return;
        for (const [engine, { jobs, operations }] of this.found) {
          if (jobs.length + operations.length > 0) this.find(engine).catch(() => undefined);
        }
      }),
    );
    if (engines.all().some((engine) => this.isSuspect(engine))) void overview.get();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private isSuspect({ folder }: EngineHost): boolean {
    return this.unfinished().includes(folder.uri.toString()) || hasLock(folder.uri.fsPath);
  }

  private unfinished(): readonly string[] {
    return this.services.context.workspaceState.get(unfinishedKey) ?? [];
  }

  private note({ folder }: EngineHost, isUnfinished: boolean): void {
    const uri = folder.uri.toString();
    const before = this.unfinished();
    if (before.includes(uri) === isUnfinished) return;
    const others = before.filter((other) => other !== uri);
    const kept = isUnfinished ? [...others, uri] : others;
    void this.services.context.workspaceState.update(unfinishedKey, kept);
  }

  /** Looks up what is still cut off. Work on files of a catalog that is gone cannot go on. */
  private async find(engine: EngineHost): Promise<InterruptedWork> {
    const { client } = engine;
    const limit = 1000;
    const [jobs, files, catalogs] = await Promise.all([
      client.listImportJobs({ limit }),
      client.listFileOperations({ limit }),
      client.listCatalogs({}),
    ]);
    const left = this.left();
    const found = {
      jobs: jobs.jobs.filter(({ status }) => status === 'INTERRUPTED'),
      operations: files.operations.filter(
        ({ id, status, catalogId }) =>
          status === 'INTERRUPTED' &&
          !left.includes(id) &&
          catalogs.some((catalog) => catalog.id === catalogId),
      ),
    };
    this.found.set(engine, found);
    this.note(engine, found.jobs.length + found.operations.length > 0);
    const all = [...this.found.values()].reduce((sum, each) => sum + each.jobs.length, 0);
    this.services.trees.showInterrupted(all);
    return found;
  }

  private left(): readonly string[] {
    return this.services.context.workspaceState.get(leftKey) ?? [];
  }

  private async tell(engine: EngineHost): Promise<void> {
    const work = await this.find(engine);
    if (!(await offerToEnd(engine.folder.uri.fsPath, work))) return;
    const left = [...this.left(), ...work.operations.map(({ id }) => id)];
    await this.services.context.workspaceState.update(leftKey, left);
    await this.find(engine);
  }
}

/** The program that wrote a lock removes it, unless it was killed. (Or it still runs: then there is nothing to tell.) */
function hasLock(folder: string): boolean {
  return fs.existsSync(path.join(folder, '.image-catalog', 'catalog.lock'));
}
