import path from 'node:path';
import { isInside } from '../files/folders.js';
import { mountedVolumes, volumePlace } from '../files/volumes.js';
import { seenElsewhere } from '../maintenance/checkedRoots.js';
import { systemErrorCode } from '../files/filePort.js';
import { CatalogError } from '../model/errors.js';
import {
  formatOrganizationStrategy,
  parseOrganizationStrategy,
} from '../model/organizationStrategy.js';
import {
  sourceTypes,
  type CreateSourceInput,
  type Source,
  type SourceSummary,
  type UpdateSourceInput,
} from '../model/source.js';
import { importModes, type ImportMode } from '../model/importJob.js';
import { requireCatalog } from './catalogs.js';
import { cleanName, type OperationDeps } from './operationDeps.js';

/** @throws CatalogError SOURCE_NOT_FOUND */
export function requireSource(deps: Pick<OperationDeps, 'store'>, sourceId: string): Source {
  const source = deps.store.sources.find(sourceId);
  if (!source) throw new CatalogError('SOURCE_NOT_FOUND', { source: sourceId });
  return source;
}

/** Sources with their figures, by catalog and name; `online` is looked up now. */
export function listSources(
  deps: OperationDeps,
  filter: { catalogId?: string; sourceId?: string } = {},
): SourceSummary[] {
  return deps.store.sources.listWithFigures(filter).map((source) => {
    const online = isFolder(deps, source.sourcePath);
    if (online) return { ...source, online };
    const { store, files } = deps;
    const seenAt = seenElsewhere({ store, files, volumes: mountedVolumes(files) }, source);
    return { ...source, online, seenAt };
  });
}

/** @throws CatalogError SOURCE_NOT_FOUND */
export function getSource(deps: OperationDeps, sourceId: string): SourceSummary {
  const [source] = listSources(deps, { sourceId });
  if (!source) throw new CatalogError('SOURCE_NOT_FOUND', { source: sourceId });
  return source;
}

/**
 * @throws CatalogError CATALOG_NOT_FOUND, NAME_EMPTY, SOURCE_NAME_TAKEN, SOURCE_PATH_TAKEN,
 *   SOURCE_PATH_NOT_FOUND, SOURCE_PATH_NOT_DIRECTORY, SOURCE_INSIDE_MANAGED, STRATEGY_INVALID,
 *   IMPORT_MODE_INVALID, SOURCE_TYPE_UNSUPPORTED
 */
export function createSource(deps: OperationDeps, input: CreateSourceInput): SourceSummary {
  const catalog = requireCatalog(deps, input.catalogId);
  const sourceType = input.sourceType ?? 'directory';
  if (!sourceTypes.includes(sourceType) || sourceType === 'url' || sourceType === 'cloud') {
    throw new CatalogError('SOURCE_TYPE_UNSUPPORTED', { type: sourceType });
  }
  const sourcePath = checkedSourcePath(deps, catalog.id, input.sourcePath);
  const at = deps.now().toISOString();
  const source: Source = {
    id: deps.newId(),
    catalogId: catalog.id,
    name:
      input.name === undefined
        ? unusedSourceName(deps, catalog.id, path.basename(sourcePath) || sourcePath)
        : freeSourceName(deps, catalog.id, input.name),
    sourceType,
    sourcePath,
    autoImport: input.autoImport ?? false,
    defaultImportMode: checkedMode(input.defaultImportMode ?? 'reference'),
    defaultOrganizationStrategy: checkedStrategy(input.defaultOrganizationStrategy ?? null),
    lastScannedAt: null,
    createdAt: at,
    updatedAt: at,
  };
  deps.store.transaction(() => {
    deps.store.sources.insert(source);
    noteVolume(deps, source);
    audit(deps, 'create-source', source);
  });
  deps.sources.choose(source.sourcePath);
  return getSource(deps, source.id);
}

/** Changes what the input names. @throws CatalogError as createSource, and SOURCE_NOT_FOUND */
export function updateSource(deps: OperationDeps, input: UpdateSourceInput): SourceSummary {
  const source = requireSource(deps, input.sourceId);
  const { name, sourcePath, defaultImportMode, defaultOrganizationStrategy: strategy } = input;
  const changed: Source = {
    ...source,
    name: name === undefined ? source.name : freeSourceName(deps, source.catalogId, name, source),
    sourcePath:
      sourcePath === undefined
        ? source.sourcePath
        : checkedSourcePath(deps, source.catalogId, sourcePath, source),
    autoImport: input.autoImport ?? source.autoImport,
    defaultImportMode: checkedMode(defaultImportMode ?? source.defaultImportMode),
    defaultOrganizationStrategy:
      strategy === undefined ? source.defaultOrganizationStrategy : checkedStrategy(strategy),
    updatedAt: deps.now().toISOString(),
  };
  deps.store.transaction(() => {
    deps.store.sources.update(changed);
    if (changed.sourcePath !== source.sourcePath) noteVolume(deps, changed);
    audit(deps, 'update-source', changed);
  });
  if (sourcePath !== undefined) deps.sources.choose(changed.sourcePath);
  return getSource(deps, source.id);
}

