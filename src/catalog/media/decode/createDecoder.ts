import os from 'node:os';
import type { Decoder } from '../../model/picture.js';
import { defaultMaximumFileBytes, defaultMaximumPixels } from './decodeLimits.js';
import { DecoderPool } from './decoderPool.js';

export interface DecoderOptions {
  /** The folder with decodeProcess.js and the decoders beside it. */
  readonly programFolder: string;
  /** How many processes decode at the same time; default: one less than there are cores, at least one. */
  readonly processes?: number;
  /** Pictures with more are not decoded; default 100 million. */
  readonly maximumPixels?: number;
  /** What one picture may take; default 10 s. */
  readonly timeLimitMs?: number;
  /** What one process may use; default 900 MiB. */
  readonly memoryLimitBytes?: number;
  /** After how long without work the processes end; default 60 s. */
  readonly idleMs?: number;
}

const defaultTimeLimitMs = 10_000;
const defaultMemoryLimitBytes = 900 * 1024 ** 2;
const defaultIdleMs = 60_000;

/** A decoder that starts its processes with the first picture. Close it after use. */
export function createDecoder(options: DecoderOptions): Decoder {
  return new DecoderPool({
    programFolder: options.programFolder,
    processes: options.processes ?? Math.max(1, os.availableParallelism() - 1),
    timeLimitMs: options.timeLimitMs ?? defaultTimeLimitMs,
    memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimitBytes,
    idleMs: options.idleMs ?? defaultIdleMs,
    limits: {
      maximumPixels: options.maximumPixels ?? defaultMaximumPixels,
      maximumFileBytes: defaultMaximumFileBytes,
    },
  });
}
