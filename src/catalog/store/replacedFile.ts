import fs from 'node:fs';
import path from 'node:path';
import { syncDirectory, syncFile } from './durableFile.js';
import { writeWalInto } from './walOverlay.js';

/**
 * Makes a catalog file whole without its WAL, as its next opening would, and removes the WAL. At every instant the file
 * with the WAL that is there, if one is, has every committed row. It need not be a file that SQLite opens: a restored
 * backup often takes the place of one that is not.
 * @param temporary a name beside it that only this work uses
 */
export function foldJournal(file: string, temporary: string): void {
  const journal = `${file}-wal`;
  if (!fs.existsSync(file) || !fs.existsSync(journal)) return;
  const directory = path.dirname(file);
  const wal = fs.readFileSync(journal);
  fs.rmSync(temporary, { force: true });
  fs.copyFileSync(file, temporary, fs.constants.COPYFILE_FICLONE);
  // Laid over the result once more, the WAL changes nothing: it may go later.
  if (writeWalInto(temporary, wal)) {
    fs.renameSync(temporary, file);
    syncDirectory(directory);
  } else fs.rmSync(temporary, { force: true });
  fs.rmSync(journal);
  syncDirectory(directory);
}

/** A free name beside the catalog file, under which it is kept when another takes its place. */
export function replacedName(file: string, now: Date): string {
  const stamp = now.toISOString().replace(/[:.]/g, '');
  for (let count = 1; ; count += 1) {
    const number = count === 1 ? '' : `-${count}`;
    const name = path.join(path.dirname(file), `catalog.replaced-${stamp}${number}.sqlite`);
    const names = ['', '-wal', '-journal'].map((suffix) => `${name}${suffix}`);
    if (!names.some((each) => fs.existsSync(each))) return name;
  }
}

/**
 * Gives the catalog file a second name, durably.
 * @param kept a free name, see replacedName
 * @param temporary as foldJournal
 */
export function keepAside(file: string, kept: string, temporary: string): void {
  if (!fs.existsSync(file)) {
    // Journals that lost their file must not meet the one that comes.
    for (const journal of journalsOf(file)) fs.renameSync(`${file}${journal}`, `${kept}${journal}`);
    syncDirectory(path.dirname(file));
    return;
  }
  for (const journal of journalsOf(file)) {
    addName(`${file}${journal}`, `${kept}${journal}`, temporary);
  }
  addName(file, kept, temporary);
  syncDirectory(path.dirname(file));
}

function addName(file: string, name: string, temporary: string): void {
  try {
    fs.linkSync(file, name);
  } catch {
    // No hard links on this volume.
    fs.copyFileSync(file, temporary, fs.constants.COPYFILE_FICLONE);
    syncFile(temporary);
    fs.renameSync(temporary, name);
  }
}

/**
 * Removes the journals of the file that was replaced, which are kept with it. Until then opening refuses the new file:
 * without them the old one would not have been whole.
 */
export function removeJournals(file: string): void {
  const journals = journalsOf(file);
  for (const journal of journals) fs.rmSync(`${file}${journal}`);
  if (journals.length > 0) syncDirectory(path.dirname(file));
}

const journalsOf = (file: string): string[] =>
  ['-wal', '-journal'].filter((suffix) => fs.existsSync(`${file}${suffix}`));