/** Remembers which volume the source's folder is on, so that it is recognised when that is mounted elsewhere. */
export function noteVolume(deps: Pick<OperationDeps, 'store' | 'files'>, source: Source): void {
  const volumes = mountedVolumes(deps.files);
  const place = volumes.length > 0 ? volumePlace(volumes, realOrSelf(deps, source)) : null;
  deps.store.fileChecks.setVolume(source.id, place);
}

function realOrSelf({ files }: Pick<OperationDeps, 'files'>, { sourcePath }: Source): string {
  try {
    return files.realpath(sourcePath);
  } catch {
    return sourcePath;
  }
}

/** Removes the source; its images stay, and its jobs keep its name and path. */
export function deleteSource(deps: OperationDeps, sourceId: string): void {
  const source = requireSource(deps, sourceId);
  deps.store.transaction(() => {
    audit(deps, 'delete-source', source);
    deps.store.sources.delete(sourceId);
  });
}

/**
 * The absolute path of a folder that can be a source of the catalog: it exists, is no other source's, and
 * does not lie in the managed directory.
 */
function checkedSourcePath(
  deps: OperationDeps,
  catalogId: string,
  wanted: string,
  self?: Source,
): string {
  const sourcePath = path.resolve(wanted);
  if (!path.isAbsolute(wanted)) {
    throw new CatalogError('INVALID_ARGUMENT', {
      name: 'sourcePath',
      detail: `${wanted} is not an absolute path`,
    });
  }
  let real: string;
  try {
    real = deps.files.realpath(sourcePath);
  } catch {
    throw new CatalogError('SOURCE_PATH_NOT_FOUND', { path: sourcePath });
  }
  if (!isFolder(deps, real)) {
    throw new CatalogError('SOURCE_PATH_NOT_DIRECTORY', { path: sourcePath });
  }
  const taken = deps.store.sources
    .list(catalogId)
    .find((other) => other.id !== self?.id && other.sourcePath === sourcePath);
  if (taken) {
    throw new CatalogError('SOURCE_PATH_TAKEN', { path: sourcePath, source: taken.name });
  }
  const managedDirectory = requireCatalog(deps, catalogId).managedDirectory;
  if (managedDirectory !== null && isInside(real, managedDirectory)) {
    throw new CatalogError('SOURCE_INSIDE_MANAGED', { path: sourcePath, managedDirectory });
  }
  return sourcePath;
}

/**
 * True if a source can have another folder.
 * @throws CatalogError SOURCE_PATH_NOT_FOUND, SOURCE_PATH_NOT_DIRECTORY
 */
export function canBeSource(deps: OperationDeps, source: Source, folder: string): boolean {
  try {
    checkedSourcePath(deps, source.catalogId, folder, source);
    return true;
  } catch (error) {
    const isRefused =
      CatalogError.is(error, 'SOURCE_PATH_TAKEN') ||
      CatalogError.is(error, 'SOURCE_INSIDE_MANAGED');
    if (!isRefused) throw error;
    return false;
  }
}

function isFolder(deps: OperationDeps, folder: string): boolean {
  try {
    return deps.files.stat(folder).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === '') throw error;
    return false;
  }
}

function freeSourceName(
  deps: OperationDeps,
  catalogId: string,
  wanted: string,
  self?: Source,
): string {
  const name = cleanName(wanted);
  if (name === '') throw new CatalogError('NAME_EMPTY');
  const other = deps.store.sources.findByName(catalogId, name);
  if (other && other.id !== self?.id) throw new CatalogError('SOURCE_NAME_TAKEN', { name });
  return name;
}

/** The folder's name, with a number if another source has it. */
function unusedSourceName(deps: OperationDeps, catalogId: string, folderName: string): string {
  for (let number = 1; ; number++) {
    const name = cleanName(number === 1 ? folderName : `${folderName} (${number})`);
    if (!deps.store.sources.findByName(catalogId, name)) return name;
  }
}

function checkedMode(mode: ImportMode): ImportMode {
  if (!importModes.includes(mode)) throw new CatalogError('IMPORT_MODE_INVALID', { mode });
  return mode;
}

const checkedStrategy = (strategy: string | null): string | null =>
  strategy === null ? null : formatOrganizationStrategy(parseOrganizationStrategy(strategy));

function audit(deps: OperationDeps, operation: string, source: Source): void {
  deps.store.auditLog.append({
    at: deps.now().toISOString(),
    operation,
    catalogId: source.catalogId,
    sourceId: source.id,
    path: source.sourcePath,
    detail: { name: source.name, mode: source.defaultImportMode },
  });
}
