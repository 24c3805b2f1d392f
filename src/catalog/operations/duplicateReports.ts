import { openByteReader } from '../files/byteReader.js';
import { describeGroups } from '../duplicates/describeGroups.js';
import { alikeSettings, findGroups, loadImages } from '../duplicates/findGroups.js';
import { hashPictureDataOf, hashPixelsOf } from '../duplicates/prepare.js';
import type { DuplicateReport } from '../duplicates/report.js';
import { hashPictureData, noPictureData } from '../media/pictureData.js';
import { toCatalogError } from '../model/errors.js';
import type { DuplicateQuery } from '../model/duplicates.js';
import type { OperationControl } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import { isLasting, locateImage } from '../pictures/pictureSource.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { requireCatalog } from './catalogs.js';
import type { PictureDeps } from './pictures.js';

/** Reports that are kept for paging. */
const keptReports = 6;

/** The newest reports of one opened catalog file. */
class DuplicateReports {
  readonly #reports = new Map<string, DuplicateReport>();

  get(id: string): DuplicateReport | undefined {
    return this.#reports.get(id);
  }

  add(report: DuplicateReport): void {
    this.#reports.set(report.id, report);
    for (const id of this.#reports.keys()) {
      if (this.#reports.size <= keptReports) break;
      this.#reports.delete(id);
    }
  }
}

const reportsByStore = new WeakMap<CatalogStore, DuplicateReports>();

function reportsOf(store: CatalogStore): DuplicateReports {
  const known = reportsByStore.get(store) ?? new DuplicateReports();
  reportsByStore.set(store, known);
  return known;
}

/**
 * The report with the id if it is still kept, else a new one, for which pictures and hashes that are missing
 * are made first.
 * @throws CatalogError CATALOG_NOT_FOUND, INVALID_ARGUMENT, CANCELLED
 */
export async function duplicateReport(
  deps: PictureDeps,
  query: DuplicateQuery & { readonly reportId?: string },
  control: OperationControl,
): Promise<DuplicateReport> {
  const { id: catalogId } = requireCatalog(deps, query.catalogId);
  alikeSettings(query);
  const reports = reportsOf(deps.store);
  const known = query.reportId === undefined ? undefined : reports.get(query.reportId);
  if (known) return known;
  if (!deps.store.readOnly) {
    await inTurn(deps.store, () => prepare(deps, { ...query, catalogId }, control));
  }
  const found = await findGroups(deps.store, query, {
    signal: control.signal,
    onProgress: compareProgress(control),
  });
  const report = {
    id: deps.newId(),
    ...describeGroups(deps.store, query, found),
    leftOut: found.leftOut,
  };
  reports.add(report);
  return report;
}

const preparing = new WeakMap<CatalogStore, Promise<unknown>>();

/** One search after the other makes what is missing: the second finds it made. */
async function inTurn(store: CatalogStore, work: () => Promise<void>): Promise<void> {
  const before = preparing.get(store) ?? Promise.resolve();
  const turn = before.then(work, work);
  preparing.set(store, turn);
  await turn;
}

/** Comparing is told in percent: what is compared are no files. */
export function compareProgress(control: OperationControl): (done: number) => void {
  const meter = new ProgressMeter({
    phase: 'compare',
    filesTotal: 100,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
  let told = 0;
  return (done) => {
    const percent = Math.floor(done * 100);
    if (percent > told) meter.advance(percent - told, 0, null);
    told = Math.max(told, percent);
  };
}

/** Makes what the levels need and the catalog lacks. */
async function prepare(
  deps: PictureDeps,
  query: DuplicateQuery,
  control: OperationControl,
): Promise<void> {
  const { store } = deps;
  const { catalogId, level } = query;
  const needs = (one: typeof level): boolean => level === undefined || level === one;
  if (needs('similar') || needs('pixels')) {
    await makePictures(deps, query, control);
  }
  if (needs('data') || needs('similar')) {
    await hashPictureDataOf(store, catalogId, (imageId) => dataHash(deps, imageId), control);
  }
  if (needs('pixels')) {
    const images = await loadImages(store, catalogId, control.signal);
    await hashPixelsOf(store, images, (imageId) => pixelHash(deps, imageId, control), control);
  }
}

/** A report on all levels goes without pictures where none can be made: a full disk, for one. */
async function makePictures(
  { store, pictures, log }: PictureDeps,
  { catalogId, level }: DuplicateQuery,
  control: OperationControl,
): Promise<void> {
  store.pictures.settleVideos();
  if (store.pictures.countPending(catalogId) === 0) return;
  try {
    await pictures.makeAll(catalogId, control);
  } catch (error) {
    const { code, message } = toCatalogError(error);
    if (level !== undefined || code === 'CANCELLED') throw error;
    log('warn', message);
  }
}

/** Of the picture data of an image's file. @throws CatalogError if the file cannot be read */
export async function dataHash(deps: PictureDeps, imageId: string): Promise<string> {
  const row = deps.store.pictures.byIds([imageId]).get(imageId);
  if (!row) return noPictureData;
  return dataHashOfFile(deps, locateImage(deps, row));
}

/** @throws CatalogError FILE_UNREADABLE and the like */
export async function dataHashOfFile(
  { files }: Pick<PictureDeps, 'files'>,
  path: string,
): Promise<string> {
  const reader = openByteReader(files, path);
  try {
    return await hashPictureData(reader, path);
  } finally {
    reader.close();
  }
}

/** Of the pixels of an image; '' if it never has any. @throws CatalogError if another time may do better */
export async function pixelHash(
  deps: PictureDeps,
  imageId: string,
  control: OperationControl,
): Promise<string> {
  const row = deps.store.pictures.byIds([imageId]).get(imageId);
  if (!row) return '';
  try {
    return (await deps.pictures.pictures.pixelHash(row, control)) ?? '';
  } catch (error) {
    const failure = toCatalogError(error);
    if (isLasting(failure.code) && failure.code !== 'PICTURE_TIMED_OUT') return '';
    deps.log('info', failure.message);
    throw failure;
  }
}
