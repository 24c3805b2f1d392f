import { html, type TemplateResult } from 'lit';
import {
  galleryGroupings,
  gallerySorts,
  type GalleryCriteria,
  type SavedSearch,
} from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { largestTile, smallestTile, type GalleryState } from './galleryState.js';
import './searchBox.js';
import type { SearchBox } from './searchBox.js';

export interface ToolbarProps {
  readonly strings: GalleryStrings;
  readonly view: GalleryState;
  /** What is wrong with the search. */
  readonly queryProblem: SearchBox['problem'];
  readonly saved: readonly SavedSearch[];
  readonly complete: SearchBox['complete'];
  readonly onCriteria: (part: Partial<GalleryCriteria>) => void;
  readonly onView: (part: Partial<GalleryState>) => void;
  readonly onSave: (query: string) => void;
  readonly onDelete: (name: string) => void;
  /** The search box gives the focus back. */
  readonly onLeave: () => void;
}

/** Search, order, groups and the size of the tiles. */
export function renderToolbar(props: ToolbarProps): TemplateResult {
  const { strings, view } = props;
  const descending = view.direction === 'descending';
  return html`<header class="gallery-bar" role="toolbar" aria-label=${strings.images}>
    <search-box
      .strings=${strings}
      .query=${view.query}
      .problem=${props.queryProblem}
      .saved=${props.saved}
      .complete=${props.complete}
      .onSearch=${(query: string) => props.onCriteria({ query })}
      .onSave=${props.onSave}
      .onDelete=${props.onDelete}
      .onLeave=${props.onLeave}
    ></search-box>
    <label class="choice"
      ><span>${strings.sort}</span
      ><select @change=${(event: Event) => onSort(event, props)}>
        ${gallerySorts.map(
          (sort) =>
            html`<option value=${sort} ?selected=${sort === view.sort}>
              ${strings.sorts[sort]}
            </option>`,
        )}
      </select></label
    >
    <button
      class="icon-button"
      title=${descending ? strings.descending : strings.ascending}
      aria-label=${descending ? strings.descending : strings.ascending}
      @click=${() => props.onCriteria({ direction: descending ? 'ascending' : 'descending' })}
    >
      <i class="codicon codicon-arrow-${descending ? 'down' : 'up'}" aria-hidden="true"></i>
    </button>
    <label class="choice"
      ><span>${strings.group}</span
      ><select @change=${(event: Event) => onGroup(event, props)}>
        ${galleryGroupings.map(
          (grouping) =>
            html`<option value=${grouping} ?selected=${grouping === view.grouping}>
              ${strings.groupings[grouping]}
            </option>`,
        )}
      </select></label
    >
    <input
      class="size"
      type="range"
      min=${smallestTile}
      max=${largestTile}
      step="8"
      title=${strings.tileSize}
      aria-label=${strings.tileSize}
      .value=${String(view.tileSize)}
      @input=${(event: Event) =>
        props.onView({ tileSize: Number((event.target as HTMLInputElement).value) })}
    />
    <button
      class="icon-button ${view.showDetails ? 'pressed' : ''}"
      title=${strings.details}
      aria-label=${strings.details}
      aria-pressed=${view.showDetails}
      @click=${() => props.onView({ showDetails: !view.showDetails })}
    >
      <i class="codicon codicon-info" aria-hidden="true"></i>
    </button>
  </header>`;
}

function onSort(event: Event, { onCriteria }: ToolbarProps): void {
  const value = (event.target as HTMLSelectElement).value;
  const sort = gallerySorts.find((candidate) => candidate === value);
  if (sort) onCriteria({ sort });
}

function onGroup(event: Event, { onCriteria }: ToolbarProps): void {
  const value = (event.target as HTMLSelectElement).value;
  const grouping = galleryGroupings.find((candidate) => candidate === value);
  if (grouping) onCriteria({ grouping });
}
