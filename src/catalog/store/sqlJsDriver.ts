import type { Database as SqlJsDatabase, Statement } from 'sql.js';
import { CatalogError } from '../model/errors.js';
import type { SqlDriver, SqlParams } from './driver.js';
import { SqlError } from './driver.js';
import { toSqlFailure } from './sqlFailure.js';

export interface SqlJsOptions {
  readonly bytes: Uint8Array;
  /** Where the bytes came from, for messages. */
  readonly file: string;
  /** Why the catalog is read-only, for the error of a write. */
  readonly reason: string;
  /** Looks at the copy and may still change it: an older format is upgraded in memory. */
  readonly prepare?: (driver: SqlDriver) => void;
}

/** SQLite in memory on a copy of a file's bytes: nothing is ever written to a disk. */
export class SqlJsDriver implements SqlDriver {
  readonly readOnly = true;
  private readonly file: string;
  private readonly reason: string;
  private readonly database: SqlJsDatabase;
  private readonly statements = new Map<string, Statement>();
  private sealed = false;

  private constructor(options: SqlJsOptions, database: SqlJsDatabase) {
    this.file = options.file;
    this.reason = options.reason;
    this.database = database;
  }

  /** @throws CatalogError CATALOG_FILE_CORRUPT, and what prepare throws */
  static async open(options: SqlJsOptions): Promise<SqlJsDriver> {
    const { default: initSqlJs } = await import('sql.js');
    const { Database } = await initSqlJs();
    let driver: SqlJsDriver | undefined;
    try {
      driver = new SqlJsDriver(options, new Database(options.bytes));
      driver.get('PRAGMA foreign_keys = ON');
      driver.get('PRAGMA trusted_schema = OFF');
      driver.get('PRAGMA cell_size_check = ON');
      options.prepare?.(driver);
      driver.get('PRAGMA query_only = ON');
      driver.sealed = true;
      return driver;
    } catch (error) {
      driver?.close();
      throw toSqlFailure(error, options.file);
    }
  }

  run(sql: string, params?: SqlParams): number {
    this.assertOpenForChanges();
    this.all(sql, params);
    return this.database.getRowsModified();
  }

  get<T>(sql: string, params?: SqlParams): T | undefined {
    return this.all<T>(sql, params)[0];
  }

  all<T>(sql: string, params?: SqlParams): T[] {
    let statement = this.statements.get(sql);
    try {
      if (!statement) {
        statement = this.database.prepare(sql);
        this.statements.set(sql, statement);
      }
      statement.bind(bindable(params));
      const rows: T[] = [];
      while (statement.step()) rows.push(statement.getAsObject() as T);
      statement.reset();
      return rows;
    } catch (error) {
      this.statements.delete(sql);
      statement?.free();
      throw toSqlFailure(error, this.file);
    }
  }

  lastInsertRowId(): number {
    return 0;
  }

  transaction<T>(work: () => T): T {
    this.assertOpenForChanges();
    this.all('BEGIN');
    try {
      const result = work();
      this.all('COMMIT');
      return result;
    } catch (error) {
      this.all('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    for (const statement of this.statements.values()) statement.free();
    this.statements.clear();
    this.database.close();
  }

  private assertOpenForChanges(): void {
    if (this.sealed) throw new CatalogError('CATALOG_READ_ONLY', { reason: this.reason });
  }
}

function bindable(params: SqlParams | undefined): Parameters<Statement['bind']>[0] {
  if (params === undefined) return [];
  const check = (value: unknown): never | void => {
    if (typeof value === 'bigint') throw new SqlError('bigint parameters are not supported here');
  };
  if (Array.isArray(params)) {
    params.forEach(check);
    return params as Parameters<Statement['bind']>[0];
  }
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    check(value);
    named[key.startsWith(':') ? key : `:${key}`] = value;
  }
  return named as Parameters<Statement['bind']>[0];
}
