import fs from 'node:fs';
import path from 'node:path';
import type { Database as WasmDatabase, Statement } from 'node-sqlite3-wasm';
import { CatalogError } from '../model/errors.js';
import type { SqlDriver, SqlParams, SqlValue, WriteGuard } from './driver.js';
import { SqlError } from './driver.js';
import { syncDirectory } from './durableFile.js';
import { toSqlFailure } from './sqlFailure.js';

type DatabaseConstructor = typeof WasmDatabase;
type BindValues = SqlValue[] | Record<string, SqlValue>;

/** Statements kept prepared; the SQL of the repositories is static, so this is never reached. */
const maximumStatements = 256;

/** Loads the WASM on first use: it costs 20-30 ms and 16 MB. */
async function loadDatabaseConstructor(): Promise<DatabaseConstructor> {
  const loaded = (await import('node-sqlite3-wasm')) as unknown as {
    readonly default: { readonly Database: DatabaseConstructor };
  };
  return loaded.default.Database;
}

function bindable(params: SqlParams | undefined): BindValues | undefined {
  if (params === undefined || Array.isArray(params)) return params as SqlValue[] | undefined;
  const named: Record<string, SqlValue> = {};
  for (const [key, value] of Object.entries(params as Readonly<Record<string, SqlValue>>)) {
    named[key.startsWith(':') ? key : `:${key}`] = value;
  }
  return named;
}

export interface NodeSqliteOptions {
  readonly file: string;
  /** Refuses writes and says why; a `-wal` beside the file is still replayed, so give it a private copy. */
  readonly readOnlyReason?: string;
  /** Looks at the file before anything about it is changed; what it throws, open throws. */
  readonly verify?: (driver: SqlDriver) => void;
}

/**
 * SQLite in WASM that reads and writes the file in place.
 *
 * The journal is a WAL, never a rollback journal: this library reports its own lock folder as somebody's
 * reserved lock, so SQLite takes a hot rollback journal for one in use and never plays it back, and a half
 * written transaction would show after a crash. A WAL needs no such lock to be replayed.
 */
export class NodeSqliteDriver implements SqlDriver {
  readonly readOnly: boolean;
  private readonly file: string;
  private readonly reason: string | null;
  private readonly database: WasmDatabase;
  private readonly statements = new Map<string, Statement>();
  private guard: WriteGuard | null = null;
  private depth = 0;
  private lastRowId = 0;
  private closed = false;

  private constructor(options: NodeSqliteOptions, database: WasmDatabase) {
    this.file = options.file;
    this.database = database;
    this.reason = options.readOnlyReason ?? null;
    this.readOnly = this.reason !== null;
  }

  /**
   * Opens an existing file. The caller holds the catalog's lock, or the file is a private copy:
   * a `.lock` folder that a killed process left behind is removed.
   * @throws CatalogError CATALOG_FILE_CORRUPT, CATALOG_CANNOT_WRITE
   */
  static async open(options: NodeSqliteOptions): Promise<NodeSqliteDriver> {
    const { file, readOnlyReason } = options;
    const Database = await loadDatabaseConstructor();
    try {
      fs.rmSync(`${file}.lock`, { recursive: true, force: true });
      if (readOnlyReason === undefined) {
        // The library never syncs the folder after creating the WAL: a power cut could lose its name.
        fs.closeSync(fs.openSync(`${file}-wal`, 'a'));
        syncDirectory(path.dirname(file));
      }
      const database = new Database(file, { fileMustExist: true });
      const driver = new NodeSqliteDriver(options, database);
      try {
        driver.configure();
        options.verify?.(driver);
        if (!driver.readOnly) driver.configureWriting();
      } catch (error) {
        driver.refuse();
        throw error;
      }
      return driver;
    } catch (error) {
      throw toSqlFailure(error, file);
    }
  }

  private configure(): void {
    // First of all: without it every statement takes and releases the lock folder.
    this.get('PRAGMA locking_mode = EXCLUSIVE');
    if (this.readOnly) this.get('PRAGMA query_only = ON');
    this.get('PRAGMA foreign_keys = ON');
    this.get('PRAGMA trusted_schema = OFF');
    this.get('PRAGMA cell_size_check = ON');
    // More would not be given back; the system holds the file's pages as well.
    this.get('PRAGMA cache_size = -16000');
    this.get('PRAGMA temp_store = MEMORY');
  }

