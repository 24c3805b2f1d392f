import { CatalogError } from '../../catalog/model/errors.js';
import type { ImageSelection, ImageTile } from '../../catalog/model/gallery.js';
import type { Thumbnail } from '../../catalog/model/pictureWork.js';
import type { EngineClient } from '../../catalog/rpc/engineConnection.js';
import {
  firstCriteria,
  type Completion,
  type GalleryCommand,
  type GalleryCriteria,
  type GalleryDetails,
  type GalleryHeader,
  type GalleryIdentity,
  type GalleryListing,
  type GalleryPicture,
  type GalleryRequests,
  type GalleryTile,
  type GalleryUnavailable,
  type GalleryWish,
  type PreparedGallery,
  type SavedSearch,
  type TileState,
} from '../galleryProtocol.js';
import { formatDateTime } from '../format.js';
import { rowsPerPage, type RowPage } from '../panelProtocol.js';
import { errorText, shortError } from './fileTexts.js';
import { galleryDetails, galleryTile, groupLabel, totalText } from './galleryTexts.js';
import { pictureOfImage, type PictureHost } from './pictureOfImage.js';
import type { Texts } from './previewRows.js';
import { completionsOf } from './queryTexts.js';
import { PreparedAnswers } from './preparedAnswers.js';
import type { ThumbnailSource } from './thumbnailReader.js';

type Params<Method extends keyof GalleryRequests> = GalleryRequests[Method]['params'];

/** As many as a usual editor shows at first. */
const preparedThumbnails = 48;
const unavailableCodes = ['CATALOG_NOT_FOUND', 'SOURCE_NOT_FOUND', 'JOB_NOT_FOUND'] as const;

/** What a gallery needs of the editor. */
export interface GalleryHost extends PictureHost {
  /** Address of a file in one of the folders for pictures. */
  addressOf(path: string): string;
  /** Asks for the name of a search; undefined if dismissed. */
  askSearchName(query: string): Promise<string | undefined>;
  savedSearches(): readonly SavedSearch[];
  saveSearches(searches: readonly SavedSearch[]): Promise<void>;
  /** Whether a folder can be reached now. */
  isOnline(directory: string): Promise<boolean>;
  /** Runs the command for it, with its questions and messages. */
  run(command: GalleryCommand, imageIds: readonly string[]): Promise<void>;
}

/** One gallery: answers the webview's requests from the engine. Knows no `vscode`, so that tests can run it. */
export class GallerySession {
  readonly identity: GalleryIdentity;
  readonly #engine: EngineClient;
  readonly #texts: Texts;
  readonly #host: GalleryHost;
  readonly #thumbnails: ThumbnailSource;
  readonly #prepared = new PreparedAnswers();
  #targets: readonly string[] = [];
  #wish: GalleryWish | null = null;
  #wanted: AbortController | null = null;
  /** The last look for the places of the files. */
  #places: Promise<void> | null = null;
  #managedOffline = false;
  #offlineSources: ReadonlySet<string> = new Set();

  constructor(props: {
    engine: EngineClient;
    identity: GalleryIdentity;
    texts: Texts;
    host: GalleryHost;
    thumbnails: ThumbnailSource;
  }) {
    this.#engine = props.engine;
    this.identity = props.identity;
    this.#texts = props.texts;
    this.#host = props.host;
    this.#thumbnails = props.thumbnails;
  }

  /** The images that the context menu was opened for. */
  get targets(): readonly string[] {
    return this.#targets;
  }

  /** Keeps what a command wants to be shown until the page asks. */
  want(wish: GalleryWish): void {
    this.#wish = wish;
  }

  async load(): Promise<GalleryHeader | GalleryUnavailable> {
    const { t } = this.#texts;
    const { catalogId } = this.identity;
    try {
      const catalog = await this.#engine.getCatalog({ catalogId });
      const title = await this.#title(catalog.name);
      const wish = this.#wish;
      this.#wish = null;
      return {
        title,
        wish,
        savedSearches: this.#host.savedSearches(),
      };
    } catch (error) {
      if (!unavailableCodes.some((code) => CatalogError.is(error, code))) throw error;
      return {
        status: 'unavailable',
        message: t('What this gallery showed is no longer in the catalog.'),
      };
    }
  }

