import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';

/** What a program asked the disk for, in one folder. Names are those of files directly in it. */
export type DiskOperation =
  | { readonly kind: 'open'; readonly handle: number; readonly name: string }
  | {
      readonly kind: 'write';
      readonly handle: number;
      readonly offset: number;
      readonly data: Buffer;
    }
  | { readonly kind: 'truncate'; readonly handle: number; readonly length: number }
  | { readonly kind: 'sync'; readonly handle: number }
  | { readonly kind: 'syncFolder' }
  | { readonly kind: 'link' | 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly name: string }
  /** Not of the disk: from here on the program has told its user that this step is saved. */
  | { readonly kind: 'acknowledged'; readonly step: number };

type AnyFunction = (...args: never[]) => unknown;

/**
 * Records the calls of node:fs that change files of one folder, by replacing the functions of the module until
 * `stop`. The SQLite library and the store both call them as properties of the module.
 */
export class DiskRecorder {
  readonly operations: DiskOperation[] = [];
  readonly #folder: string;
  readonly #originals = new Map<string, AnyFunction>();
  /** Handles that the operations name, by open descriptor; 0 is the folder. */
  readonly #handles = new Map<number, number>();
  #nextHandle = 1;
  #isInside = false;

  /** @param folder real path */
  constructor(folder: string) {
    this.#folder = folder;
  }

  acknowledge(step: number): void {
    this.operations.push({ kind: 'acknowledged', step });
  }

  start(): void {
    this.#replace('openSync', (original, file: string, flags: unknown, ...rest: unknown[]) => {
      const existed = fs.existsSync(file);
      const descriptor = original(file, flags, ...rest) as number;
      if (String(file) === this.#folder) this.#handles.set(descriptor, 0);
      const name = this.#nameOf(file);
      if (name !== null) {
        const handle = this.#nextHandle++;
        this.#handles.set(descriptor, handle);
        this.operations.push({ kind: 'open', handle, name });
        const truncates =
          typeof flags === 'number'
            ? (flags & fs.constants.O_TRUNC) !== 0
            : String(flags).startsWith('w');
        if (truncates && existed) this.operations.push({ kind: 'truncate', handle, length: 0 });
      }
      return descriptor;
    });
    this.#replace('closeSync', (original, descriptor: number) => {
      this.#handles.delete(descriptor);
      return original(descriptor);
    });
    this.#replace(
      'writeSync',
      (
        original,
        descriptor: number,
        bytes: Uint8Array,
        from: number,
        length: number,
        offset: number,
      ) => {
        const written = original(descriptor, bytes, from, length, offset) as number;
        const handle = this.#handles.get(descriptor);
        if (handle !== undefined) {
          const data = Buffer.from(bytes.subarray(from, from + written));
          this.operations.push({ kind: 'write', handle, offset, data });
        }
        return written;
      },
    );
    this.#replace('ftruncateSync', (original, descriptor: number, length: number) => {
      const result = original(descriptor, length);
      const handle = this.#handles.get(descriptor);
      if (handle !== undefined) this.operations.push({ kind: 'truncate', handle, length });
      return result;
    });
    this.#replace('fsyncSync', (original, descriptor: number) => {
      const result = original(descriptor);
      const handle = this.#handles.get(descriptor);
      if (handle === 0) this.operations.push({ kind: 'syncFolder' });
      else if (handle !== undefined) this.operations.push({ kind: 'sync', handle });
      return result;
    });
    this.#replace(
      'writeFileSync',
      (original, file: string, data: string | Buffer, how: unknown) => {
        const result = original(file, data, how);
        const name = this.#nameOf(file);
        if (name !== null) {
          const handle = this.#nextHandle++;
          const bytes = Buffer.from(data);
          this.operations.push({ kind: 'open', handle, name });
          this.operations.push({ kind: 'truncate', handle, length: 0 });
          this.operations.push({ kind: 'write', handle, offset: 0, data: bytes });
          const flush = typeof how === 'object' && how !== null && 'flush' in how && how.flush;
          if (flush === true) this.operations.push({ kind: 'sync', handle });
        }
        return result;
      },
    );
    this.#replace('copyFileSync', (original, from: string, to: string, ...rest: unknown[]) => {
      const result = original(from, to, ...rest);
      const name = this.#nameOf(to);
      if (name !== null) {
        const handle = this.#nextHandle++;
        const data = fs.readFileSync(to);
        this.operations.push({ kind: 'open', handle, name });
        this.operations.push({ kind: 'truncate', handle, length: 0 });
        this.operations.push({ kind: 'write', handle, offset: 0, data });
      }
      return result;
    });
    for (const kind of ['link', 'rename'] as const) {
      this.#replace(`${kind}Sync`, (original, from: string, to: string) => {
        const result = original(from, to);
        const names = [this.#nameOf(from), this.#nameOf(to)] as const;
        if (names[0] !== null && names[1] !== null) {
          this.operations.push({ kind, from: names[0], to: names[1] });
        }
        return result;
      });
    }
    for (const call of ['unlinkSync', 'rmSync']) {
      this.#replace(call, (original, file: string, ...rest: unknown[]) => {
        const name = this.#nameOf(file);
        const existed = name !== null && fs.statSync(file, { throwIfNoEntry: false })?.isFile();
        const result = original(file, ...rest);
        if (existed) this.operations.push({ kind: 'unlink', name });
        return result;
      });
    }
  }

  stop(): void {
    const module = fs as unknown as Record<string, AnyFunction>;
    for (const [name, original] of this.#originals) module[name] = original;
    this.#originals.clear();
  }

  #nameOf(file: unknown): string | null {
    const text = String(file);
    return path.dirname(text) === this.#folder ? path.basename(text) : null;
  }

  /** The replacement does not see the calls that the original makes itself. */
  #replace(
    name: string,
    // Each replacement knows the arguments of its call.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    replacement: (original: (...args: unknown[]) => unknown, ...args: any[]) => unknown,
  ): void {
    const module = fs as unknown as Record<string, AnyFunction>;
    const original = module[name];
    if (!original) throw new Error(`node:fs has no ${name}`);
    this.#originals.set(name, original);
    const call = original as (...args: unknown[]) => unknown;
    module[name] = (...args: unknown[]) => {
      if (this.#isInside) return call.apply(fs, args);
      this.#isInside = true;
      try {
        return replacement((...own) => call.apply(fs, own), ...args);
      } finally {
        this.#isInside = false;
      }
    };
  }
}
