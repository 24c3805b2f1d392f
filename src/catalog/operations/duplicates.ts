import { pairsOf } from '../duplicates/decisions.js';
import { sampleDistances } from '../duplicates/distanceSamples.js';
import { groupsAsCsv, groupsAsJson } from '../duplicates/exportGroups.js';
import { countByLevel, Decisions, selectGroups } from '../duplicates/report.js';
import { writeOutput } from '../files/writeOutput.js';
import type {
  BurstGroup,
  DecidedDuplicates,
  DecideDuplicatesInput,
  DistanceSample,
  DuplicateGroup,
  DuplicateReportPage,
  FindDuplicatesInput,
  HashMethod,
} from '../model/duplicates.js';
import type { OperationControl } from '../model/progress.js';
import type { Page } from '../protocol/shared.js';
import { requireCatalog } from './catalogs.js';
import { compareProgress, duplicateReport } from './duplicateReports.js';
import { pageOf } from './operationDeps.js';
import type { PictureDeps } from './pictures.js';

/** @throws CatalogError CATALOG_NOT_FOUND, INVALID_ARGUMENT, CANCELLED */
export async function findDuplicates(
  deps: PictureDeps,
  input: FindDuplicatesInput,
  control: OperationControl,
): Promise<DuplicateReportPage> {
  const report = await duplicateReport(deps, input, control);
  const groups = selected(deps, report.groups, input);
  const { offset, limit } = pageOf(input);
  return {
    reportId: report.id,
    total: groups.length,
    bytesToWin: groups.reduce((sum, { bytesToWin }) => sum + bytesToWin, 0),
    groups: groups.slice(offset, offset + limit),
    countsByLevel: countByLevel(report.groups),
    burstCount: report.bursts.length,
    notCompared: report.leftOut,
  };
}

function selected(
  deps: PictureDeps,
  groups: readonly DuplicateGroup[],
  input: FindDuplicatesInput,
): DuplicateGroup[] {
  const decisions = new Decisions(deps.store.duplicateDecisions.list(input.catalogId));
  return selectGroups(groups, input, decisions);
}

/** The bursts of a report. @throws CatalogError as findDuplicates */
export async function listBursts(
  deps: PictureDeps,
  input: { readonly catalogId: string; readonly reportId?: string } & Page,
  control: OperationControl,
): Promise<{ reportId: string; total: number; bursts: readonly BurstGroup[] }> {
  const report = await duplicateReport(deps, { ...input, level: 'similar' }, control);
  const { offset, limit } = pageOf(input);
  const bursts = report.bursts.slice(offset, offset + limit);
  return { reportId: report.id, total: report.bursts.length, bursts };
}

/** @throws CatalogError CATALOG_NOT_FOUND, INVALID_ARGUMENT */
export function decideDuplicates(
  deps: PictureDeps,
  input: DecideDuplicatesInput,
): DecidedDuplicates {
  const catalog = requireCatalog(deps, input.catalogId);
  const pairs = pairsOf(input.groups);
  const decisionId = deps.newId();
  const at = deps.now().toISOString();
  deps.store.transaction(() => {
    deps.store.duplicateDecisions.insert(catalog.id, decisionId, pairs, at);
    deps.store.auditLog.append({
      at,
      operation: 'duplicates-decided',
      catalogId: catalog.id,
      catalogName: catalog.name,
      detail: { decisionId, groups: input.groups },
    });
  });
  return { decisionId, groups: input.groups.length, pairs: pairs.length };
}

/** What was decided before counts again; 0 pairs if the decision is not there. */
export function undoDecision(
  deps: PictureDeps,
  { decisionId }: { readonly decisionId: string },
): { pairs: number } {
  return deps.store.transaction(() => {
    const pairs = deps.store.duplicateDecisions.undo(decisionId);
    if (pairs > 0) {
      deps.store.auditLog.append({
        at: deps.now().toISOString(),
        operation: 'duplicates-decision-undone',
        detail: { decisionId, pairs },
      });
    }
    return { pairs };
  });
}

export interface ExportDuplicatesInput extends FindDuplicatesInput {
  readonly format: 'csv' | 'json';
  /** Absolute. */
  readonly path: string;
  readonly overwrite?: boolean;
}

/**
 * Writes all groups that pass the filter, one row per member in CSV.
 * @throws CatalogError as findDuplicates; OUTPUT_EXISTS, DESTINATION_UNWRITABLE, DISK_FULL
 */
export async function exportDuplicates(
  deps: PictureDeps,
  input: ExportDuplicatesInput,
  control: OperationControl,
): Promise<{ groups: number; bytes: number }> {
  const report = await duplicateReport(deps, input, control);
  const groups = selected(deps, report.groups, input);
  const text = input.format === 'csv' ? groupsAsCsv(groups) : groupsAsJson(groups);
  const bytes = new TextEncoder().encode(text);
  const { overwrite = false } = input;
  await writeOutput(deps.files, input.path, bytes, { overwrite, id: deps.newId() });
  return { groups: groups.length, bytes: bytes.length };
}

/** Pairs per distance of a method, of the pictures that are made already. */
export function distanceSamples(
  deps: PictureDeps,
  input: {
    readonly catalogId: string;
    readonly method?: HashMethod;
    readonly perDistance?: number;
  },
  control: OperationControl,
): Promise<DistanceSample[]> {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  const perDistance = Math.min(50, Math.max(1, Math.trunc(input.perDistance ?? 4)));
  return sampleDistances(
    deps.store,
    { catalogId, method: input.method ?? 'dhash', perDistance },
    { signal: control.signal, onProgress: compareProgress(control) },
  );
}
