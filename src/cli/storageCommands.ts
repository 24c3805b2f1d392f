import path from 'node:path';
import type { AuditEntry, AuditFilter } from '../catalog/model/audit.js';
import { CatalogError } from '../catalog/model/errors.js';
import { imageExportFormats, tableFormats } from '../catalog/model/exports.js';
import type { BackupInfo, ReturnedFromTrash } from '../catalog/model/safety.js';
import type { StorageFigure, StorageReport } from '../catalog/model/storage.js';
import type { CommandContext } from './commands.js';
import { isStandard, printExport, type OutputOptions } from './exportOutput.js';
import { choice, printable, result, table, type CommandResult } from './output.js';
import { allPages, resolveCatalog, resolveSource } from './resolve.js';

/** Of one catalog, or of all. */
export async function storage(
  { engine }: CommandContext,
  catalog: string | undefined,
): Promise<CommandResult> {
  if (catalog !== undefined) {
    const { id: catalogId, name } = await resolveCatalog(engine, catalog);
    const report = await engine.getStorageReport({ catalogId });
    return result(report, storageText(name, report));
  }
  const reports: StorageReport[] = [];
  const texts: string[] = [];
  for (const { id: catalogId, name } of await engine.listCatalogs({})) {
    const report = await engine.getStorageReport({ catalogId });
    reports.push(report);
    texts.push(storageText(name, report));
  }
  return result(reports, texts.join('\n\n'));
}

function storageText(name: string, report: StorageReport): string {
  const row = (label: string, { count, bytes }: StorageFigure): string[] => [
    label,
    String(count),
    String(bytes),
  ];
  const share = (label: string | null, figure: StorageFigure): string[] =>
    row(`  ${label ?? '-'}`, figure);
  const rows = [
    row('managed', { count: report.managedCount, bytes: report.managedBytes }),
    row('referenced', { count: report.referencedCount, bytes: report.referencedBytes }),
    row('total', { count: report.totalCount, bytes: report.totalBytes }),
    row('sidecars', report.sidecars),
    row('duplicates in sources', report.duplicates),
    row('missing', report.missing),
    row('offline', report.offline),
    row('changed', report.changed),
    row('damaged', report.damaged),
    row('trash', report.trash),
    row(report.thumbnails.estimated ? 'thumbnails (about)' : 'thumbnails', report.thumbnails),
    row('catalog file', { count: 1, bytes: report.catalogFileBytes }),
    row('backups', report.backups),
    ['by source', '', ''],
    ...report.bySource.map((each) => share(each.sourceName, each)),
    ['by format', '', ''],
    ...report.byFormat.map((each) => share(each.mimeType, each)),
    ['by year', '', ''],
    ...report.byYear.map((each) => share(each.year ?? 'undated', each)),
  ];
  return `${printable(name)}\n${table(['STORAGE', 'FILES', 'BYTES'], rows)}`;
}

export interface SelectionOptions extends OutputOptions {
  readonly source?: string;
  readonly query?: string;
  readonly bom?: boolean;
}

export async function exportImages(
  context: CommandContext,
  catalog: string,
  options: SelectionOptions & { readonly format?: string },
): Promise<CommandResult> {
  const { id: catalogId } = await resolveCatalog(context.engine, catalog);
  // One JSON document is printed: the table itself, unless that goes to a file.
  const unsaid = context.json && isStandard(options) ? 'json' : 'csv';
  const format = choice('format', imageExportFormats, options.format) ?? unsaid;
  return exportSelection(context, { ...options, catalogId, format });
}

/** The checksums of a catalog, a source or a search, for sha256sum -c. */
export async function selectionManifest(
  context: CommandContext,
  options: SelectionOptions & { readonly catalog?: string },
): Promise<CommandResult> {
  const { engine } = context;
  const catalogId =
    options.catalog === undefined
      ? await catalogOfSource(context, options.source)
      : (await resolveCatalog(engine, options.catalog)).id;
  return exportSelection(context, { ...options, catalogId, format: 'sha256' });
}

/** @throws CatalogError INVALID_ARGUMENT without a source */
async function catalogOfSource({ engine }: CommandContext, source?: string): Promise<string> {
  if (source !== undefined) return (await resolveSource(engine, source)).catalogId;
  const detail = 'give a job, --catalog or --source';
  throw new CatalogError('INVALID_ARGUMENT', { name: 'job', detail });
}

async function exportSelection(
  context: CommandContext,
  options: SelectionOptions & {
    readonly catalogId: string;
    readonly format: (typeof imageExportFormats)[number];
  },
): Promise<CommandResult> {
  const { catalogId, format, source, query } = options;
  const sourceId = source === undefined ? undefined : await sourceIn(context, catalogId, source);
  const selection = {
    catalogId,
    ...(sourceId !== undefined && { sourceId }),
    ...(query !== undefined && { query }),
  };
  const byteOrderMark = options.bom ?? false;
  const request = { kind: 'images', format, selection, byteOrderMark } as const;
  return printExport(context, request, options, format === 'sha256' ? 'checksums' : 'images');
}

/** The id of a source of the catalog. @throws CatalogError SOURCE_NOT_FOUND */
async function sourceIn(
  { engine }: CommandContext,
  catalogId: string,
  idOrName: string,
): Promise<string> {
  const sources = await engine.listSources({ catalogId });
  const found = sources.find(({ id, name }) => id === idOrName || name === idOrName);
  if (!found) throw new CatalogError('SOURCE_NOT_FOUND', { source: idOrName });
  return found.id;
}

