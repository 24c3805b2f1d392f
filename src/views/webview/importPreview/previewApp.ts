import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  previewTabs,
  type PreviewActivity,
  type PreviewFolder,
  type PreviewForecast,
  type PreviewReady,
  type PreviewSettings,
  type PreviewTab,
  type PreviewTile,
  type PreviewUnavailable,
} from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { debounce, PageElement } from '../shared/page.js';
import './fileList.js';
import type { PreviewFiles } from './fileList.js';
import { importBar, resultMessage } from './importBar.js';
import type { PreviewConnection, ViewState } from './previewState.js';
import { settingsForm } from './settingsForm.js';

/** The import preview: what a scan found, how to import it, and the import. */
@customElement('preview-app')
export class PreviewApp extends PageElement {
  @property({ attribute: false }) connection!: PreviewConnection;
  @property({ attribute: false }) strings!: PreviewStrings;
  @property({ attribute: false }) saveState!: (state: ViewState) => void;
  @state() view!: ViewState;
  @state() private model: PreviewReady | PreviewUnavailable | null = null;
  @state() private forecast: PreviewForecast | null = null;
  @state() private folders: readonly PreviewFolder[] = [];
  @state() private activity: PreviewActivity | null = null;
  @state() private problem: string | null = null;
  @state() private cancelling = false;
  @state() private generation = 0;
  private restored = false;
  private refreshing = false;
  private refreshAgain = false;
  private readonly saveSoon = debounce(() => this.saveState(this.view), 150);

  protected override firstUpdated(): void {
    this.connection.onNotification('changed', () => void this.refresh());
    this.connection.onNotification('activity', (activity) => {
      this.activity = activity;
      if (activity.state === 'finished') {
        this.cancelling = false;
        void this.refresh();
      }
    });
    void this.refresh();
  }

  private get settings(): PreviewSettings | null {
    if (this.model?.status !== 'ready') return null;
    return this.view.settings ?? this.model.defaultSettings;
  }

  private change(part: Partial<ViewState>): void {
    this.view = { ...this.view, ...part };
    this.saveSoon();
  }

