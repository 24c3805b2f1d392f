import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { CompareReady, CompareUnavailable, ComparedImage } from '../../compareProtocol.js';
import type { CompareStrings } from '../../compareStrings.js';
import { fill } from '../shared/page.js';
import { messageBox, PanelApp } from '../shared/panelApp.js';
import { actOnKey, ZoomPan } from '../shared/zoomPan.js';
import { ComparedPictures, type LoadedPicture } from './comparedPictures.js';
import type { CompareConnection } from './compareConnection.js';
import {
  compareModes,
  largestAmplification,
  type CompareMode,
  type CompareState,
} from './compareState.js';
import './differenceView.js';
import { factTable } from './factTable.js';
import { commonFrame, inFrame } from './frame.js';

const modeIcons: Readonly<Record<CompareMode, string>> = {
  side: 'split-horizontal',
  blink: 'layers',
  difference: 'diff',
};

/** Two to four images: their pictures on one stage, zoomed and moved together, and their facts. */
@customElement('compare-app')
export class CompareApp extends PanelApp<CompareConnection, CompareStrings, CompareState> {
  @state() private model: CompareReady | CompareUnavailable | null = null;
  /** What the difference amounts to. */
  @state() private figures = '';
  /** Told to assistive technology. */
  @state() private announcement = '';
  private pictures!: ComparedPictures;
  private readonly zoom = new ZoomPan(this, () => this.change({ transform: this.zoom.transform }));
  private observed: Element | null = null;
  /** Another view has other stages: the keys go on working. */
  private focusWanted = false;

  protected override firstUpdated(): void {
    this.pictures = new ComparedPictures(this.connection, this.strings.cannotShow, () => {
      this.fitFrame();
      this.requestUpdate();
    });
    super.firstUpdated();
  }

  protected override pagedList(): null {
    return null;
  }

  protected override async fetchAll(): Promise<void> {
    this.model = await this.connection.request('load', {});
    if (this.model.status === 'ready') this.pictures.load(this.model.images.map(({ id }) => id));
  }

  private get images(): readonly ComparedImage[] {
    return this.model?.status === 'ready' ? this.model.images : [];
  }

  private loaded(index: number): LoadedPicture {
    return this.pictures.get(this.images[index]?.id ?? '');
  }

  /** All pictures take the room of the largest, so that zoom and place are those of one picture. */
  private fitFrame(): void {
    const before = this.zoom.picture;
    const frame = commonFrame(this.images.map(({ id }) => this.pictures.get(id).size));
    if (!frame || (frame.width === before?.width && frame.height === before.height)) return;
    this.zoom.show(frame, this.view.transform);
  }

  protected override updated(): void {
    const stage = this.querySelector('.viewer-stage');
    if (stage === this.observed) return;
    this.observed = stage;
    if (stage) this.zoom.observe(stage);
    if (this.focusWanted) this.querySelector<HTMLElement>('.viewer-stage')?.focus();
    this.focusWanted = false;
  }

  private show(mode: CompareMode): void {
    if (mode !== this.view.mode)
      this.focusWanted = document.activeElement?.matches('.viewer-stage') === true;
    this.change({ mode });
    this.announcement = '';
  }

