/** How the tables of the server version are read. Every query gives one JSON text `row` per record. */

/** Columns of tables that hold rows of one catalog only through another table. */
const ownerOf: Readonly<Record<string, string>> = {
  image_tags: 'EXISTS (SELECT 1 FROM images o WHERE o.id = t.image_id AND o.catalog_id::text = $1)',
  collection_images:
    'EXISTS (SELECT 1 FROM collections o WHERE o.id = t.collection_id AND o.catalog_id::text = $1)',
  event_images:
    'EXISTS (SELECT 1 FROM events o WHERE o.id = t.event_id AND o.catalog_id::text = $1)',
  import_items:
    'EXISTS (SELECT 1 FROM import_jobs o WHERE o.id = t.import_job_id AND o.catalog_id::text = $1)',
  suppression_pairs:
    'EXISTS (SELECT 1 FROM images o WHERE o.id IN (t.id_a, t.id_b) AND o.catalog_id::text = $1)',
};

/** Read in a way of their own, or part of another table's rows. */
const ownReading = new Set([
  'catalogs',
  'images',
  'archived_images',
  'tags',
  'image_tags',
  'bursts',
  'duplicate_groups',
  'duplicate_members',
  'duplicate_decisions',
  'suppression_pairs',
  'jobs',
  'import_jobs',
]);

/** Millions of rows that a duplicate search makes anew. */
export const derivedTables: readonly string[] = ['duplicate_pairs'];

/** What the database has: its plain tables with their columns and primary keys. */
export interface DatabaseShape {
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  readonly primaryKeys: ReadonlyMap<string, readonly string[]>;
}

export const shapeQuery = `
  SELECT c.table_name AS name, json_agg(c.column_name ORDER BY c.ordinal_position)::text AS columns,
    (SELECT json_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
      WHERE i.indisprimary AND i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
    )::text AS key
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
  GROUP BY c.table_schema, c.table_name`;

/** A read of one table: SQL with the catalog's id as $1. */
export interface TableQuery {
  readonly table: string;
  readonly sql: string;
}

const has = (shape: DatabaseShape, table: string, column?: string): boolean => {
  const columns = shape.columns.get(table);
  return columns !== undefined && (column === undefined || columns.has(column));
};

export function importJobsQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'import_jobs', 'catalog_id')) return null;
  return plain('import_jobs', 'id');
}

export function imagesQuery(): TableQuery {
  return plain('images', 'id');
}

/** Images that were taken out of the list; one that is back in it has a mark. */
export function archivedQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'archived_images', 'catalog_id')) return null;
  return {
    table: 'archived_images',
    sql: `SELECT to_json(t)::text AS row, EXISTS (SELECT 1 FROM images i WHERE i.id = t.id)::text AS mark
      FROM archived_images t WHERE t.catalog_id::text = $1 ORDER BY t.id`,
  };
}

export function burstsQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'bursts', 'catalog_id')) return null;
  const members = has(shape, 'images', 'burst_id')
    ? `LEFT JOIN (SELECT burst_id, json_agg(id ORDER BY id) AS ids FROM images
        WHERE catalog_id::text = $1 AND burst_id IS NOT NULL GROUP BY burst_id) m ON m.burst_id = t.id`
    : 'LEFT JOIN (SELECT NULL::json AS ids) m ON true';
  return {
    table: 'bursts',
    sql: `SELECT to_json(t)::text AS row, m.ids::text AS mark FROM bursts t ${members}
      WHERE t.catalog_id::text = $1 ORDER BY t.id`,
  };
}

export function tagsQuery(shape: DatabaseShape): TableQuery | null {
  return has(shape, 'tags', 'catalog_id') ? plain('tags', 'id') : null;
}

export function imageTagsQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'image_tags', 'image_id')) return null;
  return {
    table: 'image_tags',
    sql: `SELECT to_json(t)::text AS row FROM image_tags t WHERE ${ownerOf['image_tags'] ?? ''}
      ORDER BY t.image_id, t.tag_id`,
  };
}

export function groupsQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'duplicate_groups', 'catalog_id')) return null;
  const members = has(shape, 'duplicate_members', 'group_id')
    ? `LEFT JOIN (SELECT group_id, json_agg(to_json(d) ORDER BY d.image_id) AS members
        FROM duplicate_members d GROUP BY group_id) m ON m.group_id = t.id`
    : 'LEFT JOIN (SELECT NULL::json AS members) m ON true';
  return {
    table: 'duplicate_groups',
    sql: `SELECT to_json(t)::text AS row, m.members::text AS mark FROM duplicate_groups t ${members}
      WHERE t.catalog_id::text = $1 ORDER BY t.id`,
  };
}

export function decisionsQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'duplicate_decisions') || !has(shape, 'duplicate_candidates', 'catalog_id')) {
    return null;
  }
  return {
    table: 'duplicate_decisions',
    sql: `SELECT to_json(t)::text AS row, to_json(c)::text AS mark FROM duplicate_decisions t
      JOIN duplicate_candidates c ON c.id = t.candidate_id
      WHERE c.catalog_id::text = $1 ORDER BY t.decided_at, t.id`,
  };
}

export function suppressionQuery(shape: DatabaseShape): TableQuery | null {
  if (!has(shape, 'suppression_pairs', 'id_a')) return null;
  return {
    table: 'suppression_pairs',
    sql: `SELECT to_json(t)::text AS row FROM suppression_pairs t
      WHERE ${ownerOf['suppression_pairs'] ?? ''} ORDER BY t.id_a, t.id_b`,
  };
}

/** @param withUnowned also jobs of no catalog, which one catalog of the database has to take */
export function jobsQuery(shape: DatabaseShape, withUnowned: boolean): TableQuery | null {
  if (!has(shape, 'jobs', 'catalog_id')) return null;
  const unowned = withUnowned ? ' OR t.catalog_id IS NULL' : '';
  return {
    table: 'jobs',
    sql: `SELECT to_json(t)::text AS row FROM jobs t WHERE t.catalog_id::text = $1${unowned}
      ORDER BY t.created_at, t.id`,
  };
}

/** Every other table that has rows of a catalog, known or not; `mark` is the row's key. */
export function otherQueries(shape: DatabaseShape): TableQuery[] {
  const queries: TableQuery[] = [];
  for (const [table, columns] of [...shape.columns].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (ownReading.has(table) || derivedTables.includes(table)) continue;
    const owner = columns.has('catalog_id') ? 't.catalog_id::text = $1' : ownerOf[table];
    if (owner === undefined) continue;
    const key = shape.primaryKeys.get(table) ?? [];
    const mark =
      key.length > 0
        ? `concat_ws('/', ${key.map((column) => `t.${quoted(column)}::text`).join(', ')})`
        : 'md5(to_json(t)::text)';
    queries.push({
      table,
      sql: `SELECT to_json(t)::text AS row, ${mark} AS mark FROM ${quoted(table)} t WHERE ${owner}
        ORDER BY 2`,
    });
  }
  return queries;
}

/** Tables without rows of any catalog: settings of the server and the like. */
export function unreadTables(shape: DatabaseShape): string[] {
  return [...shape.columns]
    .filter(([table, columns]) => {
      const isRead = ownReading.has(table) || ownerOf[table] !== undefined;
      return !isRead && !derivedTables.includes(table) && !columns.has('catalog_id');
    })
    .map(([table]) => table)
    .sort();
}

function plain(table: string, key: string): TableQuery {
  return {
    table,
    sql: `SELECT to_json(t)::text AS row FROM ${quoted(table)} t WHERE t.catalog_id::text = $1
      ORDER BY t.${quoted(key)}`,
  };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
