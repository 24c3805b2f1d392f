import { randomUUID } from 'node:crypto';
import { nodeFilePort } from './files/filePort.js';
import { lstatOrNull } from './files/publish.js';
import { CatalogError, toCatalogError } from './model/errors.js';
import type { RecoveryReport, RestoredBackup, ReturnedFromTrash } from './model/safety.js';
import type { Log } from './model/log.js';
import type { OperationControl } from './model/progress.js';
import { migrateOldModels } from './operations/legacy.js';
import type { PictureDeps } from './operations/pictures.js';
import { PictureWork, type CreateDecoder } from './pictures/pictureWork.js';
import { returnFromTrash, type RunOnFiles } from './operations/returnFromTrash.js';
import { PlanCache } from './operations/planCache.js';
import type { ChangedEntity, EngineNotifications, EngineOptions } from './protocol.js';
import type { EngineState } from './protocol/shared.js';
import { RunningWork } from './runningWork.js';
import { currentActor } from './store/actor.js';
import { ChosenSources } from './store/chosenSources.js';
import { ManagedDirectoryBindings } from './store/managedDirectoryBindings.js';
import { LockWatch } from './lockWatch.js';
import { Recovery } from './recovery.js';
import { catalogDirectory } from './store/catalogFile.js';
import { mayBeFree } from './store/catalogLock.js';
import {
  catalogFilePath,
  createCatalogFile,
  openCatalogStore,
  type OpenedCatalog,
} from './store/openCatalog.js';
import { restoreBackup } from './store/restoreBackup.js';

/** What the engine tells by itself. */
export interface EngineEvents {
  changed(entities: readonly ChangedEntity[]): void;
  pictures(event: EngineNotifications['pictures']): void;
  pictureProgress(event: EngineNotifications['pictureProgress']): void;
  log: Log;
}

/**
 * One catalog file from its first use to its end: opened when needed, recovered before anything else, opened
 * again after a failure, closed at the end. Operations run through read, write or create.
 */
export class CatalogSession {
  readonly work: RunningWork;
  readonly #pictures: PictureWork;
  readonly #options: EngineOptions;
  readonly #events: EngineEvents;
  readonly #plans = new PlanCache();
  readonly #bindings: ManagedDirectoryBindings;
  readonly #sources: ChosenSources;
  #opening: Promise<OpenedCatalog> | null = null;
  #closed = false;
  #takesOver = false;
  #recovery = new Recovery();
  readonly #lockWatch: LockWatch;
  /** The copy of a catalog that another window has open. */
  #shown: OpenedCatalog | null = null;
  readonly #closing = new WeakSet<OpenedCatalog>();

