import type { Catalog } from '../model/catalog.js';
import type { MigrationReport } from '../model/migration.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { DiskLook } from './diskLook.js';
import type { LegacyCatalog } from './legacyCatalog.js';
import { PathMapper, pathParts, startsWith } from './legacyPaths.js';
import type { MigrationContext, MigrationDeps } from './migration.js';
import { SourceTable } from './sourceTable.js';
import { SourceWriter } from './sourceWriter.js';
import { Tallies } from './tallies.js';
import type { OldModelCatalog } from '../store/migrationRepository.js';

const pageSize = 500;

/**
 * Catalogs of our own file that still follow the old model: source directories and no sources. They get the
 * import model's steps 2 to 6, each catalog in one transaction. The caller has made a backup.
 * @returns a report for each catalog that was brought along
 */
export function migrateOldModel(deps: MigrationDeps, store: CatalogStore): MigrationReport[] {
  return store.migrations
    .oldModelCatalogs()
    .flatMap((old) => store.transaction(() => bringAlong(deps, store, old) ?? []));
}

/** True if there is any: worth a backup. */
export function holdsOldModel(store: CatalogStore): boolean {
  return store.migrations.oldModelCatalogs().length > 0;
}

function bringAlong(
  deps: MigrationDeps,
  store: CatalogStore,
  old: OldModelCatalog,
): MigrationReport | null {
  const catalog = store.catalogs.find(old.id);
  if (!catalog) return null;
  const startedAt = deps.now().toISOString();
  const legacy = legacyOf(catalog, old);
  const migrationId = deps.newId();
  store.migrations.insert({
    id: migrationId,
    catalogId: catalog.id,
    originFormat: 'catalog',
    originId: legacy.id,
    originName: catalog.name,
    originLocation: legacy.location,
    startedAt,
  });
  const disk = new DiskLook(deps.files);
  const mapper = new PathMapper([], null);
  const sources = new SourceTable(legacy, mapper, (folder) => disk.isFolder(folder));
  const tallies = new Tallies();
  const managedDirectory = managedDirectoryOf(catalog, old, mapper, sources);
  const writing = { store, catalog, migrationId };
  const context: MigrationContext = {
    deps,
    legacy,
    target: writing,
    writing,
    tallies,
    images: new Map(),
    managedDirectory,
  };
  const writer = new SourceWriter(context, sources);
  writer.prepare();
  const managed = managedDirectory === null ? null : pathParts(managedDirectory);
  let managedCount = 0;
  for (let after = ''; ;) {
    const images = store.migrations.imagesWithoutSource(catalog.id, after, pageSize);
    for (const { id, path, originalPath, sizeBytes } of images) {
      after = id;
      const parts = pathParts(path);
      const isManaged =
        managed !== null && startsWith(parts, managed) && parts.length > managed.length;
      if (isManaged) managedCount++;
      // Where a managed file came from nobody wrote down.
      const source = isManaged ? sources.unknown : sources.of(parts);
      if (!isManaged && source.directory !== null) sources.noteChoice(path);
      source.images++;
      const jobId = writer.jobRow(source, null);
      store.migrations.linkImage({
        id,
        storedPath: isManaged ? parts.slice(managed.length).join('/') : path,
        isManaged,
        sourceId: writer.sourceRow(source),
        jobId,
        originalPath: originalPath === '' ? path : originalPath,
      });
      if (jobId !== null) store.migrations.addToJob(jobId, 1, sizeBytes);
      tallies.meet('image', 'migrated');
    }
    if (images.length < pageSize) break;
  }
  const report: MigrationReport = {
    migrationId,
    dryRun: false,
    startedAt,
    completedAt: deps.now().toISOString(),
    format: 'catalog',
    location: legacy.location,
    originId: legacy.id,
    originName: catalog.name,
    catalogId: catalog.id,
    catalogName: catalog.name,
    managedDirectory: managedDirectory ?? catalog.managedDirectory,
    mappings: [],
    counts: tallies.counts(),
    leftOut: [],
    sources: [...sources.entries, ...(sources.unknown.images > 0 ? [sources.unknown] : [])].map(
      (source) => source.toReport(),
    ),
    sourceChoices: sources.sourceChoices(),
    absentPrefixes: [],
    files: {
      found: 0,
      missing: 0,
      unreachable: 0,
      managed: managedCount,
      managedMissing: 0,
      managedOriginUnknown: managedCount,
    },
    dates: tallies.dates,
    zonesIgnored: 0,
    suspiciousDates: 0,
    hashesToRecompute: 0,
    valuesIgnored: 0,
    others: {},
    notes: ['Files were not looked up. Check the catalog for missing files.'],
  };
  store.migrations.complete(migrationId, report);
  store.auditLog.append({
    at: deps.now().toISOString(),
    operation: 'migrate-old-model',
    catalogId: catalog.id,
    catalogName: catalog.name,
    path: managedDirectory,
    detail: { migrationId, sources: report.sources },
  });
  return report;
}

function legacyOf(catalog: Catalog, old: OldModelCatalog): LegacyCatalog {
  return {
    id: `catalog:${catalog.id}`,
    name: catalog.name,
    format: 'catalog',
    location: catalog.name,
    sourceDirectories: old.sourceDirectories,
    organizedDirectory: old.organizedDirectory,
    createdAt: catalog.createdAt,
    updatedAt: catalog.updatedAt,
    baseDirectory: null,
    imageCount: null,
  };
}

/** As for other old catalogs: never a folder that is or holds a source. */
function managedDirectoryOf(
  catalog: Catalog,
  old: OldModelCatalog,
  mapper: PathMapper,
  sources: SourceTable,
): string | null {
  const wanted = catalog.managedDirectory ?? old.organizedDirectory;
  if (wanted === null) return null;
  const directory = mapper.map(wanted);
  const parts = pathParts(directory);
  return parts.length === 0 || sources.isOrHoldsSource(parts) ? null : directory;
}
