import { CatalogError } from '../model/errors.js';

interface Task<T> {
  readonly controller: AbortController;
  readonly result: Promise<T>;
  waiters: number;
}

/** Who scrolls asks anew for what is still in sight, right after giving up what he asked for before. */
const graceMs = 100;

/** Work that several callers may want at once: it runs once, and is cancelled when nobody waits any more. */
export class SharedTasks<T> {
  readonly #running = new Map<string, Task<T>>();

  /** Joins the running task of that key, or starts one. @throws CatalogError CANCELLED when the signal aborts */
  async run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw new CatalogError('CANCELLED');
    const task = this.#running.get(key) ?? this.#start(key, start);
    task.waiters += 1;
    try {
      return await unlessAborted(task.result, signal);
    } finally {
      task.waiters -= 1;
      if (task.waiters === 0) setTimeout(() => this.#cancelUnwanted(key, task), graceMs).unref();
    }
  }

  #cancelUnwanted(key: string, task: Task<T>): void {
    if (task.waiters > 0) return;
    task.controller.abort();
    // Who comes from now on must not join a task that is being cancelled.
    if (this.#running.get(key) === task) this.#running.delete(key);
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Task<T> {
    const controller = new AbortController();
    const result = start(controller.signal);
    const task: Task<T> = { controller, result, waiters: 0 };
    this.#running.set(key, task);
    const ended = (): void => {
      if (this.#running.get(key) === task) this.#running.delete(key);
    };
    result.then(ended, ended);
    return task;
  }
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new CatalogError('CANCELLED'));
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
