import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { PageElement } from './page.js';

/** How one row looks. The list itself makes the row's element and places it. */
export interface RowView {
  readonly content: TemplateResult;
  readonly className: string;
  /** Null in a list without levels. */
  readonly level: number | null;
  readonly expanded: boolean | null;
  readonly selected: boolean | null;
}

export type RowAction = 'toggle' | 'extend' | 'open' | 'expand' | 'collapse';

/** What a row list shows and does. */
export interface RowSource {
  readonly rowCount: number;
  readonly label: string;
  readonly hasGroups: boolean;
  readonly columnHeaders: TemplateResult;
  row(index: number): RowView;
  /** Row of the group's header above a row, and of the next group's header. */
  groupRows(index: number): { readonly header: number; readonly next: number } | null;
  act(action: RowAction, index: number): void;
  visible(first: number, last: number): void;
}

/** Rows drawn above and below the visible ones, so that a scroll step shows no gap. */
const overscan = 12;
const headHeight = 28;

/**
 * A list of any length: only the rows in view are in the page, each at a fixed height. The browser scrolls
 * natively; its limit of 33 million pixels holds a million rows. One row is a tab stop (roving tabindex) and stays
 * in the page while it is out of view, so that the focus is not lost.
 */
@customElement('row-list')
export class RowList extends PageElement {
  @property({ attribute: false }) source!: RowSource;
  /** Raised by the owner when rows look different without a new source. */
  @property({ attribute: false }) revision = 0;
  @property({ attribute: false }) rowHeight = 28;
  @property({ attribute: false }) activeRow = 0;
  @state() private top = 0;
  @state() private viewHeight = 600;
  private readonly resizes = new ResizeObserver(() => this.measure());
  private restoreTop: number | null = null;

  /** Scrolls there as soon as the list is long enough. */
  scrollToTop(top: number): void {
    this.restoreTop = top;
    this.requestUpdate();
  }

  get viewport(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.list-viewport');
  }

  protected override firstUpdated(): void {
    if (this.viewport) this.resizes.observe(this.viewport);
    this.measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
  }

