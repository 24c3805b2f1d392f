import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { nodeFilePort } from '../files/filePort.js';
import { writeOutput } from '../files/writeOutput.js';
import { holdsOldModel, migrateOldModel } from '../legacy/oldModel.js';
import { runMigration, type MigrationDeps, type MigrationTarget } from '../legacy/migration.js';
import { orderedIds } from '../legacy/orderedIds.js';
import { openLegacy, type LegacyPart, type OpenedLegacy } from '../legacy/openLegacy.js';
import { isPostgresAddress } from '../legacy/postgresReader.js';
import { renderCsv, type ReportWithRecords } from '../legacy/reportCsv.js';
import type { Catalog } from '../model/catalog.js';
import { CatalogError } from '../model/errors.js';
import type {
  LegacyCatalogInfo,
  MigrationReport,
  MigrationReportFormat,
  MigrationRequest,
  MigrationSummary,
} from '../model/migration.js';
import { renderReport } from '../model/migrationText.js';
import {
  defaultOrganizationStrategy,
  formatOrganizationStrategy,
} from '../model/organizationStrategy.js';
import type { OperationControl } from '../model/progress.js';
import { backUp } from '../store/backup.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { NodeSqliteDriver } from '../store/nodeSqliteDriver.js';
import { absolutePath, cleanName, type OperationDeps } from './operationDeps.js';

/** What a dry run needs: the catalog file may not be there yet. */
export interface DryRunDeps extends MigrationDeps {
  readonly store: CatalogStore | null;
}

/** A dry run without a catalog file. */
export const withoutStore: DryRunDeps = {
  store: null,
  files: nodeFilePort,
  now: () => new Date(),
  newId: randomUUID,
};

/** The old catalogs at a place. @throws CatalogError LEGACY_* */
export async function listLegacyCatalogs(
  deps: DryRunDeps,
  from: string,
): Promise<LegacyCatalogInfo[]> {
  return withLegacy({ from }, ({ catalogs }) =>
    Promise.resolve(catalogs.flatMap((parts) => (parts[0] ? [infoOf(deps, parts[0])] : []))),
  );
}

function infoOf({ store }: DryRunDeps, { legacy }: LegacyPart): LegacyCatalogInfo {
  const earlier = store?.migrations.find(legacy.id, null);
  const catalog = earlier && store?.catalogs.find(earlier.catalogId);
  const { id, name, format, location, sourceDirectories, organizedDirectory, imageCount } = legacy;
  return {
    id,
    name,
    format,
    location,
    sourceDirectories,
    organizedDirectory,
    imageCount,
    migratedTo: catalog ? { catalogId: catalog.id, catalogName: catalog.name } : null,
  };
}

/** What a migration would do, one report per old file or catalog. Writes nothing. @throws CatalogError LEGACY_*, CANCELLED */
export function planMigration(
  deps: DryRunDeps,
  request: MigrationRequest,
  control: OperationControl,
): Promise<MigrationReport[]> {
  return withLegacy(request, (chosen) => plan(deps, request, chosen, control));
}

/**
 * Opens the old catalogs, makes a dry run of all of them, so that bad input is found before anything is written,
 * and brings them along.
 * @param write called with what is to be done on the catalog, which may have to be made first
 */
export function migrateLegacy(
  request: MigrationRequest,
  read: (
    work: (deps: DryRunDeps, control: OperationControl) => Promise<MigrationReport[]>,
  ) => Promise<MigrationReport[]>,
  write: (
    work: (deps: OperationDeps, control: OperationControl) => Promise<MigrationReport[]>,
  ) => Promise<MigrationReport[]>,
): Promise<MigrationReport[]> {
  return withLegacy(request, async (chosen) => {
    const foretold = await read((deps, own) => plan(deps, request, chosen, own));
    return write((deps, own) => migrate(deps, request, chosen, foretold, own));
  });
}

async function plan(
  deps: DryRunDeps,
  request: MigrationRequest,
  { opened, catalogs }: ChosenLegacy,
  control: OperationControl,
): Promise<MigrationReport[]> {
  const reports: MigrationReport[] = [];
  const names = new Set<string>();
  for (const parts of catalogs) {
    const catalogName = newName(deps.store, request, parts, names);
    for (const part of parts) {
      const target = existingTarget(deps.store, request, part, parts);
      reports.push(await foretell(deps, request, opened, part, target, catalogName, control));
    }
  }
  return reports;
}

