import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { fill, PageElement } from '../shared/page.js';
import { fitColumns, GridLayout, type GridMove } from './gridLayout.js';
import type { GridSource } from './gridSource.js';
import { ScrollSpace } from './scrollSpace.js';
import { renderTile } from './tile.js';

/** Lines drawn above and below the visible ones, so that a scroll step shows no gap. */
const overscan = 2;
const headerHeight = 36;
const captionHeight = 40;
const gap = 8;
/** Smaller tiles have no room for a caption. */
const smallestCaptionedTile = 112;
/** Faster than this, in views a second, only the places of the pictures are drawn. */
const skimmingSpeed = 12;
const settleMs = 90;

const moveKeys: Readonly<Record<string, GridMove>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'home',
  End: 'end',
};

/**
 * A grid of any number of tiles, in groups with sticky headers: only the lines in view are in the page, and their
 * elements are used again. The grid is one tab stop; `aria-activedescendant` names the active tile, so that the
 * focus stays when elements change their places.
 */
@customElement('gallery-grid')
export class GalleryGrid extends PageElement {
  @property({ attribute: false }) source!: GridSource;
  /** Raised by the owner when tiles look different. */
  @property({ attribute: false }) revision = 0;
  @property({ attribute: false }) tileSize = 176;
  @property({ attribute: false }) active = 0;
  @property({ attribute: false }) onScrolled: (top: number) => void = () => undefined;
  @state() private viewWidth = 0;
  @state() private viewHeight = 0;
  @state() private firstLine = 0;
  @state() private lastLine = -1;
  @state() private skimming = false;
  /** The group whose header sticks to the top, and how far the next one pushes it out. */
  @state() private stickyGroup = 0;
  @state() private stickyPush = 0;
  private layout = new GridLayout([], {
    columns: 1,
    cellWidth: 1,
    cellHeight: 1,
    headerHeight: 0,
  });
  private readonly space = new ScrollSpace();
  private readonly resizes = new ResizeObserver(([entry]) => this.resized(entry));
  private wantedTop: number | null = null;
  private settling: number | undefined;
  private scrolledAt = 0;
  private layoutKey: unknown[] = [];

  private get viewport(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.grid-viewport');
  }

  /** Position of the view, to be given back to `scrollToTop`. */
  get scrollPosition(): number {
    return this.space.top;
  }

  /** Scrolls there as soon as the grid is laid out. */
  scrollToTop(top: number): void {
    this.wantedTop = top;
    this.requestUpdate();
  }

  focusGrid(): void {
    this.viewport?.focus({ preventScroll: true });
  }

  /** Scrolls no more than needed for the tile to be seen whole. */
  async showTile(index: number): Promise<void> {
    this.active = index;
    await this.updateComplete;
    const line = this.layout.line(this.layout.lineOfTile(index));
    if (line?.kind !== 'row') return;
    const covered = this.source.grouped ? headerHeight : 0;
    const { cellHeight } = this.layout.metrics;
    // The first row brings its header along.
    const group = this.layout.tilesOfGroup(line.group);
    const top =
      line.first === group.first ? this.layout.topOfGroup(line.group) : line.top - covered;
    if (top < this.space.top) this.moveView(top);
    else if (line.top + cellHeight > this.space.top + this.viewHeight)
      this.moveView(line.top + cellHeight - this.viewHeight);
  }

  protected override firstUpdated(): void {
    if (this.viewport) this.resizes.observe(this.viewport);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    window.clearTimeout(this.settling);
  }

  private resized(entry: ResizeObserverEntry | undefined): void {
    if (!entry) return;
    this.viewWidth = Math.floor(entry.contentRect.width);
    this.viewHeight = Math.floor(entry.contentRect.height);
  }

  private get captioned(): boolean {
    return this.tileSize >= smallestCaptionedTile;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const key = [this.source.groups, this.source.grouped, this.viewWidth, this.tileSize];
    if (key.some((part, index) => part !== this.layoutKey[index])) this.layOut(key);
    if (changed.has('viewHeight')) this.space.resize(this.layout.height, this.viewHeight);
    this.active = Math.max(0, Math.min(this.active, this.layout.tileCount - 1));
    this.findLines();
  }

