import { Buffer } from 'node:buffer';
import type { ImageGroup, ImageSelection } from '../model/gallery.js';
import type { ImageIndexRepository } from '../store/imageIndexRepository.js';
import type { ImageTileRepository } from '../store/imageTileRepository.js';
import type { SourceRepository } from '../store/sourceRepository.js';
import { aspectsOf, testOf, type SlotTest } from './conditions.js';
import { naturalKey } from './fold.js';
import { dayText, undatedDay } from './imageIndex/captureKey.js';
import type { DictionaryColumn } from './imageIndex/dictionaryColumn.js';
import { ImageIndex, type ImageAspect } from './imageIndex/imageIndex.js';
import { parseQuery, type QueryTerm } from './query/parseQuery.js';

/** What a listing reads from. */
export interface ListingStore {
  readonly imageIndex: ImageIndexRepository;
  readonly imageTiles: ImageTileRepository;
  readonly sources: SourceRepository;
}

/** The images of a selection in their order, as they were at a moment. */
export interface Listed {
  readonly slots: Uint32Array;
  readonly revision: number;
}

interface Snapshot extends Listed {
  readonly version: number;
  /** What it depends on; `any` change where the index does not tell. */
  readonly aspects: ReadonlySet<ImageAspect | 'any'>;
}

/** Selections that are kept; a gallery has one, and people go back to the last ones. */
const keptSnapshots = 12;
const detailsDelayMs = 3000;

/** Answers selections of one catalog file from its index in memory, which is made with the first one. */
export class ImageListing {
  private readonly store: ListingStore;
  private known: ImageIndex | null = null;
  private readonly snapshots = new Map<string, Snapshot>();
  private lastRevision = 0;
  private loadingSoon: NodeJS.Timeout | undefined;

  constructor(store: ListingStore) {
    this.store = store;
  }

  /** The index as the catalog file is now, with all details. */
  async fullIndex(): Promise<ImageIndex> {
    const index = this.currentIndex();
    if (!index.hasDetails) {
      await index.loadDetails();
      index.refresh();
    }
    return index;
  }

  /** @throws CatalogError QUERY_INVALID */
  async list(selection: ImageSelection): Promise<Listed> {
    const terms = parseQuery(selection.query ?? '');
    const { sort = 'captured', groupBy } = selection;
    const needsDetails = terms.length > 0 || sort !== 'captured' || groupBy === 'folder';
    const index = needsDetails ? await this.fullIndex() : this.currentIndex();
    if (!needsDetails) this.loadDetailsSoon(index);
    return this.snapshot(index, selection, terms);
  }

  /** Whoever looks at all images searches next; but first there are their pictures to show. */
  private loadDetailsSoon(index: ImageIndex): void {
    if (index.hasDetails) return;
    clearTimeout(this.loadingSoon);
    // A file that is closed meanwhile ends it.
    const load = (): void => void index.loadDetails(false).catch(() => undefined);
    this.loadingSoon = setTimeout(load, detailsDelayMs).unref();
  }

  rowIds({ slots }: Listed, offset: number, limit: number): number[] {
    const index = this.currentIndex();
    return Array.from(slots.subarray(offset, offset + limit), (slot) => index.rowIds[slot] ?? NaN);
  }

  /** Index in the listing of each row, or -1. */
  positions({ slots }: Listed, rowIds: readonly (number | null)[]): number[] {
    const index = this.currentIndex();
    const positions = new Map<number, number>();
    for (const rowId of rowIds) {
      const slot = rowId === null ? undefined : index.slotOf(rowId);
      if (slot !== undefined) positions.set(slot, -1);
    }
    for (const [position, slot] of slots.entries()) {
      if (positions.has(slot)) positions.set(slot, position);
    }
    return rowIds.map((rowId) => {
      const slot = rowId === null ? undefined : index.slotOf(rowId);
      return slot === undefined ? -1 : (positions.get(slot) ?? -1);
    });
  }

  groups({ slots }: Listed, groupBy: ImageSelection['groupBy']): ImageGroup[] {
    if (slots.length === 0) return [];
    if (!groupBy) return [{ key: '', count: slots.length }];
    const index = this.currentIndex();
    const keyOf = groupKeys(index, groupBy);
    const groups: { key: string; count: number }[] = [];
    let current = -1;
    for (const slot of slots) {
      const key = keyOf(slot);
      const last = groups[groups.length - 1];
      if (last && key === current) last.count++;
      else {
        const text = groupBy === 'day' ? dayText(key) : (index.details.folders.values[key] ?? '');
        groups.push({ key: text, count: 1 });
        current = key;
      }
    }
    return groups;
  }

