import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import { importModes, type ImportMode } from '../model/importJob.js';
import {
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../model/organizationStrategy.js';
import type { Source } from '../model/source.js';

/** How an import is done, complete and checked. */
export interface CompleteImportSettings {
  readonly importMode: ImportMode;
  /** Canonical pair. */
  readonly organizationStrategy: string;
  readonly undatedByModificationDate: boolean;
}

/**
 * The request's settings; what it leaves open comes from the source, then from the catalog.
 * @throws CatalogError IMPORT_MODE_INVALID, STRATEGY_INVALID
 */
export function importSettings(
  catalog: Catalog,
  source: Source,
  request: {
    readonly importMode?: ImportMode;
    readonly organizationStrategy?: string;
    readonly undatedByModificationDate?: boolean;
  },
): CompleteImportSettings {
  const importMode = request.importMode ?? source.defaultImportMode;
  if (!importModes.includes(importMode)) {
    throw new CatalogError('IMPORT_MODE_INVALID', { mode: importMode });
  }
  const strategy =
    request.organizationStrategy ??
    source.defaultOrganizationStrategy ??
    catalog.defaultOrganizationStrategy;
  return {
    importMode,
    organizationStrategy: formatOrganizationStrategy(parseOrganizationStrategy(strategy)),
    undatedByModificationDate: request.undatedByModificationDate ?? false,
  };
}