  private measure(): void {
    const view = this.viewport;
    if (!view) return;
    this.viewHeight = view.clientHeight;
    this.top = view.scrollTop;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('rowHeight') && changed.get('rowHeight') !== undefined) {
      // Keeps the same row at the top when a narrow editor switches to taller rows.
      const first = this.top / Number(changed.get('rowHeight'));
      this.restoreTop = first * this.rowHeight;
    }
    this.activeRow = Math.max(0, Math.min(this.activeRow, this.source.rowCount - 1));
  }

  protected override updated(): void {
    if (this.restoreTop !== null && this.viewport && this.source.rowCount > 0) {
      this.viewport.scrollTop = this.restoreTop;
      this.restoreTop = null;
    }
    const [first, last] = this.window(0);
    if (this.source.rowCount > 0) this.source.visible(first, last);
  }

  /** First and last row in view, widened by some. */
  private window(extra: number): [number, number] {
    const first = Math.floor(this.top / this.rowHeight) - extra;
    const last = Math.ceil((this.top + this.viewHeight) / this.rowHeight) + extra;
    return [Math.max(0, first), Math.min(this.source.rowCount - 1, last)];
  }

  private rowIndexes(): number[] {
    const [first, last] = this.window(overscan);
    const indexes: number[] = [];
    if (this.activeRow < first) indexes.push(this.activeRow);
    for (let index = first; index <= last; index += 1) indexes.push(index);
    if (this.activeRow > last && this.activeRow < this.source.rowCount)
      indexes.push(this.activeRow);
    return indexes;
  }

  override render(): TemplateResult {
    const { source, rowHeight } = this;
    // The page's own position is set through the style object; the policy allows no style attributes.
    return html`<div
      class="list-viewport"
      role=${source.hasGroups ? 'treegrid' : 'grid'}
      aria-label=${source.label}
      aria-rowcount=${source.rowCount + 1}
      aria-multiselectable=${source.hasGroups ? 'true' : nothing}
      @scroll=${() => this.measure()}
      @keydown=${this.onKeyDown}
    >
      <div class="list-head" role="row" aria-rowindex="1">${source.columnHeaders}</div>
      ${this.renderSticky()}
      <div class="list-canvas" role="rowgroup" .style=${`height: ${source.rowCount * rowHeight}px`}>
        ${repeat(
          this.rowIndexes(),
          (index) => index,
          (index) => this.renderRow(index),
        )}
      </div>
    </div>`;
  }

  private renderRow(index: number): TemplateResult {
    const view = this.source.row(index);
    return html`<div
      class="list-row ${view.className}"
      role="row"
      data-row=${index}
      aria-rowindex=${index + 2}
      aria-level=${view.level ?? nothing}
      aria-expanded=${view.expanded === null ? nothing : String(view.expanded)}
      aria-selected=${view.selected === null ? nothing : String(view.selected)}
      tabindex=${index === this.activeRow ? 0 : -1}
      .style=${`transform: translateY(${index * this.rowHeight}px); height: ${this.rowHeight}px`}
      @click=${(event: MouseEvent) => this.onClick(event, index)}
      @dblclick=${(event: MouseEvent) => this.onDoubleClick(event, index)}
      @focus=${() => (this.activeRow = index)}
    >
      ${view.content}
    </div>`;
  }

  /** The header of the group at the top, pushed away by the next one. Assistive technology reads the real row. */
  private renderSticky(): TemplateResult | typeof nothing {
    const first = Math.floor(this.top / this.rowHeight);
    const group = this.source.groupRows(first);
    if (!group || this.top <= 0) return nothing;
    const push = Math.min(0, group.next * this.rowHeight - this.top - this.rowHeight);
    const view = this.source.row(group.header);
    return html`<div class="list-sticky" aria-hidden="true">
      <div class="list-sticky-clip" .style=${`height: ${this.rowHeight}px`}>
        <div
          class="list-row ${view.className}"
          .style=${`transform: translateY(${push}px); height: ${this.rowHeight}px`}
          @click=${(event: MouseEvent) => this.onClick(event, group.header)}
        >
          ${view.content}
        </div>
      </div>
    </div>`;
  }

  private onClick(event: MouseEvent, index: number): void {
    this.activeRow = index;
    const target = event.target as Element;
    if (target.closest('.row-check')) {
      // The tick follows the engine's answer, not the click.
      event.preventDefault();
      this.source.act(event.shiftKey ? 'extend' : 'toggle', index);
      void this.focusRow(index, false);
    } else if (target.closest('.row-twistie')) {
      this.expand(index, this.source.row(index).expanded !== true);
    }
  }

  private onDoubleClick(event: MouseEvent, index: number): void {
    if ((event.target as Element).closest('.row-check, .row-twistie')) return;
    const { expanded } = this.source.row(index);
    if (expanded === null) this.source.act('open', index);
    else this.expand(index, !expanded);
  }

  private expand(index: number, expand: boolean): void {
    this.source.act(expand ? 'expand' : 'collapse', index);
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      if (!(event.key === 'Home' || event.key === 'End')) return;
    }
    if (this.handleKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  private handleKey(event: KeyboardEvent): boolean {
    const page = Math.max(1, Math.floor(this.viewHeight / this.rowHeight) - 2);
    const last = this.source.rowCount - 1;
    const target: Record<string, number> = {
      ArrowDown: this.activeRow + 1,
      ArrowUp: this.activeRow - 1,
      PageDown: this.activeRow + page,
      PageUp: this.activeRow - page,
      Home: 0,
      End: last,
    };
    const next = target[event.key];
    if (next !== undefined) {
      void this.focusRow(Math.max(0, Math.min(last, next)), true);
      return true;
    }
    switch (event.key) {
      case ' ':
        this.source.act(event.shiftKey ? 'extend' : 'toggle', this.activeRow);
        return true;
      case 'Enter':
        this.source.act('open', this.activeRow);
        return true;
      case 'ArrowRight':
      case 'ArrowLeft':
        return this.handleSideways(event.key === 'ArrowRight');
      default:
        return false;
    }
  }

  /** As in every tree: right opens, left closes, and from a file goes to its group. */
  private handleSideways(right: boolean): boolean {
    const { expanded } = this.source.row(this.activeRow);
    if (expanded !== null) {
      if (expanded !== right) this.expand(this.activeRow, right);
      else if (right) void this.focusRow(this.activeRow + 1, true);
    } else if (!right) {
      const group = this.source.groupRows(this.activeRow);
      if (group) void this.focusRow(group.header, true);
    }
    return true;
  }

  private async focusRow(index: number, scroll: boolean): Promise<void> {
    if (index < 0 || index >= this.source.rowCount) return;
    this.activeRow = index;
    if (scroll) this.scrollToRow(index);
    await this.updateComplete;
    this.querySelector<HTMLElement>(`.list-canvas > [data-row="${index}"]`)?.focus({
      preventScroll: true,
    });
  }

  private scrollToRow(index: number): void {
    const view = this.viewport;
    if (!view) return;
    const top = index * this.rowHeight;
    const group = this.source.groupRows(index);
    const covered = group && group.header !== index ? this.rowHeight : 0;
    if (top < view.scrollTop + covered) view.scrollTop = top - covered;
    const bottom = headHeight + top + this.rowHeight;
    if (bottom > view.scrollTop + view.clientHeight) view.scrollTop = bottom - view.clientHeight;
    this.measure();
  }
}
