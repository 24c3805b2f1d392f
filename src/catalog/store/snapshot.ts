import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CatalogError } from '../model/errors.js';
import { overlayWal } from './walOverlay.js';

/** A private copy of a catalog file that another process may be writing. */
export interface Snapshot {
  readonly file: string;
  /** What the original looked like; compare with originState. */
  readonly originState: string;
  remove(): void;
}

const attempts = 40;
const walHeaderLength = 32;

/**
 * Copies a catalog file and its WAL into a private folder. Opening the pair replays the WAL up to the last
 * whole transaction.
 * @throws CatalogError CATALOG_FILE_LOCKED if the writer never paused for long enough
 */
export async function takeSnapshot(file: string): Promise<Snapshot> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-'));
  const copy = path.join(directory, 'catalog.sqlite');
  const remove = (): void => fs.rmSync(directory, { recursive: true, force: true });
  try {
    const { state } = await whileUnchanged(file, () => {
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_FICLONE);
      copyIfPresent(`${file}-wal`, `${copy}-wal`);
    });
    return { file: copy, originState: state, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * The bytes of a catalog file as its last whole transaction left it; nothing is written anywhere.
 * @throws CatalogError CATALOG_FILE_LOCKED
 */
export async function readConsistently(
  file: string,
): Promise<{ readonly bytes: Uint8Array; readonly state: string }> {
  const { result, state } = await whileUnchanged(file, () => {
    const bytes = fs.readFileSync(file);
    const wal = ifPresent(() => fs.readFileSync(`${file}-wal`)) ?? new Uint8Array();
    return { bytes, wal };
  });
  return { bytes: overlayWal(result.bytes, result.wal), state };
}

/**
 * Repeats a reading of file and WAL, in this order, until the pair is consistent: a writer's checkpoint
 * changes the file only to what the WAL also holds, so it is whole if the WAL was not started anew meanwhile.
 */
async function whileUnchanged<T>(
  file: string,
  read: () => T,
): Promise<{ readonly result: T; readonly state: string }> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = walGeneration(file);
    const state = originState(file);
    const result = read();
    // Without a WAL nothing vouches for the pages: the file itself must not have changed.
    const unchanged = before === '' ? originState(file) === state : walGeneration(file) === before;
    if (unchanged) return { result, state };
    await delay(25);
  }
  throw new CatalogError('CATALOG_FILE_LOCKED', { path: file, holder: 'it changes too fast' });
}

/** Changes whenever the catalog file or its WAL is written. */
export function originState(file: string): string {
  return [file, `${file}-wal`]
    .map((name) => {
      const stat = fs.statSync(name, { throwIfNoEntry: false, bigint: true });
      return stat && stat.size > 0n ? `${stat.ino}:${stat.size}:${stat.mtimeNs}` : 'none';
    })
    .join('|');
}

/** The WAL's header, whose salts differ for every new start of the WAL; '' without one. */
function walGeneration(file: string): string {
  let handle: number;
  try {
    handle = fs.openSync(`${file}-wal`, 'r');
  } catch {
    return '';
  }
  try {
    const header = Buffer.alloc(walHeaderLength);
    const length = fs.readSync(handle, header, 0, walHeaderLength, 0);
    return length < walHeaderLength ? '' : header.toString('hex');
  } finally {
    fs.closeSync(handle);
  }
}

function copyIfPresent(from: string, to: string): void {
  fs.rmSync(to, { force: true });
  ifPresent(() => fs.copyFileSync(from, to));
}

function ifPresent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