  /** Lays the tiles out anew; the tile at the top of the view stays there when only the sizes change. */
  private layOut(key: unknown[]): void {
    const { source } = this;
    const sameTiles = key[0] === this.layoutKey[0] && this.layoutKey.length > 0;
    const atTop = this.layout.line(
      this.layout.lineAt(this.space.top + (source.grouped ? headerHeight : 0)),
    );
    const { columns, cellWidth } = fitColumns(
      Math.max(1, this.viewWidth - gap),
      this.tileSize,
      gap,
    );
    const pictureHeight = cellWidth - gap;
    this.layout = new GridLayout(
      source.groups.map(({ count }) => count),
      {
        columns,
        cellWidth,
        cellHeight: pictureHeight + gap + (this.captioned ? captionHeight : 0),
        headerHeight: source.grouped ? headerHeight : 0,
      },
    );
    this.layoutKey = key;
    let top = this.space.resize(this.layout.height, this.viewHeight);
    if (sameTiles && atTop?.kind === 'row' && this.space.top > 0) {
      const line = this.layout.line(this.layout.lineOfTile(atTop.first));
      if (line) top = this.space.moveTo(line.top - (source.grouped ? headerHeight : 0));
    }
    this.wantedTop ??= top === this.viewport?.scrollTop ? null : this.space.top;
  }

  private findLines(): void {
    const { top } = this.space;
    this.firstLine = Math.max(0, this.layout.lineAt(top) - overscan);
    this.lastLine = Math.min(
      this.layout.lineCount - 1,
      this.layout.lineAt(top + this.viewHeight) + overscan,
    );
    if (!this.source.grouped) return;
    this.stickyGroup = this.layout.line(this.layout.lineAt(top))?.group ?? 0;
    const room = this.layout.topOfGroup(this.stickyGroup + 1) - top;
    this.stickyPush = Math.max(-headerHeight, Math.min(0, room - headerHeight));
  }

  protected override updated(): void {
    if (this.wantedTop !== null && this.viewport && this.viewHeight > 0) {
      const top = this.wantedTop;
      this.wantedTop = null;
      this.moveView(top);
    }
    const range = this.layout.tileRange(this.firstLine, this.lastLine);
    if (range) this.source.visible(range.first, range.last, this.settling === undefined);
  }

  private moveView(listTop: number): void {
    const view = this.viewport;
    if (!view) return;
    view.scrollTop = this.space.moveTo(listTop);
    this.requestUpdate();
    this.onScrolled(this.space.top);
  }

  private readonly onScroll = (): void => {
    const view = this.viewport;
    if (!view) return;
    const before = this.space.top;
    const at = performance.now();
    this.space.scrolled(view.scrollTop);
    const seconds = Math.max(0.004, (at - this.scrolledAt) / 1000);
    this.scrolledAt = at;
    const speed = Math.abs(this.space.top - before) / Math.max(1, this.viewHeight) / seconds;
    this.skimming = speed > skimmingSpeed;
    // Nothing is drawn again while the same lines are in view: the browser moves them.
    this.findLines();
    if (this.space.canvasHeight < this.layout.height) this.requestUpdate();
    window.clearTimeout(this.settling);
    this.settling = window.setTimeout(() => {
      this.settling = undefined;
      this.skimming = false;
      this.requestUpdate();
    }, settleMs);
    this.onScrolled(this.space.top);
  };

  override render(): TemplateResult {
    const { strings } = this.source;
    const { layout } = this;
    const style = `--columns: ${layout.metrics.columns}; --picture: ${layout.metrics.cellWidth - gap}px`;
    // Sizes and places are set through the style object; the policy allows no style attributes.
    return html`<div
      class="grid-viewport ${this.captioned ? 'captioned' : ''}"
      role="grid"
      tabindex="0"
      aria-label=${strings.images}
      aria-description=${strings.keys}
      aria-multiselectable="true"
      aria-rowcount=${layout.lineCount}
      aria-colcount=${layout.metrics.columns}
      aria-activedescendant=${layout.tileCount > 0 ? `tile-${this.active}` : nothing}
      @scroll=${{ handleEvent: this.onScroll, passive: true }}
      @keydown=${this.onKeyDown}
      @click=${this.onClick}
      @dblclick=${this.onDoubleClick}
    >
      ${this.renderSticky()}
      <div
        class="grid-canvas"
        role="rowgroup"
        .style=${`height: ${this.space.canvasHeight}px; ${style}`}
      >
        ${repeat(
          this.lineIndexes(),
          (index) => this.slotOf(index),
          (index) => this.renderLine(index),
        )}
      </div>
    </div>`;
  }

