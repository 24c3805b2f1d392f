import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type {
  StorageReady,
  StorageRow,
  StorageSection,
  StorageUnavailable,
} from '../../storageProtocol.js';
import type { StorageStrings } from '../../storageStrings.js';
import { factList } from '../shared/facts.js';
import { fill } from '../shared/page.js';
import { messageBox, PanelApp } from '../shared/panelApp.js';
import type { StorageConnection, StorageState } from './storageState.js';

/** What a catalog takes, as tables with bars. */
@customElement('storage-app')
export class StorageApp extends PanelApp<StorageConnection, StorageStrings, StorageState> {
  @state() private model: StorageReady | StorageUnavailable | null = null;
  private scrollWanted = true;

  protected override firstUpdated(): void {
    super.firstUpdated();
    this.addEventListener('scroll', () => this.change({ scrollTop: this.scrollTop }));
  }

  protected override pagedList(): null {
    return null;
  }

  protected override async fetchAll(): Promise<void> {
    this.model = await this.connection.request('load', {});
  }

  protected override updated(): void {
    if (!this.scrollWanted || this.model?.status !== 'ready') return;
    this.scrollWanted = false;
    this.scrollTop = this.view.scrollTop;
  }

  override render(): TemplateResult {
    const { model, strings } = this;
    if (!model) return this.renderLoading(strings.loading);
    if (model.status === 'unavailable') return messageBox('info', model.message);
    return html`<header>
        <h1>${model.title}</h1>
        ${factList(model.facts)}
      </header>
      ${this.renderProblem()} ${factList(model.figures, 'figures')}
      <div class="sections">${model.sections.map((section) => this.renderSection(section))}</div>`;
  }

  private renderSection(section: StorageSection): TemplateResult {
    const { strings } = this;
    return html`<section>
      <table>
        <caption>
          ${section.title}${
            section.explanation === null
              ? nothing
              : html` <span class="hint">${section.explanation}</span>`
          }
        </caption>
        <thead>
          <tr>
            <th scope="col">${section.columnLabel}</th>
            <th scope="col" class="share"><span class="unseen">${strings.columnShare}</span></th>
            <th scope="col" class="figure">${strings.columnCount}</th>
            <th scope="col" class="figure">${strings.columnSize}</th>
          </tr>
        </thead>
        <tbody>
          ${section.rows.map((row) => this.renderRow(row))}
        </tbody>
      </table>
    </section>`;
  }

  private renderRow(row: StorageRow): TemplateResult {
    const percent = row.share === null ? null : Math.round(row.share * 1000) / 10;
    return html`<tr>
      <th scope="row">
        ${row.canShow ? this.renderLink(row) : row.label}${
          row.note === null ? nothing : html` <span class="hint">${row.note}</span>`
        }
      </th>
      <td class="share">
        ${
          percent === null
            ? nothing
            : // Through the style object: the policy allows no style attributes.
              html`<div class="bar" aria-hidden="true">
                <div class="bar-filled" .style=${`width: ${percent}%`}></div>
              </div>`
        }
      </td>
      <td class="figure">${row.count}</td>
      <td class="figure">${row.size}</td>
    </tr>`;
  }

  private renderLink({ id, label }: StorageRow): TemplateResult {
    const show = (): void => {
      this.connection.request('show', { rowId: id }).catch(this.fail);
    };
    return html`<button
      class="link"
      aria-label=${fill(this.strings.show, label)}
      title=${fill(this.strings.show, label)}
      @click=${show}
    >
      ${label}
    </button>`;
  }
}