  private blink(step: number): void {
    const { length } = this.images;
    if (length === 0) return;
    if (this.view.mode !== 'blink') this.show('blink');
    const shown = (this.view.shown + step + length) % length;
    this.change({ shown });
    const name = this.images[shown]?.name ?? '';
    this.announcement = fill(this.strings.blinkPosition, shown + 1, length, name);
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as Element).closest('select, input, table')) return;
    // Space presses a button that has the focus.
    const isButton = (event.target as Element).closest('button') !== null;
    const { zoomKeys, panKeys } = this.zoom;
    actOnKey(event, {
      ...zoomKeys,
      ...(!isButton && { ...panKeys, ' ': () => this.blink(event.shiftKey ? -1 : 1) }),
      s: () => this.show('side'),
      b: () => this.show('blink'),
      d: () => this.show('difference'),
    });
  };

  override render(): TemplateResult {
    const { strings, model, view } = this;
    if (!model) return this.renderLoading(strings.loading);
    if (model.status === 'unavailable')
      return html`${this.renderProblem()} ${messageBox('info', model.message)}`;
    return html`<h1 class="unseen">${model.title}</h1>
      ${this.renderProblem()} ${this.renderToolbar()}
      <div class="stages ${view.mode} count-${model.images.length}" @keydown=${this.onKeyDown}>
        ${this.renderStages()}
      </div>
      <p class="unseen" aria-live="polite">${this.announcement}</p>
      ${this.renderFacts(model)}`;
  }

  private renderToolbar(): TemplateResult {
    const { strings, view, zoom } = this;
    return html`<header
      class="viewer-bar"
      role="toolbar"
      aria-label=${strings.views}
      @keydown=${this.onKeyDown}
    >
      ${compareModes.map((mode) =>
        this.button(modeIcons[mode], strings[mode], () => this.show(mode), {
          text: strings[mode],
          pressed: view.mode === mode,
        }),
      )}
      ${view.mode === 'blink' ? this.renderBlinkBar() : nothing}
      ${view.mode === 'difference' ? this.renderDifferenceBar() : nothing}
      <span class="space"></span>
      <span class="viewer-scale">${zoom.picture ? `${Math.round(zoom.scale * 100)} %` : ''}</span>
      ${this.button('zoom-out', strings.zoomOut, () => zoom.zoom(-1))}
      ${this.button('zoom-in', strings.zoomIn, () => zoom.zoom(1))}
      ${this.button('screen-normal', strings.zoomFit, () => zoom.zoomToScale('fit'))}
      ${this.button('screen-full', strings.zoomActual, () => zoom.zoomToScale(1))}
      ${this.button(
        'list-unordered',
        strings.facts,
        () => this.change({ showFacts: !view.showFacts }),
        { pressed: view.showFacts },
      )}
    </header>`;
  }

  private renderBlinkBar(): TemplateResult {
    const { strings, view, images } = this;
    const name = images[view.shown]?.name ?? '';
    return html`${this.button('sync', strings.next, () => this.blink(1))}
      <span class="viewer-name" title=${name}
        >${fill(strings.blinkPosition, view.shown + 1, images.length, name)}</span
      >`;
  }

  private renderDifferenceBar(): TemplateResult {
    const { strings, view, images } = this;
    const select = (which: 0 | 1, label: string): TemplateResult =>
      html`<select
        class="choice-select"
        aria-label=${label}
        title=${label}
        @change=${(event: Event) => {
          const index = Number((event.target as HTMLSelectElement).value);
          const [first, second] = view.pair;
          this.change({ pair: which === 0 ? [index, second] : [first, index] });
        }}
      >
        ${images.map(
          ({ name }, index) =>
            html`<option value=${index} ?selected=${index === view.pair[which]}>${name}</option>`,
        )}
      </select>`;
    return html`${
        images.length > 2
          ? html`<span class="choice"
              >${select(0, strings.first)} ${select(1, strings.second)}</span
            >`
          : nothing
      }<label class="choice"
        ><span>${strings.amplification}</span
        ><input
          type="range"
          min="1"
          max=${largestAmplification}
          .value=${String(view.amplification)}
          aria-valuetext=${fill(strings.amplified, view.amplification)}
          @input=${(event: Event) =>
            this.change({ amplification: Number((event.target as HTMLInputElement).value) })}
        /><span>${fill(strings.amplified, view.amplification)}</span></label
      >`;
  }

  private renderStages(): TemplateResult | readonly TemplateResult[] {
    const { view, images, strings } = this;
    if (view.mode === 'side')
      return images.map((image, index) => this.renderStage([index], image.label, image));
    if (view.mode === 'blink') {
      const label = images[view.shown]?.label ?? strings.loading;
      return this.renderStage(
        images.map((_, index) => index),
        label,
        null,
      );
    }
    const [first, second] = view.pair;
    const names: [string, string] = [images[first]?.name ?? '', images[second]?.name ?? ''];
    const { zoom } = this;
    return html`${this.stage(
        fill(strings.differenceOf, ...names, this.figures),
        html`<difference-view
          .strings=${strings}
          .first=${this.loaded(first)}
          .second=${this.loaded(second)}
          .names=${names}
          .amplification=${view.amplification}
          .placed=${zoom.picture ? zoom.styleOf(zoom.picture) : ''}
          .onFigures=${(figures: string) => {
            this.figures = figures;
          }}
        ></difference-view>`,
      )}
      <p class="figures-text" aria-live="polite">${this.figures}</p>`;
  }

  /** Pictures in one place; of several the shown one is seen. */
  private renderStage(
    indexes: readonly number[],
    label: string,
    caption: ComparedImage | null,
  ): TemplateResult {
    const { zoom, view, strings } = this;
    const seen = indexes.length > 1 ? view.shown : (indexes[0] ?? 0);
    const { message, url } = this.loaded(seen);
    const pictures = indexes.map((index) => {
      const { url: address, size } = this.loaded(index);
      if (address === null || !size || !zoom.picture) return nothing;
      return html`<img
        class="viewer-picture ${index === seen ? '' : 'waiting'} ${zoom.scale > 2 ? 'pixels' : ''}"
        src=${address}
        alt=""
        draggable="false"
        .style=${zoom.styleOf(inFrame(size, zoom.picture))}
      />`;
    });
    const note = message ?? (url === null ? strings.loading : null);
    const stage = this.stage(
      label,
      html`${pictures}${note === null ? nothing : html`<p class="viewer-message">${note}</p>`}`,
    );
    if (!caption) return stage;
    return html`<figure class="compared">
      ${stage}
      <figcaption title=${caption.folder}>
        <span class="viewer-name">${caption.name}</span>
        <span class="space"></span>
        ${this.button('go-to-file', fill(strings.open, caption.name), () => this.run('open', caption))}
        ${this.button('file-media', fill(strings.showInGallery, caption.name), () =>
          this.run('showInGallery', caption),
        )}
      </figcaption>
    </figure>`;
  }

  private stage(label: string, content: TemplateResult): TemplateResult {
    const { zoom } = this;
    return html`<div
      class="viewer-stage ${zoom.isFitted ? '' : 'zoomed'}"
      role="img"
      tabindex="0"
      aria-label=${label}
      aria-describedby="compare-keys"
      @wheel=${zoom.onWheel}
      @pointerdown=${zoom.onPointerDown}
      @pointermove=${zoom.onPointerMove}
      @dblclick=${zoom.onDoubleClick}
    >
      ${content}
    </div>`;
  }

  private run(command: 'open' | 'showInGallery', { id }: ComparedImage): void {
    this.connection.request('run', { command, imageId: id }).catch(this.fail);
  }

  private renderFacts(model: CompareReady): TemplateResult {
    const { strings, view } = this;
    const keys = html`<p class="unseen" id="compare-keys">${strings.keys}</p>`;
    if (!view.showFacts) return keys;
    return html`${keys}
      <section class="facts-panel" aria-label=${strings.facts} tabindex="0">
        <div class="facts-bar">
          <span class="hint">${model.summary}</span>
          <label
            ><input
              type="checkbox"
              class="row-check"
              .checked=${view.onlyDifferences}
              @change=${(event: Event) =>
                this.change({ onlyDifferences: (event.target as HTMLInputElement).checked })}
            />${strings.onlyDifferences}</label
          >
        </div>
        ${factTable(strings, model.images, model.sections, view.onlyDifferences)}
      </section>`;
  }

  private button(
    icon: string,
    label: string,
    onClick: () => void,
    { text, pressed }: { text?: string; pressed?: boolean } = {},
  ): TemplateResult {
    return html`<button
      class="icon-button ${pressed === true ? 'pressed' : ''}"
      title=${label}
      aria-label=${label}
      aria-pressed=${pressed === undefined ? nothing : String(pressed)}
      @click=${onClick}
    >
      <i class="codicon codicon-${icon}" aria-hidden="true"></i>${
        text === undefined ? nothing : html`<span>${text}</span>`
      }
    </button>`;
  }
}
