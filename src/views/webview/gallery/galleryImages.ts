import { ResponseError } from 'vscode-jsonrpc/browser';
import type { PanelErrorData } from '../../panelProtocol.js';
import type { HostConnection } from '../shared/hostConnection.js';
import { PageCache } from '../shared/pageCache.js';
import { ThumbnailData } from './thumbnailData.js';
import {
  maximumThumbnails,
  type GalleryCriteria,
  type GalleryListing,
  type GalleryNotifications,
  type GalleryRequests,
  type GalleryTile,
  type PreparedGallery,
  type TileState,
} from '../../galleryProtocol.js';

export type GalleryConnection = HostConnection<GalleryRequests, GalleryNotifications>;

/** States of more images than that are forgotten: the pages tell them again. */
const rememberedStates = 20_000;
/** Larger tiles, in device pixels, show the larger thumbnail. */
const largeTilePixels = 330;

/** What is known of a thumbnail since its tile was fetched. */
interface Known extends TileState {
  /** The larger thumbnail is there. */
  readonly large: boolean;
  /** The host was asked, so its answer is all there is to know. */
  readonly asked: boolean;
  /** How often its file was not there or no picture. */
  readonly attempt: number;
}

/** The images of a gallery as the host gives them: how many in which groups, tiles by the page, thumbnails. */
export class GalleryImages {
  listing: GalleryListing | null = null;
  private readonly connection: GalleryConnection;
  private readonly thumbnails: ThumbnailData<GalleryTile>;
  private readonly onChange: () => void;
  private readonly onError: (error: unknown) => void;
  private rows: PageCache<GalleryTile>;
  private readonly known = new Map<string, Known>();
  private criteria: GalleryCriteria;
  private asked = '';
  private listings = 0;

  constructor(props: {
    connection: GalleryConnection;
    criteria: GalleryCriteria;
    onChange: () => void;
    /** Nothing changed but pictures that are drawn. */
    onPictures: () => void;
    onError: (error: unknown) => void;
  }) {
    this.connection = props.connection;
    this.criteria = props.criteria;
    this.onChange = props.onChange;
    this.thumbnails = new ThumbnailData(
      (checksums, size) => this.connection.request('thumbnailFiles', { checksums, size }),
      (missing) => {
        for (const tile of missing) this.thumbnailFailed(tile);
        props.onPictures();
      },
    );
    this.onError = props.onError;
    // The first page comes together with the number of images.
    this.rows = this.rowsOf(this.criteria).rows;
    this.connection.onNotification('pictures', ({ states }) => this.learn(states, false, false));
    this.connection.onNotification('prepared', (prepared) => this.seed(prepared));
  }

  get total(): number {
    return this.listing?.total ?? 0;
  }

  /** Other images or another order. What was shown stays until the new list and its first page are there. */
  async show(criteria: GalleryCriteria): Promise<void> {
    const { rows, arrived } = this.rowsOf(criteria);
    await this.fetchListing(criteria, arrived, () => {
      this.criteria = criteria;
      this.rows = rows;
    });
  }

  /** The first list. Its first page is already asked for. */
  async load(): Promise<void> {
    await this.fetchListing(this.criteria, Promise.resolve(), () => undefined);
  }

  private seed({ criteria, listing, firstPage, thumbnails }: PreparedGallery): void {
    for (const [checksum, file] of thumbnails) this.thumbnails.seed(checksum, file);
    if (this.listing || JSON.stringify(criteria) !== JSON.stringify(this.criteria)) return;
    this.listing = listing;
    this.rows.seed(firstPage);
    this.onChange();
  }

  /** The same list again, after a change. */
  async refresh(): Promise<void> {
    await this.fetchListing(this.criteria, Promise.resolve(), () => this.rows.refresh());
  }

  /** Tiles that are fetched as they come into view, the first page at once. */
  private rowsOf(criteria: GalleryCriteria): {
    readonly rows: PageCache<GalleryTile>;
    readonly arrived: Promise<void>;
  } {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const rows = new PageCache<GalleryTile>(
      (offset, limit) => this.connection.request('tiles', { ...criteria, offset, limit }),
      () => {
        arrive();
        this.onChange();
      },
      (error) => {
        arrive();
        // A mistake in the query is told with the list.
        if (codeOf(error) !== 'QUERY_INVALID') this.onError(error);
      },
    );
    rows.want(0, 0);
    return { rows, arrived };
  }

