import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { PlanRow } from '../../duplicatesProtocol.js';
import type { DuplicatesStrings } from '../../duplicatesStrings.js';
import { loadingRow, PagedList, plainRow } from '../shared/pagedList.js';
import type { RowView } from '../shared/rowList.js';
import type { DuplicatesConnection } from './duplicatesState.js';

/** Every picture that would leave the catalog. */
@customElement('plan-list')
export class PlanList extends PagedList {
  @property({ attribute: false }) connection!: DuplicatesConnection;
  @property({ attribute: false }) strings!: DuplicatesStrings;
  @property({ attribute: false }) planId = '';
  @property({ attribute: false }) total = 0;
  private readonly rows = this.pages<PlanRow>((offset, limit) =>
    this.connection.request('planRows', { planId: this.planId, offset, limit }),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('planId')) this.startAnew();
    super.willUpdate(changed);
  }

  protected get emptyText(): string {
    return this.strings.planEmpty;
  }

  get rowCount(): number {
    return this.rows.total ?? this.total;
  }

  get label(): string {
    return this.strings.planRows;
  }

  get columnHeaders(): TemplateResult {
    const { strings } = this;
    return html`<span class="cell name" role="columnheader">${strings.columnPicture}</span>
      <span class="cell" role="columnheader">${strings.columnAction}</span>
      <span class="cell size" role="columnheader">${strings.columnSize}</span>
      <span class="cell detail" role="columnheader">${strings.columnKeeps}</span>`;
  }

  row(index: number): RowView {
    const row = this.rows.row(index);
    return plainRow(row ? renderRow(row) : loadingRow(), row ? `plan ${row.action}` : 'plan');
  }

  visible(first: number, last: number): void {
    this.rows.want(first, last);
  }

  act(): void {
    // A dry run: there is nothing to do to a row.
  }
}

function renderRow(row: PlanRow): TemplateResult {
  const icon = row.action === 'trash' ? 'trash' : 'references';
  const cut = Math.max(row.keeps.lastIndexOf('/'), row.keeps.lastIndexOf('\\'));
  return html`<span class="cell name" role="gridcell"
      ><i class="codicon codicon-${icon}" aria-hidden="true"></i
      ><span class="text" title=${`${row.folder}\n${row.name}`}
        >${nameAndFolder(row.name, row.folder)}</span
      ></span
    >
    <span class="cell" role="gridcell">${row.actionText}</span>
    <span class="cell size" role="gridcell">${row.size}</span>
    <span class="cell detail" role="gridcell" title=${row.keeps}
      >${nameAndFolder(row.keeps.slice(cut + 1), row.keeps.slice(0, cut))}</span
    >`;
}

/** The name comes first: of a long path only the beginning has room. */
function nameAndFolder(name: string, folder: string): TemplateResult {
  return html`${name} <span class="hint">${folder}</span>`;
}
