import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GalleryPicture, GalleryTile } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { fill, PageElement } from '../shared/page.js';
import type { GalleryConnection } from './galleryImages.js';
import {
  fitted,
  keepInView,
  pan,
  scaleOf,
  zoomBy,
  zoomTo,
  type Size,
  type ViewerTransform,
} from './viewerTransform.js';

const longestRendering = 4096;
const wheelStep = 100;
const panStep = 60;
/** Going through images with a key held down loads only the thumbnails. */
const fullPictureDelayMs = 120;

/** One image in place of the grid: zoom, pan, next and previous. The thumbnail is shown until the picture is there. */
@customElement('image-viewer')
export class ImageViewer extends PageElement {
  @property({ attribute: false }) connection!: GalleryConnection;
  @property({ attribute: false }) strings!: GalleryStrings;
  @property({ attribute: false }) index = 0;
  @property({ attribute: false }) total = 0;
  @property({ attribute: false }) tile: GalleryTile | undefined;
  @property({ attribute: false }) thumbnailUrl: string | null = null;
  @property({ attribute: false }) onMove: (index: number) => void = () => undefined;
  @property({ attribute: false }) onClose: () => void = () => undefined;
  @state() private transform: ViewerTransform = fitted;
  @state() private view: Size = { width: 1, height: 1 };
  /** Size of the picture as it is seen; until it is there, of the thumbnail. */
  @state() private picture: Size | null = null;
  @state() private url: string | null = null;
  @state() private loaded = false;
  @state() private message: string | null = null;
  private shownId: string | null = null;
  private timer: number | undefined;
  private dragged = false;
  private readonly resizes = new ResizeObserver(([entry]) => {
    if (!entry) return;
    this.view = { width: entry.contentRect.width, height: entry.contentRect.height };
    if (this.picture) this.transform = keepInView(this.transform, this.picture, this.view);
  });

  focusViewer(): void {
    this.querySelector<HTMLElement>('.viewer-stage')?.focus();
  }

  protected override firstUpdated(): void {
    const stage = this.querySelector('.viewer-stage');
    if (stage) this.resizes.observe(stage);
    this.focusViewer();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
    this.forgetPicture();
  }

