import { CatalogError } from '../model/errors.js';
import {
  defaultThresholds,
  duplicateLevels,
  type DuplicateLevel,
  type DuplicateQuery,
} from '../model/duplicates.js';
import type { CatalogStore } from '../store/catalogStore.js';
import { findBursts, type Bursts } from './bursts.js';
import { readComparedImages, type ComparedImages } from './comparedImages.js';
import { countLeftOut, findLookAlikes, type AlikeSettings, type LeftOut } from './lookAlikes.js';
import type { PairSearchControl } from './multiIndex.js';
import { DistinctPairs, separationsOf, splitApart } from './separations.js';

/** Images of one level that belong together, by row id. */
export interface FoundGroup {
  readonly level: Exclude<DuplicateLevel, 'bytes'>;
  readonly rowIds: readonly number[];
}

export interface FoundGroups {
  readonly groups: readonly FoundGroup[];
  /** Contents that lie at several places. */
  readonly checksums: readonly string[];
  /** Row ids, in the order of time. */
  readonly bursts: readonly (readonly number[])[];
  readonly leftOut: LeftOut;
}

export const maximumThreshold = 32;

/** @throws CatalogError INVALID_ARGUMENT */
export function alikeSettings(query: DuplicateQuery): AlikeSettings {
  const method = query.method ?? 'dhash';
  const threshold = query.threshold ?? defaultThresholds[method];
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > maximumThreshold) {
    const detail = `${threshold} is not a whole number from 0 to ${maximumThreshold}`;
    throw new CatalogError('INVALID_ARGUMENT', { name: 'threshold', detail });
  }
  return { method, threshold, confirm: query.confirm ?? method === 'dhash' };
}

/** All groups of a catalog as its rows stand. @throws CatalogError INVALID_ARGUMENT, CANCELLED */
export async function findGroups(
  store: CatalogStore,
  query: DuplicateQuery,
  control: PairSearchControl = {},
): Promise<FoundGroups> {
  const { catalogId } = query;
  const settings = alikeSettings(query);
  const levels = query.level === undefined ? duplicateLevels : [query.level];
  const checksums = levels.includes('bytes') ? store.duplicates.checksumsSeenTwice(catalogId) : [];
  if (levels.length === 1 && levels[0] === 'bytes') {
    return { groups: [], checksums, bursts: [], leftOut: { flat: 0, withoutPicture: 0 } };
  }
  const images = await loadImages(store, catalogId, control.signal);
  const distinct = distinctPairs(store, catalogId, images);
  const equal = {
    data: new EqualImages(images, store.duplicates.equalImages(catalogId, 'picture_data_hash')),
    pixels: new EqualImages(images, store.duplicates.equalImages(catalogId, 'pixel_hash')),
  };
  const groups: FoundGroup[] = [];
  const add = (level: FoundGroup['level'], found: readonly (readonly number[])[]): void => {
    for (const group of found) {
      groups.push({ level, rowIds: group.map((index) => images.rowIds[index] ?? 0) });
    }
  };
  const separations = separationsOf(images, distinct, null);
  for (const level of ['data', 'pixels'] as const) {
    if (!levels.includes(level)) continue;
    add(
      level,
      equal[level].groups.flatMap((group) => splitApart(group, separations)),
    );
  }
  let bursts: Bursts | null = null;
  if (levels.includes('similar')) {
    bursts = findBursts(images, (indices) => namesOf(store, images, indices));
    const alike = await findLookAlikes(
      images,
      settings,
      separationsOf(
        images,
        distinct,
        bursts,
        (a, b) => equal.data.areEqual(a, b) || equal.pixels.areEqual(a, b),
      ),
      control,
    );
    add('similar', alike);
  }
  return {
    groups: query.level === undefined ? strictestOnly(groups) : groups,
    checksums,
    bursts: (bursts?.runs ?? []).map((run) => run.map((index) => images.rowIds[index] ?? 0)),
    leftOut: countLeftOut(images),
  };
}

/** @throws CatalogError CANCELLED */
export function loadImages(
  store: CatalogStore,
  catalogId: string,
  signal?: AbortSignal,
): Promise<ComparedImages> {
  const count = store.duplicates.countPictures(catalogId);
  return readComparedImages(count, store.duplicates.hashRows(catalogId), signal);
}

/** Pictures that are equal by one hash. */
class EqualImages {
  readonly groups: readonly (readonly number[])[];
  private readonly groupOf = new Map<number, number>();

  constructor(images: ComparedImages, rowIds: readonly (readonly number[])[]) {
    this.groups = rowIds.map((group) =>
      group
        .map((rowId) => images.indexOf.get(rowId) ?? -1)
        .filter((index) => index >= 0)
        .sort((a, b) => a - b),
    );
    this.groups.forEach((group, number) => {
      for (const index of group) this.groupOf.set(index, number);
    });
  }

  areEqual(a: number, b: number): boolean {
    const group = this.groupOf.get(a);
    return group !== undefined && group === this.groupOf.get(b);
  }
}

function distinctPairs(
  store: CatalogStore,
  catalogId: string,
  images: ComparedImages,
): DistinctPairs {
  const decided = store.duplicateDecisions
    .list(catalogId)
    .filter(({ decision }) => decision === 'not-duplicate');
  const rows = store.duplicates.imagesByChecksum(catalogId, [
    ...new Set(decided.flatMap(({ checksumA, checksumB }) => [checksumA, checksumB])),
  ]);
  const indexOf = (checksum: string): number =>
    images.indexOf.get(rows.get(checksum)?.rowId ?? -1) ?? -1;
  return new DistinctPairs(
    decided
      .map(({ checksumA, checksumB }) => [indexOf(checksumA), indexOf(checksumB)] as const)
      .filter(([a, b]) => a >= 0 && b >= 0),
  );
}

/** File names as the camera gave them. */
function namesOf(
  store: CatalogStore,
  images: ComparedImages,
  indices: readonly number[],
): Map<number, string> {
  const rowIds = indices.map((index) => images.rowIds[index] ?? 0);
  const names = new Map<number, string>();
  for (const [rowId, row] of store.duplicates.imagesByRowId(rowIds)) {
    const name = row.originalSourcePath.replace(/^.*[\\/]/, '');
    names.set(images.indexOf.get(rowId) ?? -1, name);
  }
  return names;
}

/** Groups of the same images once, at the strictest level; the groups come from strict to loose. */
function strictestOnly(groups: readonly FoundGroup[]): FoundGroup[] {
  const seen = new Set<string>();
  return groups.filter(({ rowIds }) => {
    const key = [...rowIds].sort((a, b) => a - b).join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
