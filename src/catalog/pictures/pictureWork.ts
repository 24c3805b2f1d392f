import os from 'node:os';
import type { FilePort } from '../files/filePort.js';
import { hashVersion } from '../media/hashes/perceptualHashes.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { Decoder } from '../model/picture.js';
import { pictureFolders } from '../model/pictureFolders.js';
import type { PictureOptions, PictureProgress, PictureWorkStatus } from '../model/pictureWork.js';
import type { OperationControl } from '../model/progress.js';
import type { EngineNotifications, EngineOptions } from '../protocol.js';
import type { EngineState } from '../protocol/shared.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { readPictureNotes, updatePictureNotes, type PictureNotes } from '../store/pictureNotes.js';
import { OpenPictures } from './openPictures.js';
import type { PictureRun } from './pictureRun.js';
import type { PictureSourceDeps } from './pictureSource.js';

/** Makes a decoder; it starts its processes with the first picture. */
export type CreateDecoder = (options: { readonly maximumPixels: number }) => Decoder;

const defaultMegapixels = 100;
const progressIntervalMs = 400;

export interface PictureWorkOptions {
  readonly engine: EngineOptions;
  readonly createDecoder: CreateDecoder;
  readonly files: FilePort;
  readonly bindings: PictureSourceDeps['bindings'];
  /** True while a scan or an import runs: they come first. */
  readonly busy: () => boolean;
  readonly tell: (event: EngineNotifications['pictures']) => void;
  readonly tellProgress: (event: PictureProgress) => void;
  /** Many rows have changed. */
  readonly changed: () => void;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * Thumbnails and hashes of one catalog file: in the background after imports, and at once when asked for. What is
 * to be done is what the rows say, so nothing is lost by a crash. Outlives the catalog's being opened again.
 */
export class PictureWork {
  readonly #options: PictureWorkOptions;
  readonly #concurrency = 2 * Math.max(1, os.availableParallelism() - 1);
  #open: { readonly pictures: OpenPictures; readonly state: EngineState } | null = null;
  #decoder: Decoder | null = null;
  #background: boolean;
  #maxMegapixels: number;
  #run: PictureRun | null = null;
  #stopRun = new AbortController();
  #running: Promise<void> | null = null;
  #again = false;
  #wakers: (() => void)[] = [];
  /** As on disk, once it was read. */
  #notes: PictureNotes | null = null;
  #progressTimer: NodeJS.Timeout | undefined;

  constructor(options: PictureWorkOptions) {
    this.#options = options;
    this.#background = options.engine.pictures?.background ?? false;
    this.#maxMegapixels = options.engine.pictures?.maxMegapixels ?? defaultMegapixels;
  }

  /** Takes up the work on a catalog file that was opened. */
  attach(store: CatalogStore, state: EngineState): void {
    const { engine, files, bindings, tell, log } = this.#options;
    const pictures = new OpenPictures({
      store,
      files,
      bindings,
      folders: pictureFolders(engine.workspaceDirectory, engine.machineStateDirectory),
      place: !engine.trusted ? 'forbidden' : state.readOnly ? 'local' : 'own',
      decoder: () => this.#startedDecoder(),
      tell,
      log,
    });
    this.#open = { pictures, state };
    this.#notes = null;
    this.poke();
  }

  /** Ends the work before the catalog file is closed. */
  async detach(): Promise<void> {
    this.#open?.pictures.close();
    this.#open = null;
    await this.#stopRunning();
  }

