import { executeImport } from '../import/execute.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type {
  ImportItem,
  ImportItemState,
  ImportJob,
  ImportJobReport,
  ImportRequest,
} from '../model/importJob.js';
import type { OperationControl } from '../model/progress.js';
import type { Page } from '../protocol/shared.js';
import { requireCatalog } from './catalogs.js';
import { importSettings } from './importSettings.js';
import { requireManagedDirectory } from './managedDirectory.js';
import { pageOf, type OperationDeps } from './operationDeps.js';
import { replaceByImport } from './replaceByImport.js';
import { requireScan } from './scans.js';
import { requireSource } from './sources.js';

/** @throws CatalogError JOB_NOT_FOUND */
export function requireJob(deps: OperationDeps, jobId: string): ImportJob {
  const job = deps.store.importJobs.find(jobId);
  if (!job) throw new CatalogError('JOB_NOT_FOUND', { job: jobId });
  return job;
}

/**
 * Runs an import job to its end.
 * @throws CatalogError before a job exists if it cannot start; afterwards the job's status tells
 */
export async function runImport(
  deps: OperationDeps,
  request: ImportRequest,
  control: OperationControl,
): Promise<ImportJobReport> {
  const source = requireSource(deps, request.sourceId);
  const catalog = requireCatalog(deps, source.catalogId);
  const scan = requireScan(deps, request.scanId);
  if (scan.sourceId !== source.id || scan.status !== 'READY') {
    throw new CatalogError('SCAN_STALE', { scan: request.scanId });
  }
  const settings = importSettings(catalog, source, request);
  if (settings.importMode !== 'reference') await requireManagedDirectory(deps, catalog);
  deps.sources.choose(source.sourcePath);
  const jobId = await executeImport(
    deps,
    {
      catalog,
      source,
      scanId: request.scanId,
      skipDuplicates: request.skipDuplicates ?? true,
      ...settings,
      ...(request.fileIds && { fileIds: request.fileIds }),
    },
    control,
  );
  return finishReport(deps, jobId, control);
}

/**
 * The job's report, after the images are out that its files replace. What went wrong with these is told, and can be
 * done again; the import itself is done.
 */
export async function finishReport(
  deps: OperationDeps,
  jobId: string,
  control: OperationControl,
): Promise<ImportJobReport> {
  try {
    const { kept } = await replaceByImport(deps, requireJob(deps, jobId), control);
    const report = jobReport(deps, jobId);
    const { replacements } = report;
    return replacements ? { ...report, replacements: { ...replacements, kept } } : report;
  } catch (error) {
    deps.log('warn', `Import ${jobId}: ${toCatalogError(error).message}`);
    return jobReport(deps, jobId);
  }
}

/** Newest first. */
export function listJobs(
  deps: OperationDeps,
  request: { readonly catalogId?: string } & Page,
): { total: number; jobs: ImportJob[] } {
  const { catalogId } = request;
  return deps.store.importJobs.list({
    ...(catalogId !== undefined && { catalogId }),
    ...pageOf(request),
  });
}

/** @throws CatalogError JOB_NOT_FOUND */
export function jobReport(deps: OperationDeps, jobId: string): ImportJobReport {
  const job = requireJob(deps, jobId);
  const { replaced, open } = deps.store.importReplacements.figures(jobId);
  return {
    ...job,
    ...(replaced + open > 0 && { replacements: { replaced, open, kept: [] } }),
    catalogName: requireCatalog(deps, job.catalogId).name,
    itemCounts: deps.store.importItems.counts(jobId),
    errorGroups: deps.store.importItems.errorGroups(jobId),
  };
}

export function listItems(
  deps: OperationDeps,
  request: { readonly jobId: string; readonly states?: readonly ImportItemState[] } & Page,
): { total: number; items: ImportItem[] } {
  requireJob(deps, request.jobId);
  const { jobId, states } = request;
  return deps.store.importItems.page({ jobId, ...(states && { states }), ...pageOf(request) });
}
