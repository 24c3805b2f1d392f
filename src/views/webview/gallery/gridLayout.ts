/** Where every tile of a grid with groups lies. Pure, so that it is tested without a browser. */

import { lastAtMost } from '../shared/lastAtMost.js';

export interface GridMetrics {
  readonly columns: number;
  /** Pixels from one tile's corner to the next one's, the gap included. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Height of a group's header; 0 for a grid without headers. */
  readonly headerHeight: number;
}

/** A line of the grid: the header of a group, or a row of its tiles. */
export type GridLine =
  | { readonly kind: 'header'; readonly group: number; readonly top: number }
  | {
      readonly kind: 'row';
      readonly group: number;
      /** Index of its first tile among all tiles. */
      readonly first: number;
      readonly count: number;
      readonly top: number;
    };

export type GridMove = 'left' | 'right' | 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end';

/**
 * Groups of tiles in rows of a fixed number of columns. All positions follow from the groups' sizes, so a grid of
 * a million tiles costs what its groups cost. Tiles and lines are numbered from 0.
 */
export class GridLayout {
  readonly metrics: GridMetrics;
  readonly tileCount: number;
  readonly lineCount: number;
  readonly height: number;
  private readonly counts: readonly number[];
  /** Of each group that has tiles: its first line, tile and pixel, ascending. */
  private readonly firstLines: number[] = [];
  private readonly firstTiles: number[] = [];
  private readonly tops: number[] = [];

  constructor(counts: readonly number[], metrics: GridMetrics) {
    this.metrics = metrics;
    this.counts = counts;
    let line = 0;
    let tile = 0;
    let top = 0;
    for (const count of counts) {
      this.firstLines.push(line);
      this.firstTiles.push(tile);
      this.tops.push(top);
      const rows = Math.ceil(count / metrics.columns);
      line += rows + this.headerLines;
      tile += count;
      top += rows * metrics.cellHeight + metrics.headerHeight;
    }
    this.lineCount = line;
    this.tileCount = tile;
    this.height = top;
  }

  private get headerLines(): number {
    return this.metrics.headerHeight > 0 ? 1 : 0;
  }

  /** The line, or null outside the grid. */
  line(index: number): GridLine | null {
    if (index < 0 || index >= this.lineCount) return null;
    const group = lastAtMost(this.firstLines, index);
    const row = index - (this.firstLines[group] ?? 0) - this.headerLines;
    const top = this.tops[group] ?? 0;
    if (row < 0) return { kind: 'header', group, top };
    const { columns, cellHeight, headerHeight } = this.metrics;
    const count = this.counts[group] ?? 0;
    return {
      kind: 'row',
      group,
      first: (this.firstTiles[group] ?? 0) + row * columns,
      count: Math.min(columns, count - row * columns),
      top: top + headerHeight + row * cellHeight,
    };
  }

  /** The line at a height, the nearest one for a height outside. */
  lineAt(y: number): number {
    if (this.lineCount === 0) return 0;
    const group = lastAtMost(this.tops, y);
    const inside = y - (this.tops[group] ?? 0) - this.metrics.headerHeight;
    const row = inside < 0 ? -this.headerLines : Math.floor(inside / this.metrics.cellHeight);
    const line = (this.firstLines[group] ?? 0) + this.headerLines + row;
    return Math.max(0, Math.min(this.lineCount - 1, line));
  }

  lineOfTile(tile: number): number {
    const group = this.groupOfTile(tile);
    const row = Math.floor((tile - (this.firstTiles[group] ?? 0)) / this.metrics.columns);
    return (this.firstLines[group] ?? 0) + this.headerLines + row;
  }

  columnOfTile(tile: number): number {
    const group = this.groupOfTile(tile);
    return (tile - (this.firstTiles[group] ?? 0)) % this.metrics.columns;
  }

  groupOfTile(tile: number): number {
    return lastAtMost(this.firstTiles, tile);
  }

  /** The pixel where a group begins. */
  topOfGroup(group: number): number {
    return this.tops[group] ?? this.height;
  }

  /** First tile of a group and how many it has. */
  tilesOfGroup(group: number): { readonly first: number; readonly count: number } {
    return { first: this.firstTiles[group] ?? 0, count: this.counts[group] ?? 0 };
  }

  /** The run of tiles that lines `first` to `last` show, or null if they show none. */
  tileRange(first: number, last: number): { readonly first: number; readonly last: number } | null {
    let from: number | null = null;
    let to: number | null = null;
    for (let index = Math.max(0, first); index <= Math.min(last, this.lineCount - 1); index += 1) {
      const line = this.line(index);
      if (line?.kind !== 'row') continue;
      from ??= line.first;
      to = line.first + line.count - 1;
    }
    return from === null || to === null ? null : { first: from, last: to };
  }

  /** The tile that a key leads to. Up and down keep the column as far as the row has it, across groups too. */
  move(tile: number, move: GridMove, viewHeight: number): number {
    if (this.tileCount === 0) return 0;
    const last = this.tileCount - 1;
    switch (move) {
      case 'left':
        return Math.max(0, tile - 1);
      case 'right':
        return Math.min(last, tile + 1);
      case 'home':
        return 0;
      case 'end':
        return last;
      case 'up':
      case 'down':
        return this.beside(tile, move === 'up' ? -1 : 1) ?? tile;
      case 'pageUp':
      case 'pageDown':
        return this.page(tile, move === 'pageUp' ? -1 : 1, viewHeight);
    }
  }

  /** The tile above or below, past a header if there is one; null at the edge of the grid. */
  private beside(tile: number, step: -1 | 1): number | null {
    const column = this.columnOfTile(tile);
    for (let index = this.lineOfTile(tile) + step; ; index += step) {
      const line = this.line(index);
      if (!line) return null;
      if (line.kind === 'row') return line.first + Math.min(column, line.count - 1);
    }
  }

  private page(tile: number, step: -1 | 1, viewHeight: number): number {
    const from = this.lineOfTile(tile);
    const distance = Math.max(this.metrics.cellHeight, viewHeight - this.metrics.cellHeight);
    const target = this.lineAt((this.line(from)?.top ?? 0) + step * distance);
    const column = this.columnOfTile(tile);
    for (let index = target; index !== from + step; index -= step) {
      const line = this.line(index);
      // A header leads to the row behind it.
      if (line?.kind === 'row' && index !== from)
        return line.first + Math.min(column, line.count - 1);
      if (index === from) break;
    }
    return this.beside(tile, step) ?? (step < 0 ? 0 : this.tileCount - 1);
  }
}

/** The columns that fit, and the width that each then has so that they fill the view. */
export function fitColumns(
  viewWidth: number,
  tileSize: number,
  gap: number,
): { readonly columns: number; readonly cellWidth: number } {
  const columns = Math.max(1, Math.floor(viewWidth / (tileSize + gap)));
  return { columns, cellWidth: Math.floor(viewWidth / columns) };
}
