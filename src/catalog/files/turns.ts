import { setImmediate as nextTurn } from 'node:timers/promises';

const turnMilliseconds = 25;

/** Lets messages such as a cancel through, about every 25 ms, while a file is worked on. */
export class Turns {
  private endsAt = performance.now() + turnMilliseconds;

  /** Gives the event loop its turn if it is due. */
  async maybe(): Promise<void> {
    if (performance.now() < this.endsAt) return;
    await nextTurn();
    this.endsAt = performance.now() + turnMilliseconds;
  }
}