  /** Fetches everything shown anew. Calls that come meanwhile become one more run. */
  private async refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    this.refreshing = true;
    try {
      do {
        this.refreshAgain = false;
        await this.fetchAll();
      } while (this.refreshAgain);
    } catch (error) {
      this.problem = messageOf(error);
    } finally {
      this.refreshing = false;
    }
  }

  private async fetchAll(): Promise<void> {
    const model = await this.connection.request('load', {});
    if (model.status === 'ready' && model.identity.scanId !== this.view.identity.scanId) {
      this.change({ identity: model.identity, tab: 'new', scrollTop: 0 });
      this.forecast = null;
    }
    this.model = model;
    this.activity = model.activity;
    if (model.status !== 'ready') return;
    if (model.identity.sourceId !== this.view.identity.sourceId)
      this.change({ identity: model.identity });
    this.folders = await this.connection.request('folders', {});
    this.generation += 1;
    await this.fetchForecast();
    this.problem = null;
    if (!this.restored) await this.restoreScroll();
  }

  private async restoreScroll(): Promise<void> {
    this.restored = true;
    await this.updateComplete;
    const files = this.querySelector<PreviewFiles>('preview-files');
    await files?.updateComplete;
    files?.list?.scrollToTop(this.view.scrollTop);
  }

  private async fetchForecast(): Promise<void> {
    const { settings } = this;
    if (!settings) return;
    const forecast = await this.connection.request('forecast', { settings });
    if (settings === this.settings) this.forecast = forecast;
  }

  private readonly fail = (error: unknown): void => {
    this.problem = messageOf(error);
  };

  private changeSettings(settings: PreviewSettings): void {
    this.change({ settings });
    this.fetchForecast().catch(this.fail);
  }

  private startImport(): void {
    const { settings } = this;
    if (!settings) return;
    const { skipDuplicates } = this.view;
    this.connection.request('startImport', { settings, skipDuplicates }).catch(this.fail);
  }

  private ask(method: 'cancelImport' | 'showJob' | 'scanAgain' | 'chooseManagedDirectory'): void {
    if (method === 'cancelImport') this.cancelling = true;
    this.connection.request(method, {}).catch(this.fail);
  }

  override render(): TemplateResult {
    const { strings, model } = this;
    if (!model) {
      return html`${this.renderProblem()}
        <p class="empty" role="status">${this.problem === null ? strings.loading : ''}</p>`;
    }
    if (model.status === 'unavailable') return this.renderUnavailable(model);
    const settings = this.settings ?? model.defaultSettings;
    const running = this.activity?.state === 'running';
    return html`${this.renderHeader(model)} ${this.renderProblem()}
      ${
        this.activity?.state === 'finished'
          ? resultMessage(strings, this.activity, () => this.ask('showJob'))
          : nothing
      }
      ${settingsForm({
        strings,
        settings,
        skipDuplicates: this.view.skipDuplicates,
        forecast: this.forecast,
        disabled: running,
        hasDuplicates: (model.tiles.find(({ tab }) => tab === 'duplicate')?.count ?? 0) > 0,
        onSettings: (changed) => this.changeSettings(changed),
        onSkipDuplicates: (skipDuplicates) => this.change({ skipDuplicates }),
        onChooseDirectory: () => this.ask('chooseManagedDirectory'),
      })}
      ${this.renderTabs(model.tiles)}
      <div class="files" role="tabpanel" id="files" aria-labelledby="tab-${this.view.tab}">
        <preview-files
          .connection=${this.connection}
          .strings=${strings}
          .tab=${this.view.tab}
          .folders=${this.folders}
          .passedByCount=${model.tiles.find(({ tab }) => tab === 'passedBy')?.count ?? 0}
          .settings=${settings}
          .generation=${this.generation}
          .selectable=${!running}
          .onScrolled=${(scrollTop: number) => this.change({ scrollTop })}
          .onFailed=${this.fail}
          @selection-changed=${() => void this.refresh()}
        ></preview-files>
      </div>
      ${importBar({
        strings,
        forecast: this.forecast,
        activity: this.activity,
        cancelling: this.cancelling,
        onImport: () => this.startImport(),
        onCancel: () => this.ask('cancelImport'),
        onShowJob: () => this.ask('showJob'),
        onScanAgain: () => this.ask('scanAgain'),
      })}`;
  }

  private renderHeader(model: PreviewReady): TemplateResult {
    const { strings } = this;
    return html`<header class="header">
      <h1>${model.title}</h1>
      <dl class="facts">
        <div>
          <dt>${strings.source}</dt>
          <dd class="path">${model.sourcePath}</dd>
        </div>
        <div>
          <dt>${strings.catalog}</dt>
          <dd>${model.catalogName}</dd>
        </div>
        <div>
          <dt>${strings.scanned}</dt>
          <dd>${model.scannedAt}</dd>
        </div>
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

  private renderUnavailable(model: PreviewUnavailable): TemplateResult {
    const { strings } = this;
    return html`${this.renderProblem()}
      ${
        this.activity?.state === 'finished'
          ? resultMessage(strings, this.activity, () => this.ask('showJob'))
          : nothing
      }
      <div class="message" role="status">
        <i class="codicon codicon-info" aria-hidden="true"></i><span>${model.message}</span>
        ${
          model.canScanAgain
            ? html`<vscode-button @click=${() => this.ask('scanAgain')}
                >${strings.scanAgain}</vscode-button
              >`
            : nothing
        }
      </div>`;
  }

  /** The figures are the tabs: one tab stop, arrow keys choose. */
  private renderTabs(tiles: readonly PreviewTile[]): TemplateResult {
    const { strings } = this;
    const labels: Record<PreviewTab, string> = {
      new: strings.new,
      duplicate: strings.duplicates,
      error: strings.errors,
      passedBy: strings.passedBy,
    };
    return html`<div class="tiles" role="tablist" @keydown=${this.onTabKey}>
      ${tiles.map(
        ({ tab, count, countText, detail }) =>
          html`<button
            class="tile ${tab} ${count === 0 ? 'none' : ''}"
            role="tab"
            id="tab-${tab}"
            aria-controls="files"
            aria-selected=${tab === this.view.tab}
            tabindex=${tab === this.view.tab ? 0 : -1}
            @click=${() => this.chooseTab(tab)}
          >
            <span class="tile-label">${labels[tab]}</span>
            <span class="tile-count">${countText}</span>
            <span class="tile-detail" title=${detail ?? ''}>${detail ?? ''}</span>
          </button>`,
      )}
    </div>`;
  }

  private chooseTab(tab: PreviewTab): void {
    if (tab !== this.view.tab) this.change({ tab, scrollTop: 0 });
  }

  private readonly onTabKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = previewTabs.indexOf(this.view.tab) + step + previewTabs.length;
    const tab = previewTabs[index % previewTabs.length] ?? 'new';
    this.chooseTab(tab);
    this.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  };
}
