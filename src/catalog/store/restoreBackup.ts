import fs from 'node:fs';
import path from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { BackupInfo, RestoredBackup } from '../model/safety.js';
import { listBackups } from './backup.js';
import { cannotWrite, catalogDirectory, catalogFilePath } from './catalogFile.js';
import { acquireLock, describeHolder } from './catalogLock.js';
import { syncDirectory, syncFile } from './durableFile.js';
import { NodeSqliteDriver } from './nodeSqliteDriver.js';
import { knownSchemas, schemaHistory } from './upgrades.js';
import { verifyHeader, verifyIntegrity, verifySchema } from './verifySchema.js';

/** The backups of a catalog file, newest first. */
export function describeBackups(catalogFile: string): BackupInfo[] {
  return listBackups(catalogFile)
    .reverse()
    .flatMap((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      return stat ? [{ file, createdAt: createdAt(file), sizeBytes: stat.size }] : [];
    });
}

/** From the name, `catalog-2024-06-01T120000000Z-v1.sqlite`: the file's own time changes when it is copied. */
function createdAt(file: string): string {
  const match = /(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(path.basename(file));
  if (!match) return '';
  const [, day, hours, minutes, seconds, milliseconds] = match;
  return `${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`;
}

/**
 * Puts a backup in the place of the catalog file, which is kept beside it as `catalog.damaged-<time>.sqlite` with
 * its journal. The new file appears at once and whole; a crash on the way leaves the old one.
 * The caller has closed the catalog.
 * @param backup one of describeBackups
 * @throws CatalogError BACKUP_UNUSABLE, CATALOG_FILE_LOCKED, CATALOG_CANNOT_WRITE
 */
export async function restoreBackup(
  workspaceDirectory: string,
  backup: string,
  now: Date,
): Promise<RestoredBackup> {
  const file = catalogFilePath(workspaceDirectory);
  const known = listBackups(file).find((each) => path.resolve(each) === path.resolve(backup));
  if (known === undefined) {
    const detail = 'it is not a backup of this catalog';
    throw new CatalogError('BACKUP_UNUSABLE', { path: backup, detail });
  }
  const result = await acquireLock(catalogDirectory(workspaceDirectory));
  if (!result.acquired) {
    const holder = describeHolder(result.holder);
    throw new CatalogError('CATALOG_FILE_LOCKED', { path: file, holder });
  }
  const temporary = `${file}.${process.pid}.new`;
  try {
    fs.rmSync(temporary, { force: true });
    fs.copyFileSync(known, temporary, fs.constants.COPYFILE_FICLONE);
    await verifyBackup(temporary, known);
    syncFile(temporary);
    const keptAs = keepAside(file, now);
    fs.renameSync(temporary, file);
    syncDirectory(path.dirname(file));
    return { catalogFile: file, backup: known, keptAs };
  } catch (error) {
    throw cannotWrite(file, error);
  } finally {
    for (const suffix of ['', '-wal', '-journal'])
      fs.rmSync(`${temporary}${suffix}`, { force: true });
    await result.lock.release();
  }
}

async function verifyBackup(copy: string, backup: string): Promise<void> {
  try {
    verifyHeader(copy, schemaHistory.current.version);
    const driver = await NodeSqliteDriver.open({ file: copy, readOnlyReason: 'it is a backup' });
    try {
      verifySchema(driver, copy, knownSchemas(schemaHistory));
      verifyIntegrity(driver, copy);
    } finally {
      driver.close();
    }
  } catch (error) {
    const detail = errorDetail(error).replaceAll(copy, path.basename(backup));
    throw new CatalogError('BACKUP_UNUSABLE', { path: backup, detail }, { cause: error });
  }
}

/** Gives the file that stands there a second name, and moves its journal there: it must not meet the backup. */
function keepAside(file: string, now: Date): string | null {
  if (!fs.existsSync(file)) return null;
  const stamp = now.toISOString().replace(/[:.]/g, '');
  let kept = '';
  for (let count = 1; kept === '' || fs.existsSync(kept); count += 1) {
    const number = count === 1 ? '' : `-${count}`;
    kept = path.join(path.dirname(file), `catalog.damaged-${stamp}${number}.sqlite`);
  }
  try {
    fs.linkSync(file, kept);
  } catch {
    // No hard links on this volume.
    fs.copyFileSync(file, kept, fs.constants.COPYFILE_EXCL);
    syncFile(kept);
  }
  for (const suffix of ['-wal', '-journal']) {
    if (fs.existsSync(`${file}${suffix}`)) fs.renameSync(`${file}${suffix}`, `${kept}${suffix}`);
  }
  syncDirectory(path.dirname(file));
  return kept;
}
