import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type {
  FileTab,
  PassedByRow,
  PreviewFolder,
  PreviewRow,
  PreviewSettings,
  PreviewTab,
  PreviewThumbnail,
} from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';
import { PagedList, plainRow } from '../shared/pagedList.js';
import { RowLayout } from '../shared/rowLayout.js';
import type { RowAction, RowView } from '../shared/rowList.js';
import { ThumbnailCache } from '../shared/thumbnailCache.js';
import { fileRow, folderRow, passedByRow, columnHeaders } from './rows.js';
import type { PreviewConnection } from './previewState.js';

/** The tabs whose rows stand in folders, or are passed by. */
export type ListTab = Exclude<PreviewTab, 'alike'>;

const mostPictureRows = 500_000;

/** The files of the chosen tab, grouped by folder. */
@customElement('preview-files')
export class PreviewFiles extends PagedList {
  @property({ attribute: false }) connection!: PreviewConnection;
  @property({ attribute: false }) strings!: PreviewStrings;
  @property({ attribute: false }) tab: ListTab = 'new';
  @property({ attribute: false }) folders: readonly PreviewFolder[] = [];
  @property({ attribute: false }) passedByCount = 0;
  @property({ attribute: false }) settings!: PreviewSettings;
  @property({ attribute: false }) selectable = true;

  private layout = new RowLayout([]);
  /** The folders that have files in this tab, in the order of the layout's groups. */
  private shownFolders: readonly PreviewFolder[] = [];
  private readonly collapsed = new Set<string>();
  /** Where a run of ticks starts, and the state it spreads. */
  private anchor: { file: number; selected: boolean } | null = null;
  /** A tick that was asked for before its row was here. */
  private waitingTick: { fileIndex: number; extend: boolean } | null = null;
  private readonly files = this.pages<PreviewRow>((offset, limit) =>
    this.connection.request('files', {
      tab: this.tab as FileTab,
      settings: this.settings,
      offset,
      limit,
    }),
  );
  private readonly passedBy = this.pages<PassedByRow>((offset, limit) =>
    this.connection.request('passedBy', { offset, limit }),
  );

