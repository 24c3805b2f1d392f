import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { JobFilter, JobRow } from '../../panelProtocol.js';
import type { JobReportStrings } from '../../panelStrings.js';
import { loadingRow, PagedList, plainRow, rowButton } from '../shared/pagedList.js';
import type { RowAction, RowView } from '../shared/rowList.js';
import type { ReportConnection } from './reportState.js';

const icons = { imported: 'pass', duplicate: 'files', failed: 'error', other: 'circle-slash' };

/** Every file of the job with its result. */
@customElement('report-items')
export class ReportItems extends PagedList {
  @property({ attribute: false }) connection!: ReportConnection;
  @property({ attribute: false }) strings!: JobReportStrings;
  @property({ attribute: false }) filter: JobFilter = 'all';
  /** Known from the report before the first page comes. */
  @property({ attribute: false }) count = 0;
  private readonly rows = this.pages<JobRow>((offset, limit) =>
    this.connection.request('items', { filter: this.filter, offset, limit }),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('filter')) this.startAnew();
    super.willUpdate(changed);
  }

  protected get emptyText(): string {
    return this.strings.noFiles;
  }

  // ---- RowSource

  get rowCount(): number {
    return this.rows.total ?? this.count;
  }

  get label(): string {
    return this.strings.files;
  }

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
    return plainRow(row ? this.renderRow(row) : loadingRow(), row?.kind ?? 'loading');
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
            ? html`${rowButton('go-to-file', strings.open, () => this.send('openItem', row.id))}
              ${rowButton('folder-opened', strings.reveal, () => this.send('revealItem', row.id))}`
            : nothing
        }</span
      >`;
  }

  private send(method: 'openItem' | 'revealItem', itemId: number): void {
    this.connection.request(method, { itemId }).catch(this.onFailed);
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
