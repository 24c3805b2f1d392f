import fs from 'node:fs';
import path from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { BackupInfo, CarriedOver, RestoredFile } from '../model/safety.js';
import type { Actor } from './actor.js';
import { listBackups } from './backup.js';
import { carryOver } from './carryOver.js';
import { cannotWrite, catalogDirectory, catalogFilePath } from './catalogFile.js';
import { acquireLock, describeHolder } from './catalogLock.js';
import type { SqlDriver } from './driver.js';
import { syncDirectory, syncFile } from './durableFile.js';
import { foldJournal, keepAside, removeJournals, replacedName } from './replacedFile.js';
import type { NewAuditEntry } from './rows.js';
import { takeSnapshot } from './snapshot.js';
import { NodeSqliteDriver } from './nodeSqliteDriver.js';
import { knownSchemas, schemaHistory } from './upgrades.js';
import { verifyHeader, verifyIntegrity, verifySchema } from './verifySchema.js';

/** The backups of a catalog file, newest first. */
export function describeBackups(
  catalogFile: string,
): Pick<BackupInfo, 'file' | 'createdAt' | 'sizeBytes'>[] {
  return listBackups(catalogFile)
    .reverse()
    .flatMap((file) => {
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      return stat ? [{ file, createdAt: createdAt(file, stat), sizeBytes: stat.size }] : [];
    });
}

/** As describeBackups, with what is in them. */
export async function listBackupContents(catalogFile: string): Promise<BackupInfo[]> {
  const backups: BackupInfo[] = [];
  for (const backup of describeBackups(catalogFile)) {
    const content = await openBackup(backup.file, contentOf).catch(() => noContent);
    backups.push({ ...backup, ...content });
  }
  return backups;
}

/**
 * Looks through a backup as a restoration would; it stays as it is.
 * @param file absolute; any file that backUp or backUpTo wrote
 * @throws CatalogError BACKUP_UNUSABLE
 */
export async function inspectBackup(file: string): Promise<BackupInfo> {
  const stat = requireBackupFile(file);
  // A private copy: opening a file leaves a lock beside it for a moment.
  const copy = await takeSnapshot(file);
  try {
    const content = await verifyBackup(copy.file, file);
    return { file, createdAt: createdAt(file, stat), sizeBytes: stat.size, ...content };
  } finally {
    copy.remove();
  }
}

/** From our names, `catalog-2024-06-01T120000000Z-v1.sqlite`: the file's own time changes when it is copied. */
function createdAt(file: string, stat: fs.Stats): string {
  const match = /(\d{4}-\d\d-\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(path.basename(file));
  if (!match) return stat.mtime.toISOString();
  const [, day, hours, minutes, seconds, milliseconds] = match;
  return `${day}T${hours}:${minutes}:${seconds}.${milliseconds}Z`;
}

const noContent = { imageCount: null, catalogNames: [] };

function contentOf(driver: SqlDriver): Pick<BackupInfo, 'imageCount' | 'catalogNames'> {
  const images = driver.get<{ n: number }>('SELECT count(*) AS n FROM images');
  const catalogs = driver.all<{ name: string }>('SELECT name FROM catalogs ORDER BY name');
  return { imageCount: images?.n ?? 0, catalogNames: catalogs.map(({ name }) => name) };
}

/** A file that somebody chose need not be one of ours. */
function requireBackupFile(file: string): fs.Stats {
  const unusable = (detail: string): CatalogError =>
    new CatalogError('BACKUP_UNUSABLE', { path: file, detail });
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw unusable('it is not a file');
  const journal = fs.statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (journal && journal.size > 0) throw unusable('it is a catalog in use, not a backup');
  return stat;
}

/**
 * Puts a backup in the place of the catalog file, which is kept beside it as `catalog.replaced-<time>.sqlite`. The new
 * file appears at once and whole, with what must outlive a restoration; a crash on the way leaves the old one whole.
 * The caller has closed the catalog.
 * @param backup absolute
 * @throws CatalogError BACKUP_UNUSABLE, CATALOG_FILE_LOCKED, CATALOG_CANNOT_WRITE
 */
export async function restoreBackup(
  workspaceDirectory: string,
  backup: string,
  now: Date,
  actor: Actor = { user: null, program: null },
): Promise<RestoredFile> {
  const file = catalogFilePath(workspaceDirectory);
  const known = path.resolve(backup);
  requireBackupFile(known);
  const result = await acquireLock(catalogDirectory(workspaceDirectory));
  if (!result.acquired) {
    const holder = describeHolder(result.holder);
    throw new CatalogError('CATALOG_FILE_LOCKED', { path: file, holder });
  }
  const temporary = `${file}.${process.pid}.new`;
  const replaced = `${file}.${process.pid}.replaced`;
  try {
    fs.rmSync(temporary, { force: true });
    fs.copyFileSync(known, temporary, fs.constants.COPYFILE_FICLONE);
    await verifyBackup(temporary, known);
    foldJournal(file, replaced);
    const keptAs = fs.existsSync(file) ? replacedName(file, now) : null;
    const carriedOver = await carryOver(temporary, keptAs && file, replaced, {
      actor,
      entry: (carried) => restoredEntry(known, keptAs, carried, now),
    });
    syncFile(temporary);
    keepAside(file, keptAs ?? replacedName(file, now), replaced);
    fs.renameSync(temporary, file);
    syncDirectory(path.dirname(file));
    removeJournals(file);
    return { catalogFile: file, backup: known, keptAs, carriedOver };
  } catch (error) {
    throw cannotWrite(file, error);
  } finally {
    for (const suffix of ['', '-wal', '-journal'])
      fs.rmSync(`${temporary}${suffix}`, { force: true });
    fs.rmSync(replaced, { force: true });
    await result.lock.release();
  }
}

const restoredEntry = (
  backup: string,
  keptAs: string | null,
  { auditEntries, operations, failure }: CarriedOver,
  now: Date,
): NewAuditEntry => ({
  at: now.toISOString(),
  operation: 'restore-backup',
  path: backup,
  detail: {
    keptAs,
    auditEntries,
    operations,
    ...(failure !== null && { auditNotCarriedOver: failure }),
  },
});

async function verifyBackup(
  copy: string,
  backup: string,
): Promise<Pick<BackupInfo, 'imageCount' | 'catalogNames'>> {
  try {
    return await openBackup(copy, (driver) => {
      verifyIntegrity(driver, copy);
      return contentOf(driver);
    });
  } catch (error) {
    const detail = errorDetail(error).replaceAll(copy, path.basename(backup));
    throw new CatalogError('BACKUP_UNUSABLE', { path: backup, detail }, { cause: error });
  }
}

/** @throws CatalogError if it is no catalog file of ours */
async function openBackup<T>(file: string, work: (driver: SqlDriver) => T): Promise<T> {
  verifyHeader(file, schemaHistory.current.version);
  const driver = await NodeSqliteDriver.open({ file, readOnlyReason: 'it is a backup' });
  try {
    verifySchema(driver, file, knownSchemas(schemaHistory));
    return work(driver);
  } finally {
    driver.close();
  }
}
