import { html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { messageOf } from './hostConnection.js';
import { debounce, PageElement } from './page.js';
import type { PagedList } from './pagedList.js';
import type { PanelState } from './panelState.js';

/** The part of a `HostConnection` that every panel has. */
export interface PanelConnection {
  onNotification(method: 'changed', handler: () => void): void;
}

/**
 * The root element of a panel: fetches what it shows, again after every change, remembers what is looked at, and
 * says what went wrong. A subclass fetches in `fetchAll` and draws the rest.
 */
export abstract class PanelApp<
  Connection extends PanelConnection,
  Strings,
  State extends PanelState,
> extends PageElement {
  @property({ attribute: false }) connection!: Connection;
  @property({ attribute: false }) strings!: Strings;
  @property({ attribute: false }) saveState!: (state: State) => void;
  @state() view!: State;
  @state() protected problem: string | null = null;
  /** Raised with every fetch: lists then fetch the rows in view again. */
  @state() protected generation = 0;
  private restored = false;
  private refreshing = false;
  private refreshAgain = false;
  private readonly saveSoon = debounce(() => this.saveState(this.view), 150);

  /** Fetches everything that is shown besides the rows of lists. */
  protected abstract fetchAll(): Promise<void>;

  /** The list whose scroll position is remembered, once it is in the page. */
  protected abstract pagedList(): PagedList | null;

  protected override firstUpdated(): void {
    this.connection.onNotification('changed', () => void this.refresh());
    void this.refresh();
  }

  protected change(part: Partial<State>): void {
    this.view = { ...this.view, ...part };
    this.saveSoon();
  }

  /** Fetches everything shown anew. Calls that come meanwhile become one more run. */
  protected async refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    this.refreshing = true;
    try {
      do {
        this.refreshAgain = false;
        await this.fetchAll();
        this.generation += 1;
      } while (this.refreshAgain);
      this.problem = null;
      if (!this.restored) await this.restoreScroll();
    } catch (error) {
      this.problem = messageOf(error);
    } finally {
      this.refreshing = false;
    }
  }

  private async restoreScroll(): Promise<void> {
    await this.updateComplete;
    const paged = this.pagedList();
    if (!paged) return;
    this.restored = true;
    await paged.updateComplete;
    paged.list?.scrollToTop(this.view.scrollTop);
  }

  protected readonly fail = (error: unknown): void => {
    this.problem = messageOf(error);
  };

  protected renderProblem(): TemplateResult | typeof nothing {
    return this.problem === null ? nothing : messageBox('error', this.problem, 'alert');
  }

  protected renderLoading(text: string): TemplateResult {
    return html`${this.renderProblem()}
      <p class="empty" role="status">${this.problem === null ? text : ''}</p>`;
  }
}

/** A text that stands out, with buttons or other content after it. */
export function messageBox(
  icon: string,
  text: string,
  role: 'alert' | 'status' = 'status',
  content: unknown = nothing,
): TemplateResult {
  return html`<div class="message ${icon === 'error' ? 'problem' : icon}" role=${role}>
    <i class="codicon codicon-${icon}" aria-hidden="true"></i><span>${text}</span>${content}
  </div>`;
}
