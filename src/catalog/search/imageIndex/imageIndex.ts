import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ImageSort } from '../../model/gallery.js';
import type { ImageIndexColumns, ImageIndexRepository } from '../../store/imageIndexRepository.js';
import { naturalKey } from '../fold.js';
import { captureKey, CaptureKeys } from './captureKey.js';
import { DictionaryColumn } from './dictionaryColumn.js';
import { grown, ImageDetailColumns, partSeparator } from './imageDetails.js';
import { SortedOrder } from './sortedOrder.js';

/**
 * What a listing depends on. rows: which images there are. captured: their dates. names: paths. flags: the states that
 * change by themselves. values: everything else.
 */
export type ImageAspect = 'rows' | 'captured' | 'names' | 'flags' | 'values';

/** Rows that are read between two turns of the event loop. */
const rowsAtOnce = 1024;
/** Between two parts that nobody waits for: twice the time that reading one takes. */
const pauseMs = 50;

/**
 * All images of a catalog file in columns in memory: about 150 bytes each, and any filter or order of 500,000 in a few
 * milliseconds, which no index of the file could give to all of them. An image is a slot, which it keeps.
 */
export class ImageIndex {
  /** Slots, also of images that are gone. */
  count = 0;
  /** Ascending. */
  rowIds = new Float64Array(0);
  /** The empty text: the image is gone. */
  readonly catalogs = new DictionaryColumn();
  times = new Float64Array(0);
  days = new Uint32Array(0);
  /** Goes up with every change. */
  version = 1;
  private readonly versions: Record<ImageAspect, number> = {
    rows: 1,
    captured: 1,
    names: 1,
    flags: 1,
    values: 1,
  };
  private readonly repository: ImageIndexRepository;
  private readonly orders = new Map<ImageSort, SortedOrder>();
  private readonly columns = new ImageDetailColumns();
  private loading: Promise<void> | null = null;
  private detailsLoaded = false;
  private detailsAwaited = false;

  /** Reads the dates of all images; the details are read when they are asked for. */
  constructor(repository: ImageIndexRepository) {
    this.repository = repository;
    repository.noteChanges();
    repository.takeChanges();
    this.readTimes();
  }

  /** The aspect as it is now has been there since this version. */
  versionOf(aspect: ImageAspect): number {
    return this.versions[aspect];
  }

