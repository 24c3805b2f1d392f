import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { mostCompared } from '../../compareProtocol.js';
import {
  duplicateSections,
  type DoneModel,
  type DuplicatesNotifications,
  type DuplicatesReady,
  type DuplicatesStopped,
  type DuplicatesView,
  type GroupRow,
  type ImageThumbnailRow,
} from '../../duplicatesProtocol.js';
import type { DuplicatesStrings } from '../../duplicatesStrings.js';
import { countText, fill } from '../shared/page.js';
import { messageBox, PanelApp } from '../shared/panelApp.js';
import { tabElementId, tabPanelId, tabStrip } from '../shared/tabStrip.js';
import { ThumbnailCache } from '../shared/thumbnailCache.js';
import type { DuplicatesConnection, DuplicatesState } from './duplicatesState.js';
import { renderFilters } from './filterBar.js';
import { GroupKeys, type GroupCommand } from './groupKeys.js';
import { membersAtFirst, renderBurst, renderGroup, type GroupActions } from './groupList.js';
import './planView.js';
import type { PlanWish } from './planView.js';

/** Groups of duplicates: why they match, and what to do about them. */
@customElement('duplicates-app')
export class DuplicatesApp extends PanelApp<
  DuplicatesConnection,
  DuplicatesStrings,
  DuplicatesState
