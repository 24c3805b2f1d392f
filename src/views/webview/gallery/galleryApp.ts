import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type {
  GalleryCommand,
  GalleryCriteria,
  GalleryGroup,
  GalleryHeader,
  GalleryTile,
  GalleryUnavailable,
  GalleryWish,
  SavedSearch,
} from '../../galleryProtocol.js';
import type { GalleryStrings } from '../../galleryStrings.js';
import { messageOf } from '../shared/hostConnection.js';
import { debounce, PageElement } from '../shared/page.js';
import { messageBox } from '../shared/panelApp.js';
import { ChosenTiles } from './chosenTiles.js';
import { describeMenu, menuPlace } from './contextMenu.js';
import './detailsPanel.js';
import './galleryGrid.js';
import type { GalleryGrid } from './galleryGrid.js';
import { GalleryImages, type GalleryConnection } from './galleryImages.js';
import { pageKeyAction } from './galleryKeys.js';
import type { GalleryState } from './galleryState.js';
import { countText, renderStatus } from './galleryStatus.js';
import { renderToolbar } from './galleryToolbar.js';
import type { GridChoice, GridSource } from './gridSource.js';
import './imageViewer.js';
import type { ImageViewer } from './imageViewer.js';
import type { SearchBox } from './searchBox.js';
import type { Selection } from './selection.js';

const announceDelayMs = 400;

/** The gallery: search and order above, the grid or one image in the middle, details beside, figures below. */
@customElement('gallery-app')
export class GalleryApp extends PageElement implements GridSource {
  @property({ attribute: false }) connection!: GalleryConnection;
  @property({ attribute: false }) strings!: GalleryStrings;
  @property({ attribute: false }) saveState!: (state: GalleryState) => void;
  @state() view!: GalleryState;
  @state() private header: GalleryHeader | GalleryUnavailable | null = null;
  @state() private problem: string | null = null;
  @state() private revision = 0;
  @state() private saved: readonly SavedSearch[] = [];
  @state() private work: string | null = null;
  @state() private announcement = '';
  private images!: GalleryImages;
  private readonly chosen = new ChosenTiles({
    tile: (index) => this.tile(index),
    ids: (first, count) => this.images.ids(first, count),
    active: () => this.view.activeIndex,
    moveTo: (activeIndex) => this.change({ activeIndex }),
    onChange: () => {
      this.revision += 1;
      this.announceSoon();
    },
    onError: (error) => this.fail(error),
  });
  private generation = 0;
  private gridTop = 0;
  private restored = false;
  private readonly saveSoon = debounce(
    () => this.saveState({ ...this.view, scrollTop: this.gridTop }),
    150,
  );
  private readonly announceSoon = debounce(() => {
    this.announcement = this.countText();
  }, announceDelayMs);

