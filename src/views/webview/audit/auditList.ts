import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AuditChoice, AuditRow } from '../../auditProtocol.js';
import type { AuditStrings } from '../../auditStrings.js';
import { loadingRow, PagedList, plainRow, rowButton } from '../shared/pagedList.js';
import type { RowAction, RowView } from '../shared/rowList.js';
import type { AuditConnection } from './auditState.js';

const icons: Readonly<Record<AuditRow['kind'], string>> = {
  added: 'add',
  removed: 'trash',
  moved: 'arrow-right',
  problem: 'warning',
  other: 'circle-small-filled',
};

/** The entries of the audit log that are like the choice, newest first. */
@customElement('audit-list')
export class AuditList extends PagedList {
  @property({ attribute: false }) connection!: AuditConnection;
  @property({ attribute: false }) strings!: AuditStrings;
  @property({ attribute: false }) choice!: AuditChoice;
  @property({ attribute: false }) onTotal: (total: number) => void = () => undefined;
  private readonly rows = this.pages<AuditRow>(async (offset, limit) => {
    const page = await this.connection.request('rows', { choice: this.choice, offset, limit });
    this.onTotal(page.total);
    return page;
  });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('choice') && changed.get('choice') !== undefined) {
      this.startAnew();
      this.rows.want(0, 0);
    }
    super.willUpdate(changed);
  }

  protected override firstUpdated(): void {
    this.rows.want(0, 0);
  }

  protected override refreshRows(): void {
    super.refreshRows();
    // A list without rows asks for none by itself.
    if (this.rowCount === 0) this.rows.want(0, 0);
  }

  protected get emptyText(): string {
    return this.rows.total === null ? this.strings.loading : this.strings.none;
  }

  // ---- RowSource

  get rowCount(): number {
    return this.rows.total ?? 0;
  }

  get label(): string {
    return this.strings.entries;
  }

  get columnHeaders(): TemplateResult {
    const { strings } = this;
    return html`<span class="cell at" role="columnheader">${strings.columnAt}</span>
      <span class="cell who" role="columnheader">${strings.columnWho}</span>
      <span class="cell deed" role="columnheader">${strings.columnDeed}</span>
      <span class="cell name" role="columnheader">${strings.columnFile}</span>
      <span class="cell detail" role="columnheader">${strings.columnDetail}</span>
      <span class="cell actions" role="columnheader"></span>`;
  }

  row(index: number): RowView {
    const row = this.rows.row(index);
    return plainRow(row ? this.renderRow(row) : loadingRow(), row?.kind ?? 'loading');
  }

  private renderRow(row: AuditRow): TemplateResult {
    const { strings } = this;
    const show = (method: 'showImage' | 'showJob', icon: string, label: string) =>
      rowButton(icon, label, () => this.send(method, row.id));
    return html`<span class="cell at" role="gridcell">${row.at}</span>
      <span class="cell who" role="gridcell" title=${row.who}>${row.who}</span>
      <span class="cell deed" role="gridcell"
        ><i class="codicon codicon-${icons[row.kind]}" aria-hidden="true"></i> ${row.deed}</span
      >
      <span class="cell name" role="gridcell"
        ><span class="text" title=${row.path}>${row.name}</span></span
      >
      <span class="cell detail" role="gridcell" title=${row.detail}>${row.detail}</span>
      <span class="cell actions" role="gridcell"
        >${row.hasImage ? show('showImage', 'file-media', strings.showImage) : nothing}
        ${row.hasJob ? show('showJob', 'output', strings.showJob) : nothing}</span
      >`;
  }

  private send(method: 'showImage' | 'showJob', entryId: number): void {
    this.connection.request(method, { entryId }).catch(this.onFailed);
  }

  visible(first: number, last: number): void {
    this.rows.want(first, last);
  }

  act(action: RowAction, index: number): void {
    const row = this.rows.row(index);
    if (row?.hasImage && action === 'open') this.send('showImage', row.id);
    else if (row?.hasJob && (action === 'toggle' || action === 'open'))
      this.send('showJob', row.id);
  }
}
