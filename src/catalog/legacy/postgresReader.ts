import type { Client } from 'pg';
import { CatalogError, errorDetail } from '../model/errors.js';
import { checkDepth, isList, isObject, JsonFault, parseJson, type JsonObject } from './json.js';
import {
  batched,
  batchRecords,
  type DerivedRows,
  type LegacyCatalog,
  type LegacyReader,
  type LegacyRecord,
} from './legacyCatalog.js';
import * as tables from './postgresTables.js';
import type { DatabaseShape, TableQuery } from './postgresTables.js';
import { momentOf, Values } from './values.js';

const connectionTimeoutMs = 15_000;
/** No row of a catalog comes near it. */
const largestRow = 64 * 1024 * 1024;

type RawRow = Readonly<Record<string, string | null>>;

/** What a row comes with: its key, its members or a flag, as the query says. */
interface MarkedRow {
  readonly row: JsonObject;
  readonly mark: string | null;
}

/** True for an address of a PostgreSQL database. */
export function isPostgresAddress(from: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(from);
}

/** The address without its password. */
export function withoutPassword(address: string): string {
  try {
    const url = new URL(address);
    url.password = '';
    for (const name of [...url.searchParams.keys()]) {
      if (/pass|secret|key/i.test(name)) url.searchParams.delete(name);
    }
    return url.href;
  } catch {
    return address.replace(/:\/\/[^@/]*@/, '://');
  }
}

/**
 * The database of the server version, in one read-only transaction that sees one state of it. Rows come as
 * JSON that the server makes of them, so columns and types that nobody expected come along too.
 */
export class PostgresCatalogReader implements LegacyReader {
  readonly catalogs: readonly LegacyCatalog[];
  readonly unreadTables: readonly string[];
  private readonly client: Client;
  private readonly location: string;
  private readonly shape: DatabaseShape;
  private readonly rowOf: ReadonlyMap<string, JsonObject>;
  private nextCursor = 1;

  private constructor(
    client: Client,
    location: string,
    shape: DatabaseShape,
    catalogs: readonly (LegacyCatalog & { readonly row: JsonObject })[],
  ) {
    this.client = client;
    this.location = location;
    this.shape = shape;
    this.catalogs = catalogs;
    this.rowOf = new Map(catalogs.map(({ id, row }) => [id, row]));
    this.unreadTables = tables.unreadTables(shape);
  }

