import type { MigrationContext } from './migration.js';
import type { SourceEntry, SourceTable } from './sourceTable.js';

/** Makes the sources and the jobs that stand for the old scans, and finds those of an earlier run again. */
export class SourceWriter {
  /** Import jobs of the old catalog and what they became. */
  readonly importJobs = new Map<string, string>();
  private readonly context: MigrationContext;
  private readonly sources: SourceTable;
  private earlier = new Map<string, string | null>();
  private earlierJobs = new Map<string, string | null>();

  constructor(context: MigrationContext, sources: SourceTable) {
    this.context = context;
    this.sources = sources;
  }

  /** Every known source gets its row, also one without images. */
  prepare(): void {
    const { target, writing } = this.context;
    if (target !== null && target.migrationId !== null) {
      const { migrations } = target.store;
      this.earlier = migrations.entities(target.migrationId, 'source');
      this.earlierJobs = migrations.entities(target.migrationId, 'sourceJob');
      for (const [legacyId, id] of migrations.entities(target.migrationId, 'importJob')) {
        if (id !== null) this.importJobs.set(legacyId, id);
      }
    }
    if (!writing) return;
    writing.store.transaction(() => {
      for (const source of this.sources.entries) this.sourceRow(source);
      const { legacy, managedDirectory } = this.context;
      const { catalog, store } = writing;
      store.migrations.setOldModel(catalog.id, legacy.sourceDirectories, legacy.organizedDirectory);
      if (managedDirectory !== null && catalog.managedDirectory === null) {
        const updatedAt = this.context.deps.now().toISOString();
        store.catalogs.update({ ...catalog, managedDirectory, updatedAt });
      }
    });
  }

  /** The row of a source, made if there is none; null while nothing is written, or if it was deleted since. */
  sourceRow(source: SourceEntry): string | null {
    const { writing, deps } = this.context;
    if (!writing || source.sourceId !== null) return source.sourceId;
    const key = source.directory ?? '';
    const { store, catalog, migrationId } = writing;
    const earlier = this.earlier.get(key) ?? null;
    const found =
      (earlier === null ? undefined : store.sources.find(earlier)) ??
      store.sources.list(catalog.id).find((each) => each.sourcePath === source.path);
    if (found) {
      source.sourceId = found.id;
      source.name = found.name;
    } else {
      source.sourceId = deps.newId();
      source.name = this.freeName(source.name);
      const at = deps.now().toISOString();
      store.sources.insert({
        id: source.sourceId,
        catalogId: catalog.id,
        name: source.name,
        sourceType: 'directory',
        sourcePath: source.path,
        autoImport: false,
        defaultImportMode: 'reference',
        defaultOrganizationStrategy: null,
        lastScannedAt: null,
        createdAt: at,
        updatedAt: at,
      });
    }
    this.note('source', migrationId, key, source.sourceId);
    return source.sourceId;
  }

  /** The old import job if there is one, else the job that stands for the source's old scan. */
  jobRow(source: SourceEntry, importJobId: string | null): string | null {
    const { writing, legacy, deps } = this.context;
    if (!writing) return null;
    const own = importJobId === null ? undefined : this.importJobs.get(importJobId);
    if (own !== undefined) return own;
    if (source.jobId !== null) return source.jobId;
    const { store, catalog, migrationId } = writing;
    const key = source.directory ?? '';
    const earlier = this.earlierJobs.get(key) ?? null;
    if (earlier !== null && store.importJobs.find(earlier)) {
      source.jobId = earlier;
      return earlier;
    }
    source.jobId = deps.newId();
    const now = deps.now().toISOString();
    store.importJobs.insert({
      id: source.jobId,
      catalogId: catalog.id,
      sourceId: this.sourceRow(source),
      sourceName: source.name,
      sourcePath: source.path,
      scanId: null,
      importMode: 'reference',
      organizationStrategy: catalog.defaultOrganizationStrategy,
      skipDuplicates: true,
      undatedByModificationDate: false,
      filesDiscovered: 0,
      filesImported: 0,
      filesSkipped: 0,
      filesFailed: 0,
      bytesImported: 0,
      startedAt: legacy.createdAt ?? now,
      completedAt: legacy.updatedAt ?? now,
      status: 'SUCCESS',
      error: null,
    });
    store.migrations.setJobLegacy(
      source.jobId,
      JSON.stringify({ migratedFrom: legacy.location, directory: source.directory }),
    );
    this.note('sourceJob', migrationId, key, source.jobId);
    return source.jobId;
  }

  private note(kind: string, migrationId: string, legacyId: string, entityId: string): void {
    const row = { migrationId, kind, legacyId, entityId, leftOut: null, data: null };
    this.context.writing?.store.migrations.addRecords([row]);
  }

  private freeName(name: string): string {
    const { writing } = this.context;
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? name : `${name} (${number})`;
      if (!writing?.store.sources.findByName(writing.catalog.id, candidate)) return candidate;
    }
  }
}
