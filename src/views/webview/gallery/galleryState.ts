import {
  firstCriteria,
  galleryDirections,
  galleryGroupings,
  gallerySorts,
  type GalleryCriteria,
  type GalleryPlace,
} from '../../galleryProtocol.js';

export const smallestTile = 88;
export const largestTile = 400;
const defaultTile = 176;

/** What is looked at, kept by the editor while the webview is hidden and over a window reload. */
export interface GalleryState extends GalleryCriteria {
  readonly identity: GalleryPlace;
  readonly tileSize: number;
  readonly showDetails: boolean;
  readonly scrollTop: number;
  readonly activeIndex: number;
  /** True while the single image is shown in place of the grid. */
  readonly viewing: boolean;
}

/** The state to start with; what was kept of another place or version is not used. */
export function restoreState(identity: GalleryPlace, kept: Partial<GalleryState>): GalleryState {
  const { identity: before } = kept;
  const same =
    before?.catalogId === identity.catalogId &&
    before.sourceId === identity.sourceId &&
    before.importJobId === identity.importJobId;
  const use: Partial<GalleryState> = same ? kept : {};
  return {
    identity,
    query: typeof use.query === 'string' ? use.query : firstCriteria.query,
    sort: gallerySorts.find((sort) => sort === use.sort) ?? firstCriteria.sort,
    direction:
      galleryDirections.find((direction) => direction === use.direction) ?? firstCriteria.direction,
    grouping:
      galleryGroupings.find((grouping) => grouping === use.grouping) ?? firstCriteria.grouping,
    tileSize: Math.max(smallestTile, Math.min(largestTile, wholeOf(use.tileSize, defaultTile))),
    showDetails: use.showDetails === true,
    scrollTop: wholeOf(use.scrollTop, 0),
    activeIndex: wholeOf(use.activeIndex, 0),
    viewing: use.viewing === true,
  };
}

function wholeOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
    ? Math.round(value)
    : otherwise;
}
