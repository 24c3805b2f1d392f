import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { errorDetail } from '../model/errors.js';
import type { CarriedOver } from '../model/safety.js';
import type { Actor } from './actor.js';
import { AuditLogRepository } from './auditLogRepository.js';
import type { SqlDriver, SqlValue } from './driver.js';
import { NodeSqliteDriver } from './nodeSqliteDriver.js';
import type { NewAuditEntry } from './rows.js';
import { knownSchemas, schemaHistory, upgradeSchema } from './upgrades.js';
import type { SchemaDefinition } from './verifySchema.js';
import { verifyHeader, verifySchema } from './verifySchema.js';

type Row = Readonly<Record<string, SqlValue>> & { readonly id: number };

const pageRows = 500;

/** What an older backup cannot know and the replaced file does. */
const nothing: CarriedOver = { auditEntries: 0, operations: 0, failure: null };

/**
 * Adds to a file that is about to replace another what must outlive that: the audit log's entries that it lacks, and the
 * deletions, whose files lie in the trash; then the entry that tells of the restoration. The file is whole and durable
 * without a journal then.
 * @param restored ours alone; brought to the current format
 * @param replaced the file whose place it takes, whole without a journal; null if there is none. If it cannot be read,
 *   nothing is carried over and the result says why
 * @param temporary a name that only this work uses
 * @throws CatalogError of the restored file, which is of no use then
 */
export async function carryOver(
  restored: string,
  replaced: string | null,
  temporary: string,
  note: { readonly actor: Actor; readonly entry: (carried: CarriedOver) => NewAuditEntry },
): Promise<CarriedOver> {
  const target = await openCurrent(restored);
  try {
    const carried =
      replaced === null ? nothing : await carryFrom(replaced, temporary, target).catch(unread);
    new AuditLogRepository(target, note.actor).append(note.entry(carried));
    target.checkpoint();
    return carried;
  } finally {
    target.close();
  }
}

/** The replaced file could not be read; the one that was to be written is not to blame. */
class Unread extends Error {}

const unread = (error: unknown): CarriedOver => {
  if (!(error instanceof Unread)) throw error;
  return { ...nothing, failure: error.message };
};

type Reader = Pick<SqlDriver, 'get' | 'all'>;

/** Whatever fails in it is the replaced file's fault. */
function readerOf(driver: SqlDriver): Reader {
  const reading = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new Unread(errorDetail(error), { cause: error });
    }
  };
  return {
    get: (sql, params) => reading(() => driver.get(sql, params)),
    all: (sql, params) => reading(() => driver.all(sql, params)),
  };
}

async function carryFrom(
  replaced: string,
  temporary: string,
  target: SqlDriver,
): Promise<CarriedOver> {
  const driver = await openReplaced(replaced, temporary).catch((error: unknown) => {
    throw new Unread(errorDetail(error), { cause: error });
  });
  const source = readerOf(driver);
  try {
    for (const table of ['audit_log', 'file_operations', 'file_operation_items']) {
      const found = source.get<{ quick_check: string }>(`PRAGMA quick_check(${table})`);
      if (found?.quick_check !== 'ok') throw new Unread(found?.quick_check);
    }
    return target.transaction(() => ({
      auditEntries: carryAudit(source, target),
      operations: carryDeletions(source, target),
      failure: null,
    }));
  } finally {
    driver.close();
    for (const suffix of ['', '-wal']) fs.rmSync(`${temporary}${suffix}`, { force: true });
  }
}

async function openReplaced(file: string, temporary: string): Promise<SqlDriver> {
  const { current } = schemaHistory;
  verifyHeader(file, current.version);
  let found: SchemaDefinition = current;
  const driver = await NodeSqliteDriver.open({
    file,
    readOnlyReason: 'it is being replaced',
    verify: (opening) => {
      found = verifySchema(opening, file, knownSchemas(schemaHistory));
    },
  });
  if (found.version === current.version) return driver;
  driver.close();
  fs.rmSync(temporary, { force: true });
  fs.copyFileSync(file, temporary, fs.constants.COPYFILE_FICLONE);
  return openCurrent(temporary);
}