  async close(): Promise<void> {
    await this.detach();
    clearTimeout(this.#progressTimer);
    this.#progressTimer = undefined;
    const decoder = this.#decoder;
    this.#decoder = null;
    await decoder?.close();
  }

  /** The pictures of the opened catalog file. @throws CatalogError ENGINE_STOPPED */
  get pictures(): OpenPictures {
    if (!this.#open) throw new CatalogError('ENGINE_STOPPED', { detail: 'closed' });
    return this.#open.pictures;
  }

  /** There may be something to do: images were added, or marked. */
  poke(): void {
    if (this.#running) this.#again = true;
    else if (this.#mayRun() && !this.#paused) this.#running = this.#runInBackground();
    this.#progressChanged();
  }

  /** Other work began or ended. */
  busyChanged(): void {
    this.#wake();
    this.#progressChanged();
  }

  setPaused(paused: boolean): PictureProgress {
    this.#note({ paused });
    this.#wake();
    if (!paused) this.poke();
    else this.#progressChanged();
    return this.progress();
  }

  async configure({ background, maxMegapixels }: PictureOptions): Promise<PictureProgress> {
    const restarts = maxMegapixels !== undefined && maxMegapixels !== this.#maxMegapixels;
    this.#background = background ?? this.#background;
    this.#maxMegapixels = maxMegapixels ?? this.#maxMegapixels;
    if (restarts || !this.#background) await this.#stopRunning();
    if (restarts) {
      const decoder = this.#decoder;
      this.#decoder = null;
      await decoder?.close();
    }
    this.poke();
    return this.progress();
  }

  /** Makes all pending pictures of a catalog, paused or not. @throws CatalogError CANCELLED, and what ends all */
  async makeAll(catalogId: string, control: OperationControl): Promise<void> {
    const { pictures } = this;
    await this.#stopRunning();
    this.#settle(pictures);
    const signal = control.signal ?? new AbortController().signal;
    const work = this.#pass(
      pictures,
      catalogId,
      signal,
      () => this.#options.busy(),
      (run) =>
        control.onProgress?.({
          phase: 'pictures',
          filesDone: run.filesDone,
          filesTotal: run.filesTotal,
          bytesDone: 0,
          bytesTotal: null,
          bytesPerSecond: 0,
          secondsLeft: run.secondsLeft,
          currentPath: null,
        }),
    );
    this.#running = work.then(
      () => undefined,
      () => undefined,
    );
    try {
      await work;
    } finally {
      this.#running = null;
      this.poke();
    }
  }

  progress(): PictureProgress {
    const run = this.#run;
    return {
      status: this.#status(),
      filesDone: run?.filesDone ?? 0,
      filesTotal: run?.filesTotal ?? 0,
      filesFailed: run?.filesFailed ?? 0,
      secondsLeft: run?.secondsLeft ?? null,
    };
  }

  #status(): PictureWorkStatus {
    if (!this.#mayRun()) return this.#run ? 'running' : 'off';
    if (this.#paused) return 'paused';
    if (!this.#run) return 'idle';
    return this.#options.busy() ? 'waiting' : 'running';
  }

  #mayRun(): boolean {
    return this.#background && this.#open !== null && !this.#open.state.readOnly;
  }

  get #paused(): boolean {
    return this.#noted().paused;
  }

  #noted(): PictureNotes {
    const { machineStateDirectory } = this.#options.engine;
    const catalogFile = this.#open?.state.catalogFile ?? '';
    return (this.#notes ??= readPictureNotes(machineStateDirectory, catalogFile));
  }

  #note(change: Partial<PictureNotes>): void {
    const { machineStateDirectory } = this.#options.engine;
    if (!this.#open) return;
    const { catalogFile } = this.#open.state;
    this.#notes = updatePictureNotes(machineStateDirectory, catalogFile, change);
  }

  #startedDecoder(): Decoder {
    const maximumPixels = Math.round(this.#maxMegapixels * 1e6);
    return (this.#decoder ??= this.#options.createDecoder({ maximumPixels }));
  }

  async #stopRunning(): Promise<void> {
    this.#again = false;
    this.#stopRun.abort();
    this.#stopRun = new AbortController();
    this.#wake();
    await this.#running;
  }

  #settle(pictures: OpenPictures): void {
    pictures.settle(this.#noted().hashVersion);
    this.#note({ hashVersion });
  }

  async #runInBackground(): Promise<void> {
    // After the caller: opening a catalog file does not wait for its pictures.
    await new Promise((resolve) => setImmediate(resolve));
    const { signal } = this.#stopRun;
    const blocked = (): boolean => this.#paused || this.#options.busy();
    try {
      do {
        this.#again = false;
        if (signal.aborted || !this.#open) return;
        const { pictures } = this.#open;
        this.#settle(pictures);
        await this.#pass(pictures, null, signal, blocked, () => undefined);
      } while (this.#again);
      await this.#cleanUpDaily();
    } catch (error) {
      const { code, message } = toCatalogError(error);
      if (code !== 'CANCELLED') {
        this.#options.log('warn', `Making thumbnails has stopped: ${message}`);
      }
    } finally {
      this.#running = null;
      this.#progressChanged();
    }
  }

  async #pass(
    pictures: OpenPictures,
    catalogId: string | null,
    signal: AbortSignal,
    blocked: () => boolean,
    report: (run: PictureRun) => void,
  ): Promise<void> {
    const run = pictures.pass({
      catalogId,
      signal: AbortSignal.any([signal, this.#stopRun.signal]),
      concurrency: this.#concurrency,
      gate: () => (blocked() ? new Promise((resolve) => this.#wakers.push(resolve)) : null),
      onProgress: () => {
        report(run);
        this.#progressChanged();
      },
    });
    if (run.filesTotal === 0) return;
    this.#run = run;
    const cancelled = (): void => this.#wake();
    signal.addEventListener('abort', cancelled, { once: true });
    try {
      report(run);
      await run.run();
    } finally {
      signal.removeEventListener('abort', cancelled);
      this.#run = null;
      pictures.flush();
      report(run);
      if (run.filesDone > 0) this.#options.changed();
    }
  }

  async #cleanUpDaily(): Promise<void> {
    const today = this.#options.now().toISOString().slice(0, 10);
    if (!this.#open || this.#noted().cleanedOn === today) return;
    this.#note({ cleanedOn: today });
    await this.#open.pictures.cleanUp();
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  #progressChanged(): void {
    this.#progressTimer ??= setTimeout(() => {
      this.#progressTimer = undefined;
      if (this.#open) this.#options.tellProgress(this.progress());
    }, progressIntervalMs);
    this.#progressTimer.unref();
  }
}
