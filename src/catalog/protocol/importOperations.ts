import type {
  ImportItem,
  ImportItemState,
  ImportJob,
  ImportJobReport,
  ImportRequest,
} from '../model/importJob.js';
import type { ReplacementReport } from '../model/duplicates.js';
import type { OperationControl } from '../model/progress.js';
import type { EraseCheck, JobManifest, UndoForecast } from '../model/safety.js';
import type {
  ImportForecast,
  ImportSettings,
  ListScanFilesRequest,
  ScanFilePage,
  ScanFolder,
  ScanRequest,
  ScanSkippedEntry,
  ScanSummary,
  SetScanSelectionRequest,
} from '../model/scan.js';
import type { Page } from './shared.js';

/** Scans, previews and import jobs. */
export interface ImportOperations {
  /** Walks and reads a source into a preview. Replaces the source's earlier unfinished preview. */
  scanSource(input: ScanRequest, control?: OperationControl): Promise<ScanSummary>;
  getScan(input: { readonly scanId: string }): Promise<ScanSummary>;
  listScanFiles(input: ListScanFilesRequest): Promise<ScanFilePage>;
  listScanFolders(input: { readonly scanId: string }): Promise<ScanFolder[]>;
  listScanSkipped(
    input: { readonly scanId: string } & Page,
  ): Promise<{ total: number; entries: ScanSkippedEntry[] }>;
  /** Reads a source and the managed copy of each of its files: what would be lost if it were erased? */
  checkSafeToErase(
    input: { readonly sourceId: string },
    control?: OperationControl,
  ): Promise<EraseCheck>;
  setScanSelection(input: SetScanSelectionRequest): Promise<ScanSummary>;
  forecastImport(
    input: { readonly scanId: string } & Partial<ImportSettings>,
  ): Promise<ImportForecast>;
  /** Runs a job to its end; progress reports carry its id. */
  importSource(input: ImportRequest, control?: OperationControl): Promise<ImportJobReport>;
  cancelImportJob(input: { readonly jobId: string }): Promise<void>;
  /** Goes on with an interrupted job to its end. */
  resumeImportJob(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ImportJobReport>;
  /** Takes back what an interrupted job did, and ends it. What has to stay is listed in its items. */
  rollBackImportJob(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ImportJobReport>;
  forecastUndo(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<UndoForecast>;
  /** Takes back what a finished job did, as far as it is unchanged. What is refused is listed in its items. */
  undoImportJob(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ImportJobReport>;
  /**
   * Takes out the images that files of a finished job were to replace and that are still there. An import does so at
   * its end.
   */
  replaceByImport(
    input: { readonly jobId: string },
    control?: OperationControl,
  ): Promise<ReplacementReport>;
  getJobManifest(input: { readonly jobId: string }): Promise<JobManifest>;
  /** Writes the manifest to an absolute path; a file there is replaced only if `overwrite` says so. */
  writeJobManifest(input: {
    readonly jobId: string;
    readonly path: string;
    readonly overwrite?: boolean;
  }): Promise<JobManifest>;
  /** Newest first. */
  listImportJobs(
    input: { readonly catalogId?: string } & Page,
  ): Promise<{ total: number; jobs: ImportJob[] }>;
  getImportJob(input: { readonly jobId: string }): Promise<ImportJobReport>;
  listImportItems(
    input: { readonly jobId: string; readonly states?: readonly ImportItemState[] } & Page,
  ): Promise<{ total: number; items: ImportItem[] }>;
}
