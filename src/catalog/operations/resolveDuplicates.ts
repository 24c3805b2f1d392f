import { pairsOf } from '../duplicates/decisions.js';
import { mergeImages, unmergeImages, type MergedImages } from '../duplicates/mergeImages.js';
import {
  planResolution,
  type PlannedEntry,
  type PlannedResolution,
} from '../duplicates/planResolve.js';
import { Decisions, selectGroups } from '../duplicates/report.js';
import { hashFile } from '../files/hashFile.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type {
  PlanResolveInput,
  RefusedGroup,
  ResolveEntry,
  ResolvePlan,
  ResolveReport,
} from '../model/duplicates.js';
import type { FileOperationReport } from '../model/fileOperation.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { locateImage } from '../pictures/pictureSource.js';
import type { Page } from '../protocol/shared.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { DuplicatePairDecision } from '../store/duplicateDecisionRepository.js';
import { requireCatalog } from './catalogs.js';
import { duplicateReport } from './duplicateReports.js';
import { requireOperation, runDeletion, undoOperation } from './fileOperations.js';
import { pageOf, type OperationDeps } from './operationDeps.js';
import type { PictureDeps } from './pictures.js';

const keptPlans = 4;
const plansByStore = new WeakMap<CatalogStore, Map<string, PlannedResolution>>();

/** @throws CatalogError RESOLVE_PLAN_GONE */
function requirePlan(store: CatalogStore, planId: string): PlannedResolution {
  const plan = plansByStore.get(store)?.get(planId);
  if (!plan) throw new CatalogError('RESOLVE_PLAN_GONE');
  return plan;
}

/**
 * A dry run of resolving groups: lists every image that would leave. Changes nothing.
 * @throws CatalogError CATALOG_NOT_FOUND, INVALID_ARGUMENT, CANCELLED
 */
export async function planResolve(
  deps: PictureDeps,
  input: PlanResolveInput & Page,
  control: OperationControl,
): Promise<ResolvePlan> {
  const { id: catalogId } = requireCatalog(deps, input.catalogId);
  const report = await duplicateReport(deps, input, control);
  const decisions = new Decisions(deps.store.duplicateDecisions.list(catalogId));
  const groups = selectGroups(
    report.groups,
    input.groups ? { scope: input.scope ?? 'all' } : input,
    decisions,
  );
  const byId = new Map(groups.map((group) => [group.id, group]));
  // Groups of which all are to stay are not resolved by a rule.
  const chosen = input.groups
    ? input.groups.flatMap(({ groupId, keepImageId }) => {
        const group = byId.get(groupId);
        return group ? [{ group, keepImageId: keepImageId ?? group.suggestedKeepImageId }] : [];
      })
    : groups
        .filter(({ decision }) => decision !== 'keep-all')
        .map((group) => ({ group, keepImageId: group.keptImageId ?? group.suggestedKeepImageId }));
  const plan: PlannedResolution = {
    catalogId,
    merge: { metadata: true, sidecars: true, ...input.merge },
    ...planResolution(chosen),
  };
  const planId = deps.newId();
  keepPlan(deps.store, planId, plan);
  const { offset, limit } = pageOf(input);
  return { ...figuresOf(planId, plan), entries: plan.entries.slice(offset, offset + limit) };
}

function keepPlan(store: CatalogStore, planId: string, plan: PlannedResolution): void {
  const plans = plansByStore.get(store) ?? new Map<string, PlannedResolution>();
  plansByStore.set(store, plans.set(planId, plan));
  for (const id of plans.keys()) {
    if (plans.size <= keptPlans) break;
    plans.delete(id);
  }
}

function figuresOf(planId: string, plan: PlannedResolution): Omit<ResolvePlan, 'entries'> {
  const trashed = plan.entries.filter(({ action }) => action === 'trash');
  return {
    planId,
    groups: new Set(plan.entries.map(({ groupId }) => groupId)).size,
    total: plan.entries.length,
    trashCount: trashed.length,
    entryCount: plan.entries.length - trashed.length,
    bytes: trashed.reduce((sum, { size }) => sum + size, 0),
    refused: plan.refused,
  };
}

