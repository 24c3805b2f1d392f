import { CatalogError } from '../model/errors.js';
import type { Source } from '../model/source.js';
import type { SqlDriver } from './driver.js';
import { isUniqueViolation } from './driver.js';

const columns = `s.id, s.catalog_id AS catalogId, s.name, s.source_type AS sourceType,
  s.source_path AS sourcePath, s.auto_import AS autoImport,
  s.default_import_mode AS defaultImportMode,
  s.default_organization_strategy AS defaultOrganizationStrategy,
  s.last_scanned_at AS lastScannedAt, s.created_at AS createdAt, s.updated_at AS updatedAt`;

type Row = Omit<Source, 'autoImport'> & { readonly autoImport: number };

/** A source with the figures that the database knows. */
export interface SourceWithFigures extends Source {
  readonly catalogName: string;
  readonly imageCount: number;
  /** The newest scan with status READY, or null. */
  readonly openScanId: string | null;
}

/** The table `sources`. */
export class SourceRepository {
  private readonly driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.driver = driver;
  }

  /** @throws CatalogError SOURCE_NAME_TAKEN */
  insert(source: Source): void {
    this.nameChecked(source.name, () =>
      this.driver.run(
        `INSERT INTO sources (id, catalog_id, name, source_type, source_path, auto_import,
          default_import_mode, default_organization_strategy, last_scanned_at, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          source.id,
          source.catalogId,
          source.name,
          source.sourceType,
          source.sourcePath,
          source.autoImport ? 1 : 0,
          source.defaultImportMode,
          source.defaultOrganizationStrategy,
          source.lastScannedAt,
          source.createdAt,
          source.updatedAt,
        ],
      ),
    );
  }

  /**
   * Writes every value but catalogId, lastScannedAt and createdAt.
   * @throws CatalogError SOURCE_NOT_FOUND, SOURCE_NAME_TAKEN
   */
  update(source: Source): void {
    const changed = this.nameChecked(source.name, () =>
      this.driver.run(
        `UPDATE sources SET name = ?, source_type = ?, source_path = ?, auto_import = ?,
          default_import_mode = ?, default_organization_strategy = ?, updated_at = ? WHERE id = ?`,
        [
          source.name,
          source.sourceType,
          source.sourcePath,
          source.autoImport ? 1 : 0,
          source.defaultImportMode,
          source.defaultOrganizationStrategy,
          source.updatedAt,
          source.id,
        ],
      ),
    );
    if (changed === 0) throw new CatalogError('SOURCE_NOT_FOUND', { source: source.id });
  }

  /** Removes the source, its scans and sightings; jobs and images stay. Returns if it was there. */
  delete(id: string): boolean {
    return this.driver.run('DELETE FROM sources WHERE id = ?', [id]) > 0;
  }

  find(id: string): Source | undefined {
    const row = this.driver.get<Row>(`SELECT ${columns} FROM sources s WHERE s.id = ?`, [id]);
    return row && toSource(row);
  }

  findByName(catalogId: string, name: string): Source | undefined {
    const row = this.driver.get<Row>(
      `SELECT ${columns} FROM sources s WHERE s.catalog_id = ? AND s.name = ?`,
      [catalogId, name],
    );
    return row && toSource(row);
  }

  /** By catalog and name; of one catalog if it is given. */
  list(catalogId?: string): Source[] {
    return this.driver
      .all<Row>(
        `SELECT ${columns} FROM sources s WHERE (:catalogId IS NULL OR s.catalog_id = :catalogId)
        ORDER BY s.catalog_id, s.name`,
        { catalogId: catalogId ?? null },
      )
      .map(toSource);
  }

  /** Like list, with figures; or one source by its id. */
  listWithFigures(filter: { catalogId?: string; sourceId?: string } = {}): SourceWithFigures[] {
    type FigureRow = Row & Pick<SourceWithFigures, 'catalogName' | 'imageCount' | 'openScanId'>;
    return this.driver
      .all<FigureRow>(
        `SELECT ${columns}, c.name AS catalogName,
          (SELECT count(*) FROM images i WHERE i.source_id = s.id) AS imageCount,
          (SELECT sc.id FROM scans sc WHERE sc.source_id = s.id AND sc.status = 'READY'
            ORDER BY sc.started_at DESC, sc.rowid DESC LIMIT 1) AS openScanId
        FROM sources s JOIN catalogs c ON c.id = s.catalog_id
        WHERE (:catalogId IS NULL OR s.catalog_id = :catalogId)
          AND (:sourceId IS NULL OR s.id = :sourceId)
        ORDER BY c.name, s.name`,
        { catalogId: filter.catalogId ?? null, sourceId: filter.sourceId ?? null },
      )
      .map((row) => ({ ...row, autoImport: row.autoImport !== 0 }));
  }

  setLastScanned(id: string, at: string): void {
    this.driver.run('UPDATE sources SET last_scanned_at = ? WHERE id = ?', [at, id]);
  }

  private nameChecked(name: string, work: () => number): number {
    try {
      return work();
    } catch (error) {
      if (!isUniqueViolation(error, 'sources.name')) throw error;
      throw new CatalogError('SOURCE_NAME_TAKEN', { name }, { cause: error });
    }
  }
}

function toSource(row: Row): Source {
  return { ...row, autoImport: row.autoImport !== 0 };
}
