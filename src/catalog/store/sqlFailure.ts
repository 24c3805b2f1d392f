import path from 'node:path';
import { CatalogError, errorDetail } from '../model/errors.js';
import { SqlError } from './driver.js';

/** Name of the folder with backups, beside the catalog file. */
export const backupFolderName = 'backups';

/** Turns what an SQLite library throws into a CatalogError about the file, or an SqlError. */
export function toSqlFailure(error: unknown, file: string): Error {
  if (error instanceof CatalogError || error instanceof SqlError) return error;
  const message = errorDetail(error);
  const cause = { cause: error };
  if (/disk is full|disk I\/O error|readonly database|unable to open database/i.test(message)) {
    return new CatalogError('CATALOG_CANNOT_WRITE', { path: file, detail: message }, cause);
  }
  if (/malformed|not a database/i.test(message)) return corruptFile(file, message, cause);
  if (/database is locked/i.test(message)) {
    return new CatalogError('CATALOG_FILE_LOCKED', { path: file, holder: 'unknown' }, cause);
  }
  return new SqlError(message, cause);
}

/** The error for a damaged catalog file. */
export function corruptFile(file: string, detail: string, options?: ErrorOptions): CatalogError {
  const backupDirectory = path.join(path.dirname(file), backupFolderName);
  return new CatalogError('CATALOG_FILE_CORRUPT', { path: file, detail, backupDirectory }, options);
}
