/** What SQLite stores. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** Positional values, or named ones for `:name` (the key with or without its colon). */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** One connection to a catalog file. All calls are synchronous. */
export interface SqlDriver {
  readonly readOnly: boolean;
  /** Runs one statement without result rows. Returns the number of changed rows. */
  run(sql: string, params?: SqlParams): number;
  /** The first row, or undefined. */
  get<T>(sql: string, params?: SqlParams): T | undefined;
  all<T>(sql: string, params?: SqlParams): T[];
  lastInsertRowId(): number;
  /** BEGIN IMMEDIATE .. COMMIT; nested calls join the outer one; rolls back if the work throws. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** Asked around every write transaction of a read-write driver. */
export interface WriteGuard {
  /** True once the file must not be written any more, not even by closing it. */
  readonly violated: boolean;
  /** Throws if the file must not be written any more. */
  before(): void;
  /** Notes what the file looks like after a write of ours. */
  after(): void;
}

/** An error of SQLite that is not about the file as a whole: a constraint, or a fault in a statement. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** For a violated UNIQUE constraint its columns (`catalogs.name`), else null. */
  readonly uniqueColumns: readonly string[] | null;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    const unique = /UNIQUE constraint failed: (.+)$/.exec(message);
    this.uniqueColumns = unique?.[1]?.split(', ') ?? null;
  }
}

/** True if the value is a violated UNIQUE constraint that includes the column (`table.column`). */
export function isUniqueViolation(value: unknown, column: string): boolean {
  return value instanceof SqlError && value.uniqueColumns?.includes(column) === true;
}