  private currentIndex(): ImageIndex {
    if (this.known?.refresh() !== true) {
      this.snapshots.clear();
      this.known = new ImageIndex(this.store.imageIndex);
    }
    return this.known;
  }

  private snapshot(
    index: ImageIndex,
    selection: ImageSelection,
    terms: readonly QueryTerm[],
  ): Listed {
    const { catalogId, sourceId, importJobId, sort, descending, groupBy } = selection;
    // The terms, not the query: what "today" is changes.
    const conditions = terms.map(({ condition, negated }) => [condition, negated]);
    const sources = terms.some(({ condition }) => isSource(condition))
      ? this.store.sources.list(catalogId).map(({ id, name }) => ({ id, name }))
      : [];
    const key = JSON.stringify([
      [catalogId, sourceId, importJobId, sort, descending, groupBy],
      [conditions, sources],
    ]);
    const earlier = this.snapshots.get(key);
    if (earlier) this.snapshots.delete(key);
    let found = earlier;
    if (!found || isStale(found, index)) {
      const tests = this.tests(index, selection, terms, sources);
      const slots = ordered(index, selection, tests);
      const same = earlier !== undefined && equal(earlier.slots, slots);
      found = {
        slots: same ? earlier.slots : slots,
        revision: same ? earlier.revision : ++this.lastRevision,
        version: index.version,
        aspects: aspectsOfSelection(index, selection, terms),
      };
    }
    this.snapshots.set(key, found);
    const [oldest] = this.snapshots.keys();
    if (this.snapshots.size > keptSnapshots && oldest !== undefined) this.snapshots.delete(oldest);
    return found;
  }

  private tests(
    index: ImageIndex,
    { catalogId, sourceId, importJobId }: ImageSelection,
    terms: readonly QueryTerm[],
    sources: readonly { readonly id: string; readonly name: string }[],
  ): SlotTest[] {
    const { imageIndex } = this.store;
    const catalog = index.catalogs.codeOf(catalogId);
    const tests: SlotTest[] = [(slot) => index.catalogs.code(slot) === catalog];
    const among = (rowIds: readonly number[]): SlotTest => {
      const chosen = new Uint8Array(index.count);
      for (const rowId of rowIds) {
        const slot = index.slotOf(rowId);
        if (slot !== undefined) chosen[slot] = 1;
      }
      return (slot) => chosen[slot] === 1;
    };
    if (sourceId !== undefined) tests.push(among(imageIndex.rowsOfSource(catalogId, sourceId)));
    if (importJobId !== undefined) tests.push(among(imageIndex.rowsOfJob(catalogId, importJobId)));
    const context = {
      index,
      sources,
      rowsByChecksum: (prefix: string) => imageIndex.rowsByChecksum(catalogId, prefix),
    };
    for (const { condition, negated } of terms) {
      const test = testOf(condition, context);
      tests.push(negated ? (slot) => !test(slot) : test);
    }
    return tests;
  }
}

const isSource = (condition: QueryTerm['condition']): boolean =>
  condition.kind === 'text' && condition.field === 'source';

function isStale({ version, aspects }: Snapshot, index: ImageIndex): boolean {
  if (version === index.version) return false;
  for (const aspect of aspects) {
    if (aspect === 'any' || index.versionOf(aspect) > version) return true;
  }
  return false;
}

function aspectsOfSelection(
  index: ImageIndex,
  { sourceId, importJobId, sort, groupBy }: ImageSelection,
  terms: readonly QueryTerm[],
): Set<ImageAspect | 'any'> {
  const aspects = new Set<ImageAspect | 'any'>(['rows']);
  if (sort === 'name' || groupBy === 'folder') aspects.add('names');
  if (sort === 'size' || sort === 'imported') aspects.add('values');
  if (sort === undefined || sort === 'captured' || groupBy === 'day') aspects.add('captured');
  if (sourceId !== undefined || importJobId !== undefined) {
    // Before the details are loaded nothing tells of an image that changes its source.
    aspects.add(index.hasDetails ? 'values' : 'any');
  }
  for (const { condition } of terms) {
    for (const aspect of aspectsOf(condition)) aspects.add(aspect);
    if (condition.kind === 'checksum') aspects.add('any');
  }
  return aspects;
}

