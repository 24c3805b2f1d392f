import os from 'node:os';
import { CatalogError } from '../../model/errors.js';
import type { Decoder, PictureRequest, PictureResult } from '../../model/picture.js';
import { DecodeChild, type ChildEnd } from './decodeChild.js';
import type { DecodeLimits } from './decodeLimits.js';
import type { DecodeAnswer } from './decodeMessages.js';

export interface DecoderPoolOptions {
  readonly programFolder: string;
  readonly processes: number;
  readonly timeLimitMs: number;
  readonly memoryLimitBytes: number;
  readonly idleMs: number;
  readonly limits: DecodeLimits;
}

interface Job {
  readonly id: number;
  readonly request: PictureRequest;
  readonly isUrgent: boolean;
  /** Shares its process with no other file: its decoder holds the process, or it may have ended one. */
  isAlone: boolean;
  /** Answered, or nobody waits for it any more. */
  isSettled: boolean;
  readonly resolve: (result: PictureResult) => void;
  readonly reject: (error: CatalogError) => void;
}

interface RunningJob {
  readonly job: Job;
  timer: NodeJS.Timeout | null;
}

/** A process and what it is doing. */
interface Slot {
  readonly child: DecodeChild;
  readonly running: Map<number, RunningJob>;
  decoded: number;
  /** Gets no more files: its memory never shrinks. */
  isRetiring: boolean;
}

const filesAtOnce = 2;
const startLimitMs = 20_000;
/** A file gets so many times its limit more while the machine is overloaded. */
const overloadedExtensions = 3;
/** A process is replaced after so many files, or when it holds so much memory between two. */
const filesPerProcess = 2000;
const restingMemoryBytes = 500 * 1024 ** 2;

/** Types whose decoders never give the thread back while they work. */
const blockingTypes = /^image\/(hei[cf]|avc[is]|bmp|jxl)/;

/**
 * Decodes in processes of its own, because a file can crash, block or bloat its decoder. A file that does so
 * gets an error, and the process is replaced; files that only were beside it are decoded again, alone when
 * it is not known which of them it was.
 */
export class DecoderPool implements Decoder {
  private readonly options: DecoderPoolOptions;
  private readonly slots = new Set<Slot>();
  private readonly urgentJobs: Job[] = [];
  private readonly jobs: Job[] = [];
  private nextId = 1;
  private idleTimer: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(options: DecoderPoolOptions) {
    this.options = options;
  }

  process(
    request: PictureRequest,
    { urgent = false, signal }: { readonly urgent?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<PictureResult> {
    if (this.isClosed || signal?.aborted) return Promise.reject(new CatalogError('CANCELLED'));
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        remove(urgent ? this.urgentJobs : this.jobs, job);
        // A file that is being decoded goes on: ending its process would cost more.
        job.reject(new CatalogError('CANCELLED'));
      };
      const settled = (): void => {
        job.isSettled = true;
        signal?.removeEventListener('abort', cancel);
      };
      const job: Job = {
        id: this.nextId++,
        request,
        isUrgent: urgent,
        isAlone: blockingTypes.test(request.mimeType),
        isSettled: false,
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', cancel, { once: true });
      (urgent ? this.urgentJobs : this.jobs).push(job);
      this.pump();
    });
  }

  close(): Promise<void> {
    this.isClosed = true;
    const left = [...this.urgentJobs.splice(0), ...this.jobs.splice(0)];
    for (const slot of this.slots) {
      left.push(...this.takeRunning(slot));
      slot.child.kill();
    }
    this.slots.clear();
    for (const job of left) job.reject(new CatalogError('CANCELLED'));
    this.stopIdling();
    return Promise.resolve();
  }

  /** Gives waiting files to processes, urgent ones first, until nobody can take the next. */
  private pump(): void {
    for (;;) {
      const queue = this.urgentJobs.length > 0 ? this.urgentJobs : this.jobs;
      const job = queue[0];
      const slot = job && this.slotFor(job);
      if (!job || !slot) break;
      queue.shift();
      this.start(slot, job);
    }
    this.watchIdleness();
  }

  /** A free process, else a new one, else one that can take a second file. */
  private slotFor(job: Job): Slot | null {
    const usable = [...this.slots].filter(({ isRetiring }) => !isRetiring);
    const free = usable.find(({ running }) => running.size === 0);
    if (free) return free;
    if (this.slots.size < this.options.processes) return this.startProcess();
    if (job.isAlone) return null;
    return (
      usable.find(
        ({ running }) =>
          running.size < filesAtOnce && ![...running.values()].some((other) => other.job.isAlone),
      ) ?? null
    );
  }

