import { html, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RowPage } from '../../panelProtocol.js';
import { PageElement } from './page.js';
import { PageCache } from './pageCache.js';
import './rowList.js';
import type { RowAction, RowList, RowSource, RowView } from './rowList.js';

const narrowWidth = 720;

/** A list of any length whose rows the host gives by the page. A subclass says which pages and how a row looks. */
export abstract class PagedList extends PageElement implements RowSource {
  /** Raised by the owner when what is listed changed: rows stay visible until their page came again. */
  @property({ attribute: false }) generation = 0;
  @property({ attribute: false }) onScrolled: (top: number) => void = () => undefined;
  @property({ attribute: false }) onFailed: (error: unknown) => void = () => undefined;
  @state() protected revision = 0;
  @state() private narrow = false;
  private readonly caches: PageCache<unknown>[] = [];
  private readonly resizes = new ResizeObserver(([entry]) => {
    this.narrow = (entry?.contentRect.width ?? 1000) < narrowWidth;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
  }

  /** Rows that are fetched as they come into view. */
  protected pages<Row>(
    fetchPage: (offset: number, limit: number) => Promise<RowPage<Row>>,
  ): PageCache<Row> {
    const cache = new PageCache(
      fetchPage,
      () => this.redraw(),
      (error) => this.onFailed(error),
    );
    this.caches.push(cache);
    return cache;
  }

  /** Shows the rows again, with what is known now. */
  protected redraw(): void {
    this.revision += 1;
  }

  /** Other rows than before from now on: what is there is dropped, and the list starts at its top. */
  protected startAnew(): void {
    for (const cache of this.caches) cache.clear();
    this.list?.scrollToTop(0);
  }

  protected refreshRows(): void {
    for (const cache of this.caches) cache.refresh();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('generation')) this.refreshRows();
  }

  get list(): RowList | null {
    return this.querySelector<RowList>('row-list');
  }

  /** In pixels; a narrow editor shows each row in two lines. */
  protected get rowHeights(): { readonly wide: number; readonly narrow: number } {
    return { wide: 28, narrow: 46 };
  }

  /** What stands in place of a list without rows. */
  protected abstract readonly emptyText: string;
  /** Classes of the list's element. */
  protected get listClass(): string {
    return '';
  }

  override render(): TemplateResult {
    if (this.rowCount === 0) return html`<p class="empty">${this.emptyText}</p>`;
    return html`<row-list
      class="${this.listClass} ${this.narrow ? 'narrow' : 'wide'}"
      .source=${this}
      .revision=${this.revision}
      .rowHeight=${this.narrow ? this.rowHeights.narrow : this.rowHeights.wide}
      @scroll=${{ handleEvent: () => this.onScrolled(this.list?.viewport?.scrollTop ?? 0), capture: true, passive: true }}
    ></row-list>`;
  }

  // ---- RowSource

  abstract readonly rowCount: number;
  abstract readonly label: string;
  abstract readonly columnHeaders: TemplateResult;

  abstract row(index: number): RowView;
  abstract visible(first: number, last: number): void;
  abstract act(action: RowAction, index: number): void;

  get hasGroups(): boolean {
    return false;
  }

  groupRows(_index: number): { readonly header: number; readonly next: number } | null {
    return null;
  }
}

/** A row of a list without groups and ticks. */
export function plainRow(content: TemplateResult, className: string): RowView {
  return { content, className, level: null, expanded: null, selected: null };
}

/** Stands for a row that is not here yet. */
export function loadingRow(): TemplateResult {
  return html`<span class="cell name" role="gridcell"><span class="bone"></span></span>`;
}

/** A button of a row. Keys reach what it does through the row itself. */
export function rowButton(icon: string, label: string, onClick: () => void): TemplateResult {
  return html`<button
    class="icon-button"
    tabindex="-1"
    title=${label}
    aria-label=${label}
    @click=${onClick}
  >
    <i class="codicon codicon-${icon}" aria-hidden="true"></i>
  </button>`;
}
