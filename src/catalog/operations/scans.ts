import { planScan } from '../import/planScan.js';
import { forecastImport } from '../import/forecast.js';
import { mountedVolumes } from '../files/volumes.js';
import { relinkMoved } from '../maintenance/relinkMoved.js';
import { CatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import type {
  ImportForecast,
  ImportSettings,
  ListScanFilesRequest,
  ScanFilePage,
  ScanRequest,
  ScanSkippedEntry,
  ScanSummary,
  SetScanSelectionRequest,
} from '../model/scan.js';
import type { Page } from '../protocol/shared.js';
import { scanSource } from '../scan/scanSource.js';
import { requireCatalog } from './catalogs.js';
import { importSettings } from './importSettings.js';
import { requireManagedFilesThere } from './managedDirectory.js';
import { pageOf, type OperationDeps } from './operationDeps.js';
import { noteVolume, requireSource } from './sources.js';

/** @throws CatalogError SCAN_NOT_FOUND */
export function requireScan(deps: OperationDeps, scanId: string): ScanSummary {
  const scan = deps.store.scans.summary(scanId);
  if (!scan) throw new CatalogError('SCAN_NOT_FOUND', { scan: scanId });
  return scan;
}

/**
 * Walks and reads a source into a preview. Images whose file was moved or renamed are found again by their content.
 * @throws as scanSource, and SOURCE_NOT_FOUND
 */
export async function scan(
  deps: OperationDeps,
  request: ScanRequest,
  control: OperationControl,
): Promise<ScanSummary> {
  const source = requireSource(deps, request.sourceId);
  const catalog = requireCatalog(deps, source.catalogId);
  const summary = await scanSource(deps, { source, catalog, request }, control);
  if (summary.status !== 'READY') return summary;
  const place = { catalog, volumes: mountedVolumes(deps.files) };
  const relinked = await relinkMoved(deps, place, source, summary.scanId);
  noteVolume(deps, source);
  deps.sources.choose(source.sourcePath);
  return relinked > 0 ? { ...summary, relinked } : summary;
}

/** A page of a scan's files; with plan settings every new file carries its destination. */
export function listFiles(deps: OperationDeps, request: ListScanFilesRequest): ScanFilePage {
  const summary = requireScan(deps, request.scanId);
  const { scanId, state, folder, plan } = request;
  const page = deps.store.scanFiles.page({
    scanId,
    ...(state !== undefined && { state }),
    ...(folder !== undefined && { folder }),
    ...pageOf(request),
  });
  if (!plan || plan.importMode === 'reference') return page;
  const catalog = requireCatalog(deps, summary.catalogId);
  const planned = deps.plans.get(JSON.stringify([scanId, plan]), () =>
    planScan(deps, catalog, scanId, plan),
  );
  return {
    total: page.total,
    files: page.files.map((file) => ({ ...file, plannedPath: planned.get(file.id) ?? null })),
  };
}

export function listSkipped(
  deps: OperationDeps,
  request: { readonly scanId: string } & Page,
): { total: number; entries: ScanSkippedEntry[] } {
  requireScan(deps, request.scanId);
  return deps.store.scanFiles.pageSkipped({ scanId: request.scanId, ...pageOf(request) });
}

/** Ticks or unticks new files. @throws CatalogError SCAN_NOT_FOUND, SCAN_STALE */
export function setSelection(deps: OperationDeps, request: SetScanSelectionRequest): ScanSummary {
  const { status } = requireScan(deps, request.scanId);
  if (status !== 'READY') throw new CatalogError('SCAN_STALE', { scan: request.scanId });
  deps.store.scanFiles.setSelected(request.scanId, request.selected, request);
  return requireScan(deps, request.scanId);
}

/** What an import of the scan's selection would need; what is not given comes from source and catalog. */
export function forecast(
  deps: OperationDeps,
  request: { readonly scanId: string } & Partial<ImportSettings>,
): ImportForecast {
  const summary = requireScan(deps, request.scanId);
  const source = requireSource(deps, summary.sourceId);
  const catalog = requireCatalog(deps, summary.catalogId);
  const settings = importSettings(catalog, source, request);
  const found = forecastImport(deps, { catalog, source, scanId: request.scanId, ...settings });
  if (found.blocked || settings.importMode === 'reference') return found;
  try {
    requireManagedFilesThere(deps, catalog);
    return found;
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    return { ...found, blocked: { code: error.code, data: error.data } };
  }
}