> {
  @state() private model: DuplicatesReady | DuplicatesStopped | null = null;
  @state() private searching = false;
  @state() private progress: DuplicatesNotifications['progress'] | null = null;
  /** Groups whose members are all drawn. */
  private readonly opened = new Set<string>();
  private scrollWanted = true;
  private focusWanted: number | null = null;
  private readonly keys = new GroupKeys(
    () => this.querySelector('.groups'),
    () => this.requestUpdate(),
    (command, index) => this.command(command, index),
  );
  private readonly thumbnails = new ThumbnailCache<string, ImageThumbnailRow>(
    (imageIds) => this.connection.request('thumbnails', { imageIds }),
    () => this.requestUpdate(),
  );

  protected override firstUpdated(): void {
    this.connection.onNotification('progress', (progress) => (this.progress = progress));
    super.firstUpdated();
    this.addEventListener('scroll', () => {
      if (!this.view.planned && !this.scrollWanted) this.change({ scrollTop: this.scrollTop });
    });
  }

  protected override pagedList(): null {
    return null;
  }

  protected override async fetchAll(): Promise<void> {
    this.searching = true;
    this.progress = null;
    try {
      const { shown } = this.view;
      const model = await this.connection.request('load', { view: shown });
      // Something else was chosen meanwhile: it is asked for next.
      if (shown !== this.view.shown) return;
      this.model = model;
      if (model.status !== 'ready') return;
      if (model.done) this.change({ done: model.done });
      // The page is gone with what was resolved.
      if (shown.page >= model.pageCount) this.look({ page: model.pageCount - 1 });
      else this.wantThumbnails();
    } finally {
      this.searching = false;
    }
  }

  private wantThumbnails(): void {
    if (this.model?.status !== 'ready') return;
    const groups = [...this.model.groups, ...this.model.bursts];
    const drawn = groups.flatMap(({ id, members }) =>
      this.opened.has(id) ? members : members.slice(0, membersAtFirst),
    );
    this.thumbnails.want([...new Set(drawn.flatMap(({ pictureId }) => pictureId ?? []))]);
  }

  protected override updated(): void {
    if (this.view.planned || this.model?.status !== 'ready') return;
    if (this.scrollWanted) {
      this.scrollWanted = false;
      this.scrollTop = this.view.scrollTop;
    }
    if (this.focusWanted === null || this.searching) return;
    this.keys.focus(this.focusWanted);
    this.focusWanted = null;
  }

  private look(part: Partial<DuplicatesView>): void {
    this.change({ shown: { ...this.view.shown, page: 0, ...part }, scrollTop: 0 });
    this.scrollTop = 0;
    this.keys.index = 0;
    void this.refresh();
  }

  private readonly searchAgain = (): void => {
    this.connection.request('forget', {}).then(() => this.refresh(), this.fail);
  };

  private finish(done: DoneModel | null): void {
    // The group that had the focus may be gone: its place gets it.
    this.focusWanted = this.keys.index;
    if (!done) return;
    this.change({ done });
    void this.refresh();
  }

  private plan(wish: PlanWish): void {
    this.change({ planned: wish });
    this.scrollWanted = true;
  }

  private readonly command = (command: GroupCommand, index: number): void => {
    const { model } = this;
    if (model?.status !== 'ready') return;
    const actions = this.actions(model);
    const group = model.groups[index];
    const { members } = group ?? model.bursts[index] ?? { members: [] };
    const pictures = members.flatMap(({ imageId }) => imageId ?? []);
    if (command === 'compare') {
      if (pictures.length > 1) actions.compare(pictures.slice(0, mostCompared));
      return;
    }
    if (!group || model.readOnly) return;
    const suggested = group.members[0]?.imageId;
    if (command !== 'keep') actions.decide(group, command);
    else if (suggested && pictures.length > 1) actions.keep(group, suggested);
  };

  override render(): TemplateResult {
    const { strings, model } = this;
    const { planned } = this.view;
    // Without the report a plan would search a second time.
    if (planned && model?.status === 'ready') return this.renderPlan(planned);
    if (model?.status === 'unavailable')
      return html`${this.renderProblem()} ${messageBox('info', model.message)}`;
    if (!model) return html`${this.renderProblem()} ${this.renderSearching()}`;
    return html`${this.renderHead(model)} ${this.renderProblem()} ${this.renderDone()}
    ${this.searching ? this.renderSearching() : nothing}
    ${
      model.status === 'ready'
        ? html`${model.stale ? messageBox('info', strings.stale, 'status', this.againButton()) : nothing}
          ${this.renderReport(model)}`
        : messageBox('info', model.message, 'status', this.againButton())
    }`;
  }

  private againButton(): TemplateResult {
    return html`<vscode-button secondary @click=${this.searchAgain}
      >${this.strings.searchAgain}</vscode-button
    >`;
  }

  private renderHead(model: DuplicatesReady | DuplicatesStopped): TemplateResult {
    const { strings } = this;
    if (model.status !== 'ready') return html``;
    const write = (format: 'csv' | 'json'): void => {
      const view = this.view.shown;
      this.connection.request('export', { view, format }).then((done) => {
        if (done) this.change({ done });
      }, this.fail);
    };
    return html`<header class="title-row">
      <h1>${model.title}</h1>
      <span role="status">${model.summary}</span>
      <span class="space"></span>
      ${this.againButton()}
      <vscode-button secondary @click=${() => write('csv')}>${strings.exportCsv}</vscode-button>
      <vscode-button secondary @click=${() => write('json')}>${strings.exportJson}</vscode-button>
      ${
        model.readOnly || model.total === 0 || this.view.shown.section === 'bursts'
          ? nothing
          : html`<vscode-button @click=${() => this.plan({ groupId: null, keepImageId: null })}
              >${strings.resolve}</vscode-button
            >`
      }
    </header>`;
  }

  private renderSearching(): TemplateResult {
    const { strings, progress } = this;
    if (this.problem !== null) return html``;
    return html`<div class="progress">
      <vscode-progress-bar
        .value=${progress?.percent ?? Number.NaN}
        .max=${100}
        .indeterminate=${progress?.percent == null}
        aria-label=${strings.progress}
      ></vscode-progress-bar>
      <div class="title-row">
        <span class="hint" role="status">${progress?.text ?? strings.loading}</span>
        <vscode-button
          secondary
          @click=${() => this.connection.request('cancel', {}).catch(this.fail)}
          >${strings.cancel}</vscode-button
        >
      </div>
    </div>`;
  }

  private renderDone(): TemplateResult | typeof nothing {
    const { strings } = this;
    const { done } = this.view;
    if (!done) return nothing;
    const { undo } = done;
    const takeBack = (): void => {
      if (!undo) return;
      this.connection.request('undo', undo).then((back) => this.finish(back), this.fail);
    };
    return html`${messageBox(
      'pass',
      done.text,
      'status',
      undo
        ? html`<vscode-button secondary @click=${takeBack}>${strings.undo}</vscode-button>`
        : nothing,
    )}
    ${
      done.kept.length === 0
        ? nothing
        : html`<details>
            <summary>${strings.kept} (${countText(done.kept.length)})</summary>
            <ul>
              ${done.kept.map((text) => html`<li class="path">${text}</li>`)}
            </ul>
          </details>`
    }`;
  }

  private renderReport(model: DuplicatesReady): TemplateResult {
    const { strings } = this;
    const { shown } = this.view;
    const rows = model.groups.length + model.bursts.length;
    const tabs = duplicateSections.map((id) => ({
      id,
      label: strings.sections[id],
      count: model.counts[id],
      countText: countText(model.counts[id]),
    }));
    const showsBursts = shown.section === 'bursts';
    return html`${tabStrip(tabs, shown.section, (section) => this.look({ section }))}
      ${
        showsBursts
          ? html`<p class="hint">${strings.burstsHint}</p>`
          : renderFilters({
              strings,
              model,
              view: shown,
              onChange: (part) => this.look(part),
            })
      }
      ${model.note === null ? nothing : html`<p class="hint">${model.note}</p>`}
      <div
        class="groups"
        role="tabpanel"
        id=${tabPanelId}
        aria-labelledby=${tabElementId(shown.section)}
        aria-busy=${this.searching}
        @keydown=${this.keys.onKeyDown}
        @focusin=${this.keys.onFocus}
      >
        ${rows > 0 ? nothing : html`<p class="empty">${model.counts.all === 0 ? strings.none : strings.noneLeft}</p>`}
        ${model.groups.map((group, index) => renderGroup(this.actions(model), group, index))}
        ${model.bursts.map((burst, index) => renderBurst(this.actions(model), burst, index))}
      </div>
      ${rows === 0 ? nothing : html`<p class="hint">${showsBursts ? strings.burstKeys : strings.keys}</p>`}
      ${this.renderPager(model)}`;
  }

  private actions({ readOnly, groups, bursts }: DuplicatesReady): GroupActions {
    const { connection } = this;
    return {
      strings: this.strings,
      readOnly,
      active: Math.min(this.keys.index, Math.max(0, groups.length + bursts.length - 1)),
      urlOf: (imageId) => this.thumbnails.get(imageId)?.url,
      isOpened: (groupId) => this.opened.has(groupId),
      openAll: (groupId) => {
        this.opened.add(groupId);
        this.wantThumbnails();
        this.requestUpdate();
      },
      show: (imageId) => void connection.request('show', { imageId }).catch(this.fail),
      compare: (imageIds) => void connection.request('compare', { imageIds }).catch(this.fail),
      keep: (group: GroupRow, imageId) => this.plan({ groupId: group.id, keepImageId: imageId }),
      decide: (group, decision) => {
        connection
          .request('decide', { groupId: group.id, decision })
          .then((done) => this.finish(done), this.fail);
      },
    };
  }

  private renderPager({ pageCount }: DuplicatesReady): TemplateResult | typeof nothing {
    const { strings } = this;
    const { page } = this.view.shown;
    if (pageCount < 2) return nothing;
    return html`<nav class="pager">
      <vscode-button secondary ?disabled=${page === 0} @click=${() => this.look({ page: page - 1 })}
        >${strings.previousPage}</vscode-button
      >
      <span role="status">${fill(strings.page, page + 1, pageCount)}</span>
      <vscode-button
        secondary
        ?disabled=${page + 1 >= pageCount}
        @click=${() => this.look({ page: page + 1 })}
        >${strings.nextPage}</vscode-button
      >
    </nav>`;
  }

  private renderPlan(wish: PlanWish): TemplateResult {
    const { strings, view } = this;
    return html`<plan-view
      .connection=${this.connection}
      .strings=${strings}
      .wish=${wish}
      .shown=${view.shown}
      .mergeMetadata=${view.mergeMetadata}
      .mergeSidecars=${view.mergeSidecars}
      .progress=${this.progress}
      .onMerge=${(part: Partial<DuplicatesState>) => this.change(part)}
      .onEnd=${(done: DoneModel | null) => {
        this.change({ planned: null });
        this.progress = null;
        this.finish(done);
      }}
    ></plan-view>`;
  }
}
