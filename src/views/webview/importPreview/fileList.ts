import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type {
  FileTab,
  PassedByRow,
  PreviewFolder,
  PreviewRow,
  PreviewSettings,
  PreviewTab,
} from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';
import { PageElement } from '../shared/page.js';
import { PageCache } from '../shared/pageCache.js';
import { RowLayout } from '../shared/rowLayout.js';
import type { RowAction, RowList, RowSource, RowView } from '../shared/rowList.js';
import '../shared/rowList.js';
import { fileRow, folderRow, passedByRow, columnHeaders } from './rows.js';
import type { PreviewConnection } from './previewState.js';

const narrowWidth = 720;

/** The files of the chosen tab, grouped by folder. */
@customElement('preview-files')
export class PreviewFiles extends PageElement implements RowSource {
  @property({ attribute: false }) connection!: PreviewConnection;
  @property({ attribute: false }) strings!: PreviewStrings;
  @property({ attribute: false }) tab: PreviewTab = 'new';
  @property({ attribute: false }) folders: readonly PreviewFolder[] = [];
  @property({ attribute: false }) passedByCount = 0;
  @property({ attribute: false }) settings!: PreviewSettings;
  /** Raised by the owner when the scan changed. */
  @property({ attribute: false }) generation = 0;
  @property({ attribute: false }) selectable = true;
  @property({ attribute: false }) onScrolled: (top: number) => void = () => undefined;
  @property({ attribute: false }) onFailed: (error: unknown) => void = () => undefined;
  @state() private revision = 0;
  @state() private narrow = false;

  private layout = new RowLayout([]);
  /** The folders that have files in this tab, in the order of the layout's groups. */
  private shownFolders: readonly PreviewFolder[] = [];
  private readonly collapsed = new Set<string>();
  private files!: PageCache<PreviewRow>;
  private passedBy!: PageCache<PassedByRow>;
  /** Where a run of ticks starts, and the state it spreads. */
  private anchor: { file: number; selected: boolean } | null = null;
  private readonly resizes = new ResizeObserver(([entry]) => {
    this.narrow = (entry?.contentRect.width ?? 1000) < narrowWidth;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    const redraw = (): void => {
      this.revision += 1;
    };
    this.files = new PageCache(
      (offset, limit) =>
        this.connection.request('files', {
          tab: this.tab as FileTab,
          settings: this.settings,
          offset,
          limit,
        }),
      redraw,
      (error) => this.onFailed(error),
    );
    this.passedBy = new PageCache(
      (offset, limit) => this.connection.request('passedBy', { offset, limit }),
      redraw,
      (error) => this.onFailed(error),
    );
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
  }

  get list(): RowList | null {
    return this.querySelector<RowList>('row-list');
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('tab')) {
      this.files.clear();
      this.anchor = null;
      this.list?.scrollToTop(0);
    }
    if (changed.has('settings') || changed.has('generation')) {
      this.files.refresh();
      this.passedBy.refresh();
    }
    if (changed.has('tab') || changed.has('folders')) this.layOut();
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

  override render(): TemplateResult {
    const { strings, tab } = this;
    if (this.rowCount === 0) {
      const texts = {
        new: strings.emptyNew,
        duplicate: strings.emptyDuplicate,
        error: strings.emptyError,
        passedBy: strings.emptyPassedBy,
      };
      return html`<p class="empty">${texts[tab]}</p>`;
    }
    return html`<row-list
      class="tab-${tab} ${this.narrow ? 'narrow' : 'wide'}"
      .source=${this}
      .revision=${this.revision}
      .rowHeight=${this.narrow ? 46 : 28}
      @scroll=${{ handleEvent: () => this.onScrolled(this.list?.viewport?.scrollTop ?? 0), capture: true, passive: true }}
    ></row-list>`;
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

  get hasGroups(): boolean {
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
      return {
        content: passedByRow(this.passedBy.row(index)),
        className: 'passed-by',
        level: null,
        expanded: null,
        selected: null,
      };
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
      content: fileRow(strings, file, this.tab, this.selectable),
      className: file === undefined ? 'file loading' : 'file',
      level: 2,
      expanded: null,
      selected: this.tab === 'new' ? (file?.selected ?? false) : null,
    };
  }

  groupRows(index: number): { header: number; next: number } | null {
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
    if (range) this.files.want(range.first, range.last);
  }

  act(action: RowAction, index: number): void {
    const entry = this.tab === 'passedBy' ? null : this.layout.rowAt(index);
    if (!entry) return;
    if (action === 'expand' || action === 'collapse') {
      const name = this.shownFolders[entry.groupIndex]?.name ?? '';
      if (action === 'expand') this.collapsed.delete(name);
      else this.collapsed.add(name);
      this.layOut();
      this.requestUpdate();
      this.revision += 1;
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
    const file = this.files.row(entry.fileIndex);
    if (!file) return;
    if (extend && this.anchor) {
      const from = Math.min(this.anchor.file, entry.fileIndex);
      const to = Math.max(this.anchor.file, entry.fileIndex);
      void this.select({
        kind: 'range',
        selected: this.anchor.selected,
        offset: from,
        count: to - from + 1,
      });
      return;
    }
    const selected = !file.selected;
    this.anchor = { file: entry.fileIndex, selected };
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
