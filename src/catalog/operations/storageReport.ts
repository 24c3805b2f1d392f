import { setImmediate as nextTurn } from 'node:timers/promises';
import { CatalogError } from '../model/errors.js';
import type { OperationControl } from '../model/progress.js';
import type { SourceStorage, StorageFigure, StorageReport } from '../model/storage.js';
import { catalogDirectory } from '../store/catalogFile.js';
import { describeBackups } from '../store/restoreBackup.js';
import type { ImageFigures } from '../store/storageRepository.js';
import { thumbnailFigures } from '../pictures/thumbnailFigures.js';
import { requireCatalog } from './catalogs.js';
import { listSources } from './sources.js';
import { diskFigures } from './storageInfo.js';
import type { OperationDeps } from './operationDeps.js';

const rowsAtOnce = 10_000;

class Sum implements StorageFigure {
  count = 0;
  bytes = 0;

  add({ count, bytes }: StorageFigure): void {
    this.count += count;
    this.bytes += bytes;
  }

  get figure(): StorageFigure {
    return { count: this.count, bytes: this.bytes };
  }
}

/** Sums by a key. */
class Shares<Key> {
  private readonly sums = new Map<Key, Sum>();

  add(key: Key, figure: StorageFigure): void {
    const sum = this.sums.get(key) ?? new Sum();
    sum.add(figure);
    this.sums.set(key, sum);
  }

  get(key: Key): StorageFigure {
    return this.sums.get(key)?.figure ?? { count: 0, bytes: 0 };
  }

  get total(): StorageFigure {
    const sum = new Sum();
    for (const part of this.sums.values()) sum.add(part);
    return sum.figure;
  }

  /** The most bytes first. */
  entries(): [Key, StorageFigure][] {
    return [...this.sums]
      .map(([key, sum]): [Key, StorageFigure] => [key, sum.figure])
      .sort((a, b) => b[1].bytes - a[1].bytes);
  }
}

/** Everything that a catalog takes. @throws CatalogError CATALOG_NOT_FOUND, CANCELLED */
export async function storageReport(
  deps: OperationDeps,
  catalogId: string,
  control: OperationControl = {},
): Promise<StorageReport> {
  const { store } = deps;
  const catalog = requireCatalog(deps, catalogId);
  const sources = new Map(listSources(deps, { catalogId }).map((source) => [source.id, source]));
  const managed = new Shares<string | null>();
  const referenced = new Shares<string | null>();
  const bySource = new Shares<string | null>();
  const byFormat = new Shares<string>();
  const byYear = new Shares<string | null>();
  const [missing, changed, damaged, offline] = [new Sum(), new Sum(), new Sum(), new Sum()];
  for await (const row of imageFigures(deps, catalogId, control)) {
    (row.isManaged ? managed : referenced).add(row.sourceId, row);
    bySource.add(row.sourceId, row);
    byFormat.add(row.mimeType, row);
    byYear.add(row.year, row);
    if (row.isMissing) missing.add(row);
    if (row.isChanged) changed.add(row);
    if (row.isDamaged) damaged.add(row);
    if (!row.isManaged && sources.get(row.sourceId ?? '')?.online === false) offline.add(row);
  }
  const total = bySource.total;
  const managedTotal = managed.total;
  const referencedTotal = referenced.total;
  const backups = describeBackups(deps.catalogFile);
  return {
    ...diskFigures(deps, catalog),
    managedCount: managedTotal.count,
    managedBytes: managedTotal.bytes,
    referencedCount: referencedTotal.count,
    referencedBytes: referencedTotal.bytes,
    missingCount: missing.count,
    changedCount: changed.count,
    totalCount: total.count,
    totalBytes: total.bytes,
    sidecars: store.storage.sidecars(catalogId),
    bySource: bySource.entries().map(([sourceId, figure]): SourceStorage => ({
      sourceId,
      sourceName: sources.get(sourceId ?? '')?.name ?? null,
      ...figure,
      managed: managed.get(sourceId),
      referenced: referenced.get(sourceId),
      online: sources.get(sourceId ?? '')?.online ?? null,
    })),
    byFormat: byFormat.entries().map(([mimeType, figure]) => ({ mimeType, ...figure })),
    byYear: byYear
      .entries()
      .map(([year, figure]) => ({ year, ...figure }))
      .sort((a, b) => ((a.year ?? '~') < (b.year ?? '~') ? -1 : 1)),
    missing: missing.figure,
    changed: changed.figure,
    damaged: damaged.figure,
    offline: offline.figure,
    duplicates: await duplicateSightings(deps, [...sources.values()], control),
    trash: store.storage.trash(catalogId),
    thumbnails: await thumbnailFigures(deps.files, catalogDirectory(deps.workspaceDirectory)),
    backups: {
      count: backups.length,
      bytes: backups.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    },
  };
}

async function* imageFigures(
  { store }: OperationDeps,
  catalogId: string,
  control: OperationControl,
): AsyncGenerator<ImageFigures> {
  const last = store.storage.lastImageRow();
  for (let first = 1; first <= last; first += rowsAtOnce) {
    yield* store.storage.imageFigures(catalogId, first, first + rowsAtOnce - 1);
    await turn(control);
  }
}

async function turn({ signal }: OperationControl): Promise<void> {
  await nextTurn();
  if (signal?.aborted) throw new CatalogError('CANCELLED');
}

async function duplicateSightings(
  { store }: OperationDeps,
  sources: readonly { readonly id: string; readonly name: string }[],
  control: OperationControl,
): Promise<StorageReport['duplicates']> {
  const total = new Sum();
  const bySource: StorageReport['duplicates']['bySource'][number][] = [];
  for (const { id: sourceId, name: sourceName } of sources) {
    const sum = new Sum();
    for (let afterPath: string | null = ''; afterPath !== null;) {
      const part = store.storage.duplicateSightings(sourceId, afterPath, rowsAtOnce);
      sum.add(part);
      afterPath = part.lastPath;
      await turn(control);
    }
    total.add(sum);
    if (sum.count > 0) bySource.push({ sourceId, sourceName, ...sum.figure });
  }
  bySource.sort((a, b) => b.bytes - a.bytes);
  return { ...total.figure, bySource };
}