/** Opens a file that is ours alone for writing and brings it to the current format. */
async function openCurrent(file: string): Promise<NodeSqliteDriver> {
  const { current } = schemaHistory;
  const driver = await NodeSqliteDriver.open({ file });
  try {
    const { version } = verifySchema(driver, file, knownSchemas(schemaHistory));
    if (version < current.version) upgradeSchema(driver, file, version, schemaHistory);
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** The log only grows: with a row of the same id and content in both files, all before it is in both. */
function carryAudit(source: Reader, target: SqlDriver): number {
  const last = target.get<Row>('SELECT * FROM audit_log ORDER BY id DESC LIMIT 1');
  const same = last && source.get<Row>('SELECT * FROM audit_log WHERE id = ?', [last.id]);
  const isShared = last !== undefined && same !== undefined && contentOf(last) === contentOf(same);
  const known = new Set<string>();
  if (!isShared) for (const row of auditRows(target, 0)) known.add(contentOf(row));
  let lastId = last?.id ?? 0;
  let count = 0;
  for (const row of auditRows(source, isShared ? last.id : 0)) {
    if (known.has(contentOf(row))) continue;
    lastId = insert(target, 'audit_log', row, lastId);
    count += 1;
  }
  return count;
}

const auditRows = (driver: Reader, afterId: number): Generator<Row> =>
  pages(driver, 'SELECT * FROM audit_log WHERE id > :afterId ORDER BY id LIMIT :limit', afterId);

const contentOf = ({ id: _, ...content }: Row): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.values(content)))
    .digest('base64');

const isDeletion = "kind IN ('delete', 'delete-catalog')";

/** Deletions that the target does not know, and what of a known one came after the backup. */
function carryDeletions(source: Reader, target: SqlDriver): number {
  type Operation = Readonly<Record<string, SqlValue>> & { readonly id: string };
  const operations = source.all<Operation>(`SELECT * FROM file_operations WHERE ${isDeletion}`);
  const isKnown = (id: string): boolean =>
    target.get('SELECT 1 FROM file_operations WHERE id = ?', [id]) !== undefined;
  const carried = operations.filter(({ id }) => !isKnown(id));
  for (const operation of carried) insertRow(target, 'file_operations', operation);
  const known = new Set<string>();
  const last = target.get<{ id: number | null }>('SELECT max(id) AS id FROM file_operation_items');
  for (const row of itemRows(target)) known.add(placeOf(row));
  let lastId = last?.id ?? 0;
  for (const row of itemRows(source)) {
    if (!known.has(placeOf(row))) lastId = insert(target, 'file_operation_items', row, lastId);
  }
  // They were cut off, and the images are in the catalog: recovery must not end the deletion.
  target.run(
    `UPDATE file_operation_items SET state = 'CANCELLED' WHERE state = 'PLANNED'
      AND operation_id IN (SELECT value FROM json_each(?))
      AND image_id IN (SELECT id FROM images)`,
    [JSON.stringify(carried.map(({ id }) => id))],
  );
  return carried.length;
}

const itemRows = (driver: Reader): Generator<Row> =>
  pages(
    driver,
    `SELECT * FROM file_operation_items WHERE id > :afterId
      AND operation_id IN (SELECT id FROM file_operations WHERE ${isDeletion})
    ORDER BY id LIMIT :limit`,
    0,
  );

const placeOf = (row: Row): string =>
  JSON.stringify([row['operation_id'], row['image_id'], row['from_path'], row['to_path']]);

function* pages(driver: Reader, sql: string, afterId: number): Generator<Row> {
  for (let after = afterId; ;) {
    const rows = driver.all<Row>(sql, { afterId: after, limit: pageRows });
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < pageRows) return;
    after = last.id;
  }
}

/** Keeps the id, by which files in work are named, unless that would not be the newest. Returns the id. */
function insert(driver: SqlDriver, table: string, row: Row, lastId: number): number {
  const { id, ...values } = row;
  insertRow(driver, table, id > lastId ? row : values);
  return driver.lastInsertRowId();
}

function insertRow(
  driver: SqlDriver,
  table: string,
  row: Readonly<Record<string, SqlValue>>,
): void {
  // Both files have the same format: the names are ours.
  const names = Object.keys(row);
  driver.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    names.map((name) => row[name] ?? null),
  );
}
