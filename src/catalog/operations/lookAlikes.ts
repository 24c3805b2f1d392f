import path from 'node:path';
import { NearCatalog } from '../duplicates/nearCatalog.js';
import { noPictureData } from '../media/pictureData.js';
import type {
  DecideLookAlikesInput,
  LookAlikePage,
  NearDuplicateOfScan,
  NearDuplicatesOfScan,
} from '../model/duplicates.js';
import { CatalogError, toCatalogError } from '../model/errors.js';
import type { MediaFacts } from '../model/media.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { Page } from '../protocol/shared.js';
import { dataHash, dataHashOfFile, pixelHash } from './duplicateReports.js';
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
          if (!result) continue;
          compared += 1;
          const look = () => catalog.compare(row, source, result, threshold);
          const near = look();
          if (!near) continue;
          await hashEqualPixels(deps, near, row.facts, control);
          files.push(await withDataLevel(deps, look() ?? near, pathOf(scan, row)));
        } catch (error) {
          const { code, data } = toCatalogError(error);
          if (code === 'CANCELLED' || code === 'ENGINE_STOPPED') throw error;
          failed.push({ fileId: row.id, error: { code, data } });
        } finally {
          meter.advance(1, 0, row.relativePath);
        }
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

const pathOf = (
  { sourcePath }: { readonly sourcePath: string },
  { relativePath }: { readonly relativePath: string },
): string => path.join(sourcePath, ...relativePath.split('/'));

/** Pictures with equal pixels are no further apart, in whatever format they are. */
const pixelDistance = 4;

/** Makes the pixel hashes of the matches that may be the same picture in every pixel. */
async function hashEqualPixels(
  deps: PictureDeps,
  { matches }: NearDuplicateOfScan,
  facts: MediaFacts | null,
  control: OperationControl,
): Promise<void> {
  const { duplicates, readOnly } = deps.store;
  if (readOnly) return;
  // As both headers tell: of raw files only a preview is decoded.
  const turned = (facts?.orientation ?? 1) >= 5;
  const width = turned ? facts?.height : facts?.width;
  const height = turned ? facts?.width : facts?.height;
  const near = matches.filter(
    (match) => match.distance <= pixelDistance && match.width === width && match.height === height,
  );
  const rows = duplicates.imagesById(near.map(({ imageId }) => imageId)).values();
  for (const { imageId, checksum, pixelHash: known } of rows) {
    if (known !== null) continue;
    const hash = await pixelHash(deps, imageId, control).catch(unlessCancelled);
    if (hash !== undefined) duplicates.saveHashes('pixel_hash', [{ imageId, checksum, hash }]);
  }
}

/** Tells of the matches with the same pixels which have the same picture data. */
async function withDataLevel(
  deps: PictureDeps,
  near: NearDuplicateOfScan,
  file: string,
): Promise<NearDuplicateOfScan> {
  if (near.matches.every(({ level }) => level !== 'pixels')) return near;
  const own = await dataHashOfFile(deps, file).catch(unlessCancelled);
  if (own === undefined || own === noPictureData) return near;
  const matches = near.matches.map(async (match) => {
    if (match.level !== 'pixels') return match;
    const other = await dataHash(deps, match.imageId).catch(unlessCancelled);
    return other === own ? { ...match, level: 'data' as const } : match;
  });
  return { ...near, matches: await Promise.all(matches) };
}

/** A file that cannot be read now leaves it at what is known. */
function unlessCancelled(error: unknown): undefined {
  const { code } = toCatalogError(error);
  if (code === 'CANCELLED' || code === 'ENGINE_STOPPED') throw error;
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
      path: pathOf(scan, row),
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
