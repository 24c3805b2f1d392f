import fs from 'node:fs';
import path from 'node:path';
import { CatalogError } from '../model/errors.js';
import { cannotWrite, publish } from './catalogFile.js';
import { syncDirectory, syncFile } from './durableFile.js';
import { NodeSqliteDriver } from './nodeSqliteDriver.js';
import { backupFolderName, corruptFile } from './sqlFailure.js';
import { verifyIntegrity } from './verifySchema.js';

/** How many backups are kept. */
export const keptBackups = 7;

const namePattern = /^catalog-(\d{4}-\d{2}-\d{2})T\d{6}\d{3}Z-v\d+\.sqlite$/;

export function backupDirectory(catalogFile: string): string {
  return path.join(path.dirname(catalogFile), backupFolderName);
}

/** Paths of the backups, oldest first. */
export function listBackups(catalogFile: string): string[] {
  const directory = backupDirectory(catalogFile);
  let names: string[];
  try {
    names = fs.readdirSync(directory);
  } catch {
    return [];
  }
  return names
    .filter((name) => namePattern.test(name))
    .sort()
    .map((name) => path.join(directory, name));
}

/** True if there is no backup of this day (UTC) or a later one. */
export function isBackupDue(catalogFile: string, now: Date): boolean {
  const newest = listBackups(catalogFile).at(-1);
  const day = newest && namePattern.exec(path.basename(newest))?.[1];
  return !day || day < now.toISOString().slice(0, 10);
}

/**
 * Copies the catalog file that the driver holds, checks the copy, and gives it its name only then.
 * Of the older backups the last seven are kept, and of the last seven days with any the last one. Returns the new
 * backup's path.
 * @throws CatalogError CATALOG_FILE_CORRUPT if the copy does not check; CATALOG_CANNOT_WRITE
 */
export async function backUp(
  driver: NodeSqliteDriver,
  catalogFile: string,
  now: Date,
  keep = keptBackups,
): Promise<string> {
  const directory = backupDirectory(catalogFile);
  const version = driver.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  const stamp = now.toISOString().replace(/[:.]/g, '');
  const target = path.join(directory, `catalog-${stamp}-v${version}.sqlite`);
  const temporary = path.join(directory, `new-${process.pid}.part`);
  try {
    fs.mkdirSync(directory, { recursive: true });
    await withCheckedCopy(driver, catalogFile, temporary, () => fs.renameSync(temporary, target));
    syncDirectory(directory);
  } catch (error) {
    throw cannotWrite(catalogFile, error);
  }
  for (const old of outdated(listBackups(catalogFile), keep)) fs.rmSync(old, { force: true });
  return target;
}

/**
 * As backUp, to a place of the person's choice; no other backup is removed.
 * @param target absolute
 * @throws CatalogError OUTPUT_EXISTS unless it may be overwritten; CATALOG_FILE_CORRUPT, CATALOG_CANNOT_WRITE
 */
export async function backUpTo(
  driver: NodeSqliteDriver,
  catalogFile: string,
  target: string,
  overwrite: boolean,
): Promise<void> {
  const exists = (): CatalogError => new CatalogError('OUTPUT_EXISTS', { path: target });
  if (!overwrite && fs.existsSync(target)) throw exists();
  if (path.resolve(target) === path.resolve(catalogFile)) throw exists();
  const temporary = `${target}.${process.pid}.part`;
  try {
    await withCheckedCopy(driver, catalogFile, temporary, () => {
      if (overwrite) fs.renameSync(temporary, target);
      else publish(temporary, target);
    });
    syncDirectory(path.dirname(target));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists();
    throw cannotWrite(target, error);
  }
}

/** Backups that are neither among the newest nor the last one of one of the newest days. */
function outdated(backups: readonly string[], keep: number): string[] {
  const dayOf = (file: string): string => namePattern.exec(path.basename(file))?.[1] ?? '';
  const lastOfDay = new Map(backups.map((file) => [dayOf(file), file]));
  const kept = new Set([...backups.slice(-keep), ...[...lastOfDay.values()].slice(-keep)]);
  return backups.filter((file) => !kept.has(file));
}

/** Makes a copy that is whole and stands alone; it is gone again after the work if it has not got another name. */
async function withCheckedCopy(
  driver: NodeSqliteDriver,
  catalogFile: string,
  temporary: string,
  work: () => void,
): Promise<void> {
  try {
    driver.checkpoint();
    // Nothing can write in between: this thread is the only writer, and copying is synchronous.
    fs.copyFileSync(catalogFile, temporary, fs.constants.COPYFILE_FICLONE);
    makeSelfContained(temporary);
    syncFile(temporary);
    await checkCopy(temporary, catalogFile);
    work();
  } finally {
    for (const suffix of ['', '-wal', '-journal'])
      fs.rmSync(`${temporary}${suffix}`, { force: true });
  }
}

/** Marks the copy as a database without WAL, so that any program opens it, read-only folders included. */
function makeSelfContained(file: string): void {
  const handle = fs.openSync(file, 'r+');
  try {
    fs.writeSync(handle, Uint8Array.of(1, 1), 0, 2, 18);
  } finally {
    fs.closeSync(handle);
  }
}

async function checkCopy(copy: string, catalogFile: string): Promise<void> {
  const driver = await NodeSqliteDriver.open({ file: copy, readOnlyReason: 'it is a backup' });
  try {
    verifyIntegrity(driver, catalogFile);
  } finally {
    driver.close();
  }
  if (fs.statSync(copy).size === 0) throw corruptFile(catalogFile, 'its copy is empty');
}