function ordered(
  index: ImageIndex,
  { sort = 'captured', descending = false, groupBy }: ImageSelection,
  tests: readonly SlotTest[],
): Uint32Array {
  let slots = index.order(sort);
  slots = those(slots, tests);
  if (descending) {
    slots.reverse();
    if (sort === 'captured') slots = undatedLast(slots, index);
  }
  const isGrouped = groupBy === undefined || (groupBy === 'day' && sort === 'captured');
  return isGrouped ? slots : grouped(slots, index, groupBy, descending);
}

/** A copy of the slots that pass all tests. A plain loop takes half the time of `filter`. */
function those(slots: Uint32Array, tests: readonly SlotTest[]): Uint32Array {
  const found = slots.slice();
  let length = found.length;
  for (const test of tests) {
    let count = 0;
    for (let index = 0; index < length; index++) {
      const slot = found[index] ?? 0;
      if (test(slot)) found[count++] = slot;
    }
    length = count;
  }
  return found.slice(0, length);
}

/** Brings the undated images from the front of a reversed order to its end. */
function undatedLast(slots: Uint32Array, index: ImageIndex): Uint32Array<ArrayBuffer> {
  let count = 0;
  while (count < slots.length && index.times[slots[count] ?? 0] === Infinity) count++;
  const result = new Uint32Array(slots.length);
  result.set(slots.subarray(count));
  result.set(slots.slice(0, count).reverse(), slots.length - count);
  return result;
}

function groupKeys(index: ImageIndex, groupBy: 'day' | 'folder'): (slot: number) => number {
  if (groupBy === 'day') return (slot) => index.days[slot] ?? undatedDay;
  const { folders } = index.details;
  return (slot) => folders.code(slot);
}

/** Groups after each other, each in the order that the slots have. */
function grouped(
  slots: Uint32Array,
  index: ImageIndex,
  groupBy: 'day' | 'folder',
  descending: boolean,
): Uint32Array {
  const { count, rankOf } =
    groupBy === 'day' ? dayRanks(slots, index, descending) : folderRanks(index.details.folders);
  // Where each group's next slot goes: first the groups' sizes, then their starts.
  const next = new Uint32Array(count + 1);
  for (const slot of slots) next[rankOf(slot) + 1] = (next[rankOf(slot) + 1] ?? 0) + 1;
  for (let rank = 1; rank <= count; rank++) next[rank] = (next[rank] ?? 0) + (next[rank - 1] ?? 0);
  const result = new Uint32Array(slots.length);
  for (const slot of slots) {
    const rank = rankOf(slot);
    const at = next[rank] ?? 0;
    result[at] = slot;
    next[rank] = at + 1;
  }
  return result;
}

interface Ranks {
  readonly count: number;
  /** Place of an image's group among the groups. */
  readonly rankOf: (slot: number) => number;
}

function dayRanks(slots: Uint32Array, index: ImageIndex, descending: boolean): Ranks {
  const dayOf = (slot: number): number => index.days[slot] ?? undatedDay;
  const sign = descending ? -1 : 1;
  const isUndated = (day: number): number => (day === undatedDay ? 1 : 0);
  const days = new Set<number>();
  for (const slot of slots) days.add(dayOf(slot));
  const sorted = [...days].sort((a, b) => isUndated(a) - isUndated(b) || sign * (a - b));
  const ranks = new Map(sorted.map((day, rank) => [day, rank]));
  return { count: sorted.length, rankOf: (slot) => ranks.get(dayOf(slot)) ?? 0 };
}

/** Ranks of folder codes; new folders make new ones. */
const knownRanks = new WeakMap<DictionaryColumn, Uint32Array>();

function folderRanks(folders: DictionaryColumn): Ranks {
  const count = folders.values.length;
  let ranks = knownRanks.get(folders);
  if (ranks?.length !== count) {
    const named = folders.folded().map((text, code) => ({ code, name: naturalKey(text) }));
    named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.code - b.code));
    ranks = new Uint32Array(count);
    for (const [rank, { code }] of named.entries()) ranks[code] = rank;
    knownRanks.set(folders, ranks);
  }
  const known = ranks;
  return { count, rankOf: (slot) => known[folders.code(slot)] ?? 0 };
}

const equal = (a: Uint32Array, b: Uint32Array): boolean =>
  a.length === b.length && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;

const bytesOf = (slots: Uint32Array): Buffer =>
  Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength);
