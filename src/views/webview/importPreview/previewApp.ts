import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type {
  AlikeProgress,
  PreviewActivity,
  PreviewFolder,
  PreviewForecast,
  PreviewRequests,
  PreviewReady,
  PreviewSettings,
  PreviewTab,
  PreviewTile,
  PreviewUnavailable,
} from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';
import { factList } from '../shared/facts.js';
import { messageBox, PanelApp } from '../shared/panelApp.js';
import type { PagedList } from '../shared/pagedList.js';
import { tabElementId, tabPanelId, tabStrip } from '../shared/tabStrip.js';
import { alikeBar } from './alikeBar.js';
import './alikeList.js';
import type { ListTab } from './fileList.js';
import './fileList.js';
import { importBar, resultMessage } from './importBar.js';
import type { PreviewConnection, ViewState } from './previewState.js';
import { settingsForm } from './settingsForm.js';

/** The import preview: what a scan found, how to import it, and the import. */
@customElement('preview-app')
export class PreviewApp extends PanelApp<PreviewConnection, PreviewStrings, ViewState> {
  @state() private model: PreviewReady | PreviewUnavailable | null = null;
  @state() private forecast: PreviewForecast | null = null;
  @state() private folders: readonly PreviewFolder[] = [];
  @state() private activity: PreviewActivity | null = null;
  @state() private cancelling = false;
  @state() private alikeProgress: AlikeProgress | null = null;
  @state() private announcement = '';

  protected override firstUpdated(): void {
    super.firstUpdated();
    this.connection.onNotification('alikeProgress', (progress) => {
      this.alikeProgress = progress;
    });
    this.connection.onNotification('activity', (activity) => {
      this.activity = activity;
      if (activity.state === 'finished') {
        this.cancelling = false;
        void this.refresh();
      }
    });
  }

  private get settings(): PreviewSettings | null {
    if (this.model?.status !== 'ready') return null;
    return this.view.settings ?? this.model.defaultSettings;
  }

  protected override pagedList(): PagedList | null {
    return this.querySelector<PagedList>('preview-files, preview-alikes');
  }

  protected override async fetchAll(): Promise<void> {
    const model = await this.connection.request('load', {});
    if (model.status === 'ready' && model.identity.scanId !== this.view.identity.scanId) {
      this.change({ identity: model.identity, tab: 'new', scrollTop: 0 });
      this.forecast = null;
    }
    this.model = model;
    this.activity = model.activity;
    this.alikeProgress = model.status === 'ready' ? model.alikes.progress : null;
    if (model.status !== 'ready') return;
    if (model.identity.sourceId !== this.view.identity.sourceId)
      this.change({ identity: model.identity });
    this.folders = await this.connection.request('folders', {});
    await this.fetchForecast();
  }

  private async fetchForecast(): Promise<void> {
    const { settings } = this;
    if (!settings) return;
    const forecast = await this.connection.request('forecast', { settings });
    if (settings === this.settings) this.forecast = forecast;
  }

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

  private decideAll(decision: PreviewRequests['decideAlikes']['params']['decision']): void {
    this.connection
      .request('decideAlikes', { fileIds: null, decision, imageId: null })
      .catch(this.fail)
      .finally(() => void this.refresh());
  }

  private ask(
    method:
      | 'cancelImport'
      | 'showJob'
      | 'scanAgain'
      | 'chooseManagedDirectory'
      | 'findAlikes'
      | 'cancelAlikes',
  ): void {
    if (method === 'cancelImport') this.cancelling = true;
    this.connection.request(method, {}).catch((error: unknown) => {
      this.cancelling = false;
      this.fail(error);
    });
  }

