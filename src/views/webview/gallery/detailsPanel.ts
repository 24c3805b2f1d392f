import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { GalleryCommand, GalleryDetails } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { debounce, PageElement } from '../shared/page.js';
import type { GalleryConnection } from './galleryImages.js';

/** Moving on with a key held down does not ask for every image on the way. */
const delayMs = 120;

/** All that is known of the active image. */
@customElement('details-panel')
export class DetailsPanel extends PageElement {
  @property({ attribute: false }) connection!: GalleryConnection;
  @property({ attribute: false }) strings!: GalleryStrings;
  @property({ attribute: false }) imageId: string | null = null;
  /** Raised by the owner when the image may have changed. */
  @property({ attribute: false }) generation = 0;
  @property({ attribute: false }) onClose: () => void = () => undefined;
  @property({ attribute: false }) onCommand: (command: GalleryCommand, imageId: string) => void =
    () => undefined;
  @state() private details: GalleryDetails | null = null;
  @state() private problem: string | null = null;
  private readonly fetchSoon = debounce(() => void this.fetchDetails(), delayMs);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('imageId') || changed.has('generation')) this.fetchSoon();
  }

  private async fetchDetails(): Promise<void> {
    const { imageId } = this;
    if (imageId === null) {
      this.details = null;
      return;
    }
    try {
      const details = await this.connection.request('details', { imageId });
      if (imageId !== this.imageId) return;
      this.details = details;
      this.problem = null;
    } catch (error) {
      if (imageId !== this.imageId) return;
      this.details = null;
      this.problem = messageOf(error);
    }
  }

  override render(): TemplateResult {
    const { strings, details } = this;
    return html`<div class="details-head">
        <h2>${details?.name ?? strings.details}</h2>
        <button
          class="icon-button"
          title=${strings.closeDetails}
          aria-label=${strings.closeDetails}
          @click=${this.onClose}
        >
          <i class="codicon codicon-close" aria-hidden="true"></i>
        </button>
      </div>
      ${this.problem === null ? nothing : html`<p class="problem">${this.problem}</p>`}
      ${details ? this.renderSections(details) : html`<p class="hint">${strings.noDetails}</p>`}`;
  }

  private renderSections({ id, sections }: GalleryDetails): TemplateResult[] {
    return sections.map(
      ({ title, facts }) =>
        html`<section>
          <h3>${title}</h3>
          <dl>
            ${facts.map(
              ({ label, value, warning, command }) =>
                html`<dt>${label}</dt>
                  <dd class=${warning ? 'warning' : ''}>
                    ${this.renderValue(id, value, command)}
                  </dd>`,
            )}
          </dl>
        </section>`,
    );
  }

  private renderValue(
    imageId: string,
    value: string,
    command: GalleryCommand | undefined,
  ): TemplateResult {
    if (command === undefined) return html`<span class="value">${value}</span>`;
    return html`<button
      class="link"
      title=${this.strings.commands[command]}
      @click=${() => this.onCommand(command, imageId)}
    >
      ${value}
    </button>`;
  }
}
