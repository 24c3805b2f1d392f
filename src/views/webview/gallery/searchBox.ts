import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Completion, QueryProblem, SavedSearch } from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { debounce, PageElement } from '../shared/page.js';

const searchDelayMs = 250;

/** What the list under the box offers. */
type Offer =
  | { readonly kind: 'completion'; readonly completion: Completion }
  | { readonly kind: 'saved'; readonly search: SavedSearch };

/** The box for a query: completes what is typed, marks mistakes, keeps searches. */
@customElement('search-box')
export class SearchBox extends PageElement {
  @property({ attribute: false }) strings!: GalleryStrings;
  /** The query that is shown now. */
  @property({ attribute: false }) query = '';
  @property({ attribute: false }) problem: QueryProblem | null = null;
  @property({ attribute: false }) saved: readonly SavedSearch[] = [];
  @property({ attribute: false }) onSearch: (query: string) => void = () => undefined;
  @property({ attribute: false }) onSave: (query: string) => void = () => undefined;
  @property({ attribute: false }) onDelete: (name: string) => void = () => undefined;
  /** Leaves the box for the images. */
  @property({ attribute: false }) onLeave: () => void = () => undefined;
  @property({ attribute: false }) complete: (
    query: string,
    caret: number,
  ) => Promise<readonly Completion[]> = () => Promise.resolve([]);
  @state() private text = '';
  @state() private offers: readonly Offer[] = [];
  @state() private chosen = -1;
  @state() private listKind: 'none' | 'completions' | 'saved' = 'none';
  private turn = 0;
  private readonly searchSoon = debounce(() => this.search(), searchDelayMs);

  private get input(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  focusBox(): void {
    this.input?.focus();
    this.input?.select();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('query') && this.query !== this.text) this.text = this.query;
    if (changed.has('saved') && this.listKind === 'saved') this.showSaved();
  }

  private search(): void {
    if (this.text.trim() !== this.query.trim()) this.onSearch(this.text.trim());
  }

  private readonly onInput = (): void => {
    this.text = this.input?.value ?? '';
    this.searchSoon();
    void this.offerCompletions();
  };

  private async offerCompletions(): Promise<void> {
    const input = this.input;
    if (!input) return;
    this.turn += 1;
    const turn = this.turn;
    const completions = await this.complete(input.value, input.selectionStart ?? 0).catch(() => []);
    if (turn !== this.turn || document.activeElement !== input) return;
    this.offers = completions.map((completion) => ({ kind: 'completion', completion }));
    this.chosen = -1;
    this.listKind = completions.length > 0 ? 'completions' : 'none';
  }

  private showSaved(): void {
    this.turn += 1;
    this.offers = this.saved.map((search) => ({ kind: 'saved', search }));
    this.chosen = -1;
    this.listKind = 'saved';
  }

  private closeList(): void {
    this.turn += 1;
    this.listKind = 'none';
    this.offers = [];
    this.chosen = -1;
  }

