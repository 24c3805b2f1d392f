import { html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { AuditChoice, AuditOption, AuditReady } from '../../auditProtocol.js';
import type { AuditStrings } from '../../auditStrings.js';
import { debounce, fill } from '../shared/page.js';
import { PanelApp } from '../shared/panelApp.js';
import './auditList.js';
import type { AuditList } from './auditList.js';
import type { AuditConnection, AuditState } from './auditState.js';

const typingMs = 200;

/** Who did what to which file, when. */
@customElement('audit-app')
export class AuditApp extends PanelApp<AuditConnection, AuditStrings, AuditState> {
  @state() private model: AuditReady | null = null;
  @state() private total: number | null = null;
  private typed = '';
  private readonly searchSoon = debounce(() => this.choose({ text: this.typed }), typingMs);

  protected override pagedList(): AuditList | null {
    return this.querySelector<AuditList>('audit-list');
  }

  protected override async fetchAll(): Promise<void> {
    this.model = await this.connection.request('load', {});
  }

  private choose(part: Partial<AuditChoice>): void {
    this.change({ choice: { ...this.view.choice, ...part }, scrollTop: 0 });
  }

  override render(): TemplateResult {
    const { model, strings, view } = this;
    if (!model) return this.renderLoading(strings.loading);
    return html`<header>
        <h1>${model.title}</h1>
        ${this.renderFilters(model, view.choice)}
      </header>
      ${this.renderProblem()}
      <div class="files">
        <audit-list
          .connection=${this.connection}
          .strings=${strings}
          .choice=${view.choice}
          .generation=${this.generation}
          .onTotal=${(total: number) => (this.total = total)}
          .onScrolled=${(scrollTop: number) => this.change({ scrollTop })}
          .onFailed=${this.fail}
        ></audit-list>
      </div>`;
  }

  private renderFilters(model: AuditReady, choice: AuditChoice): TemplateResult {
    const { strings } = this;
    return html`<div class="filters">
      ${this.renderSelect('operation', strings.action, strings.anyAction, model.operations)}
      ${this.renderSelect('catalogId', strings.catalog, strings.anyCatalog, model.catalogs)}
      <input
        type="search"
        aria-label=${strings.search}
        placeholder=${strings.search}
        .value=${choice.text}
        @input=${(event: Event) => {
          this.typed = (event.target as HTMLInputElement).value;
          this.searchSoon();
        }}
      />
      ${this.renderDate('since', strings.since)} ${this.renderDate('until', strings.until)}
      <span class="hint" role="status">${this.totalText}</span>
      <span class="space"></span>
      <vscode-button
        secondary
        @click=${() => this.connection.request('export', { choice }).catch(this.fail)}
        >${strings.export}</vscode-button
      >
    </div>`;
  }

  private get totalText(): string {
    const { strings, total } = this;
    if (total === null) return '';
    return total === 1 ? strings.foundOne : fill(strings.found, total);
  }

  private renderSelect(
    name: 'operation' | 'catalogId',
    label: string,
    all: string,
    options: readonly AuditOption[],
  ): TemplateResult {
    const chosen = this.view.choice[name];
    return html`<label class="choice"
      ><span>${label}</span
      ><select
        @change=${(event: Event) =>
          this.choose({ [name]: (event.target as HTMLSelectElement).value })}
      >
        ${[{ value: '', label: all }, ...options].map(
          (option) =>
            html`<option value=${option.value} ?selected=${option.value === chosen}>
              ${option.label}
            </option>`,
        )}
      </select></label
    >`;
  }

  private renderDate(name: 'since' | 'until', label: string): TemplateResult {
    return html`<label class="choice"
      ><span>${label}</span
      ><input
        type="date"
        .value=${this.view.choice[name]}
        @change=${(event: Event) =>
          this.choose({ [name]: (event.target as HTMLInputElement).value })}
      />
    </label>`;
  }
}
