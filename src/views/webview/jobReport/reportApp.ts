import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import {
  jobFilters,
  type JobFilter,
  type JobIdentity,
  type JobReady,
  type JobUnavailable,
} from '../../panelProtocol.js';
import type { JobReportStrings } from '../../panelStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { debounce, PageElement } from '../shared/page.js';
import './itemList.js';
import type { ReportConnection, ReportItems } from './itemList.js';

/** What is looked at, kept by the editor while the webview is hidden and over a window reload. */
export interface ReportState {
  readonly identity: JobIdentity;
  readonly filter: JobFilter;
  readonly scrollTop: number;
}

/** The report of an import job: what happened, to which file, and why. */
@customElement('report-app')
export class ReportApp extends PageElement {
  @property({ attribute: false }) connection!: ReportConnection;
  @property({ attribute: false }) strings!: JobReportStrings;
  @property({ attribute: false }) saveState!: (state: ReportState) => void;
  @state() view!: ReportState;
  @state() private model: JobReady | JobUnavailable | null = null;
  @state() private problem: string | null = null;
  @state() private cancelling = false;
  @state() private generation = 0;
  private restored = false;
  private refreshing = false;
  private refreshAgain = false;
  private readonly saveSoon = debounce(() => this.saveState(this.view), 150);

  protected override firstUpdated(): void {
    this.connection.onNotification('changed', () => void this.refresh());
    void this.refresh();
  }

  private change(part: Partial<ReportState>): void {
    this.view = { ...this.view, ...part };
    this.saveSoon();
  }

  /** Fetches the report anew. Calls that come meanwhile become one more run. */
  private async refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    this.refreshing = true;
    try {
      do {
        this.refreshAgain = false;
        this.model = await this.connection.request('load', {});
        this.generation += 1;
        if (this.model.status === 'ready' && !this.model.running) this.cancelling = false;
      } while (this.refreshAgain);
      this.problem = null;
      if (!this.restored) await this.restoreScroll();
    } catch (error) {
      this.problem = messageOf(error);
    } finally {
      this.refreshing = false;
    }
  }

  private async restoreScroll(): Promise<void> {
    this.restored = true;
    await this.updateComplete;
    const items = this.querySelector<ReportItems>('report-items');
    await items?.updateComplete;
    items?.list?.scrollToTop(this.view.scrollTop);
  }

  private readonly fail = (error: unknown): void => {
    this.problem = messageOf(error);
    this.cancelling = false;
  };

  private cancelJob(): void {
    this.cancelling = true;
    this.connection.request('cancelJob', {}).catch(this.fail);
  }

  override render(): TemplateResult {
    const { model, strings } = this;
    if (!model)
      return html`${this.renderProblem()}
        <p class="empty" role="status">${this.problem === null ? strings.loading : ''}</p>`;
    if (model.status === 'unavailable') {
      return html`<div class="message" role="status">
        <i class="codicon codicon-info" aria-hidden="true"></i><span>${model.message}</span>
      </div>`;
    }
    return html`${this.renderHeader(model)} ${this.renderProblem()} ${this.renderProgress(model)}
      ${
        model.error === null
          ? nothing
          : html`<div class="message problem" role="status">
              <i class="codicon codicon-error" aria-hidden="true"></i><span>${model.error}</span>
            </div>`
      }
      <dl class="figures">
        ${model.figures.map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${this.renderErrors(model)} ${this.renderFilters(model)}
      <div class="files" role="tabpanel" id="files" aria-labelledby="tab-${this.view.filter}">
        <report-items
          .connection=${this.connection}
          .strings=${strings}
          .filter=${this.view.filter}
          .count=${model.counts[this.view.filter]}
          .generation=${this.generation}
          .onScrolled=${(scrollTop: number) => this.change({ scrollTop })}
          .onFailed=${this.fail}
        ></report-items>
      </div>`;
  }

  private renderHeader(model: JobReady): TemplateResult {
    const { strings } = this;
    return html`<header class="header">
      <div class="title">
        <h1>${model.title}</h1>
        <span class="badge ${model.jobStatus}" role="status">${model.statusText}</span>
        <span class="space"></span>
        ${
          model.running
            ? html`<vscode-button
                secondary
                ?disabled=${this.cancelling}
                @click=${() => this.cancelJob()}
                >${this.cancelling ? strings.cancelling : strings.cancel}</vscode-button
              >`
            : nothing
        }
        ${model.actions.map(
          (action) =>
            html`<vscode-button
              ?secondary=${action !== 'resume'}
              @click=${() => this.connection.request('runAction', { action }).catch(this.fail)}
              >${strings.actions[action]}</vscode-button
            >`,
        )}
        ${
          model.canOpenPreview
            ? html`<vscode-button
                secondary
                @click=${() => this.connection.request('openPreview', {}).catch(this.fail)}
                >${strings.openPreview}</vscode-button
              >`
            : nothing
        }
      </div>
      <dl class="facts">
        ${model.facts.map(
          ({ label, value }) =>
            html`<div>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    </header>`;
  }

  private renderProblem(): TemplateResult | typeof nothing {
    return this.problem === null
      ? nothing
      : html`<div class="message problem" role="alert">
          <i class="codicon codicon-error" aria-hidden="true"></i><span>${this.problem}</span>
        </div>`;
  }

  private renderProgress(model: JobReady): TemplateResult | typeof nothing {
    if (!model.running) return nothing;
    return html`<div class="progress">
      <vscode-progress-bar
        .value=${model.percent ?? Number.NaN}
        .max=${100}
        aria-label=${this.strings.progress}
      ></vscode-progress-bar>
      <span class="hint">${model.progressText ?? ''}</span>
    </div>`;
  }

  private renderErrors(model: JobReady): TemplateResult | typeof nothing {
    if (model.errorGroups.length === 0) return nothing;
    return html`<section class="errors" aria-label=${this.strings.errors}>
      <h2>${this.strings.errors}</h2>
      ${model.errorGroups.map(
        ({ cause, count, examples }) =>
          html`<details>
            <summary><span class="error-count">${count}</span> ${cause}</summary>
            <ul>
              ${examples.map((example) => html`<li class="path">${example}</li>`)}
            </ul>
          </details>`,
      )}
    </section>`;
  }

  /** The results are tabs: one tab stop, arrow keys choose. */
  private renderFilters(model: JobReady): TemplateResult {
    return html`<div class="tiles filters" role="tablist" @keydown=${this.onTabKey}>
      ${jobFilters
        .filter((filter) => filter === 'all' || model.counts[filter] > 0)
        .map(
          (filter) =>
            html`<button
              class="tile ${filter} ${model.counts[filter] === 0 ? 'none' : ''}"
              role="tab"
              id="tab-${filter}"
              aria-controls="files"
              aria-selected=${filter === this.view.filter}
              tabindex=${filter === this.view.filter ? 0 : -1}
              @click=${() => this.choose(filter)}
            >
              <span class="tile-label">${this.strings.filters[filter]}</span>
              <span class="tile-count"
                >${model.counts[filter].toLocaleString(document.documentElement.lang || 'en')}</span
              >
            </button>`,
        )}
    </div>`;
  }

  private choose(filter: JobFilter): void {
    if (filter !== this.view.filter) this.change({ filter, scrollTop: 0 });
  }

  private readonly onTabKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...this.querySelectorAll<HTMLElement>('.filters [role=tab]')];
    if (step === undefined || tabs.length === 0) return;
    event.preventDefault();
    const current = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = tabs[(current + step + tabs.length) % tabs.length];
    next?.click();
    next?.focus();
  };
}
