import fs from 'node:fs';
import { CatalogError } from '../model/errors.js';
import type { CatalogLock } from './catalogLock.js';
import type { WriteGuard } from './driver.js';

/** What of the files is compared: the change counter's part of the header, and the head of the WAL. */
const databaseHeader = { offset: 24, length: 16 };
const walHeader = { offset: 0, length: 32 };

/**
 * Sees before every write transaction whether the lock is still ours and nobody else has written the file:
 * another program would not know of our lock. Once it has seen that, it stays closed.
 */
export class FileWriteGuard implements WriteGuard {
  private readonly file: string;
  private readonly lock: CatalogLock;
  private expected: string;
  private reason: string | null = null;

  constructor(file: string, lock: CatalogLock) {
    this.file = file;
    this.lock = lock;
    this.expected = this.fingerprint();
  }

  /** True after somebody else wrote the file or took the lock. */
  get violated(): boolean {
    return this.reason !== null;
  }

  /** @throws CatalogError CATALOG_READ_ONLY */
  before(): void {
    if (this.reason === null) {
      if (!this.lock.stillHeld()) this.reason = 'another program has taken over the lock';
      else if (this.fingerprint() !== this.expected) {
        this.reason = 'another program has changed the catalog file';
      }
    }
    if (this.reason !== null) throw new CatalogError('CATALOG_READ_ONLY', { reason: this.reason });
  }

  after(): void {
    if (this.reason === null) this.expected = this.fingerprint();
  }

  private fingerprint(): string {
    return [
      part(this.file, databaseHeader, false),
      // Its size counts: every frame in it is ours.
      part(`${this.file}-wal`, walHeader, true),
    ].join('|');
  }
}

function part(
  file: string,
  range: { readonly offset: number; readonly length: number },
  withSize: boolean,
): string {
  let handle: number;
  try {
    handle = fs.openSync(file, 'r');
  } catch {
    return 'absent';
  }
  try {
    const stat = fs.fstatSync(handle, { bigint: true });
    const bytes = Buffer.alloc(range.length);
    fs.readSync(handle, bytes, 0, range.length, range.offset);
    return `${stat.ino}:${withSize ? stat.size : ''}:${bytes.toString('hex')}`;
  } finally {
    fs.closeSync(handle);
  }
}
