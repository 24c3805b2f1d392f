import fs from 'node:fs';
import path from 'node:path';
import { systemError } from './faultyPort.js';

export const catalogFaultKinds = ['ENOSPC', 'EIO', 'SHORT', 'DONE'] as const;

export interface CatalogFault {
  readonly kind: (typeof catalogFaultKinds)[number];
  readonly at: number;
  readonly forever: boolean;
}

/** Called around each call, to end the process there. */
export interface CatalogHooks {
  before?(name: string): void;
  after?(): void;
}

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * Makes writes and syncs of a catalog file and its WAL fail, at the functions of node:fs that the SQLite library
 * calls. Counts them from 1.
 */
export class CatalogFaults {
  calls = 0;
  #fault: CatalogFault | null = null;
  readonly #file: string;
  readonly #descriptors = new Set<number>();
  readonly #originals = new Map<string, AnyFunction>();

  readonly #hooks: CatalogHooks;

  constructor(catalogFile: string, hooks: CatalogHooks = {}) {
    this.#file = path.basename(catalogFile);
    this.#hooks = hooks;
  }

  /** From now on files that are opened are watched. */
  start(): void {
    this.#replace('openSync', (original, args) => {
      const descriptor = original(...args) as number;
      const name = path.basename(String(args[0]));
      if (name === this.#file || name === `${this.#file}-wal`) this.#descriptors.add(descriptor);
      return descriptor;
    });
    this.#replace('closeSync', (original, args) => {
      this.#descriptors.delete(args[0] as number);
      return original(...args);
    });
    for (const name of ['writeSync', 'fsyncSync', 'ftruncateSync']) {
      this.#replace(name, (original, args) => {
        if (!this.#descriptors.has(args[0] as number)) return original(...args);
        this.calls += 1;
        this.#hooks.before?.(name);
        const fault = this.#fault;
        const isHit =
          fault && (this.calls === fault.at || (fault.forever && this.calls > fault.at));
        if (!isHit) {
          const result = original(...args);
          this.#hooks.after?.();
          return result;
        }
        if (fault.kind === 'SHORT') {
          if (name !== 'writeSync') return original(...args);
          const [descriptor, bytes, from, length, offset] = args;
          return original(descriptor, bytes, from, Math.floor((length as number) / 2), offset);
        }
        if (fault.kind === 'DONE') {
          original(...args);
          throw systemError('EIO', name);
        }
        throw systemError(fault.kind, name);
      });
    }
  }

  /** Counts anew and fails at the given call. */
  arm(fault: CatalogFault | null): void {
    this.calls = 0;
    this.#fault = fault;
  }

  stop(): void {
    const module = fs as unknown as Record<string, AnyFunction>;
    for (const [name, original] of this.#originals) module[name] = original;
    this.#originals.clear();
    this.#descriptors.clear();
  }

  #replace(name: string, replacement: (original: AnyFunction, args: unknown[]) => unknown): void {
    const module = fs as unknown as Record<string, AnyFunction>;
    const original = module[name];
    if (!original) throw new Error(`node:fs has no ${name}`);
    this.#originals.set(name, original);
    module[name] = (...args) => replacement((...own) => original.apply(fs, own), args);
  }
}
