import { CatalogError } from '../catalog/model/errors.js';
import type { CatalogSummary } from '../catalog/model/catalog.js';
import type { SourceSummary } from '../catalog/model/source.js';
import type { CatalogOperations } from '../catalog/protocol.js';

/**
 * Finds a catalog by id or unique name.
 * @throws CatalogError CATALOG_NOT_FOUND
 */
export async function resolveCatalog(
  engine: CatalogOperations,
  idOrName: string,
): Promise<CatalogSummary> {
  const catalogs = await engine.listCatalogs({});
  const found =
    catalogs.find((catalog) => catalog.id === idOrName) ??
    catalogs.find((catalog) => catalog.name === idOrName);
  if (!found) throw new CatalogError('CATALOG_NOT_FOUND', { catalog: idOrName });
  return found;
}

/**
 * Finds a source by id or by a name that only one catalog has.
 * @throws CatalogError SOURCE_NOT_FOUND, NAME_AMBIGUOUS
 */
export async function resolveSource(
  engine: CatalogOperations,
  idOrName: string,
): Promise<SourceSummary> {
  const sources = await engine.listSources({});
  const byId = sources.find((source) => source.id === idOrName);
  if (byId) return byId;
  const byName = sources.filter((source) => source.name === idOrName);
  if (byName.length > 1)
    throw new CatalogError('NAME_AMBIGUOUS', { name: idOrName, kind: 'source' });
  const [only] = byName;
  if (!only) throw new CatalogError('SOURCE_NOT_FOUND', { source: idOrName });
  return only;
}

/** All rows of a paged operation. */
export async function allPages<Row>(
  page: (offset: number, limit: number) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const limit = 5000;
  const rows: Row[] = [];
  for (;;) {
    const next = await page(rows.length, limit);
    rows.push(...next);
    if (next.length < limit) return rows;
  }
}