  override render(): TemplateResult {
    const { strings, model } = this;
    if (!model) return this.renderLoading(strings.loading);
    if (model.status === 'unavailable') return this.renderUnavailable(model);
    const settings = this.settings ?? model.defaultSettings;
    const running = this.activity?.state === 'running';
    return html`${this.renderHeader(model)} ${this.renderProblem()} ${this.renderResult()}
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
      <div
        class="files tab-${this.view.tab}"
        role="tabpanel"
        id=${tabPanelId}
        aria-labelledby=${tabElementId(this.view.tab)}
      >
        ${this.view.tab === 'alike' ? this.renderAlikes(model, running) : this.renderFiles(model, this.view.tab, settings, running)}
      </div>
      <p class="unseen" aria-live="polite">${this.announcement}</p>
      ${importBar({
        strings,
        forecast: this.forecast,
        replaced: model.alikes.replaced,
        activity: this.activity,
        cancelling: this.cancelling,
        onImport: () => this.startImport(),
        onCancel: () => this.ask('cancelImport'),
        onShowJob: () => this.ask('showJob'),
        onScanAgain: () => this.ask('scanAgain'),
      })}`;
  }

  private renderAlikes({ alikes }: PreviewReady, running: boolean): TemplateResult {
    const { strings } = this;
    return html`<div class="alikes">
      <p class="unseen">${strings.alikeKeys}</p>
      ${alikeBar({
        strings,
        alikes,
        progress: this.alikeProgress,
        disabled: running,
        onFind: () => this.ask('findAlikes'),
        onCancel: () => this.ask('cancelAlikes'),
        onAll: (decision) => this.decideAll(decision),
      })}
      ${
        alikes.total === null
          ? nothing
          : html`<preview-alikes
              .connection=${this.connection}
              .strings=${strings}
              .total=${alikes.total}
              .generation=${this.generation}
              .selectable=${!running}
              .onAnnounce=${(text: string) => {
                this.announcement = text;
              }}
              .onScrolled=${(scrollTop: number) => this.change({ scrollTop })}
              .onFailed=${this.fail}
              @selection-changed=${() => void this.refresh()}
            ></preview-alikes>`
      }
    </div>`;
  }

  private renderFiles(
    model: PreviewReady,
    tab: ListTab,
    settings: PreviewSettings,
    running: boolean,
  ): TemplateResult {
    const { strings } = this;
    return html` <preview-files
      .connection=${this.connection}
      .strings=${strings}
      .tab=${tab}
      .folders=${this.folders}
      .passedByCount=${model.tiles.find(({ tab }) => tab === 'passedBy')?.count ?? 0}
      .settings=${settings}
      .generation=${this.generation}
      .selectable=${!running}
      .onScrolled=${(scrollTop: number) => this.change({ scrollTop })}
      .onFailed=${this.fail}
      @selection-changed=${() => void this.refresh()}
    ></preview-files>`;
  }

  private renderHeader(model: PreviewReady): TemplateResult {
    const { strings } = this;
    return html`<header class="header">
      <h1>${model.title}</h1>
      ${factList([
        { label: strings.source, value: model.sourcePath, isPath: true },
        { label: strings.catalog, value: model.catalogName },
        { label: strings.scanned, value: model.scannedAt },
      ])}
    </header>`;
  }

  private renderResult(): TemplateResult | typeof nothing {
    return this.activity?.state === 'finished'
      ? resultMessage(this.strings, this.activity, () => this.ask('showJob'))
      : nothing;
  }

  private renderUnavailable(model: PreviewUnavailable): TemplateResult {
    const { strings } = this;
    const scanAgain = model.canScanAgain
      ? html`<vscode-button @click=${() => this.ask('scanAgain')}
          >${strings.scanAgain}</vscode-button
        >`
      : nothing;
    return html`${this.renderProblem()} ${this.renderResult()}
    ${messageBox('info', model.message, 'status', scanAgain)}`;
  }

  private renderTabs(tiles: readonly PreviewTile[]): TemplateResult {
    const { strings } = this;
    const labels: Record<PreviewTab, string> = {
      new: strings.new,
      duplicate: strings.duplicates,
      alike: strings.alikes,
      error: strings.errors,
      passedBy: strings.passedBy,
    };
    return tabStrip(
      tiles.map(({ tab, ...tile }) => ({ ...tile, id: tab, label: labels[tab] })),
      this.view.tab,
      (tab) => {
        if (tab !== this.view.tab) this.change({ tab, scrollTop: 0 });
      },
    );
  }
}