  private readonly thumbnails = new ThumbnailCache<number, PreviewThumbnail>(
    (fileIds) => this.connection.request('thumbnails', { fileIds }),
    () => this.redraw(),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('tab')) {
      this.startAnew();
      this.anchor = null;
      this.waitingTick = null;
    }
    if (changed.has('settings')) this.refreshRows();
    // Another scan has other ids, and what was there once may be gone.
    if (changed.has('generation')) this.thumbnails.refresh();
    super.willUpdate(changed);
    if (changed.has('tab') || changed.has('folders')) this.layOut();
    const { waitingTick } = this;
    if (waitingTick && this.files.row(waitingTick.fileIndex)) {
      this.waitingTick = null;
      this.toggleFile(waitingTick.fileIndex, waitingTick.extend);
    }
  }

  private layOut(): void {
    const { tab } = this;
    if (tab === 'passedBy') {
      this.layout = new RowLayout([]);
      return;
    }
    this.shownFolders = this.folders.filter(({ counts }) => counts[tab] > 0);
    this.layout = new RowLayout(
      this.shownFolders.map(({ name, counts }) => ({
        name,
        count: counts[tab],
        collapsed: this.collapsed.has(name),
      })),
    );
  }

  protected get emptyText(): string {
    const { strings } = this;
    return {
      new: strings.emptyNew,
      duplicate: strings.emptyDuplicate,
      error: strings.emptyError,
      passedBy: strings.emptyPassedBy,
    }[this.tab];
  }

  protected override get listClass(): string {
    return `tab-${this.tab}${this.dense ? ' dense' : ''}`;
  }

  /** A page cannot be as high as this many rows with pictures. */
  private get dense(): boolean {
    return this.rowCount > mostPictureRows;
  }

  protected override get rowHeights(): { readonly wide: number; readonly narrow: number } {
    return this.dense ? super.rowHeights : { wide: 40, narrow: 56 };
  }

  // ---- RowSource

  get rowCount(): number {
    return this.tab === 'passedBy'
      ? (this.passedBy.total ?? this.passedByCount)
      : this.layout.rowCount;
  }

  get label(): string {
    return this.strings.files;
  }

  override get hasGroups(): boolean {
    return this.tab !== 'passedBy';
  }

  get columnHeaders(): TemplateResult {
    const selected = this.folders.reduce((sum, folder) => sum + folder.selectedCount, 0);
    const count = this.folders.reduce((sum, folder) => sum + folder.counts.new, 0);
    return columnHeaders(this.strings, this.tab, {
      checked: count > 0 && selected === count,
      indeterminate: selected > 0 && selected < count,
      disabled: !this.selectable,
      onToggle: () => {
        void this.select({ kind: 'all', selected: selected < count });
      },
    });
  }

  row(index: number): RowView {
    const { strings } = this;
    if (this.tab === 'passedBy') {
      return plainRow(passedByRow(this.passedBy.row(index)), 'passed-by');
    }
    const entry = this.layout.rowAt(index);
    const folder = entry && this.shownFolders[entry.groupIndex];
    if (!entry || !folder)
      return { content: html`${nothing}`, className: '', level: 1, expanded: null, selected: null };
    if (entry.kind === 'group') {
      const expanded = !this.collapsed.has(folder.name);
      const ticked = this.tab === 'new' ? folder.selectedCount === folder.counts.new : null;
      return {
        content: folderRow(strings, folder, this.tab, expanded, this.selectable),
        className: 'folder',
        level: 1,
        expanded,
        selected: ticked,
      };
    }
    const file = this.files.row(entry.fileIndex);
    return {
      content: fileRow(
        strings,
        file,
        this.tab,
        this.selectable,
        file && this.thumbnails.get(file.id),
      ),
      className: file === undefined ? 'file loading' : 'file',
      level: 2,
      expanded: null,
      selected: this.tab === 'new' ? (file?.selected ?? false) : null,
    };
  }

  override groupRows(index: number): { header: number; next: number } | null {
    const entry = this.layout.rowAt(index);
    if (!entry) return null;
    const next = entry.groupIndex + 1;
    return {
      header: this.layout.headerRow(entry.groupIndex),
      next: next < this.layout.groups.length ? this.layout.headerRow(next) : this.layout.rowCount,
    };
  }

  visible(first: number, last: number): void {
    if (this.tab === 'passedBy') {
      this.passedBy.want(first, last);
      return;
    }
    const range = this.layout.fileRange(first, last);
    if (!range) return;
    this.files.want(range.first, range.last);
    const ids: number[] = [];
    for (let index = range.first; index <= range.last; index += 1) {
      const file = this.files.row(index);
      if (file) ids.push(file.id);
    }
    if (!this.dense) this.thumbnails.want(ids);
  }

  act(action: RowAction, index: number): void {
    const entry = this.tab === 'passedBy' ? null : this.layout.rowAt(index);
    if (!entry) return;
    if (action === 'expand' || action === 'collapse') {
      const name = this.shownFolders[entry.groupIndex]?.name ?? '';
      if (action === 'expand') this.collapsed.delete(name);
      else this.collapsed.add(name);
      this.layOut();
      this.redraw();
    } else if (action === 'open') {
      if (entry.kind === 'group') {
        this.act(
          this.collapsed.has(this.shownFolders[entry.groupIndex]?.name ?? '')
            ? 'expand'
            : 'collapse',
          index,
        );
        return;
      }
      const file = this.files.row(entry.fileIndex);
      if (file) void this.connection.request('openFile', { fileId: file.id }).catch(this.onFailed);
    } else if (this.tab === 'new' && this.selectable) {
      this.toggle(entry, action === 'extend');
    }
  }

  private toggle(entry: NonNullable<ReturnType<RowLayout['rowAt']>>, extend: boolean): void {
    if (entry.kind === 'group') {
      const folder = this.shownFolders[entry.groupIndex];
      if (!folder) return;
      void this.select({
        kind: 'range',
        selected: folder.selectedCount < folder.counts.new,
        offset: this.layout.firstFile(entry.groupIndex),
        count: folder.counts.new,
      });
      return;
    }
    this.toggleFile(entry.fileIndex, extend);
  }

  private toggleFile(fileIndex: number, extend: boolean): void {
    const file = this.files.row(fileIndex);
    if (!file) {
      this.waitingTick = { fileIndex, extend };
      return;
    }
    if (extend && this.anchor) {
      const from = Math.min(this.anchor.file, fileIndex);
      const to = Math.max(this.anchor.file, fileIndex);
      void this.select({
        kind: 'range',
        selected: this.anchor.selected,
        offset: from,
        count: to - from + 1,
      });
      return;
    }
    const selected = !file.selected;
    this.anchor = { file: fileIndex, selected };
    this.files.update((row) => (row.id === file.id ? { ...row, selected } : row));
    void this.select({ kind: 'files', selected, fileIds: [file.id] });
  }

  private async select(
    selection: Parameters<PreviewConnection['request']>[1] & { selected: boolean },
  ): Promise<void> {
    try {
      await this.connection.request('select', selection as never);
    } catch (error) {
      this.onFailed(error);
    }
    this.dispatchEvent(new CustomEvent('selection-changed'));
  }
}
