/** A slow picture holds up only those it was asked for with. */
const filesPerRequest = 6;
const maximumRequests = 3;
/** Thumbnails kept beside the ones in view. */
const rememberedThumbnails = 5000;
/** What could not be asked for is asked for again after this time, if it is in view then. */
const retryMs = 5000;

/** A thumbnail as far as there is one: without an address there may be one later. */
export interface CachedThumbnail<Id> {
  readonly id: Id;
  readonly url: string | null;
}

/** Thumbnails of the rows in view, fetched a few at a time. Scrolling fast skips what is out of sight by then. */
export class ThumbnailCache<Id, Thumbnail extends CachedThumbnail<Id>> {
  private readonly fetchSome: (ids: readonly Id[]) => Promise<readonly Thumbnail[]>;
  private readonly onChange: () => void;
  private readonly thumbnails = new Map<Id, Thumbnail>();
  private readonly inFlight = new Set<Id>();
  private requests = 0;
  private wanted: readonly Id[] = [];
  private pausedUntil = 0;

  constructor(
    fetchSome: (ids: readonly Id[]) => Promise<readonly Thumbnail[]>,
    onChange: () => void,
  ) {
    this.fetchSome = fetchSome;
    this.onChange = onChange;
  }

  get(id: Id): Thumbnail | undefined {
    return this.thumbnails.get(id);
  }

  /** Says which files are in view. */
  want(ids: readonly Id[]): void {
    this.wanted = ids;
    this.fetchNext();
  }

  /** Asks again for what was not to be had; what is shown stays. */
  refresh(): void {
    for (const [id, { url }] of this.thumbnails) if (url === null) this.thumbnails.delete(id);
    this.fetchNext();
  }

  private fetchNext(): void {
    while (this.requests < maximumRequests && performance.now() >= this.pausedUntil) {
      const missing = this.wanted.filter(
        (id) => !this.thumbnails.has(id) && !this.inFlight.has(id),
      );
      if (missing.length === 0) return;
      void this.fetch(missing.slice(0, filesPerRequest));
    }
  }

  private async fetch(ids: readonly Id[]): Promise<void> {
    this.requests += 1;
    for (const id of ids) this.inFlight.add(id);
    try {
      for (const thumbnail of await this.fetchSome(ids)) this.keep(thumbnail);
      this.onChange();
    } catch {
      // A list without pictures is still a list; what is wrong with the catalog is told by what needs it.
      this.pausedUntil = performance.now() + retryMs;
    } finally {
      this.requests -= 1;
      for (const id of ids) this.inFlight.delete(id);
    }
    this.fetchNext();
  }

  private keep(thumbnail: Thumbnail): void {
    this.thumbnails.delete(thumbnail.id);
    this.thumbnails.set(thumbnail.id, thumbnail);
    if (this.thumbnails.size <= rememberedThumbnails) return;
    const oldest = this.thumbnails.keys().next();
    if (oldest.done !== true) this.thumbnails.delete(oldest.value);
  }
}
