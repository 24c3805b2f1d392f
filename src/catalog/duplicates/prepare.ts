import { Turns } from '../files/turns.js';
import { CatalogError } from '../model/errors.js';
import type { OperationControl, ProgressPhase } from '../model/progress.js';
import { ProgressMeter } from '../model/progressMeter.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { ComparedImages } from './comparedImages.js';
import { equalRuns } from './equalRuns.js';
import { createHashColumns, isSimpleHash } from './hamming.js';
import { isFlat } from './lookAlikes.js';
import { findPairs } from './multiIndex.js';

/** Of the file of an image; '' if it has none that can be compared. Rejects if another time may do better. */
export type HashOfImage = (imageId: string) => Promise<string>;

const batchSize = 100;
/** Pictures that are decoded at the same time. */
const concurrency = 4;
/** Equal pixels in another format may have been made smaller in another way before hashing. */
const pixelDistance = 4;

/**
 * Hashes the picture data of the images that have no hash yet; files that cannot be read now stay open.
 * @throws CatalogError CANCELLED
 */
export async function hashPictureDataOf(
  store: CatalogStore,
  catalogId: string,
  hashOf: HashOfImage,
  control: OperationControl,
): Promise<void> {
  const { duplicates } = store;
  const progress = meter('hash', duplicates.countWithoutDataHash(catalogId), control);
  for (let last = 0; ;) {
    const images = duplicates.withoutDataHash(catalogId, last, batchSize);
    const final = images.at(-1);
    if (!final) break;
    last = final.rowId;
    await hashBatch(store, 'picture_data_hash', images, hashOf, progress, control);
  }
  progress.flush();
}

/**
 * Hashes the pixels of the images that could have an equal: others of their size look the same.
 * @throws CatalogError CANCELLED
 */
export async function hashPixelsOf(
  store: CatalogStore,
  images: ComparedImages,
  hashOf: HashOfImage,
  control: OperationControl,
): Promise<void> {
  const candidates = await pixelCandidates(images, control.signal);
  const rowIds = candidates.map((index) => images.rowIds[index] ?? 0);
  const rows = [...store.duplicates.imagesByRowId(rowIds).values()].filter(
    ({ pixelHash, fileMissing }) => pixelHash === null && !fileMissing,
  );
  const progress = meter('hash', rows.length, control);
  for (let from = 0; from < rows.length; from += batchSize) {
    const batch = rows.slice(from, from + batchSize);
    await hashBatch(store, 'pixel_hash', batch, hashOf, progress, control);
  }
  progress.flush();
}

function meter(phase: ProgressPhase, filesTotal: number, control: OperationControl): ProgressMeter {
  return new ProgressMeter({
    phase,
    filesTotal,
    bytesTotal: null,
    now: () => performance.now(),
    report: control.onProgress,
  });
}

async function hashBatch(
  store: CatalogStore,
  column: 'picture_data_hash' | 'pixel_hash',
  images: readonly { imageId: string; checksum: string }[],
  hashOf: HashOfImage,
  progress: ProgressMeter,
  control: OperationControl,
): Promise<void> {
  const hashed: { imageId: string; checksum: string; hash: string }[] = [];
  const queue = images.values();
  const turns = new Turns();
  const work = async (): Promise<void> => {
    for (const { imageId, checksum } of queue) {
      if (control.signal?.aborted) return;
      try {
        hashed.push({ imageId, checksum, hash: await hashOf(imageId) });
      } catch (error) {
        if (CatalogError.is(error, 'CANCELLED') || CatalogError.is(error, 'ENGINE_STOPPED')) {
          throw error;
        }
      }
      progress.advance(1, 0, null);
      await turns.maybe();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  store.duplicates.saveHashes(column, hashed);
  if (control.signal?.aborted) throw new CatalogError('CANCELLED');
}

/** Images of which another one has the same size and nearly the same hash, ascending. */
export async function pixelCandidates(
  images: ComparedImages,
  signal?: AbortSignal,
): Promise<number[]> {
  const bySize = new Map<string, number[]>();
  for (let index = 0; index < images.count; index++) {
    if (images.hashVersion[index] === 0) continue;
    const size = `${images.width[index] ?? 0} ${images.height[index] ?? 0}`;
    const same = bySize.get(size);
    if (same) same.push(index);
    else bySize.set(size, [index]);
  }
  const candidates = new Set<number>();
  for (const same of bySize.values()) {
    if (same.length === 1) continue;
    for (const index of await alikeOf(images, same, signal)) candidates.add(index);
  }
  return [...candidates].sort((a, b) => a - b);
}

async function alikeOf(
  images: ComparedImages,
  same: readonly number[],
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const { dhash } = images.hashes;
  const isVague = (index: number): boolean => isFlat(images, index) || isSimpleHash(dhash, index);
  const vague = same.filter(isVague);
  const telling = same.filter((index) => !isVague(index));
  const columns = createHashColumns(telling.length);
  telling.forEach((index, at) => {
    columns.high[at] = dhash.high[index] ?? 0;
    columns.low[at] = dhash.low[index] ?? 0;
  });
  const { order, start } = equalRuns([columns]);
  const firsts = start.subarray(0, -1).map((at) => order[at] ?? 0);
  const unique = {
    high: firsts.map((at) => columns.high[at] ?? 0),
    low: firsts.map((at) => columns.low[at] ?? 0),
  };
  const pairs = await findPairs(unique, pixelDistance, { signal });
  const runs = new Set<number>();
  for (let at = 0; at < pairs.length; at++) runs.add(pairs.first(at)).add(pairs.second(at));
  const found = vague.length > 1 ? vague : [];
  for (let run = 0; run + 1 < start.length; run++) {
    const members = order.subarray(start[run], start[run + 1]);
    if (members.length > 1 || runs.has(run)) {
      for (const at of members) found.push(telling[at] ?? 0);
    }
  }
  return found;
}
