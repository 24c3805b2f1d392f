import type { AuditEntry, AuditFacets, AuditFilter } from '../model/audit.js';
import type { Actor } from './actor.js';
import type { SqlDriver, SqlValue } from './driver.js';
import { fromJson, toJson } from './jsonColumns.js';
import type { NewAuditEntry } from './rows.js';

type Row = Omit<AuditEntry, 'detail'> & { readonly detail: string | null };

/** A filter with the places where the file of `file` may be noted. */
export interface AuditConditions extends Omit<AuditFilter, 'file'> {
  readonly paths?: readonly string[];
}

interface Listing {
  readonly key: string;
  readonly lastId: number;
  /** Ascending. */
  readonly ids: readonly number[];
}

const columns = `id, at, operation, catalog_id AS catalogId, catalog_name AS catalogName,
  source_id AS sourceId, import_job_id AS importJobId, image_id AS imageId, path, detail,
  user_name AS user, program`;

/** The table `audit_log`: it outlives what it tells about, and only ever grows. */
export class AuditLogRepository {
  private readonly driver: SqlDriver;
  private readonly actor: Actor;
  private listing: Listing | null = null;

  constructor(driver: SqlDriver, actor: Actor = { user: null, program: null }) {
    this.driver = driver;
    this.actor = actor;
  }

  /** Returns the entry's id. */
  append(entry: NewAuditEntry): number {
    this.driver.run(
      `INSERT INTO audit_log (at, operation, catalog_id, catalog_name, source_id, import_job_id,
        image_id, path, detail, user_name, program) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        entry.at,
        entry.operation,
        entry.catalogId ?? null,
        entry.catalogName ?? null,
        entry.sourceId ?? null,
        entry.importJobId ?? null,
        entry.imageId ?? null,
        entry.path ?? null,
        toJson(entry.detail),
        this.actor.user,
        this.actor.program,
      ],
    );
    return this.driver.lastInsertRowId();
  }

  appendMany(entries: readonly NewAuditEntry[]): void {
    this.driver.transaction(() => {
      for (const entry of entries) this.append(entry);
    });
  }

  /** Newest first. */
  page(request: AuditConditions & { readonly offset: number; readonly limit: number }): {
    total: number;
    entries: AuditEntry[];
  } {
    const { offset, limit, ...conditions } = request;
    const ids = this.matching(conditions);
    const end = Math.max(0, ids.length - offset);
    const wanted = ids.slice(Math.max(0, end - limit), end);
    const entries = this.entries('id IN (SELECT value FROM json_each(:ids)) ORDER BY id DESC', {
      ids: JSON.stringify(wanted),
    });
    return { total: ids.length, entries };
  }

  /** Oldest first, after an id. */
  after(conditions: AuditConditions, afterId: number, limit: number): AuditEntry[] {
    const { where, params } = whereOf(conditions);
    return this.entries(`id > :afterId AND ${where} ORDER BY id LIMIT :limit`, {
      ...params,
      afterId,
      limit,
    });
  }

  count(conditions: AuditConditions): number {
    return this.matching(conditions).length;
  }

  private entries(condition: string, params: Readonly<Record<string, SqlValue>>): AuditEntry[] {
    return this.driver
      .all<Row>(`SELECT ${columns} FROM audit_log WHERE ${condition}`, params)
      .map((row) => ({ ...row, detail: fromJson<Record<string, unknown>>(row.detail) }));
  }

  /** Looked for once per filter: a list asks for one page after the other. New entries are added to what is known. */
  private matching(conditions: AuditConditions): readonly number[] {
    const key = JSON.stringify(conditions);
    const known = this.listing?.key === key ? this.listing : { key, lastId: 0, ids: [] };
    const newest = this.driver.get<{ id: number | null }>('SELECT max(id) AS id FROM audit_log');
    const lastId = newest?.id ?? 0;
    if (lastId === known.lastId) return known.ids;
    const { where, params } = whereOf(conditions);
    const packed = this.driver.get<{ ids: string }>(
      `SELECT json_group_array(id) AS ids FROM (SELECT id FROM audit_log
        WHERE id > :afterId AND ${where} ORDER BY id)`,
      { ...params, afterId: known.lastId },
    );
    const added = JSON.parse(packed?.ids ?? '[]') as number[];
    this.listing = { key, lastId, ids: [...known.ids, ...added] };
    return this.listing.ids;
  }

  facets(): AuditFacets {
    const operations = this.driver.all<AuditFacets['operations'][number]>(
      `SELECT operation, count(*) AS count FROM audit_log GROUP BY operation ORDER BY operation`,
    );
    // The newest name that is noted, which is the present one of a catalog that is there.
    const catalogs = this.driver.all<AuditFacets['catalogs'][number]>(
      `SELECT logged.id, coalesce(c.name, logged.name, logged.id) AS name FROM (
        SELECT catalog_id AS id, catalog_name AS name,
          max(iif(catalog_name IS NULL, 0, audit_log.id)) AS newest
        FROM audit_log WHERE catalog_id IS NOT NULL GROUP BY catalog_id) logged
      LEFT JOIN catalogs c ON c.id = logged.id ORDER BY 2, 1`,
    );
    return { operations, catalogs };
  }
}

function whereOf(conditions: AuditConditions): { where: string; params: Record<string, string> } {
  const { operation, text, paths, since, until, catalogId, importJobId } = conditions;
  const parts: string[] = ['TRUE'];
  const params: Record<string, string> = {};
  const add = (name: string, value: string | undefined, sql: string): void => {
    if (value === undefined) return;
    parts.push(sql);
    params[name] = value;
  };
  add('operation', operation, 'operation = :operation');
  add('catalogId', catalogId, 'catalog_id = :catalogId');
  add('importJobId', importJobId, 'import_job_id = :importJobId');
  add('since', since, 'at >= :since');
  add('until', until, 'at < :until');
  add(
    'text',
    text === undefined ? undefined : `%${text.replace(/[\\%_]/g, '\\$&')}%`,
    `(path LIKE :text ESCAPE '\\' OR detail LIKE :text ESCAPE '\\'
      OR catalog_name LIKE :text ESCAPE '\\' OR user_name LIKE :text ESCAPE '\\')`,
  );
  // A moved file is found by its image: under each of its names it was another path.
  add(
    'paths',
    paths && JSON.stringify(paths),
    `(path IN (SELECT value FROM json_each(:paths))
      OR detail ->> 'from' IN (SELECT value FROM json_each(:paths))
      OR image_id IN (SELECT id FROM images
        WHERE current_path IN (SELECT value FROM json_each(:paths)))
      OR image_id IN (SELECT image_id FROM audit_log
        WHERE path IN (SELECT value FROM json_each(:paths)) AND image_id IS NOT NULL))`,
  );
  return { where: parts.join(' AND '), params };
}
