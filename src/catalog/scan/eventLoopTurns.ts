import { setImmediate as nextTurn } from 'node:timers/promises';

const turnMilliseconds = 25;

/** Lets messages such as a cancel through while long work runs: `if (turns.isDue()) await turns.next();` */
export class EventLoopTurns {
  private endsAt = performance.now() + turnMilliseconds;

  /** True about every 25 ms. Cheap enough to ask for each file. */
  isDue(): boolean {
    return performance.now() >= this.endsAt;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.endsAt = performance.now() + turnMilliseconds;
  }
}
