import { CatalogError } from './model/errors.js';
import { programEnds, type OperationControl } from './model/progress.js';

export interface WorkDescription {
  /** `files`: work on catalogued files, alone in its catalog like an import. */
  readonly kind: 'scan' | 'import' | 'files';
  /** The source of a scan, the scan of an import: the same work does not run twice. */
  readonly id: string;
  readonly catalogId: string;
  /** If it is known before the work starts. */
  readonly jobId?: string;
}

interface Work extends WorkDescription {
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
  /** Filled with the id of the job as soon as there is one. */
  readonly started: { jobId: string | null };
}

/** Work that nothing else waits for. */
type SideWork = Pick<Work, 'controller' | 'done'>;

/** The long operations under way: who runs, cancelling one or all, and what may not run beside what. */
export class RunningWork {
  readonly #running = new Set<Work>();
  readonly #aside = new Set<SideWork>();
  readonly #reading = new Set<SideWork>();
  readonly #onJobStarted: () => void;
  readonly #onBusyChanged: () => void;

  /** @param onBusyChanged called when the first work began or the last one ended */
  constructor(
    onJobStarted: () => void = () => undefined,
    onBusyChanged: () => void = () => undefined,
  ) {
    this.#onJobStarted = onJobStarted;
    this.#onBusyChanged = onBusyChanged;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Runs work with a control of its own, cancelled by the caller's signal, by cancelJob or by cancelAll.
   * One import at a time per catalog, one scan at a time per source.
   * @throws CatalogError BUSY
   */
  async run<T>(
    description: WorkDescription,
    control: OperationControl,
    start: (control: OperationControl) => Promise<T>,
  ): Promise<T> {
    this.#requireFree(description);
    // What runs aside looks at its signal before it writes.
    for (const aside of this.#aside) aside.controller.abort();
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort(control.signal?.reason);
    };
    if (control.signal?.aborted) abort();
    control.signal?.addEventListener('abort', abort);
    const started: { jobId: string | null } = { jobId: description.jobId ?? null };
    const done = start({
      signal: controller.signal,
      onProgress: (report) => {
        if (started.jobId === null && report.jobId !== undefined) {
          started.jobId = report.jobId;
          this.#onJobStarted();
        }
        control.onProgress?.(report);
      },
    });
    const work: Work = { ...description, controller, done, started };
    this.#running.add(work);
    if (this.#running.size === 1) this.#onBusyChanged();
    try {
      return await done;
    } finally {
      control.signal?.removeEventListener('abort', abort);
      this.#running.delete(work);
      if (this.#running.size === 0) this.#onBusyChanged();
    }
  }

  /**
   * Runs work that gives way: it is cancelled as soon as any other work begins.
   * @throws CatalogError BUSY if something runs already
   */
  async runAside<T>(
    control: OperationControl,
    start: (control: OperationControl) => Promise<T>,
  ): Promise<T> {
    this.requireNothing();
    if (this.#aside.size > 0) throw new CatalogError('BUSY', { job: 'check' });
    return runIn(this.#aside, control, start);
  }

  /**
   * Runs work that reads the catalog and writes what is derived only, beside everything else. The catalog file is
   * not closed under it, and the background goes on: what it makes may be waited for.
   */
  runReading<T>(
    control: OperationControl,
    start: (control: OperationControl) => Promise<T>,
  ): Promise<T> {
    return runIn(this.#reading, control, start);
  }

  /** Cancels what only reads or gives way, and waits until it has ended. */
  async cancelReading(): Promise<void> {
    await cancel([...this.#reading, ...this.#aside]);
  }

  /** False if no such job runs here. */
  cancelJob(jobId: string): boolean {
    const work = [...this.#running].find((candidate) => candidate.started.jobId === jobId);
    work?.controller.abort();
    return work !== undefined;
  }

  /** Cancels everything because the program ends, and waits until it has ended. */
  async cancelAll(): Promise<void> {
    await cancel([...this.#running, ...this.#aside, ...this.#reading]);
  }

  /** @throws CatalogError BUSY if anything runs on the catalog */
  requireIdle(catalogId: string): void {
    const work = [...this.#running].find((candidate) => candidate.catalogId === catalogId);
    if (work) throw new CatalogError('BUSY', { job: work.started.jobId ?? work.kind });
  }

  /** @throws CatalogError BUSY if anything runs at all */
  requireNothing(): void {
    const [work] = this.#running;
    if (work) throw new CatalogError('BUSY', { job: work.started.jobId ?? work.kind });
  }

  #requireFree({ kind, id, catalogId }: WorkDescription): void {
    for (const work of this.#running) {
      const clash =
        kind !== 'scan' || work.kind !== 'scan' ? work.catalogId === catalogId : work.id === id;
      if (clash) throw new CatalogError('BUSY', { job: work.started.jobId ?? work.kind });
    }
  }
}

async function runIn<T>(
  running: Set<SideWork>,
  control: OperationControl,
  start: (control: OperationControl) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const signal = control.signal
    ? AbortSignal.any([control.signal, controller.signal])
    : controller.signal;
  const done = start({ ...control, signal });
  const work = { controller, done };
  running.add(work);
  try {
    return await done;
  } finally {
    running.delete(work);
  }
}

async function cancel(works: readonly SideWork[]): Promise<void> {
  for (const { controller } of works) controller.abort(programEnds);
  await Promise.allSettled(works.map(({ done }) => done));
}
