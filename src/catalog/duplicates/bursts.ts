import type { ComparedImages } from './comparedImages.js';

/** Shots with numbered names follow each other at most so slowly. */
const numberedGapMs = 3000;
/** Others: as the burst modes of cameras do. Times of whole seconds may be one second off. */
const usualGapMs = 1000;
const wholeSecondMs = 1000;
/** Names of one burst count up by at most so much: deleted shots leave gaps. */
const maximumStep = 5;

/** What the name of a file tells about its place in a sequence: `DSC_0423` is 423 of `DSC_`. */
export interface SequenceName {
  readonly prefix: string;
  readonly number: number | null;
}

/** @param name without folder */
export function sequenceName(name: string): SequenceName {
  const stem = name.replace(/\.[^.]*$/, '');
  const match = /^(.*?)(\d{1,9})$/.exec(stem);
  if (!match) return { prefix: stem.toLowerCase(), number: null };
  return { prefix: (match[1] ?? '').toLowerCase(), number: Number(match[2]) };
}

/** Shots by index, in the order of time. */
export type BurstRun = readonly number[];

/**
 * Shots of one camera that followed each other within seconds. Copies of one shot have one time and one number:
 * they stand in the same run, but are not siblings of each other.
 * @param nameOf asked only for shots that stand close in time
 */
export function findBursts(
  images: ComparedImages,
  nameOf: (indices: readonly number[]) => ReadonlyMap<number, string>,
): Bursts {
  const timed: number[] = [];
  for (let index = 0; index < images.count; index++) {
    if ((images.camera[index] ?? -1) >= 0 && !Number.isNaN(images.capturedAt[index])) {
      timed.push(index);
    }
  }
  const time = (index: number): number => images.capturedAt[index] ?? NaN;
  const camera = (index: number): number => images.camera[index] ?? -1;
  timed.sort((a, b) => camera(a) - camera(b) || time(a) - time(b) || a - b);
  const close: number[][] = [];
  let run: number[] = [];
  for (const index of timed) {
    const last = run.at(-1);
    if (
      last !== undefined &&
      camera(last) === camera(index) &&
      time(index) - time(last) <= numberedGapMs
    ) {
      run.push(index);
    } else {
      if (run.length > 1) close.push(run);
      run = [index];
    }
  }
  if (run.length > 1) close.push(run);
  const names = nameOf(close.flat());
  return new Bursts(
    images,
    close,
    new Map([...names].map(([at, name]) => [at, sequenceName(name)])),
  );
}

/** The runs of a catalog, and which of their shots were taken one after the other. */
export class Bursts {
  /** Runs of at least two different moments. */
  readonly runs: readonly BurstRun[];
  private readonly runOf = new Map<number, number>();
  private readonly images: ComparedImages;
  private readonly names: ReadonlyMap<number, SequenceName>;

  constructor(
    images: ComparedImages,
    close: readonly BurstRun[],
    names: ReadonlyMap<number, SequenceName>,
  ) {
    this.images = images;
    this.names = names;
    const runs: number[][] = [];
    for (const candidates of close) {
      let run: number[] = [];
      for (const index of candidates) {
        if (run.length === 0 || run.some((earlier) => this.follows(earlier, index))) {
          run.push(index);
          continue;
        }
        if (this.hasSiblings(run)) runs.push(run);
        run = [index];
      }
      if (this.hasSiblings(run)) runs.push(run);
    }
    this.runs = runs;
    runs.forEach((run, number) => {
      for (const index of run) this.runOf.set(index, number);
    });
  }

  /** True if the picture belongs to a burst. */
  has(index: number): boolean {
    return this.runOf.has(index);
  }

  /** True for different shots of one burst; false for two copies of one shot. */
  areSiblings(a: number, b: number): boolean {
    const run = this.runOf.get(a);
    return run !== undefined && run === this.runOf.get(b) && this.areDifferentShots(a, b);
  }

  private hasSiblings(run: readonly number[]): boolean {
    return run.some((a, at) => run.slice(at + 1).some((b) => this.areDifferentShots(a, b)));
  }

  /** True if the second was taken at the same moment or so shortly after the first that it is one burst. */
  private follows(a: number, b: number): boolean {
    const { capturedAt, exactTime } = this.images;
    const gap = Math.abs((capturedAt[b] ?? 0) - (capturedAt[a] ?? 0));
    const step = this.stepBetween(a, b);
    if (step !== null && Math.abs(step) <= maximumStep) return gap <= numberedGapMs;
    const exact = exactTime[a] === 1 && exactTime[b] === 1;
    return gap <= usualGapMs + (exact ? 0 : wholeSecondMs);
  }

  private areDifferentShots(a: number, b: number): boolean {
    const { capturedAt, exactTime } = this.images;
    if (capturedAt[a] !== capturedAt[b]) return true;
    // One moment: the same shot, unless the clock is too coarse and the numbers differ.
    if (exactTime[a] === 1 || exactTime[b] === 1) return false;
    const step = this.stepBetween(a, b);
    return step !== null && step !== 0 && Math.abs(step) <= maximumStep;
  }

  /** How far the second's number lies from the first's; null if the names do not belong to one sequence. */
  private stepBetween(a: number, b: number): number | null {
    const first = this.names.get(a);
    const second = this.names.get(b);
    if (!first || !second || first.number === null || second.number === null) return null;
    return first.prefix === second.prefix ? second.number - first.number : null;
  }
}