export async function listBackups({ engine }: CommandContext): Promise<CommandResult> {
  const backups = await engine.listBackups({});
  const rows = backups.map((each) => [
    each.createdAt,
    String(each.sizeBytes),
    each.imageCount === null ? 'damaged' : String(each.imageCount),
    each.file,
  ]);
  return result(backups, table(['MADE', 'BYTES', 'IMAGES', 'FILE'], rows));
}

export async function backUp(
  { engine }: CommandContext,
  options: OutputOptions,
): Promise<CommandResult> {
  const output = options.output === undefined ? {} : { path: path.resolve(options.output) };
  if (options.dryRun) {
    const { catalogFile } = await engine.getState({});
    const { overwrite = false } = options;
    if (output.path !== undefined) await engine.checkOutput({ path: output.path, overwrite });
    const place = output.path ?? `a new file beside ${catalogFile}`;
    return result(
      { dryRun: true, catalogFile, ...output },
      `Would copy ${catalogFile} to ${place}.`,
    );
  }
  const { overwrite = false } = options;
  const backup = await engine.backUpCatalog({ ...output, overwrite });
  return result(backup, `Backed up ${contentText(backup)} to ${backup.file}.`);
}

export async function restore(
  { engine }: CommandContext,
  backup: string,
  options: { readonly dryRun?: boolean },
): Promise<CommandResult> {
  const file = path.resolve(backup);
  if (options.dryRun) {
    const found = await engine.inspectBackup({ file });
    const text = `Would restore ${contentText(found)} from ${file}, made ${found.createdAt}. The present file would be kept.`;
    return result({ dryRun: true, ...found }, text);
  }
  const restored = await engine.restoreBackup({ file });
  const kept = restored.keptAs === null ? '' : ` The earlier file is kept as ${restored.keptAs}.`;
  const lines = [`Restored ${restored.backup}.${kept}`, ...returnedLines(restored)];
  const { failure } = restored.carriedOver;
  if (failure !== null) {
    lines.push(`The audit log of the earlier file could not be carried over: ${failure}`);
  }
  return result(restored, lines.map(printable).join('\n'));
}

/** Files that were deleted since the backup was made. */
export function returnedLines({ imagesReturned, notLookedAt }: ReturnedFromTrash): string[] {
  const names = notLookedAt.join(', ');
  return [
    ...(imagesReturned > 0 ? [`${imagesReturned} images came back from the trash.`] : []),
    ...(names === ''
      ? []
      : [`The managed directory of ${names} is out of reach: run recover when it is there.`]),
  ];
}

const contentText = ({ imageCount, catalogNames }: BackupInfo): string =>
  printable(`${imageCount ?? 0} images of ${catalogNames.join(', ') || 'no catalog'}`);

export interface AuditOptions extends OutputOptions {
  readonly action?: string;
  readonly text?: string;
  readonly file?: string;
  readonly since?: string;
  readonly until?: string;
  readonly catalog?: string;
  readonly job?: string;
  readonly limit?: number;
  readonly format?: string;
}

/** Newest first; with a format or a file, an export of all of it, oldest first. */
export async function audit(
  context: CommandContext,
  options: AuditOptions,
): Promise<CommandResult> {
  const { engine } = context;
  const filter = await auditFilter(context, options);
  if (options.format !== undefined || options.output !== undefined) {
    const format = choice('format', tableFormats, options.format) ?? 'csv';
    return printExport(context, { kind: 'audit', format, filter }, options, 'entries');
  }
  const most = options.limit ?? Infinity;
  const entries = await allPages(async (offset, limit) => {
    const size = Math.min(limit, most - offset);
    return size <= 0 ? [] : (await engine.listAudit({ ...filter, offset, limit: size })).entries;
  });
  const rows = entries.map((entry) => [entry.at, whoText(entry), entry.operation, whatText(entry)]);
  return result(entries, table(['AT', 'WHO', 'ACTION', 'FILE'], rows));
}

async function auditFilter(
  { engine }: CommandContext,
  options: AuditOptions,
): Promise<AuditFilter> {
  const { action, text, file, since, until, catalog, job } = options;
  const catalogId = catalog === undefined ? undefined : await auditedCatalog(engine, catalog);
  // A bare name is looked for anywhere, a path is a file.
  const isPath = file !== undefined && (path.basename(file) !== file || path.isAbsolute(file));
  const part = isPath ? text : (text ?? file);
  return {
    ...(action !== undefined && { operation: action }),
    ...(part !== undefined && { text: part }),
    ...(isPath && { file: path.resolve(file) }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(catalogId !== undefined && { catalogId }),
    ...(job !== undefined && { importJobId: job }),
  };
}

/** Also a catalog that is no longer there. @throws CatalogError CATALOG_NOT_FOUND */
async function auditedCatalog(engine: CommandContext['engine'], idOrName: string): Promise<string> {
  const { catalogs } = await engine.getAuditFacets({});
  const found =
    catalogs.find(({ id }) => id === idOrName) ?? catalogs.find(({ name }) => name === idOrName);
  return found?.id ?? (await resolveCatalog(engine, idOrName)).id;
}

const whoText = ({ user, program }: AuditEntry): string =>
  [user ?? '-', ...(program === null ? [] : [`(${program})`])].join(' ');

const whatText = ({ path: file, catalogName }: AuditEntry): string => file ?? catalogName ?? '-';