  constructor(options: EngineOptions, events: Partial<EngineEvents>, createDecoder: CreateDecoder) {
    this.#options = options;
    this.#events = {
      changed: () => undefined,
      pictures: () => undefined,
      pictureProgress: () => undefined,
      log: () => undefined,
      ...events,
    };
    this.work = new RunningWork(
      () => this.#events.changed(['importJobs']),
      () => this.#pictures.busyChanged(),
    );
    this.#bindings = new ManagedDirectoryBindings(
      options.machineStateDirectory,
      catalogFilePath(options.workspaceDirectory),
    );
    this.#sources = new ChosenSources(options.machineStateDirectory);
    this.#pictures = new PictureWork({
      engine: options,
      createDecoder,
      files: nodeFilePort,
      bindings: this.#bindings,
      busy: () => this.work.busy,
      tell: (event) => this.#events.pictures(event),
      tellProgress: (event) => this.#events.pictureProgress(event),
      changed: () => this.#events.changed(['images']),
      now: () => new Date(),
      log: this.#events.log,
    });
    const directory = catalogDirectory(options.workspaceDirectory);
    this.#lockWatch = new LockWatch({
      mayBeFree: () => mayBeFree(directory),
      tryToTake: async () => !(await this.#reopened()).state.readOnly,
      isStale: () => this.#shown?.isStale() ?? false,
      tellChanged: () => {
        this.#shown = null;
        this.#events.changed(allEntities);
      },
    });
  }

  get catalogFile(): string {
    return catalogFilePath(this.#options.workspaceDirectory);
  }

  async state(): Promise<EngineState> {
    return (await this.#opened()).state;
  }

  /** Recovers again and tells everything that was done since the catalog was opened. */
  recover(): Promise<RecoveryReport> {
    return this.write(['importJobs', 'images'], async (deps) => {
      for (const { id } of deps.store.catalogs.list()) this.work.requireIdle(id);
      await this.#recovery.run(deps);
      const returned = await returnFromTrash(deps, this.#runOnFiles);
      return { ...this.#recovery.report(), ...returned };
    });
  }

  /** @throws CatalogError CATALOG_FILE_LOCKED while the holder lives, or may live and it was not confirmed */
  async takeOver(confirmed: boolean): Promise<EngineState> {
    const before = await this.state();
    if (before.readOnlyReason !== 'locked') return before;
    this.#takesOver = confirmed;
    try {
      const { state } = await this.#reopened();
      if (state.readOnlyReason !== 'locked') return state;
      const { catalogFile: path, lockHolder, lockHolderIsForeign: foreign = false } = state;
      throw new CatalogError('CATALOG_FILE_LOCKED', { path, holder: lockHolder ?? '?', foreign });
    } finally {
      this.#takesOver = false;
    }
  }

  /** @throws CatalogError BUSY, BACKUP_UNUSABLE, CATALOG_FILE_LOCKED, CATALOG_READ_ONLY, CATALOG_CANNOT_WRITE */
  async restore(backup: string): Promise<RestoredBackup> {
    const { workspaceDirectory, trusted, client = null } = this.#options;
    if (!trusted) {
      throw new CatalogError('CATALOG_READ_ONLY', { reason: 'the workspace is not trusted' });
    }
    this.work.requireNothing();
    await this.#forget();
    try {
      const actor = currentActor(client);
      const restored = await restoreBackup(workspaceDirectory, backup, new Date(), actor);
      return { ...restored, ...(await this.#returnFromTrash()) };
    } finally {
      this.#events.changed(allEntities);
    }
  }

  /** The backup is restored whatever becomes of this; recovery does it again. */
  async #returnFromTrash(): Promise<ReturnedFromTrash> {
    try {
      return await this.write(['images'], (deps) => returnFromTrash(deps, this.#runOnFiles));
    } catch (error) {
      this.#events.log('warn', toCatalogError(error).message);
      return { imagesReturned: 0, notLookedAt: [] };
    }
  }

  readonly #runOnFiles: RunOnFiles = (catalogId, work) =>
    this.work.run({ kind: 'files', id: 'return-from-trash', catalogId }, {}, work);

  /** Reads; `empty` is the answer while there is no catalog file. */
  async read<T>(empty: T, operation: (deps: PictureDeps) => T | Promise<T>): Promise<T> {
    const { store } = await this.#opened();
    return store ? this.#guarded(() => operation(this.#deps(store))) : empty;
  }

  /** Reads with the catalog if there is a file, and without if there is none. */
  async readIfAny<T>(operation: (deps: PictureDeps | null) => T | Promise<T>): Promise<T> {
    const { store } = await this.#opened();
    return this.#guarded(() => operation(store && this.#deps(store)));
  }

  /** Reads what only an existing catalog file can have. @throws CatalogError CATALOG_NOT_FOUND without one */
  async readExisting<T>(operation: (deps: PictureDeps) => T | Promise<T>): Promise<T> {
    const { store } = await this.#opened();
    if (!store) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: '' });
    return this.#guarded(() => operation(this.#deps(store)));
  }

  /** Reads for long: the catalog file is not closed under it. @throws CatalogError as readExisting; CANCELLED */
  readLong<T>(
    control: OperationControl,
    operation: (deps: PictureDeps, own: OperationControl) => Promise<T>,
  ): Promise<T> {
    return this.readExisting((deps) =>
      this.work.runReading(control, (own) => operation(deps, own)),
    );
  }

  /** Writes, then tells what changed, also after a failure: a job that failed half-way has changed rows. */
  async write<T>(
    changes: readonly ChangedEntity[],
    operation: (deps: PictureDeps) => T | Promise<T>,
  ): Promise<T> {
    const { store, state } = await this.#opened();
    if (state.readOnly) throw readOnlyError(state);
    if (!store) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: '' });
    try {
      return await this.#guarded(() => operation(this.#deps(store)));
    } finally {
      this.#plans.clear();
      this.#events.changed(changes);
      if (changes.includes('images')) this.#pictures.poke();
    }
  }

  /** Writes, making the catalog file first if there is none. */
  async create<T>(
    changes: readonly ChangedEntity[],
    operation: (deps: PictureDeps) => T | Promise<T>,
  ): Promise<T> {
    const { store, state } = await this.#opened();
    if (state.readOnly) throw readOnlyError(state);
    if (!store) {
      this.#opening = createCatalogFile(this.#options)
        .then((opened) => this.#attachPictures(opened))
        .catch((error: unknown) => {
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
    this.#lockWatch.stop();
    const opening = this.#opening;
    this.#opening = null;
    if (!opening) return;
    await this.work.cancelAll();
    const opened = await opening.catch(() => null);
    await this.#pictures.close();
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
    await this.#close(opened);
    this.#events.changed(['state']);
    return this.#opened();
  }

  /** Opens the catalog anew: perhaps another way than before. */
  async #reopened(): Promise<OpenedCatalog> {
    await this.#forget();
    try {
      return await this.#opened();
    } finally {
      this.#events.changed(allEntities);
    }
  }

  async #forget(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    const opened = await opening?.catch(() => null);
    if (opened) this.#closing.add(opened);
    await this.#close(opened);
  }

  /** Closes the file when nothing reads it any more. */
  async #close(opened: OpenedCatalog | null | undefined): Promise<void> {
    await this.work.cancelReading();
    await this.#pictures.detach();
    await opened?.store?.close();
  }

  #attachPictures(opened: OpenedCatalog): OpenedCatalog {
    if (opened.store) this.#pictures.attach(opened.store, opened.state);
    return opened;
  }

  async #open(): Promise<OpenedCatalog> {
    try {
      requireWorkspace(this.#options.workspaceDirectory);
      const takeOver = this.#takesOver;
      const opened = await openCatalogStore({ ...this.#options, takeOver });
      if (opened.store && !opened.state.readOnly) {
        this.#recovery = new Recovery();
        await this.#recovery.run(this.#deps(opened.store));
        await migrateOldModels(this.#deps(opened.store));
      }
      const isLocked = opened.state.readOnlyReason === 'locked';
      this.#shown = isLocked ? opened : null;
      this.#lockWatch.update(isLocked);
      return this.#attachPictures(opened);
    } catch (error) {
      this.#opening = null;
      throw toCatalogError(error);
    }
  }

  #deps(store: NonNullable<OpenedCatalog['store']>): PictureDeps {
    return {
      store,
      files: nodeFilePort,
      bindings: this.#bindings,
      sources: this.#sources,
      workspaceDirectory: this.#options.workspaceDirectory,
      catalogFile: catalogFilePath(this.#options.workspaceDirectory),
      now: () => new Date(),
      newId: randomUUID,
      log: this.#events.log,
      plans: this.#plans,
      pictures: this.#pictures,
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

const allEntities: readonly ChangedEntity[] = [
  'state',
  'catalogs',
  'sources',
  'scans',
  'importJobs',
  'images',
];

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
