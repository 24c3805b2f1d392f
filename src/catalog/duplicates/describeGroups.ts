import { createHash } from 'node:crypto';
import path from 'node:path';
import type {
  BurstGroup,
  DuplicateGroup,
  DuplicateLevel,
  DuplicateMember,
  DuplicateQuery,
  HashMethod,
  MemberDifference,
} from '../model/duplicates.js';
import type { CatalogStore } from '../store/catalogStore.js';
import type { DuplicateImageRow, PlaceRow } from '../store/duplicateRepository.js';
import { wallClockMs } from './comparedImages.js';
import { alikeSettings, type FoundGroups } from './findGroups.js';
import { hexDistance } from './hamming.js';
import { chooseKeep, type KeepCandidate } from './keepBest.js';

/** A member with what only the choice of the best asks. */
interface Candidate extends KeepCandidate {
  readonly checksum: string;
  readonly image: DuplicateImageRow | null;
}

/** Groups of one report with all that is shown of them. */
export interface DescribedGroups {
  readonly groups: readonly DuplicateGroup[];
  readonly bursts: readonly BurstGroup[];
}

/** Fills found groups with what the catalog knows about their members. */
export function describeGroups(
  store: CatalogStore,
  query: DuplicateQuery,
  found: FoundGroups,
): DescribedGroups {
  const rows = store.duplicates.imagesByRowId([
    ...new Set([...found.groups.flatMap(({ rowIds }) => rowIds), ...found.bursts.flat()]),
  ]);
  const ofRowIds = (rowIds: readonly number[]): DuplicateImageRow[] =>
    rowIds.map((rowId) => rows.get(rowId)).filter((row) => row !== undefined);
  const contents = found.groups.flatMap(({ rowIds }) =>
    ofRowIds(rowIds).map((row) => row.checksum),
  );
  const checksums = [...new Set([...found.checksums, ...contents])];
  const places = placesByChecksum(store, query.catalogId, checksums);
  const images = store.duplicates.imagesByChecksum(query.catalogId, found.checksums);
  const { method } = alikeSettings(query);
  const describe = (level: DuplicateLevel, candidates: readonly Candidate[]): DuplicateGroup =>
    describeGroup(level, method, candidates, query);
  const groups = found.checksums
    .map((checksum) => candidatesOf(checksum, images.get(checksum) ?? null, places))
    .filter((candidates) => countCopies(candidates) > 1)
    .map((candidates) => describe('bytes', candidates));
  for (const { level, rowIds } of found.groups) {
    const candidates = ofRowIds(rowIds)
      .flatMap((row) => candidatesOf(row.checksum, row, places))
      .filter((candidate) => !isImportOriginal(candidate));
    if (candidates.length > 1) groups.push(describe(level, candidates));
  }
  const bursts = found.bursts.map((run) => describeBurst(ofRowIds(run), query));
  return { groups, bursts };
}

function placesByChecksum(
  store: CatalogStore,
  catalogId: string,
  checksums: readonly string[],
): Map<string, PlaceRow[]> {
  const places = new Map<string, PlaceRow[]>();
  for (const place of store.duplicates.places(catalogId, checksums)) {
    const same = places.get(place.checksum);
    if (same) same.push(place);
    else places.set(place.checksum, [place]);
  }
  return places;
}

/** The image's own file and every other place of its content, each path once: sources may overlap. */
function candidatesOf(
  checksum: string,
  image: DuplicateImageRow | null,
  places: ReadonlyMap<string, readonly PlaceRow[]>,
): Candidate[] {
  const byPath = new Map<string, Candidate>();
  if (image) byPath.set(image.path, { ...image, isImageFile: true, image });
  for (const place of places.get(checksum) ?? []) {
    const file = path.join(place.sourcePath, ...place.relativePath.split('/'));
    if (byPath.has(file)) continue;
    byPath.set(file, {
      path: file,
      checksum,
      sourceId: place.sourceId,
      sourceName: place.sourceName,
      isManaged: false,
      isImageFile: false,
      fileMissing: false,
      size: place.size,
      mimeType: image?.mimeType ?? null,
      capturedAt: image?.capturedAt ?? null,
      width: image?.width ?? null,
      height: image?.height ?? null,
      qualityScore: image?.qualityScore ?? null,
      metadataCount: image?.metadataCount ?? 0,
      image,
    });
  }
  return [...byPath.values()];
}

/** A managed copy and the file that it was copied from are not two copies in a person's sense. */
const isImportOriginal = ({ image, isImageFile, path: file }: Candidate): boolean =>
  !isImageFile && image?.isManaged === true && file === image.originalSourcePath;

const countCopies = (candidates: readonly Candidate[]): number =>
  candidates.filter((candidate) => !isImportOriginal(candidate)).length;