async function migrate(
  deps: OperationDeps,
  request: MigrationRequest,
  { opened, catalogs }: ChosenLegacy,
  foretold: readonly MigrationReport[],
  control: OperationControl,
): Promise<MigrationReport[]> {
  const reports: MigrationReport[] = [];
  const migrationDeps = { ...deps, newId: orderedIds(deps.now) };
  for (const parts of catalogs) {
    for (const part of parts) {
      const { legacy, reader } = part;
      const dryRun = foretold.find(
        ({ originId, location }) => originId === legacy.id && location === legacy.location,
      );
      const target = preparedTarget(deps, request, part, parts);
      const { mappings = [] } = request;
      const report = await runMigration(
        migrationDeps,
        {
          reader,
          legacy,
          mappings,
          target,
          catalogName: target.catalog.name,
          write: true,
          notes: opened.notes,
          ...(dryRun && { foretold: dryRun }),
        },
        control,
      );
      complete(deps, target, report);
      reports.push(report);
    }
  }
  return reports;
}

/** Brings catalogs of the old model in the opened file along, after a backup. */
export async function migrateOldModels(deps: OperationDeps): Promise<void> {
  const { store, log } = deps;
  if (!holdsOldModel(store)) return;
  if (store.driver instanceof NodeSqliteDriver) {
    await backUp(store.driver, deps.catalogFile, deps.now());
  }
  for (const { catalogName, sources } of migrateOldModel(deps, store)) {
    log(
      'info',
      `The catalog "${catalogName}" now has ${sources.length} sources instead of folders.`,
    );
  }
}

export function listMigrations(deps: OperationDeps, catalogId?: string): MigrationSummary[] {
  return deps.store.migrations.list(catalogId);
}

/**
 * Writes the reports of migrations into one file at an absolute path: JSON as a list. Never over a file unless
 * `overwrite` says so.
 * @throws CatalogError INVALID_ARGUMENT, and as writeOutput
 */
export async function writeMigrationReport(
  deps: OperationDeps,
  input: {
    readonly migrationIds: readonly string[];
    readonly path: string;
    readonly format: MigrationReportFormat;
    readonly overwrite?: boolean;
  },
): Promise<void> {
  const finished = new Map(
    deps.store.migrations.list().map(({ migrationId, report }) => [migrationId, report]),
  );
  const found = input.migrationIds.map((migrationId) => {
    const report = finished.get(migrationId);
    if (report) return { report, leftOut: deps.store.migrations.leftOut(migrationId) };
    const detail = `there is no finished migration ${migrationId}`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'migrationIds', detail });
  });
  const output = absolutePath(input.path);
  const text = renderReports(found, input.format);
  const options = { overwrite: input.overwrite ?? false, id: deps.newId() };
  await writeOutput(deps.files, output, Buffer.from(text, 'utf8'), options);
}

function renderReports(found: readonly ReportWithRecords[], format: MigrationReportFormat): string {
  if (format === 'csv') return renderCsv(found);
  if (format === 'text') return found.map(({ report }) => renderReport(report)).join('\n');
  const all = found.map(({ report, leftOut }) => ({ ...report, leftOutRecords: leftOut }));
  return `${JSON.stringify(all, null, 2)}\n`;
}

interface ChosenLegacy {
  readonly opened: OpenedLegacy;
  readonly catalogs: readonly (readonly LegacyPart[])[];
}

/** Opens, chooses, works and closes. */
async function withLegacy<T>(
  request: Pick<MigrationRequest, 'from' | 'catalogs'>,
  work: (chosen: ChosenLegacy) => Promise<T>,
): Promise<T> {
  const { from } = request;
  if (!isPostgresAddress(from) && !path.isAbsolute(from)) {
    const detail = `${from} is neither an absolute path nor a postgres:// address`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'from', detail });
  }
  const opened = await openLegacy(from);
  try {
    return await work({ opened, catalogs: chosenCatalogs(opened, request.catalogs ?? []) });
  } finally {
    await opened.close();
  }
}

function chosenCatalogs(
  opened: OpenedLegacy,
  wanted: readonly string[],
): readonly (readonly LegacyPart[])[] {
  if (wanted.length === 0) return opened.catalogs;
  return wanted.map((nameOrId) => {
    const byId = opened.catalogs.find(([part]) => part?.legacy.id === nameOrId);
    if (byId) return byId;
    const byName = opened.catalogs.filter(([part]) => part?.legacy.name === nameOrId);
    if (byName.length > 1) {
      throw new CatalogError('NAME_AMBIGUOUS', { name: nameOrId, kind: 'catalog' });
    }
    const [only] = byName;
    if (only) return only;
    const catalogs = opened.catalogs.map(([part]) => part?.legacy.name ?? '').join(', ');
    const data = { catalog: nameOrId, path: opened.location, catalogs };
    throw new CatalogError('LEGACY_CATALOG_NOT_FOUND', data);
  });
}