  /** The lines in view, and the active tile's, which assistive technology reads. */
  private lineIndexes(): number[] {
    const indexes: number[] = [];
    const activeLine = this.layout.lineOfTile(this.active);
    if (activeLine < this.firstLine) indexes.push(activeLine);
    for (let index = this.firstLine; index <= this.lastLine; index += 1) indexes.push(index);
    if (activeLine > this.lastLine && activeLine < this.layout.lineCount) indexes.push(activeLine);
    return indexes;
  }

  /** A line that comes into view takes the elements of one that left it. */
  private slotOf(index: number): string {
    if (index < this.firstLine || index > this.lastLine) return 'active';
    const linesInView = 2 * Math.ceil(this.viewHeight / this.layout.metrics.cellHeight);
    return `${this.layout.line(index)?.kind ?? ''}-${index % (linesInView + 2 * overscan + 4)}`;
  }

  private renderLine(index: number): TemplateResult {
    const line = this.layout.line(index);
    if (!line) return html``;
    const top = line.top - this.space.offset;
    if (line.kind === 'header') {
      return html`<div
        class="grid-line grid-header"
        role="row"
        aria-rowindex=${index + 1}
        .style=${`top: ${top}px`}
      >
        ${this.renderHeader(line.group, true)}
      </div>`;
    }
    const tiles: TemplateResult[] = [];
    for (let column = 0; column < line.count; column += 1) {
      const tile = line.first + column;
      tiles.push(
        renderTile(this.source, {
          index: tile,
          column,
          active: tile === this.active,
          loadPictures: !this.skimming,
        }),
      );
    }
    return html`<div
      class="grid-line grid-row"
      role="row"
      aria-rowindex=${index + 1}
      .style=${`top: ${top}px`}
    >
      ${tiles}
    </div>`;
  }

  private renderHeader(group: number, inGrid: boolean): TemplateResult {
    const { strings, groups } = this.source;
    const { label, count } = groups[group] ?? { label: '', count: 0 };
    const countText = count === 1 ? strings.countOne : fill(strings.count, formatCount(count));
    return html`<span
      class="grid-header-text"
      role=${inGrid ? 'gridcell' : nothing}
      aria-colspan=${inGrid ? this.layout.metrics.columns : nothing}
      aria-label=${inGrid ? fill(strings.groupLabel, label, countText) : nothing}
      ><button
        class="grid-header-check"
        tabindex="-1"
        data-group=${group}
        title=${fill(strings.selectGroup, label)}
        aria-label=${fill(strings.selectGroup, label)}
      >
        <i class="codicon codicon-check-all" aria-hidden="true"></i></button
      ><span class="grid-header-label">${label}</span> <span class="count">${countText}</span></span
    >`;
  }

  /** The header of the group at the top, pushed away by the next one. Assistive technology reads the real one. */
  private renderSticky(): TemplateResult | typeof nothing {
    if (!this.source.grouped || this.layout.lineCount === 0) return nothing;
    return html`<div class="grid-sticky" aria-hidden="true">
      <div class="grid-header sticky" .style=${`transform: translateY(${this.stickyPush}px)`}>
        ${this.renderHeader(this.stickyGroup, false)}
      </div>
    </div>`;
  }

  private tileOf(event: Event): number | null {
    const element = (event.target as Element).closest<HTMLElement>('[data-index]');
    return element ? Number(element.dataset['index']) : null;
  }

  private readonly onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const group = target.closest<HTMLElement>('[data-group]');
    if (group) {
      this.source.toggleGroup(Number(group.dataset['group']));
      return;
    }
    const index = this.tileOf(event);
    if (index === null) return;
    const adds = event.ctrlKey || event.metaKey || target.closest('.photo-check') !== null;
    if (event.shiftKey) this.source.choose(adds ? 'addRange' : 'range', index);
    else this.source.choose(adds ? 'toggle' : 'only', index);
    this.active = index;
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    const index = this.tileOf(event);
    if (index !== null && !(event.target as Element).closest('.photo-check'))
      this.source.open(index);
  };

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || (event.target as Element).closest('button')) return;
    const move = moveKeys[event.key];
    if (move) {
      event.preventDefault();
      const next = this.layout.move(this.active, move, this.viewHeight);
      this.source.activate(next, event.shiftKey);
      void this.showTile(next);
    } else if (event.key === ' ') {
      event.preventDefault();
      this.source.choose(event.shiftKey ? 'addRange' : 'toggle', this.active);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.source.open(this.active);
    }
  };
}

function formatCount(count: number): string {
  return count.toLocaleString(document.documentElement.lang || 'en');
}
