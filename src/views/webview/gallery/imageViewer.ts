import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GalleryPicture, GalleryTile } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { fill, PageElement } from '../shared/page.js';
import type { Size } from '../shared/viewerTransform.js';
import { actOnKey, ZoomPan } from '../shared/zoomPan.js';
import type { GalleryConnection } from './galleryImages.js';

const longestRendering = 4096;
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
  /** Its picture is the thumbnail until the picture itself is there. */
  private readonly zoom = new ZoomPan(this);
  @state() private url: string | null = null;
  @state() private loaded = false;
  @state() private message: string | null = null;
  private shownId: string | null = null;
  private timer: number | undefined;

  focusViewer(): void {
    this.querySelector<HTMLElement>('.viewer-stage')?.focus();
  }

  protected override firstUpdated(): void {
    const stage = this.querySelector('.viewer-stage');
    if (stage) this.zoom.observe(stage);
    this.focusViewer();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetPicture();
  }

  protected override willUpdate(): void {
    const id = this.tile?.id ?? null;
    if (id === this.shownId) return;
    this.forgetPicture();
    this.shownId = id;
    this.zoom.show(null);
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
    const { picture: before, transform } = this.zoom;
    const picture = { width: image.naturalWidth, height: image.naturalHeight };
    this.loaded = true;
    // Zoomed into the thumbnail: the same part of the picture stays in view.
    const zoom =
      before && transform.zoom !== 'fit'
        ? (transform.zoom * before.width) / picture.width
        : transform.zoom;
    this.zoom.show(picture, { ...transform, zoom });
  };

  private readonly onThumbnailLoad = (event: Event): void => {
    if (this.zoom.picture) return;
    const image = event.target as HTMLImageElement;
    const size = this.enlarged({ width: image.naturalWidth, height: image.naturalHeight });
    this.zoom.show(size, this.zoom.transform);
  };

  /** The thumbnail takes the room that the picture will have. */
  private enlarged(thumbnail: Size): Size {
    const edge = Math.max(this.tile?.pixels ?? 0, thumbnail.width, thumbnail.height);
    const factor = edge / Math.max(1, thumbnail.width, thumbnail.height);
    return { width: thumbnail.width * factor, height: thumbnail.height * factor };
  }

  private move(step: number): void {
    const next = this.index + step;
    if (next >= 0 && next < this.total) this.onMove(next);
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    const { zoomKeys, panKeys, isFitted } = this.zoom;
    const pans = !isFitted && event.shiftKey;
    actOnKey(event, {
      ...panKeys,
      ...(!pans && { ArrowLeft: () => this.move(-1), ArrowRight: () => this.move(1) }),
      ...zoomKeys,
      PageUp: () => this.move(-1),
      PageDown: () => this.move(1),
      Home: () => this.onMove(0),
      End: () => this.onMove(this.total - 1),
      Escape: () => this.onClose(),
    });
  };

  override render(): TemplateResult {
    const { strings, tile, zoom } = this;
    return html`<div class="viewer-bar" role="toolbar" aria-label=${strings.viewer}>
        ${this.button('arrow-left', strings.close, () => this.onClose())}
        <span class="viewer-name" title=${tile?.name ?? ''}>${tile?.name ?? ''}</span>
        <span class="hint">${tile?.detail ?? ''}</span>
        <span class="space"></span>
        ${this.url === null || this.loaded ? nothing : html`<span class="hint">${strings.loading}</span>`}
        <span class="viewer-scale">${zoom.picture ? `${Math.round(zoom.scale * 100)} %` : ''}</span>
        ${this.button('zoom-out', strings.zoomOut, () => zoom.zoom(-1))}
        ${this.button('zoom-in', strings.zoomIn, () => zoom.zoom(1))}
        ${this.button('screen-normal', strings.zoomFit, () => zoom.zoomToScale('fit'))}
        ${this.button('screen-full', strings.zoomActual, () => zoom.zoomToScale(1))}
        <span class="viewer-position"
          >${fill(strings.position, countText(this.index + 1), countText(this.total))}</span
        >
        ${this.button('chevron-left', strings.previous, () => this.move(-1), this.index === 0)}
        ${this.button('chevron-right', strings.next, () => this.move(1), this.index >= this.total - 1)}
      </div>
      <div
        class="viewer-stage ${zoom.isFitted ? '' : 'zoomed'}"
        role="img"
        tabindex="0"
        aria-label=${tile?.label ?? strings.loading}
        @keydown=${this.onKeyDown}
        @wheel=${zoom.onWheel}
        @pointerdown=${zoom.onPointerDown}
        @pointermove=${zoom.onPointerMove}
        @dblclick=${zoom.onDoubleClick}
      >
        ${this.renderPicture()}
        ${this.message === null ? nothing : html`<p class="viewer-message">${this.message}</p>`}
      </div>`;
  }

  private renderPicture(): unknown {
    const { tile, strings } = this;
    if (!tile) return nothing;
    const style = this.zoom.styleOf(this.zoom.picture ?? { width: 0, height: 0 });
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
            class="viewer-picture ${this.loaded ? '' : 'waiting'} ${this.zoom.scale > 2 ? 'pixels' : ''}"
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
