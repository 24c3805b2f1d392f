import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ImportJob } from '../catalog/model/importJob.js';
import { formatCount } from '../views/format.js';
import { commands } from './contributions.js';
import type { EngineHost } from './engine/engineHost.js';
import { showError } from './messages.js';
import type { Services } from './services.js';

type Parts = Pick<Services, 'context' | 'engines' | 'overview' | 'trees' | 'log'>;

/** Kept per workspace: the folders in which an import was not known to have ended. */
const unfinishedKey = 'imageCatalog.unfinishedImports';

/**
 * Tells about imports that were cut off: a message once per folder and window, and a number on the view for as long as
 * there are any. Without a view of ours being open, a catalog is opened for that only if there is a sign that something
 * was cut off: most windows start no engine.
 */
export class InterruptedJobs implements vscode.Disposable {
  private readonly services: Parts;
  private readonly told = new Set<EngineHost>();
  /** How many there were when last counted. */
  private readonly counts = new Map<EngineHost, number>();
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
          this.count(engine).then(
            (jobs) => this.tell(jobs),
            (error: unknown) => services.log.error(String(error)),
          );
        }
      }),
      overview.onDidChange((entities) => {
        if (!entities.includes('importJobs')) return;
        for (const [engine, count] of this.counts) {
          if (count > 0) this.count(engine).catch(() => undefined);
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

  private async count(engine: EngineHost): Promise<readonly ImportJob[]> {
    const { jobs } = await engine.client.listImportJobs({ limit: 1000 });
    const interrupted = jobs.filter(({ status }) => status === 'INTERRUPTED');
    this.note(engine, interrupted.length > 0);
    this.counts.set(engine, interrupted.length);
    const all = [...this.counts.values()].reduce((sum, count) => sum + count, 0);
    this.services.trees.showInterrupted(all);
    return interrupted;
  }

  private async tell(jobs: readonly ImportJob[]): Promise<void> {
    const [job] = jobs;
    if (!job) return;
    try {
      await (jobs.length === 1 ? offerToEnd(job) : offerToShow(jobs.length));
    } catch (error) {
      showError(error, this.services.log);
    }
  }
}

/** The program that wrote a lock removes it, unless it was killed. (Or it still runs: then there is nothing to tell.) */
function hasLock(folder: string): boolean {
  return fs.existsSync(path.join(folder, '.image-catalog', 'catalog.lock'));
}

async function offerToEnd(job: ImportJob): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const rollBack = vscode.l10n.t('Roll Back…');
  const show = vscode.l10n.t('Show');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'The import from {0} was interrupted after {1} of {2} files. No original was lost.',
      job.sourceName,
      formatCount(job.filesImported),
      formatCount(job.filesDiscovered),
    ),
    resume,
    rollBack,
    show,
  );
  const command = {
    [resume]: commands.resumeImportJob,
    [rollBack]: commands.rollBackImportJob,
    [show]: commands.showImportJob,
  }[answer ?? ''];
  if (command !== undefined) await vscode.commands.executeCommand(command, { jobId: job.id });
}

async function offerToShow(count: number): Promise<void> {
  const show = vscode.l10n.t('Show');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} imports were interrupted. No original was lost.', formatCount(count)),
    show,
  );
  if (answer === show) await vscode.commands.executeCommand('imageCatalog.importJobs.focus');
}