function describeGroup(
  level: DuplicateLevel,
  method: HashMethod,
  candidates: readonly Candidate[],
  query: DuplicateQuery,
): DuplicateGroup {
  const { keep, reasons } = chooseKeep(candidates, query.keepOrder);
  const members = candidates
    .map((candidate) => memberOf(candidate, keep, method))
    .sort(
      (a, b) =>
        Number(b.path === keep.path) - Number(a.path === keep.path) ||
        a.distance - b.distance ||
        (a.path < b.path ? -1 : 1),
    );
  const files = [...new Set(candidates.map(({ image }) => image))];
  return {
    id: groupId(level, members),
    level,
    distance: level === 'similar' ? largestDistance(files, method) : 0,
    members,
    differences: differencesOf(candidates),
    bytesToWin: candidates.reduce((sum, { size }) => sum + size, -keep.size),
    suggestedKeep: keep.path,
    suggestedKeepImageId: keep.image?.imageId ?? null,
    reasons,
    decision: null,
    keptImageId: null,
  };
}

function memberOf(candidate: Candidate, keep: Candidate, method: HashMethod): DuplicateMember {
  const { image } = candidate;
  const level = levelOf(candidate, keep);
  return {
    imageId: image?.imageId ?? null,
    path: candidate.path,
    checksum: candidate.checksum,
    sourceId: candidate.sourceId,
    sourceName: candidate.sourceName,
    isImageFile: candidate.isImageFile,
    isManaged: candidate.isManaged,
    fileMissing: candidate.fileMissing,
    level,
    distance: level === 'similar' ? distanceBetween(image, keep.image, method) : 0,
    size: candidate.size,
    mimeType: candidate.mimeType,
    capturedAt: candidate.capturedAt,
    cameraMake: image?.cameraMake ?? null,
    cameraModel: image?.cameraModel ?? null,
    width: candidate.width,
    height: candidate.height,
    qualityScore: candidate.qualityScore,
  };
}

/** The member of a single image, as reports show it. */
export function memberOfImage(row: DuplicateImageRow): DuplicateMember {
  const candidate = { ...row, isImageFile: true, image: row };
  return memberOf(candidate, candidate, 'dhash');
}

function levelOf(a: Candidate, b: Candidate): DuplicateLevel {
  if (a.checksum === b.checksum) return 'bytes';
  const equal = (x: string | null | undefined, y: string | null | undefined): boolean =>
    x !== null && x !== undefined && x !== '' && x === y;
  if (equal(a.image?.pictureDataHash, b.image?.pictureDataHash)) return 'data';
  return equal(a.image?.pixelHash, b.image?.pixelHash) ? 'pixels' : 'similar';
}

export function distanceBetween(
  a: DuplicateImageRow | null,
  b: DuplicateImageRow | null,
  method: HashMethod,
): number {
  const [first, second] = [a?.[method], b?.[method]];
  return first && second ? hexDistance(first, second) : 0;
}

function largestDistance(
  images: readonly (DuplicateImageRow | null)[],
  method: HashMethod,
): number {
  let largest = 0;
  images.forEach((a, at) => {
    for (const b of images.slice(at + 1))
      largest = Math.max(largest, distanceBetween(a, b, method));
  });
  return largest;
}

function differencesOf(candidates: readonly Candidate[]): MemberDifference[] {
  const values: Record<MemberDifference, (candidate: Candidate) => unknown> = {
    format: ({ mimeType }) => mimeType,
    dimensions: ({ width, height }) => `${width ?? ''} ${height ?? ''}`,
    size: ({ size }) => size,
    date: ({ capturedAt }) => capturedAt,
    camera: ({ image }) => `${image?.cameraMake ?? ''} ${image?.cameraModel ?? ''}`,
    orientation: ({ image }) => image?.orientation ?? 1,
    path: ({ path: file }) => file,
  };
  const names = Object.keys(values) as MemberDifference[];
  return names.filter((name) => new Set(candidates.map(values[name])).size > 1);
}

function groupId(level: DuplicateLevel, members: readonly DuplicateMember[]): string {
  const checksums = [...new Set(members.map(({ checksum }) => checksum))].sort();
  return createHash('sha256')
    .update(`${level} ${checksums.join(' ')}`)
    .digest('hex')
    .slice(0, 24);
}

function describeBurst(rows: readonly DuplicateImageRow[], query: DuplicateQuery): BurstGroup {
  const candidates = rows.map((row) => ({ ...row, isImageFile: true, image: row }));
  const criteria = query.keepOrder?.criteria ?? ['format', 'quality', 'resolution', 'size'];
  const { keep } = chooseKeep(candidates, { ...query.keepOrder, criteria });
  const times = rows.map(({ capturedAt }) => capturedAt ?? '');
  const [first = '', last = ''] = [times[0], times.at(-1)];
  const members = rows.map(memberOfImage);
  return {
    id: groupId('similar', members),
    startedAt: first,
    seconds: (wallClockMs(last) - wallClockMs(first)) / 1000,
    bestImageId: keep.imageId,
    members,
  };
}