/** @throws CatalogError RESOLVE_PLAN_GONE */
export function catalogOfPlan(
  { store }: PictureDeps,
  { planId }: { readonly planId: string },
): string {
  return requirePlan(store, planId).catalogId;
}

/** @throws CatalogError RESOLVE_PLAN_GONE */
export function listResolveEntries(
  deps: PictureDeps,
  input: { readonly planId: string } & Page,
): { total: number; entries: readonly ResolveEntry[] } {
  const { entries } = requirePlan(deps.store, input.planId);
  const { offset, limit } = pageOf(input);
  return { total: entries.length, entries: entries.slice(offset, offset + limit) };
}

/** What a resolution writes down about itself, to be undone by. */
interface Resolution {
  readonly resolutionId: string;
  readonly decisionId: string;
  readonly operationId: string;
  readonly merged: MergedImages;
}

/**
 * Does what a plan lists. Before anything goes, the file that stays is read and its checksum compared; groups
 * where that fails stay as they are. Referenced files stay, managed ones go to the trash.
 * @throws CatalogError RESOLVE_PLAN_GONE, CANCELLED, MANAGED_DIRECTORY_UNBOUND and the like
 */
export async function applyResolve(
  deps: PictureDeps,
  { planId }: { readonly planId: string },
  control: OperationControl,
): Promise<ResolveReport> {
  const plan = requirePlan(deps.store, planId);
  return resolve(deps, plan, control, {
    onVerified: () => plansByStore.get(deps.store)?.delete(planId),
  });
}

/**
 * Resolves what is planned, see applyResolve.
 * @param options.resolutionId by which it can be undone
 * @param options.importJobId of the job that brought in what stays
 * @throws CatalogError as applyResolve
 */
export async function resolve(
  deps: OperationDeps,
  plan: PlannedResolution,
  control: OperationControl,
  options: {
    readonly resolutionId?: string;
    readonly importJobId?: string;
    readonly onVerified?: () => void;
  } = {},
): Promise<ResolveReport> {
  const { store } = deps;
  const catalog = requireCatalog(deps, plan.catalogId);
  const { entries, refused } = await verifyKeepers(deps, plan, control);
  options.onVerified?.();
  const at = deps.now().toISOString();
  const resolutionId = options.resolutionId ?? deps.newId();
  const merged = store.transaction(() => mergeImages(store, entries, plan.merge, at));
  let report: FileOperationReport;
  try {
    const imageIds = entries.map(({ imageId }) => imageId);
    const request = { catalogId: catalog.id, imageIds, deleteFiles: true };
    // Not to be resumed by itself: what stays has to be read before.
    report = await runDeletion(deps, request, control, { request: null });
  } catch (error) {
    store.transaction(() => unmergeImages(store, merged, at));
    throw error;
  }
  const decisionId = deps.newId();
  const stayed = store.duplicates.imagesById(entries.map(({ imageId }) => imageId));
  store.transaction(() => {
    // Sidecars of images that had to stay go back to them.
    const given = merged.sidecars.filter(({ fromImageId }) => stayed.has(fromImageId));
    store.duplicateMerges.returnSidecars(given);
    const gone = entries.filter(({ imageId }) => !stayed.has(imageId));
    store.duplicateDecisions.insert(catalog.id, decisionId, decisionsOf(gone), at);
    const resolution: Resolution = {
      resolutionId,
      decisionId,
      operationId: report.operation.id,
      merged: { ...merged, sidecars: merged.sidecars.filter((each) => !given.includes(each)) },
    };
    store.auditLog.append({
      at,
      operation: 'duplicates-resolved',
      catalogId: catalog.id,
      catalogName: catalog.name,
      ...(options.importJobId !== undefined && { importJobId: options.importJobId }),
      detail: {
        ...resolution,
        images: gone.map(({ imageId, keepImageId }) => ({ imageId, keepImageId })),
      },
    });
  });
  return {
    resolutionId,
    groups: new Set(entries.map(({ groupId }) => groupId)).size,
    imagesRemoved: report.operation.imagesDone,
    filesTrashed: report.operation.filesMoved,
    bytes: report.operation.bytesMoved,
    refused: [...plan.refused, ...refused],
    kept: report.kept.map(({ path, code, data }) => ({ path, error: { code, data } })),
  };
}

