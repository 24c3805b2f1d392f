import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { CatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';

const turnMilliseconds = 25;

/** Work in the background takes a quarter of one processor. */
const restPerWork = 3;

/** Lets messages such as a cancel through about every 25 ms; in the background leaves most of the time to others. */
export class Pace {
  private readonly background: boolean;
  private startedAt = performance.now();

  constructor(background: boolean) {
    this.background = background;
  }

  isDue(): boolean {
    return performance.now() - this.startedAt >= turnMilliseconds;
  }

  async rest(): Promise<void> {
    if (this.background) await sleep((performance.now() - this.startedAt) * restPerWork);
    else await nextTurn();
    this.startedAt = performance.now();
  }
}

/** Between two files: rests if that is due. @throws CatalogError CANCELLED */
export async function takeTurn(pace: Pace, { signal }: OperationControl): Promise<void> {
  if (pace.isDue()) await pace.rest();
  if (signal?.aborted) throw new CatalogError('CANCELLED');
}