  async #title(catalogName: string): Promise<string> {
    const { t, locale } = this.#texts;
    const { sourceId, importJobId } = this.identity;
    if (importJobId !== null) {
      const job = await this.#engine.getImportJob({ jobId: importJobId });
      return t('{0}, {1}', job.sourceName, formatDateTime(job.startedAt, locale));
    }
    return sourceId === null ? catalogName : (await this.#engine.getSource({ sourceId })).name;
  }

  #selection({ query, sort, direction, grouping }: GalleryCriteria): ImageSelection {
    const { catalogId, sourceId, importJobId } = this.identity;
    return {
      catalogId,
      sort,
      descending: direction === 'descending',
      ...(query.trim() !== '' && { query }),
      ...(sourceId !== null && { sourceId }),
      ...(importJobId !== null && { importJobId }),
      ...(grouping !== 'none' && { groupBy: grouping }),
    };
  }

  /** Looks which drives and folders are there. */
  async #lookForPlaces(): Promise<void> {
    const { catalogId } = this.identity;
    try {
      const [sources, { managedDirectory }] = await Promise.all([
        this.#engine.listSources({ catalogId }),
        this.#engine.getCatalog({ catalogId }),
      ]);
      this.#offlineSources = new Set(sources.filter(({ online }) => !online).map(({ id }) => id));
      this.#managedOffline =
        managedDirectory !== null && !(await this.#host.isOnline(managedDirectory));
    } catch {
      // The list itself tells what is wrong.
    }
  }

  /** Begins what a new page asks for first, while the editor loads it; null if that is not to be had. */
  async prepare(): Promise<PreparedGallery | null> {
    const criteria = firstCriteria;
    const range = { ...criteria, offset: 0, limit: rowsPerPage };
    try {
      const [listing, firstPage] = await Promise.all([
        this.#prepared.prepare('listing', criteria, this.#listing),
        this.#prepared.prepare('tiles', range, this.#tiles),
      ]);
      const checksums = firstPage.rows
        .slice(0, preparedThumbnails)
        .filter(({ picture }) => picture === 'ready')
        .map(({ checksum }) => checksum);
      const files = await this.#thumbnails.read(checksums, 256);
      const thumbnails = files.flatMap((file, index) =>
        file === null ? [] : ([[checksums[index] ?? '', file]] as const),
      );
      return { criteria, listing, firstPage, thumbnails };
    } catch {
      return null;
    }
  }

  /** What was prepared may not be so any more. */
  forgetPrepared(): void {
    this.#prepared.clear();
  }

  listing(criteria: GalleryCriteria): Promise<GalleryListing> {
    return this.#prepared.take('listing', criteria, this.#listing);
  }

  tiles(params: Params<'tiles'>): Promise<RowPage<GalleryTile>> {
    return this.#prepared.take('tiles', params, this.#tiles);
  }

  readonly #listing = async (criteria: GalleryCriteria): Promise<GalleryListing> => {
    const { grouping } = criteria;
    this.#places = this.#lookForPlaces();
    try {
      const { total, groups } = await this.#engine.imageGroups(this.#selection(criteria));
      return {
        total,
        totalText: totalText(this.#texts, total),
        groups: groups.map(({ key, count }) => ({
          label: grouping === 'none' ? '' : groupLabel(this.#texts, grouping, key),
          count,
        })),
        problem: null,
      };
    } catch (error) {
      if (!(error instanceof CatalogError) || error.code !== 'QUERY_INVALID') throw error;
      const { start, end, detail } = error.data;
      const problem = {
        message: String(detail),
        start: Number(start ?? 0),
        end: Number(end ?? criteria.query.length),
      };
      return { total: 0, totalText: totalText(this.#texts, 0), groups: [], problem };
    }
  };

  readonly #tiles = async (params: Params<'tiles'>): Promise<RowPage<GalleryTile>> => {
    const { offset, limit, ...criteria } = params;
    const { total, images } = await this.#engine.queryImages({
      ...this.#selection(criteria),
      offset,
      limit,
    });
    await (this.#places ??= this.#lookForPlaces());
    return {
      total,
      rows: images.map((image) =>
        galleryTile(this.#texts, image, criteria.sort, this.#isOffline(image)),
      ),
    };
  };

  #isOffline({ isManaged, sourceId }: ImageTile): boolean {
    if (isManaged) return this.#managedOffline;
    return sourceId !== null && this.#offlineSources.has(sourceId);
  }

  async ids(params: Params<'ids'>): Promise<readonly string[]> {
    const { offset, count, ...criteria } = params;
    const selection = this.#selection(criteria);
    const { ids } = await this.#engine.imageIds({ ...selection, offset });
    return ids.slice(0, count);
  }

  async position({ imageId, ...criteria }: Params<'position'>): Promise<number | null> {
    const [position = -1] = await this.#engine.imagePositions({
      ...this.#selection(criteria),
      imageIds: [imageId],
    });
    return position < 0 ? null : position;
  }

  async thumbnails({ imageIds, size }: Params<'thumbnails'>): Promise<readonly TileState[]> {
    // What was asked for before is out of sight by now.
    this.#wanted?.abort();
    const wanted = new AbortController();
    this.#wanted = wanted;
    try {
      const thumbnails = await this.#engine.requestThumbnails(
        { imageIds, size },
        { signal: wanted.signal },
      );
      return thumbnails.map((thumbnail) => this.#tileState(thumbnail));
    } catch (error) {
      if (wanted.signal.aborted) return [];
      throw error;
    }
  }

  #tileState({ imageId, state, error }: Thumbnail): TileState {
    const { t } = this.#texts;
    return {
      id: imageId,
      picture: state,
      problem: error === null ? null : errorText(t, shortError(error)),
    };
  }

  thumbnailFiles({ checksums, size }: Params<'thumbnailFiles'>) {
    return this.#thumbnails.read(checksums, size);
  }

  /** What a notification of the engine about thumbnails says to the webview. */
  pictureStates(event: {
    readonly ready: readonly string[];
    readonly failed: readonly string[];
  }): readonly TileState[] {
    const state = (id: string, picture: TileState['picture']): TileState => ({
      id,
      picture,
      problem: null,
    });
    return [
      ...event.ready.map((id) => state(id, 'ready')),
      ...event.failed.map((id) => state(id, 'failed')),
    ];
  }

  async details({ imageId }: Params<'details'>): Promise<GalleryDetails> {
    return galleryDetails(this.#texts, await this.#engine.getImageDetails({ imageId }));
  }

  async picture({ imageId, longEdge }: Params<'picture'>): Promise<GalleryPicture> {
    const { t } = this.#texts;
    const picture = await pictureOfImage(this.#engine, this.#host, imageId, longEdge);
    if (picture.kind === 'file') return picture;
    const message = (error: Parameters<typeof shortError>[0] | null): string | null =>
      error === null ? null : errorText(t, shortError(error));
    if (picture.kind === 'none') return { kind: 'none', message: message(picture.error) ?? '' };
    const { path: file, damage } = picture;
    return { kind: 'rendering', url: this.#host.addressOf(file), warning: message(damage) };
  }

  async complete({ query, caret }: Params<'complete'>): Promise<readonly Completion[]> {
    const { catalogId } = this.identity;
    const completion = await this.#engine.completeQuery({ catalogId, query, cursor: caret });
    return completionsOf(this.#texts, query, completion);
  }

  async saveSearch({ query }: Params<'saveSearch'>): Promise<readonly SavedSearch[]> {
    const saved = this.#host.savedSearches();
    const name = await this.#host.askSearchName(query);
    if (name === undefined) return saved;
    const others = saved.filter((search) => search.name !== name);
    await this.#host.saveSearches([...others, { name, query }]);
    return this.#host.savedSearches();
  }

  async deleteSearch({ name }: Params<'deleteSearch'>): Promise<readonly SavedSearch[]> {
    const saved = this.#host.savedSearches();
    await this.#host.saveSearches(saved.filter((search) => search.name !== name));
    return this.#host.savedSearches();
  }

  target({ imageIds }: Params<'target'>): null {
    this.#targets = imageIds;
    return null;
  }

  async run({ command, imageIds }: Params<'run'>): Promise<null> {
    await this.#host.run(command, imageIds);
    return null;
  }

  dispose(): void {
    this.forgetPrepared();
    this.#wanted?.abort();
  }
}
