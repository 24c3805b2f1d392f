import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { jobFilters, type JobReady, type JobUnavailable } from '../../panelProtocol.js';
import type { JobReportStrings } from '../../panelStrings.js';
import { factList } from '../shared/facts.js';
import { countText } from '../shared/page.js';
import { messageBox, PanelApp } from '../shared/panelApp.js';
import { tabElementId, tabPanelId, tabStrip } from '../shared/tabStrip.js';
import './itemList.js';
import type { ReportItems } from './itemList.js';
import type { ReportConnection, ReportState } from './reportState.js';

/** The report of an import job: what happened, to which file, and why. */
@customElement('report-app')
export class ReportApp extends PanelApp<ReportConnection, JobReportStrings, ReportState> {
  @state() private model: JobReady | JobUnavailable | null = null;
  @state() private cancelling = false;

  protected override pagedList(): ReportItems | null {
    return this.querySelector<ReportItems>('report-items');
  }

  protected override async fetchAll(): Promise<void> {
    this.model = await this.connection.request('load', {});
    if (this.model.status === 'ready' && !this.model.running) this.cancelling = false;
  }

  private cancelJob(): void {
    this.cancelling = true;
    this.connection.request('cancelJob', {}).catch((error: unknown) => {
      this.cancelling = false;
      this.fail(error);
    });
  }

  override render(): TemplateResult {
    const { model, strings } = this;
    if (!model) return this.renderLoading(strings.loading);
    if (model.status === 'unavailable') return messageBox('info', model.message);
    return html`${this.renderHeader(model)} ${this.renderProblem()} ${this.renderProgress(model)}
      ${model.note === null ? nothing : messageBox(model.note.kind, model.note.text)}
      ${factList(model.figures, 'figures')} ${this.renderErrors(model)} ${this.renderFilters(model)}
      <div
        class="files"
        role="tabpanel"
        id=${tabPanelId}
        aria-labelledby=${tabElementId(this.view.filter)}
      >
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
        <span class="title-actions"
          >${
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
          }</span
        >
      </div>
      ${factList(model.facts)}
    </header>`;
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

  private renderFilters({ counts }: JobReady): TemplateResult {
    const { strings, view } = this;
    const shown = jobFilters.filter((filter) => filter === 'all' || counts[filter] > 0);
    return tabStrip(
      shown.map((id) => ({
        id,
        label: strings.filters[id],
        count: counts[id],
        countText: countText(counts[id]),
      })),
      view.filter,
      (filter) => {
        if (filter !== view.filter) this.change({ filter, scrollTop: 0 });
      },
    );
  }
}