  private async fetchListing(
    criteria: GalleryCriteria,
    arrived: Promise<void>,
    apply: () => void,
  ): Promise<void> {
    this.listings += 1;
    const turn = this.listings;
    try {
      const [listing] = await Promise.all([this.connection.request('listing', criteria), arrived]);
      if (turn !== this.listings) return;
      // A query with a mistake finds nothing: what was found before stays, the mistake is shown.
      if (listing.problem && this.listing) {
        this.listing = { ...this.listing, problem: listing.problem };
      } else {
        this.listing = listing;
        apply();
      }
      this.onChange();
    } catch (error) {
      if (turn === this.listings) this.onError(error);
    }
  }

  tile(index: number): GalleryTile | undefined {
    return this.rows.row(index);
  }

  ids(offset: number, count: number): Promise<readonly string[]> {
    return this.connection.request('ids', { ...this.criteria, offset, count });
  }

  position(imageId: string): Promise<number | null> {
    return this.connection.request('position', { ...this.criteria, imageId });
  }

  stateOf(tile: GalleryTile): Pick<TileState, 'picture' | 'problem'> {
    return this.known.get(tile.id) ?? tile;
  }

  /** Address of the thumbnail, null if there is none (yet), undefined while its file is on its way. */
  thumbnailUrl(tile: GalleryTile): string | null | undefined {
    const known = this.known.get(tile.id);
    if ((known?.picture ?? tile.picture) !== 'ready') return null;
    return this.thumbnails.url(tile, known?.large === true ? 512 : 256);
  }

  /** The file is not there or no picture: it is made again, once. */
  thumbnailFailed(tile: GalleryTile): void {
    this.thumbnails.forget(tile);
    const known = this.known.get(tile.id);
    const attempt = (known?.attempt ?? 0) + 1;
    const picture = attempt > 1 ? 'failed' : 'pending';
    this.known.set(tile.id, {
      ...(known ?? { id: tile.id, problem: null, asked: false }),
      picture,
      large: false,
      attempt,
    });
    this.asked = '';
    this.onChange();
  }

  /** Says which tiles are in view: they are fetched, and if it is settled, their thumbnails made. */
  visible(first: number, last: number, settled: boolean, tilePixels: number): void {
    this.rows.want(first, last);
    if (settled) this.askForThumbnails(first, last, tilePixels > largeTilePixels);
  }

  private askForThumbnails(first: number, last: number, large: boolean): void {
    const imageIds: string[] = [];
    for (let index = first; index <= last && imageIds.length < maximumThumbnails; index += 1) {
      const tile = this.rows.row(index);
      if (!tile) continue;
      const known = this.known.get(tile.id);
      const picture = known?.picture ?? tile.picture;
      const unexplained = picture === 'failed' && (known?.problem ?? tile.problem) === null;
      if (picture === 'pending' || (unexplained && known?.asked !== true)) imageIds.push(tile.id);
      else if (large && picture === 'ready' && !known?.large) imageIds.push(tile.id);
    }
    const key = `${large} ${imageIds.join()}`;
    if (imageIds.length === 0 || key === this.asked) return;
    this.asked = key;
    this.connection.request('thumbnails', { imageIds, size: large ? 512 : 256 }).then(
      (states) => this.learn(states, large, true),
      (error: unknown) => {
        if (this.asked === key) this.onError(error);
      },
    );
  }

  private learn(states: readonly TileState[], large: boolean, asked: boolean): void {
    if (this.known.size > rememberedStates) this.known.clear();
    for (const state of states) {
      const known = this.known.get(state.id);
      // The answer to a request that another one replaced says nothing new.
      if (state.picture === 'pending' && known?.picture === 'ready') continue;
      const ready = state.picture === 'ready';
      this.known.set(state.id, {
        ...state,
        large: ready && (large || known?.large === true),
        asked: asked || known?.asked === true,
        attempt: known?.attempt ?? 0,
      });
    }
    this.onChange();
  }
}

function codeOf(error: unknown): unknown {
  const data: unknown = error instanceof ResponseError ? error.data : undefined;
  return (data as Partial<PanelErrorData> | undefined)?.code;
}
