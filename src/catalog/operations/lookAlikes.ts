import path from 'node:path';
import { NearCatalog } from '../duplicates/nearCatalog.js';
import type {
  DecideLookAlikesInput,
  LookAlikePage,
  NearDuplicateOfScan,
  NearDuplicatesOfScan,
} from '../model/duplicates.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { Page } from '../protocol/shared.js';
import { pageOf, type OperationDeps } from './operationDeps.js';
import type { PictureDeps } from './pictures.js';
import { requireScan } from './scans.js';

/** New files of a scan that are looked at in one go. */
const scanPage = 1000;

/**
 * New files of a scan that look like images of the catalog. Decodes every new file, a few at a time. What was found
 * is kept with the scan.
 * @param input.threshold differing bits of dHash at most; see defaultThresholds
 * @throws CatalogError SCAN_NOT_FOUND, CANCELLED
 */
export async function nearDuplicatesOfScan(
  deps: PictureDeps,
  { scanId, threshold }: { readonly scanId: string; readonly threshold?: number },
  control: OperationControl,
): Promise<NearDuplicatesOfScan> {
  const { store } = deps;
  const scan = requireScan(deps, scanId);
  const source = { id: scan.sourceId, name: store.sources.find(scan.sourceId)?.name ?? '' };
  if (!store.readOnly && store.pictures.countPending(scan.catalogId) > 0) {
    await deps.pictures.makeAll(scan.catalogId, control);
  }
  const catalog = await NearCatalog.load(store, scan.catalogId, control.signal);
  const files: NearDuplicateOfScan[] = [];
  const failed: NearDuplicatesOfScan['failed'][number][] = [];
  const meter = new ProgressMeter({
    phase: 'pictures',
    filesTotal: scan.counts.new,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
    extra: { scanId },
  });
  let compared = 0;
  for (let offset = 0; ; offset += scanPage) {
    const page = store.scanFiles.page({ scanId, state: 'new', offset, limit: scanPage });
    const rows = store.scanFiles.byIds(page.files.map(({ id }) => id));
    const queue = rows.values();
    const work = async (): Promise<void> => {
      for (const row of queue) {
        if (control.signal?.aborted) throw new CatalogError('CANCELLED');
        try {
          const result = await deps.pictures.pictures.hashesOfScanFile(scan, row.id, control);
          const near = result && catalog.compare(row, source, result, threshold);
          if (result) compared += 1;
          if (near) files.push(near);
        } catch (error) {
          const { code, data } = toCatalogError(error);
          if (code === 'CANCELLED' || code === 'ENGINE_STOPPED') throw error;
          failed.push({ fileId: row.id, error: { code, data } });
        }
        meter.advance(1, 0, row.relativePath);
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    if (page.files.length < scanPage) break;
  }
  meter.flush();
  files.sort((a, b) => a.fileId - b.fileId);
  // Imported or replaced by a newer scan meanwhile: nobody will ask for it.
  if (!store.readOnly && store.scans.summary(scanId)?.status === 'READY') {
    store.lookAlikes.save(scanId, files, {
      comparedAt: deps.now().toISOString(),
      filesCompared: compared,
      failedCount: failed.length,
    });
  }
  return { scanId, files, filesCompared: compared, failed };
}

/** What was found, with what was decided. @throws CatalogError SCAN_NOT_FOUND */
export function listLookAlikes(
  deps: OperationDeps,
  input: { readonly scanId: string } & Page,
): LookAlikePage {
  const { lookAlikes, duplicates } = deps.store;
  const { scanId } = input;
  const scan = requireScan(deps, scanId);
  const { offset, limit } = pageOf(input);
  const rows = lookAlikes.page(scanId, offset, limit);
  const images = duplicates.imagesById([
    ...new Set(rows.flatMap(({ matches }) => matches.map(({ imageId }) => imageId))),
  ]);
  const counts = lookAlikes.counts(scanId);
  return {
    summary: lookAlikes.summary(scanId),
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    counts,
    files: rows.map((row) => ({
      ...row,
      path: path.join(scan.sourcePath, ...row.relativePath.split('/')),
      matches: row.matches.flatMap((match) => {
        const image = images.get(match.imageId);
        return image ? [{ ...match, path: image.path }] : [];
      }),
    })),
  };
}

/** @throws CatalogError SCAN_NOT_FOUND, SCAN_STALE */
export function decideLookAlikes(
  deps: OperationDeps,
  { scanId, fileIds, decision, imageId }: DecideLookAlikesInput,
): LookAlikePage['counts'] {
  const { store } = deps;
  if (requireScan(deps, scanId).status !== 'READY') {
    throw new CatalogError('SCAN_STALE', { scan: scanId });
  }
  const known = (suggestion: NearDuplicateOfScan['suggestion'] | null): readonly number[] => {
    const ids = store.lookAlikes.fileIds(scanId, suggestion);
    if (!fileIds) return ids;
    const wanted = new Set(fileIds);
    return ids.filter((id) => wanted.has(id));
  };
  store.transaction(() => {
    const decisions =
      decision === 'suggested' ? (['skip', 'replace'] as const) : ([decision] as const);
    for (const each of decisions) {
      const suggested = decision === 'suggested' && each !== 'import' ? each : null;
      const ids = known(suggested);
      store.lookAlikes.decide(scanId, ids, each, imageId ?? null);
      store.scanFiles.setSelected(scanId, each !== 'skip', { fileIds: ids });
    }
  });
  return store.lookAlikes.counts(scanId);
}
