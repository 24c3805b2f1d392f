import path from 'node:path';
import { nodeFilePort } from '../files/filePort.js';
import { CatalogError, errorDetail } from '../model/errors.js';
import type { SqlDriver, SqlValue } from '../store/driver.js';
import { readConsistently } from '../store/snapshot.js';
import { SqlJsDriver } from '../store/sqlJsDriver.js';
import type { JsonObject, JsonValue } from './json.js';
import {
  batched,
  batchRecords,
  type DerivedRows,
  type LegacyCatalog,
  type LegacyReader,
  type LegacyRecord,
} from './legacyCatalog.js';
import { momentOf } from './values.js';

/** The file is read into memory, twice for a moment. */
const largestFile = 1024 * 1024 * 1024;

/** Tables that are read; whatever else the file holds, triggers and views included, is not looked at. */
const otherTables = [
  'review_queue',
  'problematic_files',
  'catalog_config',
  'statistics',
  'performance_snapshots',
  'schema_version',
] as const;
const knownTables = new Set<string>([
  'images',
  'tags',
  'image_tags',
  'duplicate_groups',
  'duplicate_group_images',
  'burst_groups',
  'burst_group_images',
  ...otherTables,
]);

type Row = Record<string, SqlValue>;

/** `catalog.db` of the SQLite generation, from its bytes in memory: nothing is ever written or attached. */
export class SqliteCatalogReader implements LegacyReader {
  readonly catalogs: readonly LegacyCatalog[];
  private readonly file: string;
  private readonly driver: SqlDriver;
  private readonly tables: ReadonlySet<string>;

  private constructor(file: string, driver: SqlDriver, tables: ReadonlySet<string>) {
    this.file = file;
    this.driver = driver;
    this.tables = tables;
    this.catalogs = [this.catalog()];
  }

  /** @throws CatalogError LEGACY_UNREADABLE, LEGACY_INVALID, LEGACY_TOO_LARGE, LEGACY_UNSUPPORTED */
  static async open(file: string): Promise<SqliteCatalogReader> {
    let driver: SqlDriver;
    try {
      const size = Number(nodeFilePort.stat(file).size);
      if (size > largestFile) {
        const detail = `it has ${Math.round(size / 1024 / 1024)} MB, 1024 can be read`;
        throw new CatalogError('LEGACY_TOO_LARGE', { path: file, detail });
      }
      const { bytes } = await readConsistently(file);
      if (Buffer.from(bytes.buffer, 0, 15).toString('latin1') !== 'SQLite format 3') {
        throw new CatalogError('LEGACY_INVALID', {
          path: file,
          detail: 'it is not an SQLite file',
        });
      }
      // The marks of a WAL: in memory there is none.
      bytes.set([1, 1], 18);
      driver = await SqlJsDriver.open({ bytes, file, reason: 'it is an old catalog' });
    } catch (error) {
      throw toLegacyError(file, error);
    }
    try {
      const tables = readableTables(driver);
      if (!tables.has('images')) {
        const detail = 'it has no table "images"';
        throw new CatalogError('LEGACY_UNSUPPORTED', { path: file, detail });
      }
      return new SqliteCatalogReader(file, driver, tables);
    } catch (error) {
      driver.close();
      throw toLegacyError(file, error);
    }
  }

  async *records(): AsyncGenerator<readonly LegacyRecord[]> {
    try {
      yield* batched(this.read());
    } catch (error) {
      throw toLegacyError(this.file, error);
    }
  }

