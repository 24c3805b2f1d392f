import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { CatalogError, errorDetail, errorMessages } from '../../catalog/model/errors.js';
import type { ErrorCode, ErrorData } from '../../catalog/model/errors.js';
import type { PictureOptions } from '../../catalog/model/pictureWork.js';
import type { OperationControl, ProgressReport } from '../../catalog/model/progress.js';
import {
  operationNames,
  type CatalogOperations,
  type ChangedEntity,
  type EngineNotifications,
  type EngineOptions,
} from '../../catalog/protocol.js';
import { connectEngine, type EngineClient } from '../../catalog/rpc/engineConnection.js';

/** Longer than a batch of the engine takes, shorter than the five seconds VS Code gives `deactivate`. */
const stopTimeoutMs = 4000;

/** Their progress shows in the views, whoever started them. */
const longOperations: ReadonlySet<keyof CatalogOperations> = new Set([
  'scanSource',
  'importSource',
  'resumeImportJob',
]);

/** Views load again after a crash, but not after a second one so soon: that would start it over and over. */
const crashLoopMs = 60_000;

interface RunningEngine {
  readonly worker: Worker;
  readonly client: EngineClient;
  /** Resolves when the worker has ended. */
  readonly ended: Promise<void>;
  /** Why the worker ended by itself. */
  failure: CatalogError | null;
}

export interface EngineHostOptions extends Omit<EngineOptions, 'pictures'> {
  /** Read at every start. */
  readonly pictures?: () => PictureOptions;
  /** Absolute path of the bundled worker. */
  readonly workerFile: string;
}

/**
 * The engine of one workspace folder: starts its worker on first use, again after a crash, and ends it.
 * `client` stays the same object through all of that, so views and panels can keep it.
 */
export class EngineHost implements vscode.Disposable {
  readonly folder: vscode.WorkspaceFolder;
  readonly client: EngineClient;

  private readonly changes = new vscode.EventEmitter<readonly ChangedEntity[]>();
  /** What changed in the catalog; after a crash and a restart, everything. */
  readonly onDidChange = this.changes.event;
  private readonly progress = new vscode.EventEmitter<ProgressReport>();
  /** Progress of every scan and import of this folder, whoever started it. */
  readonly onDidProgress = this.progress.event;

  private readonly options: EngineHostOptions;
  private readonly log: vscode.LogOutputChannel;
  private readonly pictureEvents = new vscode.EventEmitter<EngineNotifications['pictures']>();
  private readonly pictureProgress = new vscode.EventEmitter<
    EngineNotifications['pictureProgress']
  >();
  private readonly logEvents = new vscode.EventEmitter<EngineNotifications['log']>();
  private running: RunningEngine | undefined;
  private stopping: Promise<void> = Promise.resolve();
  private disposed = false;
  private lastCrash = -crashLoopMs;

  constructor(
    folder: vscode.WorkspaceFolder,
    options: EngineHostOptions,
    log: vscode.LogOutputChannel,
  ) {
    this.folder = folder;
    this.options = options;
    this.log = log;
    this.client = this.createClient();
  }

  /** Whether the worker runs now. */
  get started(): boolean {
    return this.running !== undefined;
  }

  /** Whether the folder has a catalog file, known without starting the engine. */
  get hasCatalogFile(): boolean {
    const { workspaceDirectory } = this.options;
    return fs.existsSync(path.join(workspaceDirectory, '.image-catalog', 'catalog.sqlite'));
  }

  /** Ends the worker and waits for it; the next call starts a new one. */
  async stop(): Promise<void> {
    const engine = this.running;
    this.running = undefined;
    if (engine) this.stopping = this.end(engine);
    await this.stopping;
  }

  dispose(): void {
    this.disposed = true;
    void this.stop();
    this.changes.dispose();
    this.progress.dispose();
    this.pictureEvents.dispose();
    this.pictureProgress.dispose();
    this.logEvents.dispose();
  }

  private createClient(): EngineClient {
    const operations = Object.fromEntries(
      operationNames.map((name) => [
        name,
        (input: unknown, control?: OperationControl) => this.call(name, input, control),
      ]),
    ) as unknown as CatalogOperations;
    return {
      ...operations,
      onChanged: (listener) => this.changes.event((entities) => listener({ entities })),
      onLog: (listener) => this.logEvents.event(listener),
      onPictures: (listener) => this.pictureEvents.event(listener),
      onPictureProgress: (listener) => this.pictureProgress.event(listener),
      dispose: () => this.dispose(),
    };
  }