/** "Keep this" for each pair, so that a rescan that finds the file again shows what was decided. */
const decisionsOf = (gone: readonly PlannedEntry[]): DuplicatePairDecision[] =>
  pairsOf(
    gone.map(({ checksum, keepChecksum }) => ({
      checksums: [checksum, keepChecksum],
      decision: 'keep' as const,
      keep: keepChecksum,
    })),
  );

/** Reads every file that is to stay. Of groups where it is not what its row says nothing goes. */
async function verifyKeepers(
  deps: OperationDeps,
  plan: PlannedResolution,
  control: OperationControl,
): Promise<{ entries: PlannedEntry[]; refused: RefusedGroup[] }> {
  const keepers = new Map(plan.entries.map((entry) => [entry.keepImageId, entry]));
  const rows = deps.store.pictures.byIds([...keepers.keys()]);
  const meter = new ProgressMeter({
    phase: 'verify',
    filesTotal: keepers.size,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  const failures = new Map<string, CatalogError>();
  for (const [imageId, entry] of keepers) {
    try {
      const row = rows.get(imageId);
      if (!row) throw new CatalogError('IMAGE_NOT_FOUND', { image: imageId });
      const path = locateImage(deps, row);
      const options = control.signal ? { signal: control.signal } : {};
      const { sha256 } = await hashFile(deps.files, path, options);
      if (sha256 !== row.checksum || sha256 !== entry.keepChecksum) {
        throw new CatalogError('FILE_CHANGED', { path });
      }
    } catch (error) {
      const failure = toCatalogError(error);
      if (failure.code === 'CANCELLED') throw failure;
      failures.set(imageId, failure);
    }
    meter.advance(1, 0, entry.keepPath);
  }
  meter.flush();
  const refused = new Map<string, RefusedGroup>();
  const entries = plan.entries.filter(({ groupId, keepImageId, keepPath }) => {
    const failure = failures.get(keepImageId);
    if (!failure) return true;
    const error = { code: failure.code, data: failure.data };
    refused.set(groupId, { groupId, path: keepPath, reason: 'keeper-not-verified', error });
    return false;
  });
  return { entries, refused: [...refused.values()] };
}

/** @throws CatalogError RESOLUTION_NOT_FOUND */
function requireResolution({ store }: OperationDeps, resolutionId: string): Resolution {
  const resolution = store.duplicateMerges.findResolution<Resolution>(resolutionId);
  if (!resolution) throw new CatalogError('RESOLUTION_NOT_FOUND', { resolution: resolutionId });
  return resolution;
}

/** @throws CatalogError RESOLUTION_NOT_FOUND, OPERATION_NOT_FOUND */
export function catalogOfResolution(
  deps: OperationDeps,
  { resolutionId }: { readonly resolutionId: string },
): string {
  return requireOperation(deps, requireResolution(deps, resolutionId).operationId).catalogId;
}

/**
 * Brings back what a resolution took out: files, entries, what was merged, and the decisions.
 * @throws CatalogError RESOLUTION_NOT_FOUND, and as undoing a deletion
 */
export async function undoResolve(
  deps: OperationDeps,
  { resolutionId }: { readonly resolutionId: string },
  control: OperationControl,
): Promise<FileOperationReport> {
  const { store } = deps;
  const resolution = requireResolution(deps, resolutionId);
  const report = await undoOperation(deps, resolution.operationId, control);
  const at = deps.now().toISOString();
  store.transaction(() => {
    unmergeImages(store, resolution.merged, at);
    store.duplicateDecisions.undo(resolution.decisionId);
    store.auditLog.append({ at, operation: 'duplicates-resolve-undone', detail: { resolutionId } });
  });
  return report;
}
