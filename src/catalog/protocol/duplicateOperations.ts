import type {
  BurstGroup,
  ComparedPair,
  DecideDuplicatesInput,
  DecideLookAlikesInput,
  DecidedDuplicates,
  DistanceSample,
  DuplicateReportPage,
  FindDuplicatesInput,
  HashMethod,
  LookAlikePage,
  NearDuplicatesOfScan,
  PlanResolveInput,
  ResolveEntry,
  ResolvePlan,
  ResolveReport,
} from '../model/duplicates.js';
import type { FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import type { Page } from './shared.js';

/** Duplicates: found, decided on, resolved. */
export interface DuplicateOperations {
  /**
   * Duplicates of a catalog, page by page. The first call computes a report, making pictures and hashes that are
   * missing; pass its `reportId` on for further pages and other filters of the same report.
   */
  findDuplicates(
    input: FindDuplicatesInput,
    control?: OperationControl,
  ): Promise<DuplicateReportPage>;
  /** Shots taken within seconds, by time. */
  listBursts(
    input: { readonly catalogId: string; readonly reportId?: string } & Page,
    control?: OperationControl,
  ): Promise<{ reportId: string; total: number; bursts: readonly BurstGroup[] }>;
  /** Remembers what a person decided about groups, by their contents. Nothing is removed. */
  decideDuplicates(input: DecideDuplicatesInput): Promise<DecidedDuplicates>;
  /** What was decided before counts again. */
  undoDuplicateDecision(input: { readonly decisionId: string }): Promise<{ pairs: number }>;
  /** Writes all groups that pass the filter to an absolute path. */
  exportDuplicates(
    input: FindDuplicatesInput & {
      readonly format: 'csv' | 'json';
      readonly path: string;
      readonly overwrite?: boolean;
    },
    control?: OperationControl,
  ): Promise<{ groups: number; bytes: number }>;
  /** A dry run of resolving duplicates: every image that would leave. Changes nothing. */
  planResolve(input: PlanResolveInput & Page, control?: OperationControl): Promise<ResolvePlan>;
  listResolveEntries(
    input: { readonly planId: string } & Page,
  ): Promise<{ total: number; entries: readonly ResolveEntry[] }>;
  /** Does what a plan lists, after reading every file that is to stay. Referenced files stay where they are. */
  applyResolve(
    input: { readonly planId: string },
    control?: OperationControl,
  ): Promise<ResolveReport>;
  /** Brings back what a resolution took out, until the trash is emptied. */
  undoResolve(
    input: { readonly resolutionId: string },
    control?: OperationControl,
  ): Promise<FileOperationReport>;
  /** How at most 16 images equal each other, pair by pair. */
  compareImages(input: { readonly imageIds: readonly string[] }): Promise<ComparedPair[]>;
  /** Pairs per distance, to choose a threshold by looking. */
  distanceSamples(
    input: {
      readonly catalogId: string;
      readonly method?: HashMethod;
      readonly perDistance?: number;
    },
    control?: OperationControl,
  ): Promise<DistanceSample[]>;
  /**
   * New files of a scan that look like images of the catalog. Decodes them, so it takes its time. What it finds is
   * kept with the scan.
   */
  nearDuplicatesOfScan(
    input: { readonly scanId: string; readonly threshold?: number },
    control?: OperationControl,
  ): Promise<NearDuplicatesOfScan>;
  /** What nearDuplicatesOfScan found last, with what was decided. */
  listLookAlikes(input: { readonly scanId: string } & Page): Promise<LookAlikePage>;
  /** Skip unticks the files, the others tick them; an import of the scan then replaces what is to be replaced. */
  decideLookAlikes(input: DecideLookAlikesInput): Promise<LookAlikePage['counts']>;
}
