/** Which row of a list grouped by folder is what. Pure, so that it is tested without a browser. */

import { lastAtMost } from './lastAtMost.js';

export interface LayoutGroup {
  readonly name: string;
  readonly count: number;
  readonly collapsed: boolean;
}

export type LayoutRow =
  | { readonly kind: 'group'; readonly groupIndex: number }
  | { readonly kind: 'file'; readonly groupIndex: number; readonly fileIndex: number };

/** The rows of a list: each group's header, then its files unless it is collapsed. */
export class RowLayout {
  readonly rowCount: number;
  readonly fileCount: number;
  readonly groups: readonly LayoutGroup[];
  /** Row of each group's header, ascending. */
  private readonly headerRows: readonly number[];
  /** Place of each group's first file among all files, collapsed ones included. */
  private readonly firstFiles: readonly number[];

  constructor(groups: readonly LayoutGroup[]) {
    this.groups = groups;
    const headerRows: number[] = [];
    const firstFiles: number[] = [];
    let row = 0;
    let file = 0;
    for (const group of groups) {
      headerRows.push(row);
      firstFiles.push(file);
      row += 1 + (group.collapsed ? 0 : group.count);
      file += group.count;
    }
    this.headerRows = headerRows;
    this.firstFiles = firstFiles;
    this.rowCount = row;
    this.fileCount = file;
  }

  /** What stands in a row, or null outside the list. */
  rowAt(row: number): LayoutRow | null {
    if (row < 0 || row >= this.rowCount) return null;
    const groupIndex = lastAtMost(this.headerRows, row);
    const header = this.headerRows[groupIndex] ?? 0;
    if (row === header) return { kind: 'group', groupIndex };
    return { kind: 'file', groupIndex, fileIndex: this.firstFile(groupIndex) + row - header - 1 };
  }

  headerRow(groupIndex: number): number {
    return this.headerRows[groupIndex] ?? 0;
  }

  firstFile(groupIndex: number): number {
    return this.firstFiles[groupIndex] ?? 0;
  }

  /** The run of files that rows `first` to `last` show, or null if they show headers only. */
  fileRange(first: number, last: number): { first: number; last: number } | null {
    let from: number | null = null;
    let to: number | null = null;
    for (let row = Math.max(0, first); row <= Math.min(last, this.rowCount - 1); row += 1) {
      const entry = this.rowAt(row);
      if (entry?.kind !== 'file') continue;
      from ??= entry.fileIndex;
      to = entry.fileIndex;
    }
    return from === null || to === null ? null : { first: from, last: to };
  }
}
