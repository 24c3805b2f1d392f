import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { lookAlikeDecisions, type LookAlikeDecision } from '../../../catalog/model/duplicates.js';
import type {
  AlikeMatch,
  AlikeRow,
  ImageThumbnail,
  PreviewThumbnail,
} from '../../panelProtocol.js';
import type { PreviewStrings } from '../../panelStrings.js';
import { fill } from '../shared/page.js';
import { loadingRow, PagedList, plainRow } from '../shared/pagedList.js';
import type { RowAction, RowView } from '../shared/rowList.js';
import { ThumbnailCache } from '../shared/thumbnailCache.js';
import type { PreviewConnection } from './previewState.js';

/** New files beside the images of the catalog that they look like, each with what becomes of it. */
@customElement('preview-alikes')
export class PreviewAlikes extends PagedList {
  @property({ attribute: false }) connection!: PreviewConnection;
  @property({ attribute: false }) strings!: PreviewStrings;
  @property({ attribute: false }) total = 0;
  @property({ attribute: false }) selectable = true;
  /** Tells assistive technology. */
  @property({ attribute: false }) onAnnounce: (text: string) => void = () => undefined;

  /** Of files with several matches the one that is shown, if it is not the first. */
  private readonly shown = new Map<number, number>();
  private readonly files = this.pages<AlikeRow>((offset, limit) =>
    this.connection.request('alikes', { offset, limit }),
  );
  private readonly newPictures = new ThumbnailCache<number, PreviewThumbnail>(
    (fileIds) => this.connection.request('thumbnails', { fileIds }),
    () => this.redraw(),
  );
  private readonly oldPictures = new ThumbnailCache<string, ImageThumbnail>(
    (imageIds) => this.connection.request('imageThumbnails', { imageIds }),
    () => this.redraw(),
  );

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('generation')) {
      this.newPictures.refresh();
      this.oldPictures.refresh();
    }
    super.willUpdate(changed);
  }

  protected get emptyText(): string {
    return this.strings.alikesNotFound;
  }

  protected override get listClass(): string {
    return 'tab-alike';
  }

  protected override get rowHeights(): { readonly wide: number; readonly narrow: number } {
    return { wide: 116, narrow: 220 };
  }

  // ---- RowSource

  get rowCount(): number {
    return this.files.total ?? this.total;
  }

  get label(): string {
    return this.strings.alikes;
  }

  get columnHeaders(): TemplateResult {
    const { strings } = this;
    return html`<span class="cell" role="columnheader">${strings.columnNewFile}</span>
      <span class="cell" role="columnheader">${strings.columnCatalogImage}</span>
      <span class="cell" role="columnheader">${strings.columnDecision}</span>`;
  }

  row(index: number): RowView {
    const file = this.files.row(index);
    return plainRow(file ? this.renderRow(file) : loadingRow(), file ? 'alike' : 'alike loading');
  }

  visible(first: number, last: number): void {
    this.files.want(first, last);
    const rows: AlikeRow[] = [];
    for (let index = first; index <= last; index += 1) {
      const file = this.files.row(index);
      if (file) rows.push(file);
    }
    this.newPictures.want(rows.map(({ id }) => id));
    this.oldPictures.want([
      ...new Set(rows.flatMap((file) => this.shownMatch(file)?.imageId ?? [])),
    ]);
  }

  act(action: RowAction, index: number): void {
    const file = this.files.row(index);
    if (!file) return;
    if (action === 'open') {
      this.connection.request('openFile', { fileId: file.id }).catch(this.onFailed);
    } else if (action === 'toggle') {
      const at = lookAlikeDecisions.findIndex((decision) => decision === file.decision);
      const next =
        file.decision === 'open'
          ? file.suggestion
          : (lookAlikeDecisions[(at + 1) % lookAlikeDecisions.length] ?? 'import');
      this.decide(file, next);
    }
  }

  private shownMatch(file: AlikeRow): AlikeMatch | undefined {
    const replaced = file.matches.find(({ imageId }) => imageId === file.replaces);
    return file.matches[this.shown.get(file.id) ?? -1] ?? replaced ?? file.matches[0];
  }

  private decide(file: AlikeRow, decision: LookAlikeDecision): void {
    const { strings } = this;
    if (!this.selectable) return;
    const imageId = this.shownMatch(file)?.imageId ?? null;
    this.files.update((row) =>
      row.id === file.id
        ? { ...row, decision, replaces: decision === 'replace' ? imageId : null }
        : row,
    );
    this.redraw();
    this.onAnnounce(fill(strings.alikeDecided, file.name, strings.alikeDecisions[decision]));
    this.connection
      .request('decideAlikes', { fileIds: [file.id], decision, imageId })
      .catch(this.onFailed)
      .finally(() => this.dispatchEvent(new CustomEvent('selection-changed')));
  }

  private renderRow(file: AlikeRow): TemplateResult {
    const { strings } = this;
    const match = this.shownMatch(file);
    return html`<span class="cell alike-side" role="gridcell">
        ${picture(this.newPictures.get(file.id)?.url)}
        <span class="alike-texts">
          <span class="alike-name" title=${`${file.folder}/${file.name}`}>${file.name}</span>
          <span class="count">${file.folder}</span>
          <span class="count">${file.detail}</span>
        </span>
      </span>
      <span class="cell alike-side" role="gridcell">
        ${match ? this.renderMatch(file, match) : html`<span>${strings.alikeGone}</span>`}
      </span>
      <span class="cell alike-decide" role="gridcell">
        <span
          class="alike-choices"
          role="radiogroup"
          aria-label=${fill(strings.alikeDecision, file.name)}
          >${lookAlikeDecisions.map((decision) => this.renderChoice(file, decision, match))}</span
        >
        <span class="count" title=${file.reason}>${file.reason}</span>
      </span>`;
  }

  private renderMatch(file: AlikeRow, match: AlikeMatch): TemplateResult {
    const { strings } = this;
    const choose = (event: Event): void => {
      this.shown.set(file.id, Number((event.target as HTMLSelectElement).value));
      this.redraw();
      if (file.decision === 'replace') this.decide(file, 'replace');
    };
    return html`${picture(this.oldPictures.get(match.imageId)?.url)}
      <span class="alike-texts">
        ${
          file.matches.length > 1
            ? html`<select
                tabindex="-1"
                class="alike-select"
                aria-label=${fill(strings.alikeMatch, file.name)}
                @change=${choose}
              >
                ${file.matches.map(
                  (each, at) =>
                    html`<option value=${at} ?selected=${each === match}>${each.name}</option>`,
                )}
              </select>`
            : html`<span class="alike-name" title=${match.path}>${match.name}</span>`
        }
        <span class="count">${match.detail}</span>
        <span class="alike-likeness">${match.likeness}</span>
      </span>`;
  }

  private renderChoice(
    file: AlikeRow,
    decision: LookAlikeDecision,
    match: AlikeMatch | undefined,
  ): TemplateResult | typeof nothing {
    const { strings } = this;
    if (decision === 'replace' && !match) return nothing;
    const checked = file.decision === decision;
    return html`<button
      class="alike-choice ${checked ? 'chosen' : ''}"
      role="radio"
      tabindex="-1"
      aria-checked=${String(checked)}
      title=${strings.alikeHelp[decision]}
      ?disabled=${!this.selectable}
      @click=${() => this.decide(file, decision)}
    >
      <i
        class="codicon codicon-${checked ? 'circle-filled' : 'circle-outline'}"
        aria-hidden="true"
      ></i
      >${strings.alikeDecisions[decision]}
    </button>`;
  }
}

function picture(url: string | null | undefined): TemplateResult {
  return html`<span class="alike-picture"
    >${url ? html`<img src=${url} alt="" decoding="async" draggable="false" />` : nothing}</span
  >`;
}
