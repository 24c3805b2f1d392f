const intervalMs = 2000;
/** After a try in vain: something holds the lock that cannot be seen. */
const pauseMs = 30_000;
/** An import elsewhere changes the catalog all the time, and opening it anew copies it. */
const tellPauseMs = 10_000;

export interface LockWatchHost {
  readonly mayBeFree: () => boolean;
  /** False if the lock was not to be had. */
  readonly tryToTake: () => Promise<boolean>;
  /** The file no longer holds what is shown here. */
  readonly isStale: () => boolean;
  /** Says so: whoever asks again opens the catalog anew. */
  readonly tellChanged: () => void;
}

/**
 * Looks while the catalog is read-only here whether its holder has gone, and then tries to take the lock; and whether
 * the holder has changed the catalog.
 */
export class LockWatch {
  readonly #host: LockWatchHost;
  #isBusy = false;
  #notToldBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;

  constructor(host: LockWatchHost) {
    this.#host = host;
  }

  update(isLocked: boolean): void {
    if (!isLocked) this.stop();
    else if (this.#timer === undefined) {
      this.#timer = setInterval(() => void this.#look(), intervalMs);
      this.#timer.unref();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    // A failure is told by the next call of an operation.
    await this.#lookOnce().catch(() => undefined);
    this.#isBusy = false;
  }

  async #lookOnce(): Promise<void> {
    const { mayBeFree, tryToTake, isStale, tellChanged } = this.#host;
    const now = performance.now();
    if (now >= this.#notBefore && mayBeFree()) {
      this.#notBefore = now + pauseMs;
      if (await tryToTake()) this.#notBefore = 0;
    } else if (now >= this.#notToldBefore && isStale()) {
      this.#notToldBefore = now + tellPauseMs;
      tellChanged();
    }
  }
}
