import type { GalleryTile } from '../../galleryProtocol.js';
import type { GridChoice } from './gridSource.js';
import { Selection } from './selection.js';

/** What choosing tiles needs of the gallery. */
export interface ChosenTilesHost {
  readonly tile: (index: number) => GalleryTile | undefined;
  /** Ids of a run, from the host. */
  readonly ids: (first: number, count: number) => Promise<readonly string[]>;
  /** Index of the active tile. */
  readonly active: () => number;
  readonly moveTo: (index: number) => void;
  /** The selection is another one. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** Which tiles are selected, and how mouse and keys change that. */
export class ChosenTiles {
  selection = Selection.empty;
  private readonly host: ChosenTilesHost;
  /** Where a range begins; null: at the active tile. */
  private anchor: number | null = null;

  constructor(host: ChosenTilesHost) {
    this.host = host;
  }

  choose(choice: GridChoice, index: number): void {
    const from = this.anchor ?? this.host.active();
    this.host.moveTo(index);
    if (choice === 'range' || choice === 'addRange') {
      this.anchor = from;
      void this.chooseRange(from, index, choice === 'addRange');
      return;
    }
    this.anchor = index;
    const tile = this.host.tile(index);
    if (!tile) return;
    this.select(choice === 'only' ? Selection.of([tile.id]) : this.selection.toggle(tile.id));
  }

  activate(index: number, extend: boolean): void {
    if (extend) {
      this.choose('range', index);
      return;
    }
    this.anchor = null;
    this.host.moveTo(index);
  }

  private async chooseRange(from: number, to: number, keepOthers: boolean): Promise<void> {
    const ids = await this.idsOf(Math.min(from, to), Math.abs(to - from) + 1);
    // Another key may have come meanwhile.
    if (ids === null || this.host.active() !== to) return;
    this.select(keepOthers ? this.selection.with(ids) : Selection.of(ids));
  }

  /** Selects a run of tiles, or takes it out if all of it is selected. */
  toggleRun(first: number, count: number): void {
    void this.idsOf(first, count).then((ids) => {
      if (ids) this.select(this.selection.toggleAll(ids));
    });
  }

  selectAll(total: number): void {
    void this.idsOf(0, total).then((ids) => {
      if (ids) this.select(Selection.of(ids));
    });
  }

  clear(): void {
    this.select(Selection.empty);
  }

  /** Without those that are no longer there; nothing is announced. */
  keep(ids: readonly string[]): void {
    this.selection = this.selection.keep(new Set(ids));
  }

  forgetAnchor(): void {
    this.anchor = null;
  }

  /** Ids of a run: of the tiles that are here, else from the host. */
  private async idsOf(first: number, count: number): Promise<readonly string[] | null> {
    const here: string[] = [];
    for (let index = first; index < first + count; index += 1) {
      const tile = this.host.tile(index);
      if (!tile) break;
      here.push(tile.id);
    }
    if (here.length === count) return here;
    try {
      return await this.host.ids(first, count);
    } catch (error) {
      this.host.onError(error);
      return null;
    }
  }

  private select(selection: Selection): void {
    this.selection = selection;
    this.host.onChange();
  }
}
