import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import type { DiskOperation } from './diskRecorder.js';
import type { Random } from './settings.js';

type FileChange = Extract<DiskOperation, { kind: 'write' | 'truncate' }>;

interface SimulatedFile {
  /** What a power loss leaves for certain. */
  durable: Buffer;
  length: number;
  /** Since the last fsync, in order: each may or may not reach the platter. */
  readonly pending: FileChange[];
}

type NameChange =
  | { readonly kind: 'add'; readonly name: string; readonly file: SimulatedFile }
  | { readonly kind: 'remove'; readonly name: string };

/**
 * A disk that forgets: what was not synced is lost, kept, reordered or torn at sectors of 512 bytes, by chance.
 * Names are durable only after an fsync of their folder: POSIX promises no more, whatever file systems do.
 */
export class SimulatedDisk {
  readonly #now = new Map<string, SimulatedFile>();
  readonly #durableNames = new Map<string, SimulatedFile>();
  #pendingNames: NameChange[] = [];
  readonly #handles = new Map<number, SimulatedFile>();
  lastAcknowledged = -1;

  apply(operation: DiskOperation): void {
    switch (operation.kind) {
      case 'open': {
        let file = this.#now.get(operation.name);
        if (!file) {
          file = { durable: Buffer.alloc(0), length: 0, pending: [] };
          this.#change({ kind: 'add', name: operation.name, file });
        }
        this.#handles.set(operation.handle, file);
        return;
      }
      case 'write':
      case 'truncate':
        this.#handles.get(operation.handle)?.pending.push(operation);
        return;
      case 'sync': {
        const file = this.#handles.get(operation.handle);
        for (const change of file?.pending.splice(0) ?? []) if (file) carryOut(file, change);
        return;
      }
      case 'syncFolder':
        for (const change of this.#pendingNames.splice(0)) enter(this.#durableNames, change);
        return;
      case 'link':
      case 'rename': {
        const file = this.#now.get(operation.from);
        if (file) this.#change({ kind: 'add', name: operation.to, file });
        if (operation.kind === 'rename') this.#change({ kind: 'remove', name: operation.from });
        return;
      }
      case 'unlink':
        this.#change({ kind: 'remove', name: operation.name });
        return;
      case 'acknowledged':
        this.lastAcknowledged = operation.step;
    }
  }

  #change(change: NameChange): void {
    enter(this.#now, change);
    this.#pendingNames.push(change);
  }

  /** Writes what could be found after a power loss at this moment. Uses the disk up. */
  cutPower(folder: string, random: Random, wanted: (name: string) => boolean): void {
    // A journal keeps the order of names; without one any of them may be missing.
    const isOrdered = random.next() < 0.5;
    const kept = random.below(this.#pendingNames.length + 1);
    this.#pendingNames.forEach((change, index) => {
      if (isOrdered ? index < kept : random.next() < 0.5) enter(this.#durableNames, change);
    });
    const luck = random.next();
    const settled = new Set<SimulatedFile>();
    for (const [name, file] of this.#durableNames) {
      if (!settled.has(file)) settleByChance(file, random, luck);
      settled.add(file);
      if (!wanted(name)) continue;
      fs.writeFileSync(path.join(folder, name), file.durable.subarray(0, file.length));
    }
  }
}

function settleByChance(file: SimulatedFile, random: Random, luck: number): void {
  for (const change of file.pending.splice(0)) {
    if (random.next() > luck) continue;
    carryOut(file, change.kind === 'write' && random.next() < 0.3 ? torn(change, random) : change);
  }
}

function torn(
  change: Extract<FileChange, { kind: 'write' }>,
  random: Random,
): Extract<FileChange, { kind: 'write' }> {
  const { data, offset } = change;
  if (data.length <= 512) return change;
  const at = 512 * random.below(Math.ceil(data.length / 512));
  if (random.next() < 0.5) return { ...change, data: data.subarray(0, at) };
  return { ...change, data: data.subarray(at), offset: offset + at };
}

function enter(names: Map<string, SimulatedFile>, change: NameChange): void {
  if (change.kind === 'add') names.set(change.name, change.file);
  else names.delete(change.name);
}

function carryOut(file: SimulatedFile, change: FileChange): void {
  const end = change.kind === 'truncate' ? change.length : change.offset + change.data.length;
  if (end > file.durable.length) {
    const larger = Buffer.alloc(Math.max(end, 2 * file.durable.length));
    file.durable.copy(larger, 0, 0, file.length);
    file.durable = larger;
  }
  if (change.kind === 'truncate') {
    if (end < file.length) file.durable.fill(0, end, file.length);
    file.length = end;
  } else {
    change.data.copy(file.durable, change.offset);
    file.length = Math.max(file.length, end);
  }
}