  private configureWriting(): void {
    const mode = this.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL');
    if (mode?.journal_mode !== 'wal') {
      throw new SqlError(`journal mode is ${mode?.journal_mode ?? 'unknown'} instead of wal`);
    }
    this.get('PRAGMA synchronous = FULL');
    this.get('PRAGMA wal_autocheckpoint = 4000');
    // The WAL's size then tells about every frame in it, which the write guard relies on.
    this.get('PRAGMA journal_size_limit = 0');
    // Opens the WAL; whatever name it got is durable before the first transaction.
    this.get('SELECT count(*) FROM sqlite_schema');
    syncDirectory(path.dirname(this.file));
  }

  /** Ends an opening that failed. A WAL with content must not be written into a file that was refused. */
  private refuse(): void {
    const wal = fs.statSync(`${this.file}-wal`, { throwIfNoEntry: false });
    if (!this.readOnly && wal && wal.size > 0) {
      this.abandon();
      fs.rmSync(`${this.file}.lock`, { recursive: true, force: true });
      return;
    }
    try {
      this.close();
    } catch {
      // The error that ended the opening tells more.
    }
  }

  run(sql: string, params?: SqlParams): number {
    this.assertWritable();
    const guarded = this.depth === 0 ? this.guard : null;
    guarded?.before();
    const result = this.use(sql, (statement) => statement.run(bindable(params)));
    this.lastRowId = Number(result.lastInsertRowid);
    guarded?.after();
    return result.changes;
  }

  get<T>(sql: string, params?: SqlParams): T | undefined {
    return this.all<T>(sql, params)[0];
  }

  all<T>(sql: string, params?: SqlParams): T[] {
    // Always to the last row: the library leaves a half-read statement active, which blocks a VACUUM.
    return this.use(sql, (statement) => statement.all(bindable(params))) as T[];
  }

  lastInsertRowId(): number {
    return this.lastRowId;
  }

  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.assertWritable();
    this.guard?.before();
    this.control('BEGIN IMMEDIATE');
    this.depth = 1;
    try {
      const result = work();
      this.control('COMMIT');
      this.depth = 0;
      this.guard?.after();
      return result;
    } catch (error) {
      this.depth = 0;
      if (this.database.inTransaction) this.control('ROLLBACK');
      this.guard?.after();
      throw error;
    }
  }

  /** Writes the whole WAL back into the file, which then is complete without it. */
  checkpoint(): void {
    this.guard?.before();
    const result = this.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)');
    this.guard?.after();
    if (result?.busy !== 0) throw new SqlError('The WAL could not be written back');
  }

  /** From now on the guard is asked around every write. */
  setGuard(guard: WriteGuard): void {
    this.guard = guard;
  }

  close(): void {
    if (this.closed) return;
    if (this.guard?.violated) {
      this.abandon();
      return;
    }
    this.closed = true;
    for (const statement of this.statements.values()) {
      try {
        statement.finalize();
      } catch {
        // Reports the error of the statement's last run once more.
      }
    }
    this.statements.clear();
    try {
      this.database.close();
    } catch (error) {
      throw toSqlFailure(error, this.file);
    }
  }

  /**
   * Drops the connection without the checkpoint that close() makes: for a file that somebody else
   * has written meanwhile. Its handles stay open until the process ends.
   */
  abandon(): void {
    this.closed = true;
  }

  private assertWritable(): void {
    if (this.reason !== null) throw new CatalogError('CATALOG_READ_ONLY', { reason: this.reason });
  }

  private control(sql: string): void {
    this.use(sql, (statement) => statement.run());
  }

  private use<T>(sql: string, work: (statement: Statement) => T): T {
    if (this.closed) throw new SqlError('The catalog is closed');
    let statement = this.statements.get(sql);
    try {
      if (!statement) {
        statement = this.database.prepare(sql);
        this.remember(sql, statement);
      }
      return work(statement);
    } catch (error) {
      // The library cannot reset a statement that failed.
      if (statement) this.forget(sql, statement);
      throw toSqlFailure(error, this.file);
    }
  }

  private remember(sql: string, statement: Statement): void {
    if (this.statements.size >= maximumStatements) {
      const oldest = this.statements.entries().next().value;
      if (oldest) this.forget(...oldest);
    }
    this.statements.set(sql, statement);
  }

  private forget(sql: string, statement: Statement): void {
    this.statements.delete(sql);
    try {
      statement.finalize();
    } catch {
      // Repeats the error that is already under way.
    }
  }
}