  private async call(
    name: keyof CatalogOperations,
    input: unknown,
    control?: OperationControl,
  ): Promise<unknown> {
    if (this.disposed) throw new CatalogError('ENGINE_STOPPED', { detail: 'disposed' });
    // Two workers must not have the same catalog file open.
    await this.stopping;
    const engine = (this.running ??= this.start());
    const reportsProgress = longOperations.has(name);
    const operation = engine.client[name].bind(engine.client) as (
      input: unknown,
      control?: OperationControl,
    ) => Promise<unknown>;
    try {
      return await operation(
        input,
        reportsProgress
          ? {
              ...control,
              onProgress: (report) => {
                this.progress.fire(report);
                control?.onProgress?.(report);
              },
            }
          : control,
      );
    } catch (error) {
      throw engine.failure ?? error;
    }
  }

  private start(): RunningEngine {
    const { workerFile, pictures, ...options } = this.options;
    const workerData: EngineOptions = { ...options, ...(pictures && { pictures: pictures() }) };
    this.log.info(`Starting the engine for ${workerData.workspaceDirectory}`);
    // Short-lived rows by the thousand: with the default of 48 MB most of a large job's memory would be garbage.
    // Below the default of 4 GB the old generation may only double, not grow fourfold, before it is collected.
    const resourceLimits = { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 1500 };
    const worker = new Worker(workerFile, { workerData, name: 'image-catalog', resourceLimits });
    const client = connectEngine(worker);
    client.onChanged(({ entities }) => this.changes.fire(entities));
    client.onLog((event) => {
      this.log[event.level](event.message);
      this.logEvents.fire(event);
    });
    client.onPictures((event) => this.pictureEvents.fire(event));
    client.onPictureProgress((event) => this.pictureProgress.fire(event));
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const engine: RunningEngine = { worker, client, ended, failure: null };
    worker.on('error', (error) => {
      engine.failure = failureOf(error);
      this.log.error(`The engine failed: ${error.stack ?? error.message}`);
    });
    worker.once('exit', (code) => this.ended(engine, code));
    return engine;
  }

  private ended(engine: RunningEngine, exitCode: number): void {
    const unexpected = this.running === engine;
    if (unexpected) {
      this.running = undefined;
      engine.failure ??= new CatalogError('ENGINE_STOPPED', { detail: `exit code ${exitCode}` });
      this.log.error(`The engine ended with code ${exitCode}; the next use starts it again.`);
    }
    if (!unexpected) return;
    // The port does not tell the channel that its worker is gone: without this, waiting calls wait for ever.
    engine.client.dispose();
    const now = performance.now();
    if (now - this.lastCrash >= crashLoopMs) this.changes.fire(everything);
    this.lastCrash = now;
  }

  private async end(engine: RunningEngine): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopTimeoutMs);
    });
    engine.failure ??= new CatalogError('ENGINE_STOPPED', { detail: 'closed' });
    // The worker cancels its work, closes the catalog file and ends. If that takes too long, the next start
    // finds the work interrupted.
    engine.client.dispose();
    await Promise.race([engine.ended, timeout]);
    clearTimeout(timer);
    await engine.worker.terminate();
  }
}

/** The type makes a forgotten one an error. */
const everyEntity: Record<ChangedEntity, true> = {
  state: true,
  catalogs: true,
  sources: true,
  scans: true,
  importJobs: true,
  images: true,
  duplicates: true,
};
const everything = Object.keys(everyEntity) as readonly ChangedEntity[];

/** Why a worker failed: a CatalogError that left it keeps its code and data, not its class. */
function failureOf(error: Error): CatalogError {
  const { code, data } = error as { code?: unknown; data?: unknown };
  if (error.name === 'CatalogError' && typeof code === 'string' && code in errorMessages) {
    return new CatalogError(code as ErrorCode, (data ?? {}) as ErrorData, { cause: error });
  }
  return new CatalogError('ENGINE_STOPPED', { detail: errorDetail(error) }, { cause: error });
}
