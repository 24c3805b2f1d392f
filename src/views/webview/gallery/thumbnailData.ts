/** What was asked for first and not looked at since is forgotten beyond that many characters of base64. */
const keptCharacters = 24_000_000;
const maximumInRequest = 64;
/** The next is on its way while one is answered. */
const maximumRequests = 2;

export type ThumbnailSize = 256 | 512;

interface Wanted<Tile> {
  readonly tile: Tile;
  readonly size: ThumbnailSize;
}

/**
 * The files of the thumbnails that are drawn: asked for together, in the order of the drawing. What a later drawing
 * does not ask for again is not fetched.
 */
export class ThumbnailData<Tile extends { readonly checksum: string }> {
  private readonly fetch: (
    checksums: readonly string[],
    size: ThumbnailSize,
  ) => Promise<readonly (string | null)[]>;
  private readonly onArrival: (missing: readonly Tile[]) => void;
  private readonly kept = new Map<string, string>();
  private keptLength = 0;
  private readonly onTheWay = new Set<string>();
  private readonly wanted = new Map<string, Wanted<Tile>>();
  private requests = 0;
  private drawing = false;

  /** @param onArrival some came; and which files are not there */
  constructor(
    fetch: (
      checksums: readonly string[],
      size: ThumbnailSize,
    ) => Promise<readonly (string | null)[]>,
    onArrival: (missing: readonly Tile[]) => void,
  ) {
    this.fetch = fetch;
    this.onArrival = onArrival;
  }

  /** The picture as a `data:` address, or undefined while it is on its way. */
  url(tile: Tile, size: ThumbnailSize): string | undefined {
    const key = keyOf(tile.checksum, size);
    const url = this.kept.get(key);
    if (url !== undefined) {
      this.kept.delete(key);
      this.kept.set(key, url);
      return url;
    }
    this.beginDrawing();
    if (!this.onTheWay.has(key)) this.wanted.set(key, { tile, size });
    return undefined;
  }

  /** Takes a small thumbnail that came unasked. */
  seed(checksum: string, base64: string): void {
    this.keep(keyOf(checksum, 256), base64);
  }

  /** What came is no picture. */
  forget({ checksum }: Tile): void {
    for (const key of [keyOf(checksum, 256), keyOf(checksum, 512)]) {
      this.keptLength -= this.kept.get(key)?.length ?? 0;
      this.kept.delete(key);
    }
  }

  /** What this drawing wants takes the place of what the last one did, and is asked for when it is done. */
  private beginDrawing(): void {
    if (this.drawing) return;
    this.drawing = true;
    this.wanted.clear();
    queueMicrotask(() => {
      this.drawing = false;
      if (this.requests < maximumRequests) void this.ask();
    });
  }

  private async ask(): Promise<void> {
    const [next] = this.wanted.values();
    if (!next) return;
    const { size } = next;
    const asked = [...this.wanted]
      .filter(([, wanted]) => wanted.size === size)
      .slice(0, maximumInRequest);
    this.wanted.clear();
    for (const [key] of asked) this.onTheWay.add(key);
    this.requests += 1;
    let missing: Tile[] = [];
    try {
      const files = await this.fetch(
        asked.map(([, { tile }]) => tile.checksum),
        size,
      );
      missing = asked.flatMap(([key, { tile }], index) =>
        this.keep(key, files[index]) ? [] : tile,
      );
    } catch {
      missing = asked.map(([, { tile }]) => tile);
    }
    for (const [key] of asked) this.onTheWay.delete(key);
    this.requests -= 1;
    this.onArrival(missing);
  }

  private keep(key: string, base64: string | null | undefined): boolean {
    if (typeof base64 !== 'string') return false;
    const url = `data:image/webp;base64,${base64}`;
    this.kept.set(key, url);
    this.keptLength += url.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.keptLength <= keptCharacters) break;
      this.kept.delete(oldest);
      this.keptLength -= length;
    }
    return true;
  }
}

const keyOf = (checksum: string, size: ThumbnailSize): string => `${checksum}.${size}`;