  override connectedCallback(): void {
    super.connectedCallback();
    this.gridTop = this.view.scrollTop;
    this.images = new GalleryImages({
      connection: this.connection,
      criteria: this.criteria,
      onChange: () => (this.revision += 1),
      onPictures: () => (this.view.viewing ? this.requestUpdate() : this.grid?.requestUpdate()),
      onError: this.fail,
    });
    this.connection.onNotification('changed', () => void this.refresh());
    this.connection.onNotification('work', ({ text }) => (this.work = text));
    document.addEventListener('keydown', this.onPageKey);
    window.addEventListener('focus', this.focusImages);
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.onPageKey);
    window.removeEventListener('focus', this.focusImages);
  }

  private get criteria(): GalleryCriteria {
    const { query, sort, direction, grouping } = this.view;
    return { query, sort, direction, grouping };
  }

  private get grid(): GalleryGrid | null {
    return this.querySelector<GalleryGrid>('gallery-grid');
  }

  private async start(): Promise<void> {
    const listing = this.images.load();
    const wish = await this.loadHeader();
    await listing;
    await this.updateComplete;
    await this.grid?.updateComplete;
    this.grid?.scrollToTop(this.gridTop);
    this.restored = true;
    await this.fulfil(wish);
    this.focusImages();
  }

  /** When the editor gives the page the focus, the images get it; never on their own account. */
  private readonly focusImages = (): void => {
    if (!document.hasFocus() || document.activeElement !== document.body) return;
    if (this.view.viewing) this.querySelector<ImageViewer>('image-viewer')?.focusViewer();
    else this.grid?.focusGrid();
  };

  private readonly fail = (error: unknown): void => {
    this.problem = messageOf(error);
  };

  private change(part: Partial<GalleryState>): void {
    this.view = { ...this.view, ...part };
    this.saveSoon();
  }

  /** Other images or another order: the active image stays active if it is among them. */
  private async changeCriteria(part: Partial<GalleryCriteria>): Promise<void> {
    const active = this.activeTile;
    this.change(part);
    this.chosen.forgetAnchor();
    this.problem = null;
    // No command is to be about images that are out of sight.
    if (part.query !== undefined) this.chosen.clear();
    await this.images.show(this.criteria);
    if (this.images.listing?.problem) return;
    const position = active ? await this.images.position(active.id).catch(() => null) : null;
    this.change({ activeIndex: position ?? 0, viewing: false });
    await this.updateComplete;
    if (position === null) this.grid?.scrollToTop(0);
    else await this.grid?.showTile(position);
    this.announceSoon();
  }

  /** The catalog changed. */
  private async refresh(): Promise<void> {
    this.generation += 1;
    this.problem = null;
    const [wish] = await Promise.all([this.loadHeader(), this.images.refresh()]);
    if (this.selection.size > 0) {
      const all = await this.images.ids(0, this.images.total).catch(() => null);
      if (all) this.chosen.keep(all);
    }
    this.change({
      activeIndex: Math.max(0, Math.min(this.view.activeIndex, this.images.total - 1)),
      viewing: this.view.viewing && this.images.total > 0,
    });
    await this.fulfil(wish);
  }

  /** Fetches what stands around the images; resolves to what a command wants to be shown. */
  private async loadHeader(): Promise<GalleryWish> {
    try {
      this.header = await this.connection.request('load', {});
      if ('status' in this.header) return {};
      this.saved = this.header.savedSearches;
      return this.header.wish ?? {};
    } catch (error) {
      this.fail(error);
      return {};
    }
  }

  private async fulfil({ query, imageId }: GalleryWish): Promise<void> {
    if (query !== undefined) await this.changeCriteria({ query });
    if (imageId !== undefined) await this.revealImage(imageId);
  }

  private async revealImage(imageId: string): Promise<void> {
    let position = await this.images.position(imageId).catch(() => null);
    if (position === null && this.view.query !== '') {
      await this.changeCriteria({ query: '' });
      position = await this.images.position(imageId).catch(() => null);
    }
    if (position === null) return;
    this.change({ activeIndex: position, viewing: false });
    await this.updateComplete;
    await this.grid?.showTile(position);
    this.grid?.focusGrid();
  }

  private get selection(): Selection {
    return this.chosen.selection;
  }

  private get activeTile(): GalleryTile | undefined {
    return this.images.tile(this.view.activeIndex);
  }

  /** What commands are about: the selection, or the active image. */
  private get targets(): readonly string[] {
    if (this.view.viewing || this.selection.size === 0)
      return this.activeTile ? [this.activeTile.id] : [];
    return [...this.selection.ids];
  }

  private run(command: GalleryCommand, imageIds = this.targets): void {
    if (imageIds.length > 0) this.connection.request('run', { command, imageIds }).catch(this.fail);
  }

  // ---- GridSource

  get groups(): readonly GalleryGroup[] {
    return this.images.listing?.groups ?? noGroups;
  }

  get grouped(): boolean {
    return this.view.grouping !== 'none';
  }

  tile(index: number): GalleryTile | undefined {
    return this.images.tile(index);
  }

  isSelected(id: string): boolean {
    return this.selection.has(id);
  }

  thumbnailUrl(tile: GalleryTile): string | null | undefined {
    return this.images.thumbnailUrl(tile);
  }

  stateOf(tile: GalleryTile): ReturnType<GalleryImages['stateOf']> {
    return this.images.stateOf(tile);
  }

  thumbnailFailed(tile: GalleryTile): void {
    this.images.thumbnailFailed(tile);
  }

  visible(first: number, last: number, settled: boolean): void {
    const pixels = this.view.tileSize * window.devicePixelRatio;
    this.images.visible(first, last, settled, pixels);
  }

  choose(choice: GridChoice, index: number): void {
    this.chosen.choose(choice, index);
  }

  activate(index: number, extend: boolean): void {
    this.chosen.activate(index, extend);
  }

  toggleGroup(group: number): void {
    const first = this.groups.slice(0, group).reduce((sum, { count }) => sum + count, 0);
    this.chosen.toggleRun(first, this.groups[group]?.count ?? 0);
  }

  open(index: number): void {
    this.change({ activeIndex: index, viewing: true });
  }

  private async closeViewer(): Promise<void> {
    this.change({ viewing: false });
    await this.updateComplete;
    const { grid } = this;
    await grid?.updateComplete;
    grid?.scrollToTop(this.gridTop);
    await grid?.showTile(this.view.activeIndex);
    grid?.focusGrid();
  }

  // ---- keys and menus

  private readonly onPageKey = (event: KeyboardEvent): void => {
    const action = pageKeyAction(event, this.view.viewing);
    if (action === null) return;
    if (action !== 'back') event.preventDefault();
    switch (action) {
      case 'search':
        if (this.view.viewing) void this.closeViewer().then(() => this.searchBox?.focusBox());
        else this.searchBox?.focusBox();
        return;
      case 'selectAll':
        this.chosen.selectAll(this.images.total);
        return;
      case 'copyPath':
        this.run('copyPath');
        return;
      case 'delete':
        this.run('delete');
        return;
      case 'details':
        this.change({ showDetails: !this.view.showDetails });
        return;
      case 'back':
        if (this.view.viewing) void this.closeViewer();
        else if (this.selection.size > 0) this.chosen.clear();
    }
  };

  private get searchBox(): SearchBox | null {
    return this.querySelector<SearchBox>('search-box');
  }

  private readonly onContextMenu = (event: MouseEvent): void => {
    const at = menuPlace(event, this.querySelector(`#tile-${this.view.activeIndex}`));
    if (!at) return;
    if (at.index !== null) {
      const tile = this.tile(at.index);
      if (tile && !this.selection.has(tile.id)) this.choose('only', at.index);
    }
    const imageIds = this.targets;
    this.connection.request('target', { imageIds }).catch(this.fail);
    describeMenu(event, imageIds.length, this.view.identity.key);
  };

  // ---- drawing

  override render(): TemplateResult {
    const { header, images, strings } = this;
    if (header && 'status' in header) return messageBox('info', header.message);
    const { listing } = images;
    return html`${renderToolbar({
        strings,
        view: this.view,
        queryProblem: listing?.problem ?? null,
        saved: this.saved,
        complete: (query, caret) => this.connection.request('complete', { query, caret }),
        onCriteria: (part) => void this.changeCriteria(part),
        onView: (part) => this.change(part),
        onSave: (query) => this.changeSaved('saveSearch', { query }),
        onDelete: (name) => this.changeSaved('deleteSearch', { name }),
        onLeave: () => this.grid?.focusGrid(),
      })}
      ${this.problem === null ? nothing : messageBox('error', this.problem, 'alert')}
      <div class="gallery-body" @contextmenu=${{ handleEvent: this.onContextMenu, capture: true }}>
        ${
          listing === null
            ? html`<p class="empty" role="status">
                ${this.problem === null ? strings.loading : ''}
              </p>`
            : listing.total === 0
              ? html`<p class="empty">
                  ${this.view.query === '' ? strings.empty : strings.nothingFound}
                </p>`
              : this.view.viewing
                ? this.renderViewer()
                : this.renderGrid()
        }
        ${
          this.view.showDetails
            ? html`<details-panel
                role="complementary"
                aria-label=${strings.details}
                .connection=${this.connection}
                .strings=${strings}
                .imageId=${this.activeTile?.id ?? null}
                .generation=${this.generation}
                .onClose=${() => this.change({ showDetails: false })}
                .onCommand=${(command: GalleryCommand, id: string) => this.run(command, [id])}
              ></details-panel>`
            : nothing
        }
      </div>
      ${renderStatus({
        strings,
        count: this.countText(),
        anySelected: this.selection.size > 0,
        anyTarget: this.targets.length > 0,
        work: this.work,
        onClear: () => this.chosen.clear(),
        onCommand: (command) => this.run(command),
      })}
      <div class="unseen" role="status" aria-live="polite">${this.announcement}</div>`;
  }

  private renderGrid(): TemplateResult {
    return html`<gallery-grid
      .source=${this}
      .revision=${this.revision}
      .tileSize=${this.view.tileSize}
      .active=${this.view.activeIndex}
      .onScrolled=${this.onScrolled}
    ></gallery-grid>`;
  }

  /** Not part of what is drawn: a scroll step must not draw the page again. */
  private readonly onScrolled = (top: number): void => {
    if (!this.restored) return;
    this.gridTop = top;
    this.saveSoon();
  };

  private renderViewer(): TemplateResult {
    const { activeIndex } = this.view;
    const tile = this.activeTile;
    this.images.visible(Math.max(0, activeIndex - 1), activeIndex + 1, false, 0);
    return html`<image-viewer
      .connection=${this.connection}
      .strings=${this.strings}
      .index=${activeIndex}
      .total=${this.images.total}
      .tile=${tile}
      .thumbnailUrl=${(tile && this.images.thumbnailUrl(tile)) ?? null}
      .onMove=${(index: number) => this.change({ activeIndex: index })}
      .onClose=${() => void this.closeViewer()}
    ></image-viewer>`;
  }

  private changeSaved(
    ...request:
      ['saveSearch', { readonly query: string }] | ['deleteSearch', { readonly name: string }]
  ): void {
    const [method, params] = request;
    this.connection.request(method, params as never).then((saved) => {
      this.saved = saved;
    }, this.fail);
  }

  private countText(): string {
    return countText(
      this.strings,
      this.images.listing,
      this.selection.size,
      this.view.query !== '',
    );
  }
}

const noGroups: readonly GalleryGroup[] = [];
