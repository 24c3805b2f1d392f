import { randomUUID } from 'node:crypto';
import { nodeFilePort } from './files/filePort.js';
import { lstatOrNull } from './files/publish.js';
import { recoverJobs } from './import/recover.js';
import { CatalogError, toCatalogError } from './model/errors.js';
import type { Log } from './model/log.js';
import type { OperationDeps } from './operations/operationDeps.js';
import { PlanCache } from './operations/planCache.js';
import type { ChangedEntity, EngineOptions, EngineState } from './protocol.js';
import { RunningWork } from './runningWork.js';
import { ManagedDirectoryBindings } from './store/managedDirectoryBindings.js';
import {
  catalogFilePath,
  createCatalogFile,
  openCatalogStore,
  type OpenedCatalog,
} from './store/openCatalog.js';

/** What the engine tells by itself. */
export interface EngineEvents {
  changed(entities: readonly ChangedEntity[]): void;
  log: Log;
}

/**
 * One catalog file from its first use to its end: opened when needed, recovered before anything else, opened
 * again after a failure, closed at the end. Operations run through read, write or create.
 */
export class CatalogSession {
  readonly work: RunningWork;
  readonly #options: EngineOptions;
  readonly #events: EngineEvents;
  readonly #plans = new PlanCache();
  readonly #bindings: ManagedDirectoryBindings;
  #opening: Promise<OpenedCatalog> | null = null;
  #closed = false;
  readonly #closing = new WeakSet<OpenedCatalog>();

  constructor(options: EngineOptions, events: Partial<EngineEvents>) {
    this.#options = options;
    this.#events = { changed: () => undefined, log: () => undefined, ...events };
    this.work = new RunningWork(() => {
      this.#events.changed(['importJobs']);
    });
    this.#bindings = new ManagedDirectoryBindings(options.machineStateDirectory);
  }

  async state(): Promise<EngineState> {
    return (await this.#opened()).state;
  }

  /** Reads; `empty` is the answer while there is no catalog file. */
  async read<T>(empty: T, operation: (deps: OperationDeps) => T | Promise<T>): Promise<T> {
    const { store } = await this.#opened();
    return store ? this.#guarded(() => operation(this.#deps(store))) : empty;
  }

  /** Reads what only an existing catalog file can have. @throws CatalogError CATALOG_NOT_FOUND without one */
  async readExisting<T>(operation: (deps: OperationDeps) => T | Promise<T>): Promise<T> {
    const { store } = await this.#opened();
    if (!store) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: '' });
    return this.#guarded(() => operation(this.#deps(store)));
  }

  /** Writes, then tells what changed, also after a failure: a job that failed half-way has changed rows. */
  async write<T>(
    changes: readonly ChangedEntity[],
    operation: (deps: OperationDeps) => T | Promise<T>,
  ): Promise<T> {
    const { store, state } = await this.#opened();
    if (state.readOnly) throw readOnlyError(state);
    if (!store) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: '' });
    try {
      return await this.#guarded(() => operation(this.#deps(store)));
    } finally {
      this.#plans.clear();
      this.#events.changed(changes);
    }
  }

  /** Writes, making the catalog file first if there is none. */
  async create<T>(
    changes: readonly ChangedEntity[],
    operation: (deps: OperationDeps) => T | Promise<T>,
  ): Promise<T> {
    const { store, state } = await this.#opened();
    if (state.readOnly) throw readOnlyError(state);
    if (!store) {
      this.#opening = createCatalogFile(this.#options).catch((error: unknown) => {
        this.#opening = null;
        throw error;
      });
      await this.#opening;
      this.#events.changed(['state']);
    }
    return this.write(changes, operation);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = null;
    if (!opening) return;
    await this.work.cancelAll();
    const opened = await opening.catch(() => null);
    await opened?.store?.close();
  }

  async #opened(): Promise<OpenedCatalog> {
    if (this.#closed) throw new CatalogError('ENGINE_STOPPED', { detail: 'closed' });
    const opened = await (this.#opening ??= this.#open());
    if (!opened.isStale()) return opened;
    // A copy that no longer shows what the file holds, or a file that has appeared meanwhile.
    if (this.#closing.has(opened)) return this.#opened();
    this.#closing.add(opened);
    this.#opening = null;
    await opened.store?.close();
    this.#events.changed(['state']);
    return this.#opened();
  }

  async #open(): Promise<OpenedCatalog> {
    try {
      requireWorkspace(this.#options.workspaceDirectory);
      const opened = await openCatalogStore(this.#options);
      if (opened.store && !opened.state.readOnly) await recoverJobs(this.#deps(opened.store));
      return opened;
    } catch (error) {
      this.#opening = null;
      throw toCatalogError(error);
    }
  }

  #deps(store: NonNullable<OpenedCatalog['store']>): OperationDeps {
    return {
      store,
      files: nodeFilePort,
      bindings: this.#bindings,
      workspaceDirectory: this.#options.workspaceDirectory,
      catalogFile: catalogFilePath(this.#options.workspaceDirectory),
      now: () => new Date(),
      newId: randomUUID,
      log: this.#events.log,
      plans: this.#plans,
    };
  }

  async #guarded<T>(operation: () => T | Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      const failure = toCatalogError(error);
      if (failure.code === 'INTERNAL') {
        this.#events.log(
          'error',
          failure.cause instanceof Error ? (failure.cause.stack ?? '') : '',
        );
      }
      throw failure;
    }
  }
}

/** @throws CatalogError WORKSPACE_NOT_FOUND */
function requireWorkspace(path: string): void {
  if (lstatOrNull(nodeFilePort, path) === null) {
    throw new CatalogError('WORKSPACE_NOT_FOUND', { path });
  }
}

function readOnlyError(state: EngineState): CatalogError {
  if (state.readOnlyReason === 'locked') {
    const holder = state.lockHolder ?? '?';
    return new CatalogError('CATALOG_FILE_LOCKED', { path: state.catalogFile, holder });
  }
  const reason =
    state.readOnlyReason === 'untrusted'
      ? 'the workspace is not trusted'
      : 'the folder cannot be written to';
  return new CatalogError('CATALOG_READ_ONLY', { reason });
}
