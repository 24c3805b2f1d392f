import { rowsPerPage, type RowPage } from '../../panelProtocol.js';

/** Pages kept beside the ones in view. */
const maximumPages = 60;
/** More at once would only delay the page that is looked at now. */
const maximumRequests = 2;

interface CachedPage<Row> {
  readonly rows: readonly Row[];
  /** Content of an older generation is still shown while its successor is fetched. */
  readonly generation: number;
}

/**
 * Rows of a long list, fetched by the page as they come into view. Scrolling fast skips pages: only what is
 * wanted when a request becomes free is fetched.
 */
export class PageCache<Row> {
  private readonly fetchPage: (offset: number, limit: number) => Promise<RowPage<Row>>;
  private readonly onChange: () => void;
  private readonly onError: (error: unknown) => void;
  private readonly pages = new Map<number, CachedPage<Row>>();
  private readonly inFlight = new Set<number>();
  private generation = 0;
  private wanted: { first: number; last: number } | null = null;
  /** Length of the whole list, or null until the first page came. */
  total: number | null = null;

  constructor(
    fetchPage: (offset: number, limit: number) => Promise<RowPage<Row>>,
    onChange: () => void,
    onError: (error: unknown) => void,
  ) {
    this.fetchPage = fetchPage;
    this.onChange = onChange;
    this.onError = onError;
  }

  /** The row, or undefined while it is not here. */
  row(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / rowsPerPage))?.rows[index % rowsPerPage];
  }

  /** Says which rows are in view; what is missing is fetched. */
  want(first: number, last: number): void {
    this.wanted = {
      first: Math.floor(Math.max(0, first) / rowsPerPage),
      last: Math.floor(Math.max(0, last) / rowsPerPage),
    };
    this.fetchNext();
  }

  /** Takes the first page that came unasked, unless it is here. */
  seed({ total, rows }: RowPage<Row>): void {
    if (this.pages.has(0)) return;
    this.total = total;
    this.pages.set(0, { rows, generation: this.generation });
  }

  /** Everything may have changed: rows stay visible until their page came again. */
  refresh(): void {
    this.generation += 1;
    this.inFlight.clear();
    this.fetchNext();
  }

  /** Everything is another list now. */
  clear(): void {
    this.generation += 1;
    this.inFlight.clear();
    this.pages.clear();
    this.total = null;
    this.wanted = null;
  }

  /** Shows a change before the host confirms it. */
  update(change: (row: Row) => Row): void {
    for (const [page, { rows, generation }] of this.pages)
      this.pages.set(page, { rows: rows.map(change), generation });
    this.onChange();
  }

  private fetchNext(): void {
    if (!this.wanted) return;
    const { first, last } = this.wanted;
    for (let page = first; page <= last; page += 1) {
      if (this.inFlight.size >= maximumRequests) return;
      if (this.inFlight.has(page) || this.pages.get(page)?.generation === this.generation) continue;
      void this.fetch(page);
    }
  }

  private async fetch(page: number): Promise<void> {
    const generation = this.generation;
    this.inFlight.add(page);
    try {
      const { total, rows } = await this.fetchPage(page * rowsPerPage, rowsPerPage);
      if (generation !== this.generation) return;
      this.total = total;
      this.pages.delete(page);
      this.pages.set(page, { rows, generation });
      this.forgetOldest();
      this.inFlight.delete(page);
      this.onChange();
    } catch (error) {
      if (generation !== this.generation) return;
      // Not asked again by itself: the next scroll or change does.
      this.wanted = null;
      this.inFlight.delete(page);
      this.onError(error);
    }
    this.fetchNext();
  }

  private forgetOldest(): void {
    for (const page of this.pages.keys()) {
      if (this.pages.size <= maximumPages) return;
      const inView = this.wanted && page >= this.wanted.first && page <= this.wanted.last;
      if (!inView) this.pages.delete(page);
    }
  }
}
