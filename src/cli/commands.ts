import path from 'node:path';
import { CatalogError } from '../catalog/model/errors.js';
import { importModes, type ImportMode } from '../catalog/model/importJob.js';
import type { ScanSummary } from '../catalog/model/scan.js';
import type { OperationControl } from '../catalog/model/progress.js';
import type { CatalogOperations } from '../catalog/protocol.js';
import { scanFileObject } from './fileObjects.js';
import { itemText, jobResult, jobText } from './jobResult.js';
import { exitCodes, printable, result, table, type CommandResult } from './output.js';
import { allPages, resolveCatalog, resolveSource } from './resolve.js';

/** What every command gets. */
export interface CommandContext {
  readonly engine: CatalogOperations;
  readonly control: OperationControl;
  /** One JSON document is printed. */
  readonly json: boolean;
}

/** @throws CatalogError IMPORT_MODE_INVALID */
export function parseImportMode(text: string): ImportMode {
  const mode = importModes.find((known) => known === text.toLowerCase());
  if (!mode) throw new CatalogError('IMPORT_MODE_INVALID', { mode: text });
  return mode;
}

export async function createCatalog(
  { engine }: CommandContext,
  name: string,
  options: { managed?: string; strategy?: string },
): Promise<CommandResult> {
  const catalog = await engine.createCatalog({
    name,
    ...(options.managed !== undefined && { managedDirectory: path.resolve(options.managed) }),
    ...(options.strategy !== undefined && { defaultOrganizationStrategy: options.strategy }),
  });
  return result(catalog, `Created the catalog "${catalog.name}" (${catalog.id}).`);
}

export async function listCatalogs({ engine }: CommandContext): Promise<CommandResult> {
  const catalogs = await engine.listCatalogs({});
  const rows = catalogs.map((c) => [
    c.name,
    String(c.imageCount),
    c.managedDirectory ?? '-',
    c.defaultOrganizationStrategy,
    c.id,
  ]);
  return result(catalogs, table(['NAME', 'IMAGES', 'MANAGED DIRECTORY', 'STRATEGY', 'ID'], rows));
}

export async function listSources(
  { engine }: CommandContext,
  catalog: string | undefined,
): Promise<CommandResult> {
  const catalogId = catalog === undefined ? undefined : (await resolveCatalog(engine, catalog)).id;
  const sources = await engine.listSources(catalogId === undefined ? {} : { catalogId });
  const rows = sources.map((s) => [
    s.name,
    s.catalogName,
    s.defaultImportMode,
    String(s.imageCount),
    s.online ? s.sourcePath : `${s.sourcePath} (offline)`,
    s.id,
  ]);
  return result(sources, table(['NAME', 'CATALOG', 'MODE', 'IMAGES', 'PATH', 'ID'], rows));
}

export async function addSource(
  { engine }: CommandContext,
  catalog: string,
  directory: string,
  options: { name?: string; mode?: string },
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(engine, catalog);
  const source = await engine.createSource({
    catalogId,
    sourcePath: path.resolve(directory),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.mode !== undefined && { defaultImportMode: parseImportMode(options.mode) }),
  });
  return result(source, `Added the source "${source.name}" (${source.id}).`);
}

export async function scan(
  { engine, control }: CommandContext,
  sourceName: string,
  options: { exclude?: string[] },
): Promise<CommandResult> {
  const source = await resolveSource(engine, sourceName);
  const summary = await runScan(engine, source.id, options, control);
  const settings = await engine.forecastImport({ scanId: summary.scanId });
  const plan = {
    importMode: settings.importMode,
    organizationStrategy: settings.organizationStrategy,
  };
  const files = await allPages(async (offset, limit) => {
    const page = await engine.listScanFiles({ scanId: summary.scanId, offset, limit, plan });
    return page.files;
  });
  const skippedFiles = await allPages(async (offset, limit) => {
    const page = await engine.listScanSkipped({ scanId: summary.scanId, offset, limit });
    return page.entries;
  });
  const byState = (state: string) =>
    files.filter((file) => file.state === state).map(scanFileObject);
  const json = {
    ...summary,
    newFiles: byState('new'),
    duplicateFiles: byState('duplicate'),
    errorFiles: byState('error'),
    skippedFiles,
    totalSize: summary.totalSize,
  };
  const { counts } = summary;
  const text = [
    `${counts.new} new (${summary.totalSize} bytes), ${counts.duplicate} duplicates, ${counts.error} errors.`,
    ...json.errorFiles.map((file) => printable((file['error'] as { message: string }).message)),
  ].join('\n');
  return result(json, text, counts.error > 0 ? exitCodes.fileErrors : exitCodes.ok);
}

async function runScan(
  engine: CatalogOperations,
  sourceId: string,
  options: { exclude?: string[] },
  control: OperationControl,
): Promise<ScanSummary> {
  const summary = await engine.scanSource(
    { sourceId, ...(options.exclude && { exclude: options.exclude }) },
    control,
  );
  if (summary.status === 'CANCELLED') throw new CatalogError('CANCELLED');
  return summary;
}

export async function importSource(
  { engine, control }: CommandContext,
  sourceName: string,
  options: { mode?: string; strategy?: string; skipDuplicates: boolean; exclude?: string[] },
): Promise<CommandResult> {
  const importMode = options.mode === undefined ? undefined : parseImportMode(options.mode);
  const source = await resolveSource(engine, sourceName);
  const { scanId } = await runScan(engine, source.id, options, control);
  const job = await engine.importSource(
    {
      sourceId: source.id,
      scanId,
      skipDuplicates: options.skipDuplicates,
      ...(importMode && { importMode }),
      ...(options.strategy !== undefined && { organizationStrategy: options.strategy }),
    },
    control,
  );
  return jobResult(engine, job);
}

export async function listJobs(
  { engine }: CommandContext,
  catalog: string | undefined,
): Promise<CommandResult> {
  const catalogId = catalog === undefined ? undefined : (await resolveCatalog(engine, catalog)).id;
  const jobs = await allPages(async (offset, limit) => {
    const filter = catalogId === undefined ? {} : { catalogId };
    return (await engine.listImportJobs({ ...filter, offset, limit })).jobs;
  });
  const rows = jobs.map((job) => [
    job.startedAt,
    job.status,
    job.importMode,
    `${job.filesImported}/${job.filesDiscovered}`,
    job.sourceName,
    job.id,
  ]);
  return result(jobs, table(['STARTED', 'STATUS', 'MODE', 'IMPORTED', 'SOURCE', 'ID'], rows));
}

export async function showJob({ engine }: CommandContext, jobId: string): Promise<CommandResult> {
  const job = await engine.getImportJob({ jobId });
  const items = await allPages(async (offset, limit) => {
    return (await engine.listImportItems({ jobId, offset, limit })).items;
  });
  return result({ ...job, items }, [jobText(job), ...items.map(itemText)].join('\n'));
}

export async function inspect(
  { engine }: CommandContext,
  files: readonly string[],
): Promise<CommandResult> {
  const inspected = await engine.inspectFiles({ paths: files.map((file) => path.resolve(file)) });
  const text = inspected.map((file) => JSON.stringify(file, null, 2)).join('\n');
  const failed = inspected.some((file) => file.error !== null);
  return result(inspected, text, failed ? exitCodes.fileErrors : exitCodes.ok);
}