  protected override willUpdate(): void {
    const id = this.tile?.id ?? null;
    if (id === this.shownId) return;
    this.forgetPicture();
    this.shownId = id;
    this.transform = fitted;
    this.picture = null;
    this.message = null;
    this.timer = window.setTimeout(() => void this.loadPicture(), fullPictureDelayMs);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('tile') && !this.contains(document.activeElement)) this.focusViewer();
  }

  private forgetPicture(): void {
    window.clearTimeout(this.timer);
    if (this.url?.startsWith('blob:')) URL.revokeObjectURL(this.url);
    this.url = null;
    this.loaded = false;
  }

  private async loadPicture(): Promise<void> {
    const { tile } = this;
    if (!tile || tile.fileType === 'video') return;
    try {
      const picture = await this.connection.request('picture', {
        imageId: tile.id,
        longEdge: longestRendering,
      });
      if (this.shownId === tile.id) this.showPicture(picture);
    } catch (error) {
      if (this.shownId === tile.id) this.message = messageOf(error);
    }
  }

  private showPicture(picture: GalleryPicture): void {
    switch (picture.kind) {
      case 'file':
        this.url = URL.createObjectURL(
          new Blob([picture.bytes.slice().buffer], { type: picture.mimeType }),
        );
        break;
      case 'rendering':
        this.url = picture.url;
        this.message = picture.warning;
        break;
      case 'none':
        this.message = picture.message;
        break;
    }
  }

  private readonly onPictureLoad = (event: Event): void => {
    const image = event.target as HTMLImageElement;
    const before = this.picture;
    this.picture = { width: image.naturalWidth, height: image.naturalHeight };
    this.loaded = true;
    // Zoomed into the thumbnail: the same part of the picture stays in view.
    if (before && this.transform.zoom !== 'fit') {
      const zoom = (this.transform.zoom * before.width) / this.picture.width;
      this.transform = keepInView({ ...this.transform, zoom }, this.picture, this.view);
    }
  };

  private readonly onThumbnailLoad = (event: Event): void => {
    if (this.picture) return;
    const image = event.target as HTMLImageElement;
    this.picture = this.enlarged({ width: image.naturalWidth, height: image.naturalHeight });
  };

  /** The thumbnail takes the room that the picture will have. */
  private enlarged(thumbnail: Size): Size {
    const edge = Math.max(this.tile?.pixels ?? 0, thumbnail.width, thumbnail.height);
    const factor = edge / Math.max(1, thumbnail.width, thumbnail.height);
    return { width: thumbnail.width * factor, height: thumbnail.height * factor };
  }

  private zoom(steps: number, point = { x: 0, y: 0 }): void {
    if (this.picture)
      this.transform = zoomBy(this.transform, steps, this.picture, this.view, point);
  }

  private zoomToScale(zoom: 'fit' | number, point = { x: 0, y: 0 }): void {
    if (this.picture) this.transform = zoomTo(this.transform, zoom, this.picture, this.view, point);
  }

  private move(step: number): void {
    const next = this.index + step;
    if (next >= 0 && next < this.total) this.onMove(next);
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const zoomed = this.transform.zoom !== 'fit' && event.shiftKey;
    const act: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (zoomed ? this.panBy(panStep, 0) : this.move(-1)),
      ArrowRight: () => (zoomed ? this.panBy(-panStep, 0) : this.move(1)),
      ArrowUp: () => this.panBy(0, panStep),
      ArrowDown: () => this.panBy(0, -panStep),
      PageUp: () => this.move(-1),
      PageDown: () => this.move(1),
      Home: () => this.onMove(0),
      End: () => this.onMove(this.total - 1),
      '+': () => this.zoom(1),
      '=': () => this.zoom(1),
      '-': () => this.zoom(-1),
      '0': () => this.zoomToScale('fit'),
      '1': () => this.zoomToScale(1),
      Escape: () => this.onClose(),
    };
    const action = act[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  private panBy(dx: number, dy: number): void {
    if (this.picture) this.transform = pan(this.transform, dx, dy, this.picture, this.view);
  }

  /** From the middle of the stage. */
  private pointOf(event: MouseEvent): { x: number; y: number } {
    const stage = this.querySelector('.viewer-stage')?.getBoundingClientRect();
    if (!stage) return { x: 0, y: 0 };
    return {
      x: event.clientX - stage.left - stage.width / 2,
      y: event.clientY - stage.top - stage.height / 2,
    };
  }

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    this.zoom(Math.max(-3, Math.min(3, -event.deltaY / wheelStep)), this.pointOf(event));
  };

  private readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target as Element).closest('button')) return;
    this.dragged = false;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };

  private readonly onPointerMove = (event: PointerEvent): void => {
    if (!(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return;
    if (Math.abs(event.movementX) + Math.abs(event.movementY) > 0) this.dragged = true;
    this.panBy(event.movementX, event.movementY);
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    if (this.dragged) return;
    if (this.transform.zoom === 'fit') this.zoomToScale(1, this.pointOf(event));
    else this.zoomToScale('fit');
  };

  override render(): TemplateResult {
    const { strings, tile, transform, picture, view } = this;
    const scale = picture ? scaleOf(transform.zoom, picture, view) : 1;
    return html`<div class="viewer-bar" role="toolbar" aria-label=${strings.viewer}>
        ${this.button('arrow-left', strings.close, () => this.onClose())}
        <span class="viewer-name" title=${tile?.name ?? ''}>${tile?.name ?? ''}</span>
        <span class="hint">${tile?.detail ?? ''}</span>
        <span class="space"></span>
        ${this.url === null || this.loaded ? nothing : html`<span class="hint">${strings.loading}</span>`}
        <span class="viewer-scale">${picture ? `${Math.round(scale * 100)} %` : ''}</span>
        ${this.button('zoom-out', strings.zoomOut, () => this.zoom(-1))}
        ${this.button('zoom-in', strings.zoomIn, () => this.zoom(1))}
        ${this.button('screen-normal', strings.zoomFit, () => this.zoomToScale('fit'))}
        ${this.button('screen-full', strings.zoomActual, () => this.zoomToScale(1))}
        <span class="viewer-position"
          >${fill(strings.position, countText(this.index + 1), countText(this.total))}</span
        >
        ${this.button('chevron-left', strings.previous, () => this.move(-1), this.index === 0)}
        ${this.button('chevron-right', strings.next, () => this.move(1), this.index >= this.total - 1)}
      </div>
      <div
        class="viewer-stage ${transform.zoom === 'fit' ? '' : 'zoomed'}"
        role="img"
        tabindex="0"
        aria-label=${tile?.label ?? strings.loading}
        @keydown=${this.onKeyDown}
        @wheel=${{ handleEvent: this.onWheel, passive: false }}
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        @dblclick=${this.onDoubleClick}
      >
        ${this.renderPicture(scale)}
        ${this.message === null ? nothing : html`<p class="viewer-message">${this.message}</p>`}
      </div>`;
  }

  private renderPicture(scale: number): unknown {
    const { tile, picture, transform, strings } = this;
    if (!tile) return nothing;
    const width = (picture?.width ?? 0) * scale;
    const height = (picture?.height ?? 0) * scale;
    const style =
      `width: ${width}px; height: ${height}px; ` +
      `transform: translate(${transform.x - width / 2}px, ${transform.y - height / 2}px)`;
    const none = this.thumbnailUrl === null && this.url === null;
    return html`${
      this.thumbnailUrl === null || this.loaded
        ? nothing
        : html`<img
            class="viewer-picture thumbnail"
            src=${this.thumbnailUrl}
            alt=""
            draggable="false"
            .style=${style}
            @load=${this.onThumbnailLoad}
          />`
    }${
      this.url === null
        ? nothing
        : html`<img
            class="viewer-picture ${this.loaded ? '' : 'waiting'} ${scale > 2 ? 'pixels' : ''}"
            src=${this.url}
            alt=""
            draggable="false"
            .style=${style}
            @load=${this.onPictureLoad}
            @error=${() => (this.message ??= tile.problem)}
          />`
    }${
      none && tile.fileType === 'video'
        ? html`<div class="viewer-none">
            <i class="codicon codicon-device-camera-video" aria-hidden="true"></i>
            <p>${strings.video}</p>
            <p class="hint">${tile.detail}${tile.mark === null ? '' : ` · ${tile.mark}`}</p>
          </div>`
        : none && this.message === null
          ? html`<div class="viewer-none">
              <i class="codicon codicon-file-media" aria-hidden="true"></i>
              <p>${tile.problem ?? strings.loading}</p>
            </div>`
          : nothing
    }`;
  }

  private button(
    icon: string,
    label: string,
    onClick: () => void,
    disabled = false,
  ): TemplateResult {
    return html`<button
      class="icon-button"
      title=${label}
      aria-label=${label}
      ?disabled=${disabled}
      @click=${onClick}
      @keydown=${this.onKeyDown}
    >
      <i class="codicon codicon-${icon}" aria-hidden="true"></i>
    </button>`;
  }
}

function countText(count: number): string {
  return count.toLocaleString(document.documentElement.lang || 'en');
}
