import * as vscode from 'vscode';
import type { CatalogSummary } from '../catalog/model/catalog.js';
import type { SourceSummary } from '../catalog/model/source.js';
import type { ChangedEntity } from '../catalog/protocol.js';
import type { EngineState } from '../catalog/protocol/shared.js';
import { contextKeys } from './contributions.js';
import type { ContextKeys } from './contextKeys.js';
import type { EngineHost } from './engine/engineHost.js';
import type { Engines } from './engine/engines.js';

/** What a workspace folder's catalog file holds, as far as lists show it. */
export interface FolderOverview {
  readonly engine: EngineHost;
  /** Null if the folder has no catalog file: the engine is then not even started. */
  readonly state: EngineState | null;
  readonly catalogs: readonly CatalogSummary[];
  readonly sources: readonly SourceSummary[];
  /** Why the catalog file could not be read, or null. */
  readonly error: unknown;
}

/** An import changes the figures with every batch; views load them no more often than this. */
const refreshIntervalMs = 400;

/**
 * The catalogs and sources of all folders, loaded once for all three views and for the context keys, and
 * again when an engine tells of a change. Nothing is loaded before the first view or command asks.
 */
export class Overview implements vscode.Disposable {
  private readonly engines: Engines;
  private readonly keys: ContextKeys;
  private readonly log: vscode.LogOutputChannel;
  private readonly subscriptions: vscode.Disposable[] = [];
  private readonly watched = new WeakSet<EngineHost>();
  private readonly changes = new vscode.EventEmitter<readonly ChangedEntity[]>();
  /** The overview, or the jobs or images beside it, must be loaded again. */
  readonly onDidChange = this.changes.event;

  private readonly loads = new vscode.EventEmitter<readonly FolderOverview[]>();
  /** Everything was loaded anew. */
  readonly onDidLoad = this.loads.event;

  private loading: Promise<readonly FolderOverview[]> | undefined;
  private readonly pending = new Set<ChangedEntity>();
  private timer: NodeJS.Timeout | undefined;

  constructor(engines: Engines, keys: ContextKeys, log: vscode.LogOutputChannel) {
    this.engines = engines;
    this.keys = keys;
    this.log = log;
    this.subscriptions.push(
      this.changes,
      this.loads,
      engines.onDidCreate((engine) => this.watch(engine)),
      engines.onDidChangeFolders(() => this.refresh()),
      { dispose: () => clearTimeout(this.timer) },
    );
  }

  /** The overview of every folder; loaded if it is not. */
  get(): Promise<readonly FolderOverview[]> {
    this.loading ??= this.load();
    return this.loading;
  }

  /** Drops what was loaded and tells the views. */
  refresh(entities: readonly ChangedEntity[] = ['state']): void {
    // A second refresh soon after would take the rows away from under the pointer once more.
    clearTimeout(this.timer);
    this.timer = undefined;
    const collected = new Set([...entities, ...this.pending]);
    this.pending.clear();
    this.loading = undefined;
    this.changes.fire([...collected]);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private watch(engine: EngineHost): void {
    if (this.watched.has(engine)) return;
    this.watched.add(engine);
    this.subscriptions.push(
      engine.onDidChange((entities) => {
        for (const entity of entities) this.pending.add(entity);
        // Calls from now on must see the change, the views may wait a moment for more of them.
        this.loading = undefined;
        this.timer ??= setTimeout(() => this.refresh([]), refreshIntervalMs);
      }),
    );
  }

  private async load(): Promise<readonly FolderOverview[]> {
    const folders = await Promise.all(this.engines.all().map((engine) => this.loadFolder(engine)));
    this.keys.set(
      contextKeys.hasCatalogs,
      folders.some(({ catalogs }) => catalogs.length > 0),
    );
    this.keys.set(
      contextKeys.hasSources,
      folders.some(({ sources }) => sources.length > 0),
    );
    this.keys.set(
      contextKeys.readOnly,
      folders.length > 0 && folders.every(({ state }) => isReadOnlyForGood(state)),
    );
    this.keys.set(
      contextKeys.locked,
      folders.some(({ state }) => state?.readOnlyReason === 'locked'),
    );
    this.keys.set(contextKeys.loaded, true);
    this.loads.fire(folders);
    return folders;
  }

  private async loadFolder(engine: EngineHost): Promise<FolderOverview> {
    const empty = { engine, state: null, catalogs: [], sources: [], error: null };
    if (!engine.started && !engine.hasCatalogFile) return empty;
    try {
      const { client } = engine;
      const [state, catalogs, sources] = await Promise.all([
        client.getState({}),
        client.listCatalogs({}),
        client.listSources({}),
      ]);
      return { engine, state, catalogs, sources, error: null };
    } catch (error) {
      this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return { ...empty, error };
    }
  }
}

/** Not while it is open elsewhere: that may end, and commands then say by whom. */
function isReadOnlyForGood(state: EngineState | null): boolean {
  return state?.readOnly === true && state.readOnlyReason !== 'locked';
}