async function foretell(
  deps: DryRunDeps,
  { mappings = [] }: MigrationRequest,
  { notes }: OpenedLegacy,
  { reader, legacy }: LegacyPart,
  target: MigrationTarget | null,
  catalogName: string,
  control: OperationControl,
): Promise<MigrationReport> {
  const input = { reader, legacy, mappings, target, catalogName, write: false, notes };
  return runMigration(deps, input, control);
}

/** The catalog that an old one has been brought into, or is to be by the name that was given. */
function existingTarget(
  store: CatalogStore | null,
  { into }: MigrationRequest,
  { legacy }: LegacyPart,
  parts: readonly LegacyPart[],
): MigrationTarget | null {
  if (store === null) return null;
  const named = into === undefined ? undefined : store.catalogs.findByName(cleanName(into));
  if (into !== undefined && !named) return null;
  const earlier = store.migrations.find(legacy.id, named?.id ?? null);
  // Files of one folder go into one catalog.
  const sibling = parts
    .map((part) => store.migrations.find(part.legacy.id, null)?.catalogId)
    .find((id) => id !== undefined);
  const catalogId = named?.id ?? earlier?.catalogId ?? sibling;
  const catalog = catalogId === undefined ? undefined : store.catalogs.find(catalogId);
  if (!catalog) return null;
  return {
    store,
    catalog,
    migrationId: earlier?.catalogId === catalog.id ? earlier.id : null,
  };
}

/** The target with its rows in the catalog file. */
function preparedTarget(
  deps: OperationDeps,
  request: MigrationRequest,
  part: LegacyPart,
  parts: readonly LegacyPart[],
): MigrationTarget {
  const { store } = deps;
  const { legacy } = part;
  return store.transaction(() => {
    const existing = existingTarget(store, request, part, parts);
    const catalog = existing?.catalog ?? createCatalog(deps, request, parts);
    const at = deps.now().toISOString();
    let migrationId = existing?.migrationId ?? null;
    if (migrationId === null) {
      migrationId = deps.newId();
      store.migrations.insert({
        id: migrationId,
        catalogId: catalog.id,
        originFormat: legacy.format,
        originId: legacy.id,
        originName: legacy.name,
        originLocation: legacy.location,
        startedAt: at,
      });
    } else store.migrations.restart(migrationId);
    return { store, catalog, migrationId };
  });
}

function createCatalog(
  deps: OperationDeps,
  request: MigrationRequest,
  parts: readonly LegacyPart[],
): Catalog {
  const at = deps.now().toISOString();
  const catalog: Catalog = {
    id: deps.newId(),
    name: newName(deps.store, request, parts, new Set()),
    managedDirectory: null,
    defaultOrganizationStrategy: formatOrganizationStrategy(defaultOrganizationStrategy),
    createdAt: parts[0]?.legacy.createdAt ?? at,
    updatedAt: at,
  };
  deps.store.catalogs.insert(catalog);
  return catalog;
}

/** The wanted name, or the old one, with a number if another catalog has it. */
function newName(
  store: CatalogStore | null,
  { into }: MigrationRequest,
  parts: readonly LegacyPart[],
  taken: Set<string>,
): string {
  if (into !== undefined) {
    const name = cleanName(into);
    if (name === '') throw new CatalogError('NAME_EMPTY');
    return name;
  }
  const wanted = cleanName(parts[0]?.legacy.name ?? '') || 'Migrated';
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} (${number})`;
    if (taken.has(name) || store?.catalogs.findByName(name)) continue;
    taken.add(name);
    return name;
  }
}

function complete(deps: OperationDeps, target: MigrationTarget, report: MigrationReport): void {
  const { store, catalog, migrationId } = target;
  if (migrationId === null) return;
  store.transaction(() => {
    store.migrations.complete(migrationId, report);
    const { counts, location, originName, files } = report;
    store.auditLog.append({
      at: deps.now().toISOString(),
      operation: 'migrate',
      catalogId: catalog.id,
      catalogName: catalog.name,
      path: location,
      detail: { migrationId, originName, files, counts: counts.filter(({ total }) => total > 0) },
    });
  });
}
