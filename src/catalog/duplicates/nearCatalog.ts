import {
  confirmationLimit,
  defaultThresholds,
  type NearDuplicateOfScan,
  type NearImage,
} from '../model/duplicates.js';
import { qualityScore } from '../media/qualityScore.js';
import type { PictureResult } from '../model/picture.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { DuplicateImageRow } from '../store/duplicateRepository.js';
import type { ScanFileRow } from '../store/rows.js';
import { loadImages } from './findGroups.js';
import type { ComparedImages } from './comparedImages.js';
import { createHashColumns, hexDistance, isSimpleHash, setHash } from './hamming.js';
import { HashIndex } from './hashIndex.js';
import { chooseKeep, type KeepCandidate } from './keepBest.js';
import { isFlat } from './lookAlikes.js';

/** So many images of the catalog are shown beside a new file. */
const maximumMatches = 8;

/** The images of a catalog, to look new files up in. */
export class NearCatalog {
  private readonly store: CatalogStore;
  private readonly images: ComparedImages;
  private readonly index: HashIndex;
  /** Index of the image by place in the hash index. */
  private readonly indexed: number[] = [];

  private constructor(store: CatalogStore, images: ComparedImages) {
    this.store = store;
    this.images = images;
    this.index = new HashIndex(images.count);
    const { dhash } = images.hashes;
    for (let at = 0; at < images.count; at++) {
      if (images.hashVersion[at] === 0 || isFlat(images, at) || isSimpleHash(dhash, at)) continue;
      this.index.add(dhash.high[at] ?? 0, dhash.low[at] ?? 0);
      this.indexed.push(at);
    }
  }

  /** @throws CatalogError CANCELLED */
  static async load(
    store: CatalogStore,
    catalogId: string,
    signal?: AbortSignal,
  ): Promise<NearCatalog> {
    return new NearCatalog(store, await loadImages(store, catalogId, signal));
  }

  /** Images that look like a new file, and which of them all is the best; null if there are none. */
  compare(
    file: ScanFileRow,
    source: { readonly id: string; readonly name: string },
    result: PictureResult,
    threshold: number = defaultThresholds.dhash,
  ): NearDuplicateOfScan | null {
    const found = this.look(result, threshold, file.facts?.mimeType ?? null);
    if (found.length === 0) return null;
    const matches = found.map(({ row, distance }) => nearImage(row, distance, result));
    const fresh = candidateOf(file, source, result);
    const { keep, reasons } = chooseKeep([
      fresh,
      ...found.map(({ row }) => ({ ...row, isImageFile: true })),
    ]);
    return {
      fileId: file.id,
      relativePath: file.relativePath,
      sizeBytes: file.sizeBytes,
      width: result.width,
      height: result.height,
      matches,
      suggestion: keep === fresh ? 'replace' : 'skip',
      reasons,
    };
  }

  private look(
    result: PictureResult,
    threshold: number,
    mimeType: string | null,
  ): { row: DuplicateImageRow; distance: number }[] {
    const own = createHashColumns(1);
    if (!setHash(own, 0, result.dhash) || isSimpleHash(own, 0)) return [];
    const near = this.index.near(own.high[0] ?? 0, own.low[0] ?? 0, threshold);
    const rowIds = near.map(({ index }) => this.images.rowIds[this.indexed[index] ?? 0] ?? 0);
    const rows = this.store.duplicates.imagesByRowId(rowIds);
    const limit = confirmationLimit(threshold);
    return near
      .flatMap(({ index, distance }) => {
        const at = this.indexed[index] ?? 0;
        const row = rows.get(this.images.rowIds[at] ?? 0);
        const sameVersion = this.images.hashVersion[at] === result.hashVersion;
        if (!row?.phash || !result.phash || !sameVersion) return [];
        return hexDistance(row.phash, result.phash) <= limit ? [{ row, distance }] : [];
      })
      .sort(
        (a, b) =>
          a.distance - b.distance ||
          // Of a raw file and its JPEG a JPEG is rather the latter.
          Number(b.row.mimeType === mimeType) - Number(a.row.mimeType === mimeType) ||
          (a.row.path < b.row.path ? -1 : 1),
      )
      .slice(0, maximumMatches);
  }
}

function nearImage(row: DuplicateImageRow, distance: number, result: PictureResult): NearImage {
  const samePixels = result.pixelHash !== null && row.pixelHash === result.pixelHash;
  return {
    imageId: row.imageId,
    path: row.path,
    distance,
    level: samePixels ? 'pixels' : 'similar',
    size: row.size,
    width: row.width,
    height: row.height,
    capturedAt: row.capturedAt,
  };
}

function candidateOf(
  file: ScanFileRow,
  source: { readonly id: string; readonly name: string },
  result: PictureResult,
): KeepCandidate {
  const { facts } = file;
  const known = [
    facts?.cameraMake,
    facts?.cameraModel,
    facts?.lensModel,
    facts?.focalLength,
    facts?.aperture,
    facts?.exposureTime,
    facts?.iso,
    facts?.gps,
  ];
  const dated = /^(exif:(DateTimeOriginal|CreateDate)|xmp|raw)$/;
  return {
    path: file.relativePath,
    sourceId: source.id,
    sourceName: source.name,
    isManaged: false,
    isImageFile: false,
    fileMissing: false,
    size: file.sizeBytes,
    mimeType: facts?.mimeType ?? null,
    capturedAt: facts?.captureTime?.value ?? null,
    width: result.width,
    height: result.height,
    qualityScore: facts?.fileType === 'image' ? qualityScore(facts, file.sizeBytes) : null,
    metadataCount:
      known.filter((value) => value !== null && value !== undefined).length +
      (dated.test(facts?.captureTime?.source ?? '') ? 1 : 0),
  };
}