  private take(offer: Offer): void {
    if (offer.kind === 'saved') {
      this.closeList();
      this.text = offer.search.query;
      this.onSearch(offer.search.query);
      return;
    }
    const { query, caret } = offer.completion;
    this.text = query;
    void this.updateComplete.then(() => {
      this.input?.setSelectionRange(caret, caret);
      this.searchSoon();
      // A filter's name is completed: now its values.
      void this.offerCompletions();
    });
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    const open = this.listKind !== 'none';
    const offer = this.offers[this.chosen];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault();
        if (!open) {
          if (this.text === '' && this.saved.length > 0) this.showSaved();
          else void this.offerCompletions();
        } else if (this.offers.length > 0) {
          const step = event.key === 'ArrowDown' ? 1 : -1;
          const count = this.offers.length + 1;
          // Between the last and the first stands the box itself.
          this.chosen = ((this.chosen + 1 + step + count) % count) - 1;
        }
        break;
      case 'Tab':
      case 'Enter':
        if (offer) {
          event.preventDefault();
          this.take(offer);
        } else if (event.key === 'Enter') {
          event.preventDefault();
          this.closeList();
          this.search();
          if (this.problem === null) this.onLeave();
        }
        break;
      case 'Delete':
        if (event.shiftKey && offer?.kind === 'saved') {
          event.preventDefault();
          this.onDelete(offer.search.name);
        }
        break;
      case 'Escape':
        event.preventDefault();
        if (open) this.closeList();
        else if (this.text !== '') this.clear();
        else this.onLeave();
        break;
      default:
        return;
    }
    event.stopPropagation();
  };

  private clear(): void {
    this.text = '';
    this.onSearch('');
    this.input?.focus();
  }

  override render(): TemplateResult {
    const { strings, problem } = this;
    const open = this.listKind !== 'none';
    const isSaved = this.saved.some(({ query }) => query === this.query);
    return html`<div class="search ${problem && !open ? 'wrong' : ''}">
        <i class="codicon codicon-search" aria-hidden="true"></i>
        <input
          type="text"
          role="combobox"
          spellcheck="false"
          autocomplete="off"
          placeholder=${strings.searchHint}
          aria-label=${strings.search}
          aria-autocomplete="list"
          aria-expanded=${open}
          aria-controls="search-offers"
          aria-activedescendant=${this.chosen >= 0 ? `offer-${this.chosen}` : nothing}
          aria-invalid=${problem !== null}
          aria-describedby=${problem ? 'search-problem' : nothing}
          .value=${live(this.text)}
          @input=${this.onInput}
          @keydown=${this.onKeyDown}
          @blur=${() => this.closeList()}
        />
        ${
          this.text === '' ? nothing : this.button('close', strings.clearSearch, () => this.clear())
        }
        ${
          this.query === '' || isSaved || problem
            ? nothing
            : this.button('star-empty', strings.saveSearch, () => this.onSave(this.query))
        }
        ${
          this.saved.length === 0
            ? nothing
            : this.button('bookmark', strings.savedSearches, () => {
                this.input?.focus();
                if (this.listKind === 'saved') this.closeList();
                else this.showSaved();
              })
        }
      </div>
      ${open ? this.renderList() : nothing}
      ${problem && !open ? this.renderProblem(problem) : nothing}`;
  }

  /** A press must not take the focus from the box: that would close the list before the click. */
  private button(icon: string, label: string, onClick: () => void): TemplateResult {
    return html`<button
      class="icon-button"
      title=${label}
      aria-label=${label}
      @mousedown=${(event: Event) => event.preventDefault()}
      @click=${onClick}
    >
      <i class="codicon codicon-${icon}" aria-hidden="true"></i>
    </button>`;
  }

  private renderList(): TemplateResult {
    const { strings } = this;
    const label = this.listKind === 'saved' ? strings.savedSearches : strings.suggestions;
    return html`<ul
      class="search-offers"
      id="search-offers"
      role="listbox"
      aria-label=${label}
      @mousedown=${(event: Event) => event.preventDefault()}
    >
      ${this.offers.map(
        (offer, index) =>
          html`<li
            id="offer-${index}"
            role="option"
            class=${index === this.chosen ? 'chosen' : ''}
            aria-selected=${index === this.chosen}
            @click=${() => this.take(offer)}
          >
            ${
              offer.kind === 'completion'
                ? html`<span class="offer-text">${offer.completion.label}</span
                    ><span class="hint">${offer.completion.detail ?? ''}</span>`
                : html`<span class="offer-text">${offer.search.name}</span
                    ><span class="hint"
                      >${offer.search.name === offer.search.query ? '' : offer.search.query}</span
                    ><button
                      class="icon-button"
                      tabindex="-1"
                      title=${strings.deleteSearch}
                      aria-label=${strings.deleteSearch}
                      @click=${(event: Event) => {
                        event.stopPropagation();
                        this.onDelete(offer.search.name);
                      }}
                    >
                      <i class="codicon codicon-trash" aria-hidden="true"></i>
                    </button>`
            }
          </li>`,
      )}
    </ul>`;
  }

  private renderProblem({ message, start, end }: QueryProblem): TemplateResult {
    const { query } = this;
    return html`<div class="search-problem" id="search-problem" role="alert">
      <span class="search-problem-query" aria-hidden="true"
        >${query.slice(0, start)}<mark>${query.slice(start, end) || ' '}</mark>${query.slice(end)}</span
      >
      <span>${message}</span>
    </div>`;
  }
}
