import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CatalogError } from '../model/errors.js';

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
 * Copies a catalog file and its WAL into a private folder so that the pair is consistent: a writer's
 * checkpoint changes the file only to what the WAL also holds, so the copy is whole if the WAL was not
 * started anew meanwhile. Opening the pair replays the WAL up to the last whole transaction.
 * @throws CatalogError CATALOG_FILE_LOCKED if the writer never paused for long enough
 */
export async function takeSnapshot(file: string): Promise<Snapshot> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'image-catalog-'));
  const copy = path.join(directory, 'catalog.sqlite');
  const remove = (): void => fs.rmSync(directory, { recursive: true, force: true });
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = walGeneration(file);
      const state = originState(file);
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_FICLONE);
      copyIfPresent(`${file}-wal`, `${copy}-wal`);
      // Without a WAL nothing vouches for the copied pages: the file itself must not have changed.
      const unchanged =
        before === '' ? originState(file) === state : walGeneration(file) === before;
      if (unchanged) return { file: copy, originState: state, remove };
      await delay(25);
    }
  } catch (error) {
    remove();
    throw error;
  }
  remove();
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
  try {
    fs.copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