  slotOf(rowId: number): number | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rowIds[middle] ?? Infinity) < rowId) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.rowIds[low] === rowId ? low : undefined;
  }

  get hasDetails(): boolean {
    return this.detailsLoaded;
  }

  /** Only after loadDetails. */
  get details(): ImageDetailColumns {
    if (!this.detailsLoaded) throw new Error('The details of the images are not loaded');
    return this.columns;
  }

  /**
   * Reads what searches look at, a little at a time. May be called again.
   * @param awaited false: nobody waits for it, so it leaves most of the time to others
   */
  loadDetails(awaited = true): Promise<void> {
    this.detailsAwaited ||= awaited;
    this.loading ??= this.readDetails().catch((error: unknown) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  /**
   * Takes over what changed in the file since the last call. Returns false if that is more than it can: the index is
   * then of no use any more.
   */
  refresh(): boolean {
    const changed = this.repository.takeChanges();
    if (changed.length === 0) return true;
    this.version++;
    for (let start = 0; start < changed.length; start += rowsAtOnce) {
      const part = changed.slice(start, start + rowsAtOnce);
      const columns = this.repository.rows(part);
      const found = new Set(columns.rowId.map(Number));
      for (const rowId of part) if (!found.has(rowId)) this.remove(rowId);
      if (!this.takeOver(columns)) return false;
    }
    return true;
  }

  /** All slots in ascending order, those of images that are gone among them. Other sorts than captured need details. */
  order(sort: ImageSort): Uint32Array {
    let order = this.orders.get(sort);
    if (!order) {
      order = this.newOrder(sort);
      this.orders.set(sort, order);
    }
    return order.slots();
  }

  private newOrder(sort: ImageSort): SortedOrder {
    if (sort === 'name') return this.nameOrder();
    const slots = Array.from({ length: this.count }, (_, slot) => slot);
    return SortedOrder.byComparing(slots, this.comparing(sort));
  }

  private comparing(sort: Exclude<ImageSort, 'name'>): (a: number, b: number) => number {
    const keyOf = {
      captured: (slot: number) => this.times[slot] ?? Infinity,
      size: (slot: number) => this.columns.numbers.sizeBytes[slot] ?? 0,
      imported: (slot: number) => this.columns.importedAt[slot] ?? 0,
    }[sort];
    return (a, b) => {
      const left = keyOf(a);
      const right = keyOf(b);
      return left < right ? -1 : left > right ? 1 : a - b;
    };
  }

  private nameOrder(): SortedOrder {
    const { names } = this.details;
    return SortedOrder.byText(this.count, (slot) => {
      const text = names.get(slot);
      const end = text.indexOf(partSeparator);
      return naturalKey(end < 0 ? text : text.slice(0, end));
    });
  }

  private readTimes(): void {
    const parts = this.repository.times();
    this.count = parts.reduce((sum, { rows }) => sum + rows.rowId.length, 0);
    this.grow(this.count);
    const inFile = new Float64Array(this.count);
    let at = 0;
    for (const { rows } of parts) for (const rowId of rows.rowId) inFile[at++] = Number(rowId);
    this.rowIds.set(inFile);
    this.rowIds.sort();
    const slots: number[] = [];
    const keys = new CaptureKeys();
    for (const { catalogId, rows } of parts) {
      const code = this.catalogs.add(catalogId);
      for (const capturedAt of rows.capturedAt) {
        const slot = this.slotOf(inFile[slots.length] ?? NaN) ?? 0;
        slots.push(slot);
        this.catalogs.setCode(slot, code);
        const { time, day } = keys.read(capturedAt);
        this.times[slot] = time;
        this.days[slot] = day;
      }
    }
    // Read by date they are almost in this order.
    this.orders.set('captured', SortedOrder.byComparing(slots, this.comparing('captured')));
  }

  /** The slots that there are now; what comes meanwhile is taken over by the next refresh. */
  private async readDetails(): Promise<void> {
    const { count } = this;
    for (let first = 0; first < count; first += rowsAtOnce) {
      const last = Math.min(count, first + rowsAtOnce) - 1;
      const range = [this.rowIds[first] ?? 0, this.rowIds[last] ?? 0] as const;
      const columns = this.repository.between(...range);
      for (const [row, rowId] of columns.rowId.entries()) {
        const slot = this.slotOf(Number(rowId));
        if (slot !== undefined) this.columns.set(slot, columns, row);
      }
      this.columns.names.pack();
      await (this.detailsAwaited ? nextTurn() : pause(pauseMs, undefined, { ref: false }));
    }
    this.detailsLoaded = true;
  }

  private takeOver(columns: ImageIndexColumns): boolean {
    for (const [row, text] of columns.rowId.entries()) {
      const slot = this.slotFor(Number(text));
      if (slot === null) return false;
      const isNew = this.catalogs.set(slot, columns.catalogId[row] ?? '');
      const time = this.setTime(slot, columns.capturedAt[row] ?? '');
      const detail = this.columns.set(slot, columns, row);
      if (isNew) this.changed('rows', slot, 'captured', 'name', 'size', 'imported');
      if (time) this.changed('captured', slot, 'captured');
      if (detail.names) this.changed('names', slot, 'name');
      if (detail.flags) this.changed('flags', slot);
      if (detail.values) this.changed('values', slot, 'size', 'imported');
    }
    return true;
  }

  private remove(rowId: number): void {
    const slot = this.slotOf(rowId);
    if (slot !== undefined && this.catalogs.set(slot, '')) this.changed('rows', slot);
  }

  private changed(aspect: ImageAspect, slot: number, ...sorts: ImageSort[]): void {
    this.versions[aspect] = this.version;
    for (const sort of sorts) this.orders.get(sort)?.touch(slot);
  }

  /** SQLite gives a new row the highest row id, or one whose row is gone, which still has its slot. Else null. */
  private slotFor(rowId: number): number | null {
    const known = this.slotOf(rowId);
    if (known !== undefined) return known;
    if (rowId < (this.rowIds[this.count - 1] ?? -Infinity)) return null;
    if (this.count === this.rowIds.length) this.grow(Math.ceil(this.count * 1.25) + 1024);
    this.rowIds[this.count] = rowId;
    return this.count++;
  }

  private setTime(slot: number, capturedAt: string): boolean {
    const { time, day } = captureKey(capturedAt);
    if (this.times[slot] === time && this.days[slot] === day) return false;
    this.times[slot] = time;
    this.days[slot] = day;
    return true;
  }

  private grow(length: number): void {
    this.rowIds = grown(this.rowIds, length);
    this.times = grown(this.times, length);
    this.catalogs.grow(length);
    this.columns.grow(length);
    const days = new Uint32Array(length);
    days.set(this.days);
    this.days = days;
  }
}
