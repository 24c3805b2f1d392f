import type { ProgressPhase, ProgressReport } from './progress.js';

/** At most ten reports a second. */
const reportIntervalMs = 100;

/** Time constant of the smoothed rates: long enough to be calm, short enough to follow a slow drive. */
const smoothingMs = 3000;

/** Before this an estimate of the time left would only be noise. */
const warmUpMs = 500;

export interface ProgressMeterOptions {
  readonly phase: ProgressPhase;
  /** Null while it is not known. */
  readonly filesTotal: number | null;
  readonly bytesTotal: number | null;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly report?: ((report: ProgressReport) => void) | undefined;
  readonly extra?: { readonly scanId?: string; readonly jobId?: string };
}

/**
 * Adds up what long work has done and reports it, at most ten times a second, with an exponentially
 * smoothed rate and the time left. Pure but for the clock and the receiver it is given.
 */
export class ProgressMeter {
  private readonly options: ProgressMeterOptions;
  private readonly startedAt: number;
  private filesDone = 0;
  private bytesDone = 0;
  private currentPath: string | null = null;
  private reportedAt: number | null = null;
  private sampledAt: number;
  private sampledFiles = 0;
  private sampledBytes = 0;
  private filesPerMs: number | null = null;
  private bytesPerMs: number | null = null;

  constructor(options: ProgressMeterOptions) {
    this.options = options;
    this.startedAt = options.now();
    this.sampledAt = this.startedAt;
  }

  /**
   * Adds finished files and bytes to the sums. Bytes may come in pieces of one file.
   * @param currentPath what is being worked on, for people
   */
  advance(files: number, bytes: number, currentPath: string | null): void {
    this.filesDone += files;
    this.bytesDone += bytes;
    this.currentPath = currentPath;
    if (!this.options.report) return;
    const now = this.options.now();
    if (this.reportedAt === null || now - this.reportedAt >= reportIntervalMs) this.send(now);
  }

  /** Reports the present state at once, whatever was reported last. Call it at the end of the work. */
  flush(): void {
    if (this.options.report) this.send(this.options.now());
  }

  private send(now: number): void {
    this.sample(now);
    this.reportedAt = now;
    const { phase, filesTotal, bytesTotal, extra, report } = this.options;
    report?.({
      phase,
      filesDone: this.filesDone,
      filesTotal,
      bytesDone: this.bytesDone,
      bytesTotal,
      bytesPerSecond: Math.round((this.bytesPerMs ?? 0) * 1000),
      secondsLeft: this.secondsLeft(now),
      currentPath: this.currentPath,
      ...extra,
    });
  }

  private sample(now: number): void {
    const elapsed = now - this.sampledAt;
    if (elapsed <= 0) return;
    const weight = 1 - Math.exp(-elapsed / smoothingMs);
    const files = (this.filesDone - this.sampledFiles) / elapsed;
    const bytes = (this.bytesDone - this.sampledBytes) / elapsed;
    this.filesPerMs =
      this.filesPerMs === null ? files : this.filesPerMs + weight * (files - this.filesPerMs);
    this.bytesPerMs =
      this.bytesPerMs === null ? bytes : this.bytesPerMs + weight * (bytes - this.bytesPerMs);
    this.sampledAt = now;
    this.sampledFiles = this.filesDone;
    this.sampledBytes = this.bytesDone;
  }

  /** Bytes tell more than files where there are any to read; the number of files where there are none. */
  private secondsLeft(now: number): number | null {
    const { filesTotal, bytesTotal } = this.options;
    if (filesTotal !== null && this.filesDone >= filesTotal) return 0;
    if (now - this.startedAt < warmUpMs) return null;
    const left =
      bytesTotal !== null && bytesTotal > 0
        ? timeLeft(bytesTotal - this.bytesDone, this.bytesPerMs)
        : filesTotal === null
          ? null
          : timeLeft(filesTotal - this.filesDone, this.filesPerMs);
    return left === null ? null : Math.ceil(left / 1000);
  }
}

function timeLeft(amount: number, perMs: number | null): number | null {
  return perMs === null || perMs <= 0 ? null : Math.max(0, amount) / perMs;
}