  /** @throws CatalogError LEGACY_CONNECTION_FAILED, LEGACY_UNSUPPORTED, LEGACY_INVALID */
  static async open(address: string): Promise<PostgresCatalogReader> {
    const location = withoutPassword(address);
    const pg = await import('pg');
    const client = new (pg.default?.Client ?? pg.Client)({
      connectionString: address,
      connectionTimeoutMillis: connectionTimeoutMs,
      application_name: 'image-catalog',
      // Everything as the server writes it: no dates through this machine's time zone.
      types: { getTypeParser: () => (value: string | Buffer) => value.toString() },
    });
    // A connection that breaks while nobody waits must not end the process; the next query tells.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const shape = await readShape(client);
      if (!shape.columns.has('catalogs') || !shape.columns.has('images')) {
        const detail = 'it has no tables "catalogs" and "images"';
        throw new CatalogError('LEGACY_UNSUPPORTED', { path: location, detail });
      }
      const catalogs = await readCatalogs(client, shape, location);
      return new PostgresCatalogReader(client, location, shape, catalogs);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw toLegacyError(location, error);
    }
  }

  async *records(catalog: LegacyCatalog): AsyncGenerator<readonly LegacyRecord[]> {
    try {
      yield* batched(this.read(catalog));
    } catch (error) {
      throw toLegacyError(this.location, error);
    }
  }

  async derived(catalog: LegacyCatalog): Promise<readonly DerivedRows[]> {
    const found: DerivedRows[] = [];
    for (const table of tables.derivedTables) {
      if (this.shape.columns.get(table)?.has('catalog_id') !== true) continue;
      const { rows } = await this.client.query<{ n: string }>(
        `SELECT count(*) AS n FROM "${table}" WHERE catalog_id::text = $1`,
        [catalog.id],
      );
      const count = Number(rows[0]?.n ?? 0);
      if (count > 0) found.push({ table, count });
    }
    return found;
  }

  async close(): Promise<void> {
    try {
      await this.client.query('ROLLBACK');
    } catch {
      // The connection is gone, and the transaction with it.
    }
    await this.client.end().catch(() => undefined);
  }

  private async *read(catalog: LegacyCatalog): AsyncGenerator<LegacyRecord> {
    const { shape } = this;
    const rows = (query: TableQuery | null): AsyncGenerator<MarkedRow> =>
      this.rows(query, catalog.id);
    for await (const { row } of rows(tables.importJobsQuery(shape))) {
      yield { kind: 'importJob', id: idOf(row), row };
    }
    for await (const { row } of rows(tables.imagesQuery())) {
      yield { kind: 'image', id: idOf(row), archived: false, row };
    }
    for await (const { row, mark } of rows(tables.archivedQuery(shape))) {
      const id = mark === 'true' ? `archived/${idOf(row)}` : idOf(row);
      yield { kind: 'image', id, archived: true, row };
    }
    for await (const { row, mark } of rows(tables.burstsQuery(shape))) {
      const ids = mark === null ? [] : parseJson(mark);
      yield {
        kind: 'burst',
        id: idOf(row),
        bestId: textOf(row, 'best_image_id'),
        memberIds: isList(ids) ? ids.map(String) : [],
        row,
      };
    }
    for await (const { row } of rows(tables.tagsQuery(shape))) {
      yield { kind: 'tag', id: idOf(row), row };
    }
    for await (const { row } of rows(tables.imageTagsQuery(shape))) {
      const imageId = textOf(row, 'image_id') ?? '';
      const tagId = textOf(row, 'tag_id') ?? '';
      yield { kind: 'imageTag', id: `${imageId}/${tagId}`, imageId, tagId, row };
    }
    yield* this.readDuplicates(rows);
    const withUnowned = catalog === this.catalogs[0];
    for await (const { row } of rows(tables.jobsQuery(shape, withUnowned))) {
      yield { kind: 'job', id: idOf(row), row };
    }
    const own = this.rowOf.get(catalog.id);
    if (own) yield { kind: 'other', table: 'catalogs', id: `catalogs/${catalog.id}`, row: own };
    for (const query of tables.otherQueries(shape)) {
      const { table } = query;
      for await (const { row, mark } of rows(query)) {
        yield { kind: 'other', table, id: `${table}/${mark ?? ''}`, row };
      }
    }
  }

  private async *readDuplicates(
    rows: (query: TableQuery | null) => AsyncGenerator<MarkedRow>,
  ): AsyncGenerator<LegacyRecord> {
    const { shape } = this;
    for await (const { row, mark } of rows(tables.groupsQuery(shape))) {
      const parsed = mark === null ? [] : parseJson(mark);
      const members = isList(parsed) ? parsed.filter(isObject) : [];
      yield {
        kind: 'duplicateGroup',
        id: idOf(row),
        primaryId: textOf(row, 'primary_image_id'),
        memberIds: members.map((member) => textOf(member, 'image_id') ?? ''),
        reviewed: row['reviewed'] === true,
        row: { ...row, members },
      };
    }
    for await (const { row, mark } of rows(tables.decisionsQuery(shape))) {
      const parsed = mark === null ? null : parseJson(mark);
      const candidate = isObject(parsed ?? undefined) ? (parsed as JsonObject) : {};
      yield {
        kind: 'duplicateDecision',
        id: idOf(row),
        imageIds: [textOf(candidate, 'image_id_a') ?? '', textOf(candidate, 'image_id_b') ?? ''],
        decision: decisionOf(textOf(row, 'decision')),
        decidedAt: momentOf(textOf(row, 'decided_at')),
        row: { ...row, candidate },
      };
    }
    for await (const { row } of rows(tables.suppressionQuery(shape))) {
      const [a, b] = [textOf(row, 'id_a') ?? '', textOf(row, 'id_b') ?? ''];
      yield {
        kind: 'duplicateDecision',
        id: `suppression/${a}/${b}`,
        imageIds: [a, b],
        decision: decisionOf(textOf(row, 'decision')),
        decidedAt: momentOf(textOf(row, 'created_at')),
        row,
      };
    }
  }

  /** The rows of a query through a cursor on the server: memory holds one batch. */
  private async *rows(query: TableQuery | null, catalogId: string): AsyncGenerator<MarkedRow> {
    if (query === null) return;
    const name = `legacy_${this.nextCursor++}`;
    await this.client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${query.sql}`, [catalogId]);
    for (;;) {
      const { rows } = await this.client.query<RawRow>(`FETCH ${batchRecords} FROM ${name}`);
      for (const raw of rows) {
        yield { row: parseRow(raw['row'] ?? 'null', query.table), mark: raw['mark'] ?? null };
      }
      if (rows.length < batchRecords) break;
    }
    await this.client.query(`CLOSE ${name}`);
  }
}

async function readShape(client: Client): Promise<DatabaseShape> {
  const { rows } = await client.query<RawRow>(tables.shapeQuery);
  const columns = new Map<string, ReadonlySet<string>>();
  const primaryKeys = new Map<string, readonly string[]>();
  for (const row of rows) {
    const name = row['name'] ?? '';
    columns.set(name, new Set(JSON.parse(row['columns'] ?? '[]') as string[]));
    primaryKeys.set(name, (JSON.parse(row['key'] ?? '[]') ?? []) as string[]);
  }
  return { columns, primaryKeys };
}

async function readCatalogs(
  client: Client,
  shape: DatabaseShape,
  location: string,
): Promise<(LegacyCatalog & { readonly row: JsonObject })[]> {
  const hasImportJobs = shape.columns.get('import_jobs')?.has('source_path') === true;
  const { rows } = await client.query<RawRow>(
    `SELECT to_json(c)::text AS row,
      (SELECT count(*) FROM images i WHERE i.catalog_id = c.id) AS images,
      ${
        hasImportJobs
          ? '(SELECT json_agg(DISTINCT j.source_path) FROM import_jobs j WHERE j.catalog_id = c.id)::text'
          : 'NULL'
      } AS imported_from
    FROM catalogs c ORDER BY c.created_at, c.id`,
  );
  return rows.map((raw) => catalogOf(raw, location));
}

function catalogOf(raw: RawRow, location: string): LegacyCatalog & { readonly row: JsonObject } {
  const row = parseRow(raw['row'] ?? 'null', 'catalogs');
  const values = new Values(row, { ignored: 0 });
  const directories = row['source_directories'] ?? [];
  if (!isList(directories) || !directories.every((each) => typeof each === 'string')) {
    throw new JsonFault('catalogs.source_directories is not a list of texts');
  }
  const importedFrom = JSON.parse(raw['imported_from'] ?? '[]') as string[];
  const id = idOf(row);
  const isImportCatalog = values.text('import_mode') === 'import';
  return {
    id,
    name: values.text('name') ?? id,
    format: 'postgres',
    location,
    sourceDirectories: [...directories, ...importedFrom],
    organizedDirectory:
      values.text('organized_directory') ??
      (isImportCatalog ? values.text('destination_path') : null),
    createdAt: momentOf(values.text('created_at')),
    updatedAt: momentOf(values.text('updated_at')),
    baseDirectory: null,
    imageCount: Number(raw['images'] ?? 0),
    row,
  };
}

function parseRow(text: string, table: string): JsonObject {
  if (text.length > largestRow) throw new JsonFault(`a row of ${table} is larger than 64 MB`);
  checkDepth(text);
  const value = parseJson(text);
  if (!isObject(value)) throw new JsonFault(`a row of ${table} is not an object`);
  return value;
}

function textOf(row: JsonObject, key: string): string | null {
  const value = row[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

const idOf = (row: JsonObject): string => textOf(row, 'id') ?? '';

function decisionOf(text: string | null): 'duplicate' | 'not-duplicate' | null {
  if (text === 'confirmed_duplicate') return 'duplicate';
  return text === 'not_duplicate' ? 'not-duplicate' : null;
}

/** A JsonFault is bad data; everything else comes from the connection or the server. */
function toLegacyError(location: string, error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const code =
    error instanceof JsonFault || error instanceof SyntaxError
      ? 'LEGACY_INVALID'
      : 'LEGACY_CONNECTION_FAILED';
  const detail =
    error instanceof AggregateError ? error.errors.map(errorDetail).join('; ') : errorDetail(error);
  return new CatalogError(code, { path: location, detail }, { cause: error });
}