  derived(): Promise<readonly DerivedRows[]> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    this.driver.close();
    return Promise.resolve();
  }

  private *read(): Generator<LegacyRecord> {
    for (const row of this.rows('images')) {
      yield { kind: 'image', id: text(row, 'id'), archived: false, row: toJson(row) };
    }
    for (const row of this.rows('burst_groups')) yield this.burst(row);
    for (const row of this.rows('tags')) {
      yield { kind: 'tag', id: text(row, 'id'), row: toJson(row) };
    }
    for (const row of this.rows('image_tags')) {
      const [imageId, tagId] = [text(row, 'image_id'), text(row, 'tag_id')];
      yield { kind: 'imageTag', id: `${imageId}/${tagId}`, imageId, tagId, row: toJson(row) };
    }
    for (const row of this.rows('duplicate_groups')) yield this.group(row);
    for (const table of otherTables) {
      for (const row of this.rows(table)) {
        const key = row['id'] ?? row['key'] ?? row['version'] ?? row['rowid'] ?? null;
        yield { kind: 'other', table, id: `${table}/${String(key)}`, row: toJson(row) };
      }
    }
  }

  private burst(row: Row): LegacyRecord {
    const members = this.members('burst_group_images', row['id']);
    return {
      kind: 'burst',
      id: text(row, 'id'),
      bestId:
        members
          .map((member) => (member['is_best'] === 1 ? text(member, 'image_id') : null))
          .find((id) => id !== null) ?? null,
      memberIds: members.map((member) => text(member, 'image_id')),
      row: { ...toJson(row), images: members.map(toJson) },
    };
  }

  private group(row: Row): LegacyRecord {
    const members = this.members('duplicate_group_images', row['id']);
    const primary = members.find((member) => member['is_primary'] === 1);
    return {
      kind: 'duplicateGroup',
      id: text(row, 'id'),
      primaryId: primary ? text(primary, 'image_id') : null,
      memberIds: members.map((member) => text(member, 'image_id')),
      reviewed: row['reviewed'] === 1,
      row: { ...toJson(row), images: members.map(toJson) },
    };
  }

  private members(table: string, groupId: SqlValue | undefined): Row[] {
    if (!this.tables.has(table)) return [];
    return this.driver.all<Row>(`SELECT * FROM "${table}" WHERE group_id = ? ORDER BY image_id`, [
      groupId ?? null,
    ]);
  }

  /** All rows of a table, a page at a time. */
  private *rows(table: string): Generator<Row> {
    if (!this.tables.has(table)) return;
    let last = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const rows: Row[] = this.driver.all<Row>(
        `SELECT rowid AS legacy_rowid, * FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT ${batchRecords}`,
        [last],
      );
      for (const row of rows) {
        last = Number(row['legacy_rowid']);
        delete row['legacy_rowid'];
        yield row;
      }
      if (rows.length < batchRecords) return;
    }
  }

  private catalog(): LegacyCatalog {
    const folder = path.dirname(this.file);
    const config = new Map<string, string>();
    for (const row of this.rows('catalog_config')) config.set(text(row, 'key'), text(row, 'value'));
    const times = this.driver.get<{ first: SqlValue; last: SqlValue; count: number }>(
      'SELECT min(created_at) AS first, max(modified_at) AS last, count(*) AS count FROM images',
    );
    return {
      id: config.get('catalog_id') ?? `file:${this.file}`,
      name: path.basename(folder) || folder,
      format: 'sqlite',
      location: this.file,
      sourceDirectories: listIn(config.get('source_directories')),
      organizedDirectory:
        config.get('organized_directory') ?? config.get('import_directory') ?? null,
      createdAt: momentOf(stringOrNull(times?.first)),
      updatedAt: momentOf(stringOrNull(times?.last)),
      baseDirectory: folder,
      imageCount: times?.count ?? 0,
    };
  }
}

/** The known names that are plain tables: a view or virtual table in their place is not read. */
function readableTables(driver: SqlDriver): Set<string> {
  const rows = driver.all<{ name: string; type: string; sql: string | null }>(
    'SELECT name, type, sql FROM sqlite_schema',
  );
  return new Set(
    rows
      .filter(({ name, type, sql }) => {
        const isPlain = type === 'table' && !/^\s*CREATE\s+VIRTUAL/i.test(sql ?? '');
        return isPlain && knownTables.has(name) && !/WITHOUT\s+ROWID\s*;?\s*$/i.test(sql ?? '');
      })
      .map(({ name }) => name),
  );
}

function toJson(row: Row): JsonObject {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, jsonOf(value)]));
}

/** A BLOB becomes its base64. */
function jsonOf(value: SqlValue): JsonValue {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  return typeof value === 'bigint' ? String(value) : value;
}

function text(row: Row, key: string): string {
  const value = row[key];
  return value === null || value === undefined || value instanceof Uint8Array ? '' : String(value);
}

function stringOrNull(value: SqlValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A list of texts in JSON, or one text. */
function listIn(value: string | undefined): readonly string[] {
  if (value === undefined || value === '') return [];
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return parsed.filter((each) => typeof each === 'string');
    return typeof parsed === 'string' ? [parsed] : [];
  } catch {
    return [value];
  }
}

function toLegacyError(file: string, error: unknown): CatalogError {
  if (CatalogError.is(error) && error.code.startsWith('LEGACY_')) return error;
  if (CatalogError.is(error, 'CATALOG_FILE_CORRUPT')) {
    const detail = String(error.data['detail'] ?? error.message);
    return new CatalogError('LEGACY_INVALID', { path: file, detail }, { cause: error });
  }
  const code = error instanceof Error && 'code' in error ? 'LEGACY_UNREADABLE' : 'LEGACY_INVALID';
  return new CatalogError(code, { path: file, detail: errorDetail(error) }, { cause: error });
}
