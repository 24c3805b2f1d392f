import type { FilePort } from '../../../src/catalog/files/filePort.js';

export const faultCodes = [
  'ENOSPC',
  'EIO',
  'EACCES',
  'EROFS',
  'EMFILE',
  'ENOENT',
  'EBUSY',
] as const;

/**
 * How a call fails. `SHORT`: a write takes fewer bytes. `DONE`: the call does its work and then reports EIO, as
 * network shares do. `CRASH`: nothing of the program runs from here on.
 */
export type FaultKind = (typeof faultCodes)[number] | 'SHORT' | 'DONE' | 'CRASH';

export interface Fault {
  readonly kind: FaultKind;
  /** Which call fails, counted from 1. */
  readonly at: number;
  /** So do all calls after it. */
  readonly forever: boolean;
}

export const describeFault = (fault: Fault): string =>
  `${fault.kind} at call ${fault.at}${fault.forever ? ' and ever after' : ''}`;

export interface PortCall {
  readonly number: number;
  readonly name: keyof FilePort;
  readonly args: readonly unknown[];
}

export interface PortHooks {
  /** May throw what the call then fails with. */
  before?(call: PortCall): void;
  /** May throw after the call has done its work. */
  after?(call: PortCall): void;
}

const asynchronous: ReadonlySet<string> = new Set(['copyNew', 'readAsync', 'write', 'fsync']);
/** Calls that change something, with the argument that names what is made, changed or removed. */
const changing: Partial<Record<keyof FilePort, number>> = {
  openNew: 0,
  copyNew: 1,
  mkdir: 0,
  rmdir: 0,
  link: 1,
  unlink: 0,
  rename: 1,
};

const otherChanges: ReadonlySet<string> = new Set([
  'write',
  'setModifiedTime',
  'writeSync',
  'ftruncateSync',
]);

/** A call to the files or the catalog that changes what a killed process leaves; a sync does not. */
export const changesDisk = (name: string): boolean => name in changing || otherChanges.has(name);

/** Calls that can have done their work and still fail, so that it makes a difference. */
export const worksOnDisk = (name: string): boolean =>
  changesDisk(name) || ['fsync', 'fsyncSync', 'close', 'openRead', 'openDirectory'].includes(name);

/** A system error as Node makes it. */
export function systemError(code: string, call: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made by the test, ${call}`), { code, syscall: call });
}

/** A FilePort that counts its calls, remembers what they change and lets a test interfere. */
export class WatchedPort {
  readonly port: FilePort;
  calls = 0;
  /** Paths that were made, changed names or were removed, with the call. */
  readonly changes: { readonly name: keyof FilePort; readonly path: string }[] = [];
  readonly openDescriptors = new Set<number>();
  /** The names of the calls, in order. */
  readonly names: (keyof FilePort)[] = [];

  constructor(
    inner: FilePort,
    hooks: PortHooks = {},
    shortWrites: (number: number) => boolean = () => false,
  ) {
    const watch = (name: keyof FilePort): unknown => {
      const call = inner[name] as (...args: unknown[]) => unknown;
      const begin = (args: unknown[]): PortCall => {
        this.calls += 1;
        this.names.push(name);
        const entry = { number: this.calls, name, args };
        try {
          hooks.before?.(entry);
        } catch (error) {
          // A close that fails has closed all the same.
          if (name === 'close' && this.openDescriptors.delete(args[0] as number)) call(...args);
          throw error;
        }
        if (name === 'close') this.openDescriptors.delete(args[0] as number);
        const at = changing[name];
        if (at !== undefined) this.changes.push({ name, path: String(args[at]) });
        if (name === 'write' && shortWrites(entry.number))
          args[3] = Math.ceil((args[3] as number) / 2);
        return entry;
      };
      if (asynchronous.has(name)) {
        return async (...args: unknown[]): Promise<unknown> => {
          const entry = begin(args);
          const result = await call(...args);
          hooks.after?.(entry);
          return result;
        };
      }
      return (...args: unknown[]): unknown => {
        const entry = begin(args);
        const result = call(...args);
        try {
          hooks.after?.(entry);
        } catch (error) {
          if (name.startsWith('open')) inner.close(result as number);
          throw error;
        }
        if (name.startsWith('open')) this.openDescriptors.add(result as number);
        return result;
      };
    };
    this.port = Object.fromEntries(
      (Object.keys(inner) as (keyof FilePort)[]).map((name) => [name, watch(name)]),
    ) as unknown as FilePort;
  }
}

/** A port whose k-th call fails. @param onCrash runs when a CRASH begins */
export function faultyPort(
  inner: FilePort,
  fault: Fault | null,
  onCrash: () => void = () => undefined,
): WatchedPort {
  if (!fault) return new WatchedPort(inner);
  const { kind, at, forever } = fault;
  const isHit = (number: number): boolean => number === at || (forever && number > at);
  let crashed = false;
  return new WatchedPort(
    inner,
    {
      before: (call) => {
        if (kind === 'CRASH') {
          if (call.number < at) return;
          if (!crashed) onCrash();
          crashed = true;
          throw systemError('ECRASHED', call.name);
        }
        if (kind !== 'SHORT' && kind !== 'DONE' && isHit(call.number)) {
          throw systemError(kind, call.name);
        }
      },
      after: (call) => {
        if (kind === 'DONE' && isHit(call.number)) throw systemError('EIO', call.name);
      },
    },
    (number) => kind === 'SHORT' && isHit(number),
  );
}
