import { html, nothing, type TemplateResult } from 'lit';
import type { GalleryCommand } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';

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
