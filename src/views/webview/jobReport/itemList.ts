import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type {
  JobFilter,
  JobReportNotifications,
  JobReportRequests,
  JobRow,
} from '../../panelProtocol.js';
import type { JobReportStrings } from '../../panelStrings.js';
import type { HostConnection } from '../shared/hostConnection.js';
import { PageElement } from '../shared/page.js';
import { PageCache } from '../shared/pageCache.js';
import '../shared/rowList.js';
import type { RowAction, RowList, RowSource, RowView } from '../shared/rowList.js';

export type ReportConnection = HostConnection<JobReportRequests, JobReportNotifications>;

const narrowWidth = 720;
const icons = { imported: 'pass', duplicate: 'files', failed: 'error', other: 'circle-slash' };

/** Every file of the job with its result. */
@customElement('report-items')
export class ReportItems extends PageElement implements RowSource {
  @property({ attribute: false }) connection!: ReportConnection;
  @property({ attribute: false }) strings!: JobReportStrings;
  @property({ attribute: false }) filter: JobFilter = 'all';
  /** Known from the report before the first page comes. */
  @property({ attribute: false }) count = 0;
  /** Raised by the owner when the job changed. */
  @property({ attribute: false }) generation = 0;
  @property({ attribute: false }) onScrolled: (top: number) => void = () => undefined;
  @property({ attribute: false }) onFailed: (error: unknown) => void = () => undefined;
  @state() private revision = 0;
  @state() private narrow = false;
  private rows!: PageCache<JobRow>;
  private readonly resizes = new ResizeObserver(([entry]) => {
    this.narrow = (entry?.contentRect.width ?? 1000) < narrowWidth;
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.rows = new PageCache(
      (offset, limit) => this.connection.request('items', { filter: this.filter, offset, limit }),
      () => {
        this.revision += 1;
      },
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
    if (changed.has('filter')) {
      this.rows.clear();
      this.list?.scrollToTop(0);
    }
    if (changed.has('generation')) this.rows.refresh();
  }

  override render(): TemplateResult {
    if (this.rowCount === 0) return html`<p class="empty">${this.strings.noFiles}</p>`;
    return html`<row-list
      class=${this.narrow ? 'narrow' : 'wide'}
      .source=${this}
      .revision=${this.revision}
      .rowHeight=${this.narrow ? 46 : 28}
      @scroll=${{ handleEvent: () => this.onScrolled(this.list?.viewport?.scrollTop ?? 0), capture: true, passive: true }}
    ></row-list>`;
  }

  // ---- RowSource

  get rowCount(): number {
    return this.rows.total ?? this.count;
  }

  get label(): string {
    return this.strings.files;
  }

  readonly hasGroups = false;

  get columnHeaders(): TemplateResult {
    const { strings } = this;
    return html`<span class="cell name" role="columnheader">${strings.columnName}</span>
      <span class="cell result" role="columnheader">${strings.columnResult}</span>
      <span class="cell size" role="columnheader">${strings.columnSize}</span>
      <span class="cell detail" role="columnheader">${strings.columnDetail}</span>
      <span class="cell actions" role="columnheader"></span>`;
  }

  row(index: number): RowView {
    const row = this.rows.row(index);
    return {
      content: row
        ? this.renderRow(row)
        : html`<span class="cell name" role="gridcell"><span class="bone"></span></span>`,
      className: row?.kind ?? 'loading',
      level: null,
      expanded: null,
      selected: null,
    };
  }

  private renderRow(row: JobRow): TemplateResult {
    const { strings } = this;
    return html`<span class="cell name" role="gridcell"
        ><i class="codicon codicon-${icons[row.kind]}" aria-hidden="true"></i
        ><span class="text" title=${`${row.folder}\n${row.name}`}>${row.name}</span></span
      >
      <span class="cell result" role="gridcell">${row.result}</span>
      <span class="cell size" role="gridcell">${row.size}</span>
      <span class="cell detail" role="gridcell" title=${row.detail}>${row.detail}</span>
      <span class="cell actions" role="gridcell"
        >${
          row.canOpen
            ? html`${this.button('go-to-file', strings.open, () => this.send('openItem', row.id))}
              ${this.button('folder-opened', strings.reveal, () => this.send('revealItem', row.id))}`
            : nothing
        }</span
      >`;
  }

  private button(icon: string, label: string, onClick: () => void): TemplateResult {
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

  private send(method: 'openItem' | 'revealItem', itemId: number): void {
    this.connection.request(method, { itemId }).catch(this.onFailed);
  }

  groupRows(): null {
    return null;
  }

  visible(first: number, last: number): void {
    this.rows.want(first, last);
  }

  act(action: RowAction, index: number): void {
    const row = this.rows.row(index);
    if (row && action === 'open') this.send('openItem', row.id);
    // Space would otherwise do nothing here.
    if (row && action === 'toggle') this.send('revealItem', row.id);
  }
}
