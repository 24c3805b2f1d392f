import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { hashMethods, type HashMethod } from '../../../catalog/model/duplicates.js';
import type {
  SamplePicture,
  SampleRow,
  SamplesReady,
  SamplesUnavailable,
  SampleThumbnail,
} from '../../samplesProtocol.js';
import type { SamplesStrings } from '../../samplesStrings.js';
import { fill } from '../shared/page.js';
import { messageBox, PanelApp } from '../shared/panelApp.js';
import { ThumbnailCache } from '../shared/thumbnailCache.js';
import type { SamplesConnection, SamplesState } from './samplesState.js';

/** Pairs of pictures, one row per distance, to choose a threshold by looking. */
@customElement('samples-app')
export class SamplesApp extends PanelApp<SamplesConnection, SamplesStrings, SamplesState> {
  @state() private model: SamplesReady | SamplesUnavailable | null = null;
  @state() private comparing = false;
  private scrollWanted = true;
  private readonly thumbnails = new ThumbnailCache<string, SampleThumbnail>(
    (imageIds) => this.connection.request('thumbnails', { imageIds }),
    () => this.requestUpdate(),
  );

  protected override firstUpdated(): void {
    super.firstUpdated();
    this.addEventListener('scroll', () => this.change({ scrollTop: this.scrollTop }));
  }

  protected override pagedList(): null {
    return null;
  }

  protected override async fetchAll(): Promise<void> {
    this.comparing = true;
    try {
      const { method } = this.view;
      const model = await this.connection.request('load', { method });
      // Another method was chosen meanwhile: it is asked for next.
      if (method !== this.view.method) return;
      this.model = model;
      if (model.status !== 'ready') return;
      const pictures = model.rows.flatMap(({ pairs }) => pairs.flatMap(({ a, b }) => [a, b]));
      this.thumbnails.want([...new Set(pictures.map(({ imageId }) => imageId))]);
    } finally {
      this.comparing = false;
    }
  }

  protected override updated(): void {
    if (!this.scrollWanted || this.model?.status !== 'ready') return;
    this.scrollWanted = false;
    this.scrollTop = this.view.scrollTop;
  }

  private choose(method: HashMethod): void {
    this.change({ method });
    void this.refresh();
  }

  override render(): TemplateResult {
    const { strings, model } = this;
    if (!model) return this.renderLoading(strings.loading);
    if (model.status === 'unavailable')
      return html`${this.renderProblem()} ${messageBox('info', model.message)}`;
    const isEmpty = model.rows.every(({ pairs }) => pairs.length === 0);
    return html`<header>
        <h1>${strings.heading}</h1>
        <p>${strings.explanation}</p>
        <div class="choices">
          <label class="choice"
            ><span>${strings.method}</span
            ><select
              @change=${(event: Event) =>
                this.choose((event.target as HTMLSelectElement).value as HashMethod)}
            >
              ${hashMethods.map(
                (method) =>
                  html`<option value=${method} ?selected=${method === model.method}>
                    ${strings.methods[method]}
                  </option>`,
              )}
            </select></label
          >
          <span class="current" role="status"
            >${this.comparing ? strings.loading : model.currentText}</span
          >
        </div>
        ${model.note === null ? nothing : html`<p class="hint">${model.note}</p>`}
      </header>
      ${this.renderProblem()}
      ${
        isEmpty
          ? html`<p class="empty">${strings.empty}</p>`
          : model.rows.map((row) => this.renderRow(model, row))
      }`;
  }

  private renderRow({ method, current }: SamplesReady, row: SampleRow): TemplateResult {
    const { strings } = this;
    const { distance } = row;
    const isOfMethod = method === current.method;
    const found = isOfMethod && distance <= current.threshold;
    const inUse = isOfMethod && distance === current.threshold;
    return html`<section class="distance ${found ? 'found' : ''} ${inUse ? 'in-use' : ''}">
      <div class="distance-head">
        <h2>${fill(strings.distance, distance)}</h2>
        ${
          isOfMethod
            ? html`<span class="verdict"
                ><i
                  class="codicon codicon-${found ? 'pass' : 'circle-slash'}"
                  aria-hidden="true"
                ></i>
                ${found ? strings.found : strings.notFound}</span
              >`
            : nothing
        }
        <span class="hint">${row.countText} · ${row.upToText}</span>
        <span class="space"></span>
        <vscode-button
          ?secondary=${!inUse}
          ?disabled=${inUse}
          aria-label=${fill(strings.useLabel, distance)}
          @click=${() => this.ask(this.connection.request('use', { method, threshold: distance }))}
          >${inUse ? strings.inUse : strings.use}</vscode-button
        >
      </div>
      ${
        row.pairs.length === 0
          ? html`<p class="hint">${strings.none}</p>`
          : html`<div class="pairs">
              ${row.pairs.map(({ a, b }) => this.renderPair(a, b, distance))}
            </div>`
      }
    </section>`;
  }

  private renderPair(a: SamplePicture, b: SamplePicture, distance: number): TemplateResult {
    const { strings } = this;
    const label = fill(strings.pair, a.name, b.name, distance);
    const compare = (): void =>
      this.ask(this.connection.request('compare', { imageIds: [a.imageId, b.imageId] }));
    return html`<button class="pair" title=${label} aria-label=${label} @click=${compare}>
      ${this.renderPicture(a)}${this.renderPicture(b)}
    </button>`;
  }

  private renderPicture({ imageId }: SamplePicture): TemplateResult {
    const url = this.thumbnails.get(imageId)?.url;
    return url
      ? html`<img src=${url} alt="" draggable="false" decoding="async" />`
      : html`<span class="no-picture"></span>`;
  }

  private ask(request: Promise<unknown>): void {
    request.catch(this.fail);
  }
}
