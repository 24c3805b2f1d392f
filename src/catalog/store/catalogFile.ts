import fs from 'node:fs';
import path from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import { syncDirectory, syncFile } from './durableFile.js';
import { NodeSqliteDriver } from './nodeSqliteDriver.js';
import { applicationId, schemaStatements, schemaVersion } from './schema.js';

/** The folder of a workspace that holds everything of ours. */
export function catalogDirectory(workspaceDirectory: string): string {
  return path.join(workspaceDirectory, '.image-catalog');
}

export function catalogFilePath(workspaceDirectory: string): string {
  return path.join(catalogDirectory(workspaceDirectory), 'catalog.sqlite');
}

/**
 * Makes the catalog folder and keeps it out of git.
 * @throws CatalogError WORKSPACE_NOT_FOUND, CATALOG_CANNOT_WRITE
 */
export function createCatalogDirectory(workspaceDirectory: string): void {
  if (!fs.statSync(workspaceDirectory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CatalogError('WORKSPACE_NOT_FOUND', { path: workspaceDirectory });
  }
  const directory = catalogDirectory(workspaceDirectory);
  try {
    fs.mkdirSync(directory, { recursive: true });
    syncDirectory(workspaceDirectory);
    const ignoreFile = path.join(directory, '.gitignore');
    if (!fs.existsSync(ignoreFile)) fs.writeFileSync(ignoreFile, '*\n');
  } catch (error) {
    throw cannotWrite(catalogFilePath(workspaceDirectory), error);
  }
}

/**
 * Writes an empty catalog file. It appears under its name only when it is complete; a file that is
 * already there is never replaced.
 * @throws CatalogError CATALOG_CANNOT_WRITE
 */
export async function createEmptyCatalog(
  file: string,
  statements: readonly string[] = schemaStatements,
  version: number = schemaVersion,
): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    for (const name of [temporary, `${temporary}-wal`]) fs.rmSync(name, { force: true });
    fs.writeFileSync(temporary, '');
    const driver = await NodeSqliteDriver.open({ file: temporary });
    try {
      driver.transaction(() => {
        for (const statement of statements) driver.run(statement);
        driver.run(`PRAGMA application_id = ${applicationId}`);
        driver.run(`PRAGMA user_version = ${version}`);
      });
    } finally {
      driver.close();
    }
    syncFile(temporary);
    publish(temporary, file);
  } catch (error) {
    throw cannotWrite(file, error);
  } finally {
    for (const name of [temporary, `${temporary}-wal`]) fs.rmSync(name, { force: true });
  }
}

/** Gives a finished file its name, never in place of another; throws EEXIST. The temporary name may stay beside it. */
export function publish(temporary: string, file: string): void {
  try {
    fs.linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // No hard links on this volume; the catalog's lock is held, so nobody else creates the file.
    if (fs.existsSync(file)) throw error;
    fs.renameSync(temporary, file);
  }
  syncDirectory(path.dirname(file));
}

/** The error for a folder or file of ours that cannot be written. */
export function cannotWrite(file: string, error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const data = { path: file, detail: errorDetail(error) };
  return new CatalogError('CATALOG_CANNOT_WRITE', data, { cause: error });
}
