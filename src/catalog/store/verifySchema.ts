import fs from 'node:fs';
import { CatalogError } from '../model/errors.js';
import type { SqlDriver } from './driver.js';
import { applicationId } from './schema.js';
import { corruptFile } from './sqlFailure.js';

/** One format of the catalog file. */
export interface SchemaDefinition {
  readonly version: number;
  readonly statements: readonly string[];
}

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const headerLength = 100;
const magic = 'SQLite format 3\0';

/**
 * Looks at a file's first bytes before SQLite sees it: SQLite takes an empty file for an empty database.
 * @throws CatalogError CATALOG_FILE_CORRUPT, CATALOG_FILE_FOREIGN, CATALOG_FILE_TOO_NEW
 */
export function verifyHeader(file: string, supportedVersion: number): void {
  const handle = fs.openSync(file, 'r');
  const header = Buffer.alloc(headerLength);
  let size: number;
  try {
    const stat = fs.fstatSync(handle);
    if (!stat.isFile()) throw foreignFile(file, 'it is not a regular file');
    size = stat.size;
    fs.readSync(handle, header, 0, headerLength, 0);
  } finally {
    fs.closeSync(handle);
  }
  if (size === 0) throw corruptFile(file, 'it is empty (0 bytes)');
  if (header.toString('latin1', 0, magic.length) !== magic) {
    throw foreignFile(file, 'it is not an SQLite database');
  }
  const walSize = fs.statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const rawPageSize = header.readUInt16BE(16);
  const expected = (rawPageSize === 1 ? 65536 : rawPageSize) * header.readUInt32BE(28);
  // A crash between the steps of a checkpoint leaves a shorter file, which its WAL completes.
  if (size < headerLength || (size < expected && walSize === 0)) {
    throw corruptFile(file, `it is cut off: ${size} of ${expected} bytes`);
  }
  verifyVersion(file, header.readUInt32BE(68), header.readUInt32BE(60), supportedVersion);
  verifyNoRollbackJournal(file);
}

/**
 * Compares every row of sqlite_schema with our statements: a trigger or view that somebody added to the
 * file could redirect what we write, and SQLite's own checks do not mind it.
 * @throws CatalogError CATALOG_FILE_FOREIGN, CATALOG_FILE_TOO_NEW
 */
export function verifySchema(
  driver: SqlDriver,
  file: string,
  schemas: readonly SchemaDefinition[],
): SchemaDefinition {
  const found = pragma(driver, 'user_version');
  const supported = Math.max(...schemas.map((schema) => schema.version));
  verifyVersion(file, pragma(driver, 'application_id'), found, supported);
  const schema = schemas.find((candidate) => candidate.version === found);
  if (!schema) throw foreignFile(file, `its format ${found} is not known`);
  const expected = new Map(schema.statements.map((sql) => [normalizeSql(sql), statementName(sql)]));
  const rows = driver.all<SchemaRow>('SELECT type, name, tbl_name, sql FROM sqlite_schema');
  for (const row of rows) {
    if (isInternal(row)) continue;
    const key = row.sql === null ? '' : normalizeSql(row.sql);
    const name = expected.get(key);
    const same = name?.type === row.type && name.name === row.name && name.table === row.tbl_name;
    if (!same) throw foreignFile(file, `it has an unexpected ${row.type} "${row.name}"`);
    expected.delete(key);
  }
  const [missing] = expected.values();
  if (missing) throw foreignFile(file, `its ${missing.type} "${missing.name}" is missing`);
  return schema;
}

/**
 * Reads the whole file and checks its structure, the types of its values and its references.
 * @throws CatalogError CATALOG_FILE_CORRUPT
 */
export function verifyIntegrity(driver: SqlDriver, file: string): void {
  const problem = driver.get<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check;
  if (problem !== 'ok') throw corruptFile(file, problem ?? 'quick_check gave no answer');
  const orphan = driver.get<{ table: string; parent: string }>('PRAGMA foreign_key_check');
  if (orphan) {
    throw corruptFile(file, `a row of ${orphan.table} refers to a missing row of ${orphan.parent}`);
  }
}

interface StatementName {
  readonly type: string;
  readonly name: string;
  readonly table: string;
}

function statementName(sql: string): StatementName {
  const match = /^CREATE (TABLE|(?:UNIQUE )?INDEX) (\w+)(?: ON (\w+))?/.exec(sql);
  const name = match?.[2];
  if (!match || !name) throw new Error(`Not a statement of a schema: ${sql}`);
  const type = match[1] === 'TABLE' ? 'table' : 'index';
  return { type, name, table: match[3] ?? name };
}

/** Rows that SQLite adds on its own: the indexes of UNIQUE and PRIMARY KEY, and AUTOINCREMENT's counters. */
function isInternal(row: SchemaRow): boolean {
  if (row.type === 'index' && row.sql === null) {
    return row.name.startsWith(`sqlite_autoindex_${row.tbl_name}_`);
  }
  if (row.type !== 'table' || row.name !== 'sqlite_sequence') return false;
  return row.sql === 'CREATE TABLE sqlite_sequence(name,seq)';
}

/** SQL without what an ALTER TABLE changes about its spelling. */
function normalizeSql(sql: string): string {
  return sql
    .replace(/"(\w+)"/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/ ?([(),]) ?/g, '$1')
    .trim();
}

function verifyVersion(file: string, application: number, found: number, supported: number): void {
  if (application !== applicationId) throw foreignFile(file, 'it belongs to another program');
  if (found > supported) {
    throw new CatalogError('CATALOG_FILE_TOO_NEW', { path: file, found, supported });
  }
}

/** Our files never have one with content, and the library would ignore it: see NodeSqliteDriver. */
function verifyNoRollbackJournal(file: string): void {
  const journal = `${file}-journal`;
  if (!fs.existsSync(journal)) return;
  const start = Buffer.alloc(1);
  const handle = fs.openSync(journal, 'r');
  try {
    fs.readSync(handle, start, 0, 1, 0);
  } finally {
    fs.closeSync(handle);
  }
  if (start[0] !== 0) {
    throw corruptFile(file, `another program left an unfinished change in ${journal}`);
  }
}

function pragma(driver: SqlDriver, name: 'user_version' | 'application_id'): number {
  return driver.get<Record<string, number>>(`PRAGMA ${name}`)?.[name] ?? 0;
}

function foreignFile(file: string, detail: string): CatalogError {
  return new CatalogError('CATALOG_FILE_FOREIGN', { path: file, detail });
}
