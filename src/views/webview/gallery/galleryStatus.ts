import { html, nothing, type TemplateResult } from 'lit';
import type { GalleryCommand, GalleryListing } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { fill } from '../shared/page.js';

export interface StatusProps {
  readonly strings: GalleryStrings;
  /** How many images there are, or are selected. */
  readonly count: string;
  readonly anySelected: boolean;
  /** There is an image that commands would be about. */
  readonly anyTarget: boolean;
  /** What the engine works on, or null. */
  readonly work: string | null;
  readonly onClear: () => void;
  readonly onCommand: (command: GalleryCommand) => void;
}

/** Figures and the commands for what is selected. */
export function renderStatus(props: StatusProps): TemplateResult {
  const { strings } = props;
  return html`<footer class="gallery-status">
    <span class="status-count">${props.count}</span>
    ${
      !props.anySelected
        ? nothing
        : html`<button class="link" @click=${props.onClear}>${strings.clearSelection}</button>`
    }
    <span class="space"></span>
    ${props.work === null ? nothing : html`<span class="hint">${props.work}</span>`}
    ${(
      [
        ['go-to-file', 'open'],
        ['folder-opened', 'reveal'],
        ['copy', 'copyPath'],
        ['output', 'showJob'],
        ['root-folder', 'showSource'],
        ['trash', 'delete'],
      ] as const
    ).map(
      ([icon, command]) =>
        html`<button
          class="icon-button"
          title=${strings.commands[command]}
          aria-label=${strings.commands[command]}
          ?disabled=${!props.anyTarget}
          @click=${() => props.onCommand(command)}
        >
          <i class="codicon codicon-${icon}" aria-hidden="true"></i>
        </button>`,
    )}
  </footer>`;
}

/** How many images there are, were found or are selected; empty before the images came. */
export function countText(
  strings: GalleryStrings,
  listing: GalleryListing | null,
  selected: number,
  isSearch: boolean,
): string {
  if (!listing) return '';
  const { total, totalText } = listing;
  if (selected > 0) return fill(strings.selected, selected, totalText);
  if (total === 1) return isSearch ? strings.foundOne : strings.countOne;
  return fill(isSearch ? strings.found : strings.count, totalText);
}
