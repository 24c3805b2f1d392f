import { Buffer } from 'node:buffer';
import { encodePathBytes } from '../files/pathBytes.js';
import { writeOutput } from '../files/writeOutput.js';
import { resumeJob } from '../import/execute.js';
import { jobManifest } from '../import/manifest.js';
import { forecastUndo, rollBackInterruptedJob, undoJob } from '../import/undoJob.js';
import type { ImportJobReport } from '../model/importJob.js';
import type { OperationControl } from '../model/progress.js';
import type { EraseCheck, JobManifest, UndoForecast } from '../model/safety.js';
import { checkSafeToErase } from '../scan/eraseCheck.js';
import { noteDeed } from './audit.js';
import { requireCatalog } from './catalogs.js';
import { finishReport, jobReport, requireJob } from './importJobs.js';
import { checkOutput } from './exports.js';
import { requireManagedDirectory, requireManagedFilesThere } from './managedDirectory.js';
import { absolutePath, type OperationDeps } from './operationDeps.js';
import { undoReplacements } from './replaceByImport.js';
import { requireSource } from './sources.js';

/** The job, if its managed directory may be written to on this machine. */
async function requireWritableJob(deps: OperationDeps, jobId: string): Promise<void> {
  const job = requireJob(deps, jobId);
  if (job.importMode === 'reference') return;
  await requireManagedDirectory(deps, requireCatalog(deps, job.catalogId));
}

export async function resumeImport(
  deps: OperationDeps,
  jobId: string,
  control: OperationControl,
): Promise<ImportJobReport> {
  await requireWritableJob(deps, jobId);
  await resumeJob(deps, jobId, control);
  return finishReport(deps, jobId, control);
}

export async function rollBackImport(
  deps: OperationDeps,
  jobId: string,
  control: OperationControl,
): Promise<ImportJobReport> {
  await requireWritableJob(deps, jobId);
  await rollBackInterruptedJob(deps, jobId, control);
  return jobReport(deps, jobId);
}

export async function undoImport(
  deps: OperationDeps,
  jobId: string,
  control: OperationControl,
): Promise<ImportJobReport> {
  await requireWritableJob(deps, jobId);
  await undoReplacements(deps, jobId, control);
  await undoJob(deps, jobId, control);
  return jobReport(deps, jobId);
}

export async function forecastUndoOf(
  deps: OperationDeps,
  jobId: string,
  control: OperationControl,
): Promise<UndoForecast> {
  const job = requireJob(deps, jobId);
  if (job.importMode !== 'reference') {
    requireManagedFilesThere(deps, requireCatalog(deps, job.catalogId));
  }
  return forecastUndo(deps, jobId, control);
}

/** @throws CatalogError SOURCE_NOT_FOUND, SOURCE_PATH_NOT_FOUND, MANAGED_DIRECTORY_ELSEWHERE, CANCELLED */
export async function checkErase(
  deps: OperationDeps,
  sourceId: string,
  control: OperationControl,
): Promise<EraseCheck> {
  const source = requireSource(deps, sourceId);
  const catalog = requireCatalog(deps, source.catalogId);
  // With its drive away every copy seems to be lost.
  if (deps.store.catalogs.figures(catalog.id).managedCount > 0) {
    requireManagedFilesThere(deps, catalog);
  }
  return checkSafeToErase(deps, source, control);
}

export async function manifestOf(deps: OperationDeps, jobId: string): Promise<JobManifest> {
  return jobManifest(deps, jobId);
}

/** @throws CatalogError JOB_NOT_FOUND, INVALID_ARGUMENT, and as writeOutput */
export async function writeManifest(
  deps: OperationDeps,
  input: { readonly jobId: string; readonly path: string; readonly overwrite?: boolean },
): Promise<JobManifest> {
  const output = absolutePath(input.path);
  checkOutput(deps, input);
  const manifest = await jobManifest(deps, input.jobId);
  // Names that are not UTF-8 get their own bytes back.
  const bytes = Buffer.from(encodePathBytes(manifest.text));
  const options = { overwrite: input.overwrite ?? false, id: deps.newId() };
  await writeOutput(deps.files, output, bytes, options);
  const { id, name } = requireCatalog(deps, requireJob(deps, input.jobId).catalogId);
  noteDeed(deps, {
    operation: 'write-manifest',
    catalogId: id,
    catalogName: name,
    importJobId: input.jobId,
    path: output,
    detail: { kind: 'images', format: 'sha256', count: manifest.fileCount },
  });
  return manifest;
}
