import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { GalleryTile, TilePicture } from '../../galleryProtocol.js';
import type { GridSource } from './gridSource.js';

const placeholderIcons: Record<TilePicture, string> = {
  ready: 'file-media',
  pending: 'file-media',
  failed: 'warning',
  none: 'file-media',
};
const badgeIcons = { missing: 'error', offline: 'debug-disconnect', changed: 'diff-modified' };

export interface TileView {
  readonly index: number;
  readonly column: number;
  readonly active: boolean;
  /** False while the grid scrolls so fast that loading pictures would only delay those that are looked at. */
  readonly loadPictures: boolean;
}

/** One image of the grid, or the room for it while it is not here. */
export function renderTile(source: GridSource, view: TileView): TemplateResult {
  const tile = source.tile(view.index);
  const id = `tile-${view.index}`;
  if (!tile) {
    return html`<div
      class="photo loading ${view.active ? 'active' : ''}"
      role="gridcell"
      id=${id}
      data-index=${view.index}
      aria-colindex=${view.column + 1}
      aria-busy="true"
    >
      <div class="photo-picture"></div>
    </div>`;
  }
  const selected = source.isSelected(tile.id);
  return html`<div
    class="photo ${selected ? 'selected' : ''} ${view.active ? 'active' : ''}"
    role="gridcell"
    id=${id}
    data-index=${view.index}
    aria-colindex=${view.column + 1}
    aria-selected=${selected}
    aria-label=${tile.label}
  >
    <div class="photo-picture">
      ${renderPicture(source, tile, view.loadPictures)}
      ${tile.mark === null ? nothing : html`<span class="photo-mark">${tile.mark}</span>`}
      ${
        tile.badge === null
          ? nothing
          : html`<span class="photo-badge ${tile.badge}" title=${tile.badgeText ?? ''}
              ><i class="codicon codicon-${badgeIcons[tile.badge]}" aria-hidden="true"></i
            ></span>`
      }
    </div>
    <span class="photo-check" title=${source.strings.select}
      ><i class="codicon codicon-check" aria-hidden="true"></i
    ></span>
    ${renderCaption(tile)}
  </div>`;
}

/** One box cuts both lines: every box that cuts is a layer to be looked at for each frame. */
const renderCaption = ({ name, detail }: GalleryTile): TemplateResult =>
  html`<div class="photo-caption">
    <span class="photo-name" title=${name}>${name}</span><br /><span class="photo-detail"
      >${detail}</span
    >
  </div>`;

function renderPicture(source: GridSource, tile: GalleryTile, load: boolean): unknown {
  const { picture, problem } = source.stateOf(tile);
  if (picture === 'ready' && !load) return nothing;
  const url = source.thumbnailUrl(tile);
  if (url === undefined) return nothing;
  if (url === null) {
    const icon =
      tile.fileType === 'video' && picture !== 'failed'
        ? 'device-camera-video'
        : placeholderIcons[picture];
    return html`<span class="photo-none ${picture} ${tile.fileType}" title=${problem ?? ''}
      ><i class="codicon codicon-${icon}" aria-hidden="true"></i>${
        problem === null ? nothing : html`<span class="photo-problem">${problem}</span>`
      }</span
    >`;
  }
  // Another element for another picture: a reused one would show the old picture until the new one is there.
  return keyed(
    url,
    html`<img
      src=${url}
      alt=""
      draggable="false"
      decoding="async"
      @error=${() => source.thumbnailFailed(tile)}
    />`,
  );
}
