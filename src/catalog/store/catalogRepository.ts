import type { Catalog, StorageInfo } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type { SqlDriver } from './driver.js';
import { isUniqueViolation } from './driver.js';

/** A catalog's figures as the database knows them. */
export interface CatalogFigures {
  readonly imageCount: number;
  readonly managedCount: number;
  readonly missingCount: number;
  readonly changedCount: number;
  readonly sizeBytes: number;
  readonly sourceCount: number;
  readonly jobCount: number;
}

/** StorageInfo without what only the file system knows. */
export type StorageFigures = Omit<
  StorageInfo,
  'catalogId' | 'managedDirectory' | 'freeBytes' | 'catalogFileBytes'
>;

const columns = `id, name, managed_directory AS managedDirectory,
  default_organization_strategy AS defaultOrganizationStrategy,
  created_at AS createdAt, updated_at AS updatedAt`;

/** The table `catalogs`. */
export class CatalogRepository {
  private readonly driver: SqlDriver;
  private readonly managedDirectories = new Map<string, string | null>();

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** @throws CatalogError CATALOG_NAME_TAKEN */
  insert(catalog: Catalog): void {
    this.nameChecked(catalog.name, () =>
      this.driver.run(
        `INSERT INTO catalogs (id, name, managed_directory, default_organization_strategy,
          created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)`,
        [
          catalog.id,
          catalog.name,
          catalog.managedDirectory,
          catalog.defaultOrganizationStrategy,
          catalog.createdAt,
          catalog.updatedAt,
        ],
      ),
    );
  }

  /** Writes every value but createdAt. @throws CatalogError CATALOG_NOT_FOUND, CATALOG_NAME_TAKEN */
  update(catalog: Catalog): void {
    const changed = this.nameChecked(catalog.name, () =>
      this.driver.run(
        `UPDATE catalogs SET name = ?, managed_directory = ?, default_organization_strategy = ?,
          updated_at = ? WHERE id = ?`,
        [
          catalog.name,
          catalog.managedDirectory,
          catalog.defaultOrganizationStrategy,
          catalog.updatedAt,
          catalog.id,
        ],
      ),
    );
    if (changed === 0) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: catalog.id });
  }

  /** Removes the catalog and by cascade its sources, jobs, items, images and scans. Returns if it was there. */
  delete(id: string): boolean {
    this.managedDirectories.clear();
    return this.driver.run('DELETE FROM catalogs WHERE id = ?', [id]) > 0;
  }

  find(id: string): Catalog | undefined {
    return this.driver.get<Catalog>(`SELECT ${columns} FROM catalogs WHERE id = ?`, [id]);
  }

  findByName(name: string): Catalog | undefined {
    return this.driver.get<Catalog>(`SELECT ${columns} FROM catalogs WHERE name = ?`, [name]);
  }

  /** By name. */
  list(): Catalog[] {
    return this.driver.all<Catalog>(`SELECT ${columns} FROM catalogs ORDER BY name, id`);
  }

  /** The figures of the catalog's lists, in one pass over its images. */
  figures(id: string): CatalogFigures {
    const row = this.driver.get<CatalogFigures>(
      `SELECT count(*) AS imageCount, coalesce(sum(is_managed), 0) AS managedCount,
        coalesce(sum(file_missing), 0) AS missingCount,
        coalesce(sum(file_changed), 0) AS changedCount, coalesce(sum(size_bytes), 0) AS sizeBytes,
        (SELECT count(*) FROM sources WHERE catalog_id = :id) AS sourceCount,
        (SELECT count(*) FROM import_jobs WHERE catalog_id = :id) AS jobCount
      FROM images WHERE catalog_id = :id`,
      { id },
    );
    if (!row) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: id });
    return row;
  }

  /** Counts and bytes by storage and by source, sidecars not included. */
  storageFigures(id: string): StorageFigures {
    const rows = this.driver.all<{
      isManaged: number;
      sourceId: string | null;
      sourceName: string | null;
      count: number;
      bytes: number;
      missing: number;
      changed: number;
    }>(
      `SELECT i.is_managed AS isManaged, i.source_id AS sourceId, s.name AS sourceName,
        count(*) AS count, sum(i.size_bytes) AS bytes, sum(i.file_missing) AS missing,
        sum(i.file_changed) AS changed
      FROM images i LEFT JOIN sources s ON s.id = i.source_id
      WHERE i.catalog_id = ? GROUP BY i.is_managed, i.source_id ORDER BY s.name, i.source_id`,
      [id],
    );
    const sum = (pick: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + pick(row), 0);
    const bySource = new Map<string | null, StorageInfo['bySource'][number]>();
    for (const { sourceId, sourceName, count, bytes } of rows) {
      const earlier = bySource.get(sourceId);
      bySource.set(sourceId, {
        sourceId,
        sourceName,
        count: count + (earlier?.count ?? 0),
        bytes: bytes + (earlier?.bytes ?? 0),
      });
    }
    return {
      managedCount: sum((row) => (row.isManaged ? row.count : 0)),
      managedBytes: sum((row) => (row.isManaged ? row.bytes : 0)),
      referencedCount: sum((row) => (row.isManaged ? 0 : row.count)),
      referencedBytes: sum((row) => (row.isManaged ? 0 : row.bytes)),
      missingCount: sum((row) => row.missing),
      changedCount: sum((row) => row.changed),
      totalCount: sum((row) => row.count),
      totalBytes: sum((row) => row.bytes),
      bySource: [...bySource.values()],
    };
  }

  /** The managed directory as stored, or null. Remembered within one call stack: pages ask for every row. */
  managedDirectory(id: string): string | null {
    let directory = this.managedDirectories.get(id);
    if (directory === undefined) {
      directory = this.find(id)?.managedDirectory ?? null;
      if (this.managedDirectories.size === 0) {
        queueMicrotask(() => this.managedDirectories.clear());
      }
      this.managedDirectories.set(id, directory);
    }
    return directory;
  }

  private nameChecked(name: string, work: () => number): number {
    this.managedDirectories.clear();
    try {
      return work();
    } catch (error) {
      if (!isUniqueViolation(error, 'catalogs.name')) throw error;
      throw new CatalogError('CATALOG_NAME_TAKEN', { name }, { cause: error });
    }
  }
}