  private startProcess(): Slot {
    const { programFolder, memoryLimitBytes } = this.options;
    const slot: Slot = {
      child: new DecodeChild(programFolder, memoryLimitBytes, {
        onReady: () => {
          for (const running of slot.running.values()) this.startTimer(slot, running);
        },
        onAnswer: (answer) => this.answered(slot, answer),
        onEnd: (end) => this.ended(slot, end),
      }),
      running: new Map(),
      decoded: 0,
      isRetiring: false,
    };
    this.slots.add(slot);
    return slot;
  }

  private start(slot: Slot, job: Job): void {
    const running: RunningJob = { job, timer: null };
    slot.running.set(job.id, running);
    slot.child.holdParent(true);
    slot.child.send({ id: job.id, request: job.request, limits: this.options.limits });
    this.startTimer(slot, running);
  }

  /** A file's time begins when its process is ready; a process that never is does not hold it for ever. */
  private startTimer(slot: Slot, running: RunningJob): void {
    const { timeLimitMs } = this.options;
    if (running.timer) clearTimeout(running.timer);
    const wait = (milliseconds: number, mayExtend: boolean): void => {
      running.timer = setTimeout(() => {
        if (mayExtend && isOverloaded()) wait(overloadedExtensions * timeLimitMs, false);
        // An answer may be waiting behind this very event.
        else setImmediate(() => this.timedOut(slot, running));
      }, milliseconds);
    };
    wait(timeLimitMs + (slot.child.isReady ? 0 : startLimitMs), true);
  }

  private timedOut(slot: Slot, running: RunningJob): void {
    const { job } = running;
    if (slot.running.get(job.id) !== running) return;
    slot.running.delete(job.id);
    const seconds = this.options.timeLimitMs / 1000;
    job.reject(new CatalogError('PICTURE_TIMED_OUT', { path: job.request.path, seconds }));
    this.replace(slot);
  }

  /** Kills a process; what else it was decoding is decoded again. */
  private replace(slot: Slot): void {
    this.slots.delete(slot);
    slot.child.kill();
    this.requeue(this.takeRunning(slot));
    this.pump();
  }

  private requeue(jobs: readonly Job[]): void {
    for (const job of [...jobs].reverse()) {
      if (job.isSettled) continue;
      (job.isUrgent ? this.urgentJobs : this.jobs).unshift(job);
    }
  }

  private takeRunning(slot: Slot): Job[] {
    const running = [...slot.running.values()];
    slot.running.clear();
    for (const { timer } of running) if (timer) clearTimeout(timer);
    return running.map(({ job }) => job);
  }

  private answered(slot: Slot, answer: Exclude<DecodeAnswer, { kind: 'ready' }>): void {
    const running = slot.running.get(answer.id);
    if (!running) return;
    if (running.timer) clearTimeout(running.timer);
    slot.running.delete(answer.id);
    if (answer.kind === 'done') running.job.resolve(answer.result);
    else running.job.reject(new CatalogError(answer.code, answer.data));
    slot.decoded += 1;
    if (slot.decoded >= filesPerProcess || answer.memoryBytes > restingMemoryBytes) {
      slot.isRetiring = true;
    }
    if (slot.running.size === 0) {
      slot.child.holdParent(false);
      if (slot.isRetiring) {
        this.slots.delete(slot);
        slot.child.release();
      }
    }
    this.pump();
  }

  /** A process ended that should not have. */
  private ended(slot: Slot, end: ChildEnd): void {
    if (!this.slots.delete(slot)) return;
    const jobs = this.takeRunning(slot);
    const [only] = jobs;
    if (!end.wasReady) {
      const detail = `the decoder did not start: ${end.lastWords || 'no message'}`;
      for (const job of jobs) job.reject(new CatalogError('INTERNAL', { detail }));
    } else if (only && jobs.length === 1) {
      const { path } = only.request;
      only.reject(
        end.wasKilled
          ? new CatalogError('PICTURE_OUT_OF_MEMORY', { path })
          : new CatalogError('PICTURE_DAMAGED', { path, detail: 'it makes the decoder fail' }),
      );
    } else {
      for (const job of jobs) job.isAlone = true;
      this.requeue(jobs);
    }
    this.pump();
  }

  /** Ends the processes when there has been nothing to do for a while. */
  private watchIdleness(): void {
    this.stopIdling();
    const slots = [...this.slots];
    if (slots.length === 0 || slots.some(({ running }) => running.size > 0)) return;
    this.idleTimer = setTimeout(() => {
      for (const { child } of slots) child.release();
      this.slots.clear();
    }, this.options.idleMs);
    this.idleTimer.unref();
  }

  private stopIdling(): void {
    if (this.idleTimer) clearTimeout(this.idleTimer);
    this.idleTimer = null;
  }
}

/** Far more work waits on this machine than it has cores for, so that nothing is on time. */
function isOverloaded(): boolean {
  return (os.loadavg()[0] ?? 0) > 3 * os.availableParallelism();
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
