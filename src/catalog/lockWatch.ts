const intervalMs = 2000;
/** After a try in vain: something holds the lock that cannot be seen. */
const pauseMs = 30_000;

/** Looks while the catalog is read-only here whether its holder has gone, and then tries to take the lock. */
export class LockWatch {
  readonly #mayBeFree: () => boolean;
  readonly #tryToTake: () => Promise<boolean>;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;

  /** @param tryToTake false if the lock was not to be had */
  constructor(mayBeFree: () => boolean, tryToTake: () => Promise<boolean>) {
    this.#mayBeFree = mayBeFree;
    this.#tryToTake = tryToTake;
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
    const now = performance.now();
    if (now < this.#notBefore || !this.#mayBeFree()) return;
    this.#notBefore = now + pauseMs;
    // A failure is told by the next call of an operation.
    if (await this.#tryToTake().catch(() => false)) this.#notBefore = 0;
  }
}
